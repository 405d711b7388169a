"""The one writer of an article's line of life: revisions, order, stories.

`place` and `assign` are functions of what is remembered and what comes; time is handed in. A batch
is one transaction: first all its samples are remembered and compared at once, then its events are
judged one after the other.
"""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from msgspec.structs import asdict, replace

from rasad_core.events import (
    ArticleAnalysed,
    ArticleDeleted,
    ArticleEnriched,
    ArticleMoved,
    Change,
    Frozen,
)
from rasad_core.instants import microseconds
from rasad_stories import aliases
from rasad_stories.compare import text_of
from rasad_stories.group import Groups
from rasad_stories.line import Detail, Fetch, fetch_of, judge, month_of
from rasad_stories.record import ArticleState
from rasad_stories.state import Line, State
from rasad_stories.weeks import Asked, Found, Weeks

_LAST_SEQ, _MARK, _ANEW = "last_seq", "mark", "anew"
# Several rounds of the consumer: what a process that was killed, or cut off, had in its hands.
_IN_FLIGHT = 1000


class Redirect(Frozen, frozen=True, kw_only=True):
    """A story that became a redirect, and the older one it leads to."""

    from_story_id: str
    story_id: str


class Placement(Frozen, frozen=True, kw_only=True):
    """What became of one event. `event` is None where it was dropped.

    A dropped event can still join stories: its text is one more that the article had. `touched`
    are the numbers of the articles whose state changed, the event's own last.
    """

    detail: Detail
    event: ArticleEnriched | None = None
    moved: tuple[ArticleMoved, ...] = ()
    redirects: tuple[Redirect, ...] = ()
    touched: tuple[int, ...] = ()


class Stories:
    """Revisions and stories, in a SQLite file or, with None, in memory. For one thread at a time.

    Methods raise `Unavailable` when the file cannot be written (nothing happened then), and
    `Unprocessable(bad_field)` for a signature that cannot be read.
    """

    def __init__(self, path: Path | None) -> None:
        self.state = State(path)
        self.recall()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self.state.close()

    def recall(self) -> None:
        """Forget what is in memory and go on from the file."""
        self.recall_groups()
        self._weeks = Weeks(self.state)
        self._last_seq = self.state.fact(_LAST_SEQ)
        self._anew = self.state.fact(_ANEW)

    def recall_groups(self) -> None:
        """Take the stories from the file."""
        self._groups = Groups(self.state.stories())

    def raise_seq(self, seq: int) -> None:
        """Give only higher ones from here on."""
        self._last_seq = max(self._last_seq, seq)

    @property
    def mark(self) -> str:
        """What its records in `stories.state` carry; empty before it was first rebuilt."""
        mark = self.state.fact(_MARK)
        return f"{mark:x}" if mark else ""

    def take_mark(self) -> None:
        """Take another one, within `transaction`, for what was made of records of the log.

        Those can know a text of an article and not yet what it joined, where that was in flight:
        so the next texts are compared although they are known.
        """
        self.state.keep_fact(_MARK, 1 + secrets.randbits(62))
        self._anew = _IN_FLIGHT

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make everything within durable together, or forget all of it when it raises."""
        try:
            with self.state.transaction():
                yield
                self.state.keep_fact(_LAST_SEQ, self._last_seq)
                self.state.keep_fact(_ANEW, self._anew)
        except BaseException:
            self.recall()
            raise

    def place(self, event: ArticleAnalysed, *, now: datetime | None = None) -> Placement:
        """Place one event in a transaction of its own; `now` is its own fetch unless given."""
        with self.transaction():
            return next(self.assign([event], now=now or event.fetched_at))

    def assign(self, events: Sequence[ArticleAnalysed], *, now: datetime) -> Iterator[Placement]:
        """Place events in their order, within `transaction`. The same event again is dropped.

        Each is placed when it is asked for: until then `record` gives what the one before left.
        """
        now_us = microseconds(now)
        for part in _without_repeats(events):
            yield from self._assign(part, now_us)

    def _assign(self, events: Sequence[ArticleAnalysed], now_us: int) -> Iterator[Placement]:
        texts = [text_of(event) for event in events]
        fetches = [fetch_of(event) for event in events]
        asked: dict[int, Asked] = {}
        for index, (event, text) in enumerate(zip(events, texts, strict=True)):
            line = self.state.line(event.article_id)
            if line is not None and line.deleted:
                continue
            asked[index] = Asked(
                article=self._groups.number() if line is None else line.number,
                text=text,
                at_us=microseconds(event.published),
                fresh=line is None,
            )
        anew, self._anew = self._anew > 0, max(0, self._anew - len(events))
        found = self._weeks.remember(list(asked.values()), anew=anew) if asked else []
        placed = dict(zip(asked, found, strict=True))
        for index, (event, fetch) in enumerate(zip(events, fetches, strict=True)):
            if index in placed:
                yield self._settle(event, fetch, asked[index].article, placed[index], now_us)
            else:
                yield Placement(detail="deleted")

    def delete(self, article_id: str, *, trace_id: str, now: datetime) -> ArticleDeleted | None:
        """Put a tombstone, for good, within `transaction`; the same answer again.

        None for an article that never was. The story keeps what the article joined; its texts are
        forgotten and join nothing any more.
        """
        line = self.state.line(article_id)
        if line is None:
            return None
        if not line.deleted:
            line = replace(line, seq=self._next_seq(microseconds(now)), deleted=True)
            self._weeks.forget(line.number)
            self.state.keep_line(line, self._groups.story_of(line.number))
        return ArticleDeleted(
            trace_id=trace_id, article_id=article_id, seq=line.seq, month=line.month
        )

    def move(
        self, members: Sequence[tuple[int, str]], *, trace_id: str, now: datetime
    ) -> list[ArticleMoved]:
        """Say again where articles are, each given with the story it was said to be in."""
        moved: list[ArticleMoved] = []
        for number, story_id in members:
            story = self._groups.story_of(number)
            if self._story_id(story) != story_id:
                again = self._move({story: [number]}, story, trace_id, microseconds(now))
                moved += (replace(event, from_story_id=story_id) for event in again)
        return moved

    def resolve(self, story_id: str) -> str | None:
        """Give the story that this one leads to now, itself if it stands; None if never given."""
        line = self.state.line(story_id)
        return None if line is None else self._story_id(self._groups.story_of(line.number))

    def record(self, number: int, *, trace_id: str) -> ArticleState:
        """Give the record of an article for `stories.state`."""
        line = self.state.numbered(number)
        return ArticleState(
            trace_id=trace_id,
            article_id=line.article_id,
            first_seq=line.first_seq,
            seq=line.seq,
            revision=line.revision,
            month=line.month,
            story_id=self._story_id(self._groups.story_of(number)),
            fetch=line.fetch,
            deleted=line.deleted,
            samples=tuple(sample for _, _, sample in self.state.samples_of(number)),
            claims=self.state.claims_of(number),
        )

    def _settle(
        self, event: ArticleAnalysed, fetch: Fetch, number: int, found: Found, now_us: int
    ) -> Placement:
        self._weeks.keep(number, found)
        line = self.state.line(event.article_id)
        verdict = judge(None if line is None else line.fetch, fetch)
        linked = self._groups.placed(found.articles)
        linked = linked[linked != number]
        redirected = self._groups.join(number, linked)
        story = self._groups.story_of(number)
        kept = None
        detail = verdict.detail
        if detail in ("new", "revised"):
            oldest = int(linked[0]) if line is None and linked.size else None
            detail = detail if oldest is None else "copy"
            kept = self._keep(
                event,
                fetch,
                line,
                number=number,
                change=verdict.change,
                oldest=oldest,
                now_us=now_us,
            )
        moved = tuple(self._move(redirected, story, event.trace_id, now_us))
        touched = [member for members in redirected.values() for member in members]
        if kept is not None or found.sample is not None:
            touched = [*(member for member in touched if member != number), number]
        redirects = (
            Redirect(from_story_id=self._story_id(gone), story_id=self._story_id(story))
            for gone in redirected
        )
        return Placement(
            detail=detail,
            event=kept,
            moved=moved,
            redirects=tuple(redirects),
            touched=tuple(touched),
        )

    def _keep(
        self,
        event: ArticleAnalysed,
        fetch: Fetch,
        line: Line | None,
        *,
        number: int,
        change: Change | None,
        oldest: int | None,
        now_us: int,
    ) -> ArticleEnriched:
        seq = self._next_seq(now_us)
        story = self._groups.story_of(number)
        line = Line(
            number=number,
            article_id=event.article_id,
            first_seq=line.first_seq if line else seq,
            seq=seq,
            revision=line.revision + 1 if line else 1,
            month=line.month if line else month_of(event.published),
            fetch=fetch,
        )
        self.state.keep_line(line, story)
        return ArticleEnriched(
            **asdict(event),
            revision=line.revision,
            seq=seq,
            story_id=self._story_id(story),
            month=line.month,
            change=change,
            copy_of=None if oldest is None else self.state.numbered(oldest).article_id,
            aliases=aliases.accepted(event, number, self.state),
        )

    def _move(
        self, redirected: dict[int, list[int]], story: int, trace_id: str, now_us: int
    ) -> Iterator[ArticleMoved]:
        for gone, members in redirected.items():
            to_id, from_id = self._story_id(story), self._story_id(gone)
            for member in members:
                line = self.state.numbered(member)
                if not line.deleted:
                    line = replace(line, seq=self._next_seq(now_us))
                    yield ArticleMoved(
                        trace_id=trace_id,
                        article_id=line.article_id,
                        seq=line.seq,
                        month=line.month,
                        story_id=to_id,
                        from_story_id=from_id,
                    )
                self.state.keep_line(line, story)

    def _story_id(self, story: int) -> str:
        return self.state.numbered(story).article_id

    def _next_seq(self, now_us: int) -> int:
        self._last_seq = max(self._last_seq + 1, now_us)
        return self._last_seq


def _without_repeats(events: Sequence[ArticleAnalysed]) -> Iterator[list[ArticleAnalysed]]:
    """Give the events in parts, none with two of one article."""
    part: dict[str, ArticleAnalysed] = {}
    for event in events:
        if event.article_id in part:
            yield list(part.values())
            part = {}
        part[event.article_id] = event
    if part:
        yield list(part.values())
