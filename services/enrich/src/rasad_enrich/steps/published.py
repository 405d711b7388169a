"""When an article was published, and whether that can be true."""

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from rasad_core.events import Problem
from rasad_enrich.draft import Draft

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_FUTURE = timedelta(hours=24)


def settle_published(draft: Draft) -> Draft:
    """Make sure there is a believable time: else the time of fetching stands, and is noted.

    Later than a day after the fetch, or before 1990, is not believable.
    """
    fetched_at = draft.fetched.fetched_at
    published = draft.published
    if published is None:
        reason = "no time of publication is given; the time of fetching stands"
    elif published > fetched_at + _FUTURE:
        reason = f"{published.isoformat()} is after the fetch; the time of fetching stands"
    elif published < EARLIEST:
        reason = f"{published.isoformat()} is before 1990; the time of fetching stands"
    else:
        return replace(draft, published=published)
    problem = Problem(step="published", reason=reason)
    return replace(draft, published=fetched_at, problems=(*draft.problems, problem))
