"""Articles as a table that a spreadsheet can open and cannot run."""

import csv
import io
from collections.abc import Iterable, Iterator

from rasad_core.events import ArticleEnriched
from rasad_core.output import article_json, instant

COLUMNS = (
    "article_id", "revision", "change", "published", "fetched_at", "source", "domain", "url",
    "language", "country", "section", "author", "title", "lead", "text", "tags", "entities",
    "topics", "story_id", "origin",
)  # fmt: skip
# What makes a spreadsheet run a cell instead of showing it (OWASP, CSV injection), in the forms of
# full width too.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_lines(articles: Iterable[ArticleEnriched]) -> Iterator[str]:
    """Write the head, then each article as one record; columns only ever grow at the end."""
    yield _line(COLUMNS)
    for article in articles:
        yield _line(harmless(cell) for cell in _row(article))


def harmless(cell: str) -> str:
    """Give a cell that a spreadsheet shows as text, by a quote before what begins a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _line(cells: Iterable[str]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerow(cells)
    return written.getvalue()


def _row(article: ArticleEnriched) -> list[str]:
    """Give the cells of an article; lists are joined by `; `."""
    flat = article_json(article)
    lists = {
        "tags": flat.tags,
        "entities": [entity.name for entity in flat.entities],
        "topics": [topic.name for topic in flat.topics],
    }
    moments = {"published": instant(flat.published), "fetched_at": instant(flat.fetched_at)}
    cells: list[str] = []
    for name in COLUMNS:
        if name in lists:
            cells.append("; ".join(lists[name]))
        else:
            value = moments.get(name, getattr(flat, name))
            cells.append("" if value is None else str(value))
    return cells
