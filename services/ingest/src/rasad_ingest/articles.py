"""Building `ArticleFetched` the same way whatever it was read from."""

from collections.abc import Callable
from datetime import datetime

from msgspec.structs import replace

from rasad_core.events import ArticleFetched, Form, Frozen, Origin
from rasad_core.identity import article_id
from rasad_ingest.items import Limits


class Context(Frozen, frozen=True, kw_only=True):
    """What is the same for every article of one input. `new_trace_id` gives a fresh one a call."""

    now: datetime
    origin: Origin
    limits: Limits
    new_trace_id: Callable[[], str]
    url: str | None = None


def article(
    context: Context, *, form: Form, url: str | None = None, content: str = "", **fields: object
) -> ArticleFetched:
    """Build an article; its id is its address's, or that of `content` where it has none.

    Raises `Unprocessable(bad_url)` for an address that is none.
    """
    made = ArticleFetched(
        trace_id=context.new_trace_id(),
        article_id=article_id(url, content=content),
        form=form,
        fetched_at=context.now,
        origin=context.origin,
        url=url,
    )
    return replace(made, **fields)
