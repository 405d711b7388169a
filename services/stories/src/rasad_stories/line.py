"""An article's line of life: what one more fetch of it means. Pure.

What counts as the same content is title and text (`content_hash`). Metadata of pages and feed
entries wavers between fetches (related tags, a clock read as a date), so it never makes a revision
alone; in a `record` somebody stated it, so there it does.
"""

from datetime import UTC, datetime
from typing import Literal

from rasad_core import codec
from rasad_core.events import ArticleAnalysed, Change, Form, Frozen
from rasad_core.instants import microseconds
from rasad_stories.compare import content_of, hash_of

# deleted: a tombstone stands already. withdrawn: this event put it.
Detail = Literal["new", "revised", "copy", "unchanged", "stale", "deleted", "withdrawn"]


class Fetch(Frozen, frozen=True, kw_only=True):
    """What of a fetch decides about the next one."""

    form: Form
    fetched_us: int
    content_hash: str
    text_length: int
    stated: int = 0  # hash of a record's metadata, 0 for other forms
    reprocess: int = 0  # hash of the whole event if it came from a reprocess


class Verdict(Frozen, frozen=True, kw_only=True):
    """What to do with a fetch: keep it as a revision (`new`, `revised`) or drop it, and why."""

    detail: Detail
    change: Change | None = None


_NEW = Verdict(detail="new")
_UNCHANGED = Verdict(detail="unchanged")
_STALE = Verdict(detail="stale")
_COMPLETED = Verdict(detail="revised", change="completed")
_CORRECTED = Verdict(detail="revised", change="corrected")
_REPROCESSED = Verdict(detail="revised", change="reprocessed")


def fetch_of(event: ArticleAnalysed) -> Fetch:
    """Take from an event what decides."""
    return Fetch(
        form=event.form,
        fetched_us=microseconds(event.fetched_at),
        content_hash=content_of(event),
        text_length=len(event.text),
        stated=_stated(event) if event.form == "record" else 0,
        reprocess=hash_of(codec.encode(event)) if event.origin == "reprocess" else 0,
    )


def judge(kept: Fetch | None, fetch: Fetch) -> Verdict:
    """Decide what a fetch is beside the revision kept last.

    Judging a fetch that is itself the one kept gives `unchanged`, so redelivery changes nothing.
    """
    if kept is None:
        return _NEW
    if fetch.fetched_us < kept.fetched_us:
        return _STALE
    if fetch.form == "entry" and kept.form != "entry":
        # The feed is polled on after the page came; a summary never replaces an article.
        return _UNCHANGED
    if fetch.reprocess:
        return _UNCHANGED if fetch.reprocess == kept.reprocess else _REPROCESSED
    if fetch.content_hash == kept.content_hash:
        restated = fetch.form == kept.form == "record" and fetch.stated != kept.stated
        return _CORRECTED if restated else _UNCHANGED
    if kept.form == "entry" and fetch.form != "entry":
        if fetch.text_length > kept.text_length:
            return _COMPLETED
        if fetch.form == "page":
            # A stub (consent, paywall) behind a feed that carries the whole text.
            return _UNCHANGED
    return _CORRECTED


def month_of(published: datetime) -> str:
    """Name the month of a first revision, which its index is named after: `YYYY.MM`."""
    moment = published.astimezone(UTC)
    return f"{moment.year:04}.{moment.month:02}"


def _stated(event: ArticleAnalysed) -> int:
    # Without a date of its own an article is published when it is fetched: that is not stated.
    published = "" if event.published == event.fetched_at else event.published.isoformat()
    said = (published, event.source, event.author, event.country, event.section, event.language)
    return hash_of(repr((said, event.tags)))
