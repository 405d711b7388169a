"""Building `ArticleFetched` the same way whatever it was read from."""

from collections.abc import Callable
from datetime import datetime

from msgspec.structs import replace

from rasad_core.events import ArticleFetched, Form, Frozen, Origin, Problem
from rasad_core.identity import article_id
from rasad_core.intake.clean import clean
from rasad_core.intake.items import Limits


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

    Strings are cleaned, so that the event can be written. Raises `Unprocessable(bad_url)` for an
    address that is none.
    """
    address = None if url is None else clean(url).strip()
    made = ArticleFetched(
        trace_id=context.new_trace_id(),
        article_id=article_id(address, content=content),
        form=form,
        fetched_at=context.now,
        origin=context.origin,
        url=address,
    )
    return replace(made, **{name: _cleaned(value) for name, value in fields.items()})


def _cleaned(value: object) -> object:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, tuple):
        return tuple(_cleaned(each) for each in value)
    if isinstance(value, Problem):
        return replace(value, reason=clean(value.reason))
    return value
