"""From a selection to one page of it, and the cursor of the next.

A cursor is `sort:after`: the last place given, or for relevance how many were; when stories are
folded, `sort:after:newest` with the newest place there was at the first page.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from rasad_core.adapters.sqlite.rows import behind
from rasad_core.adapters.sqlite.selecting import Selection
from rasad_core.errors import Reason, Unprocessable
from rasad_core.events import Frozen
from rasad_core.ports import SearchRequest

# No longer than a place or a count ever is; int() takes other digits too, and refuses thousands.
_NUMBER = re.compile(r"-?[0-9]{1,19}")


class Page(Frozen, frozen=True, kw_only=True):
    """The places of one page, how many the whole result has, and where the next page begins.

    `stories` and `copies`, by place, are there when stories are folded.
    """

    places: tuple[int, ...]
    total: int
    next_cursor: str | None
    stories: int | None = None
    copies: Mapping[int, int] = {}


def page_of(selection: Selection, request: SearchRequest) -> Page:
    """Give one page; raises `Unprocessable` for a cursor that this request did not give."""
    if request.fold:
        return _folded(selection, request)
    after, *_ = _cursor(request, 1)
    found = selection.some(after, request.limit + 1)
    return Page(
        places=tuple(found[: request.limit]),
        total=selection.total,
        next_cursor=_next(found, request, after),
    )


def _folded(selection: Selection, request: SearchRequest) -> Page:
    """Give a page of stories, each at its first article.

    What is newer than all there was at the first page counts and is not looked at: it would take
    its story to a page that was given already.
    """
    after, newest = _cursor(request, 2)
    members = selection.members()
    sizes = Counter(story for _, story in members)
    if newest is None:
        newest = max((place for place, _ in members), default=0)
    firsts: dict[str, int] = {}
    for place, story in members:
        if place <= newest:
            firsts.setdefault(story, place)
    story_at = {place: story for story, place in firsts.items()}
    found = behind(list(story_at), request.sort, after)[: request.limit + 1]
    places = tuple(found[: request.limit])
    cursor = _next(found, request, after)
    return Page(
        places=places,
        total=len(members),
        next_cursor=cursor and f"{cursor}:{newest}",
        stories=len(sizes),
        copies={place: sizes[story_at[place]] - 1 for place in places},
    )


def _next(found: Sequence[int], request: SearchRequest, after: int | None) -> str | None:
    if not 0 < request.limit < len(found):
        return None
    reached = found[request.limit - 1]
    if request.sort == "relevance":
        reached = (after or 0) + request.limit
    return f"{request.sort}:{reached}"


def _cursor(request: SearchRequest, count: int) -> Sequence[int | None]:
    """Read the numbers of a cursor; `count` times None without one."""
    if request.cursor is None:
        return [None] * count
    sort, *numbers = request.cursor.split(":")
    if sort != request.sort or len(numbers) != count or not all(map(_NUMBER.fullmatch, numbers)):
        raise Unprocessable(
            Reason.BAD_FIELD, f"`{request.cursor}` is no cursor of this search; leave it out"
        )
    return [int(number) for number in numbers]
