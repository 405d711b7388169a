"""Make the matching engine's machine code, so that no first article waits for it.

`python -m rasad_core.query.engine`: half a minute on a slow machine, once; it is kept beside the
source or in `NUMBA_CACHE_DIR`.
"""

from datetime import UTC, datetime

from rasad_core.events import ArticleAnalysed
from rasad_core.query.engine.matching import engine
from rasad_core.query.parse import parse


def main() -> None:
    """Match once."""
    now = datetime.now(UTC)
    article = ArticleAnalysed(
        trace_id="", article_id="a", form="record", published=now, fetched_at=now, text="one two"
    )
    matcher = engine("compiled")
    matcher.add("a", parse("one NEAR two AND NOT three").node)
    matcher.match(article, now=now)


if __name__ == "__main__":
    main()
