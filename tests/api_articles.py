"""Articles as the index holds them, for the tests of the API."""

from datetime import timedelta

from msgspec.structs import replace

from api_clock import NOW
from rasad_core.events import ArticleEnriched


def enriched(article_id: str, *, age_hours: float = 1.0, **fields: object) -> ArticleEnriched:
    """Give a first revision, published so long before `NOW`."""
    published = NOW - timedelta(hours=age_hours)
    plain = ArticleEnriched(
        trace_id=f"trace-{article_id}", article_id=article_id, form="record", fetched_at=NOW,
        published=published, url=f"https://quay.example/{article_id}", title="Ferry sails again",
        text="The ferry left the old port at noon.", lead="The ferry left the old port at noon.",
        language="en", source="Quay News", revision=1, seq=1, story_id=article_id,
        month=f"{published:%Y.%m}",
    )  # fmt: skip
    return replace(plain, **fields)
