"""Writing events to one version of the index, so that only the set of events counts.

New articles are created without a look at the index. What is there already is read, joined with
the events in `merging`, and written on condition that it is still as it was read.
"""

import time
from collections.abc import Callable, Mapping, Sequence

from elasticsearch import Elasticsearch

from rasad_core.adapters.elasticsearch.bulk import Action, Pause, write_all
from rasad_core.adapters.elasticsearch.documents import (
    content_body,
    derived_of,
    placeholder_body,
    written_at,
)
from rasad_core.adapters.elasticsearch.merging import Held, applied
from rasad_core.adapters.elasticsearch.months import Names, month_of_event
from rasad_core.adapters.elasticsearch.reading import Stored, Wanted, read
from rasad_core.errors import Unavailable
from rasad_core.events import ArticleEnriched, ArticleMoved, Frozen
from rasad_core.ports import Clock, Write, WriteOutcome

# Two writers of one article meet while a partition goes from one to the other; each meeting lets
# one of them through.
_ROUNDS = 10
# One failed batch or two; who never comes back for them must not fill the memory.
_MAX_REMEMBERED = 10_000


class Group(Frozen, frozen=True, kw_only=True):
    """The events of one article in a batch, in order."""

    article_id: str
    month: str
    events: tuple[Write, ...]

    @property
    def moves(self) -> bool:
        """Say that a document may have to be made again from the article it holds."""
        return any(isinstance(event, ArticleMoved) for event in self.events)

    @property
    def may_be_new(self) -> bool:
        """Say that the index most likely holds nothing of the article yet."""
        first = self.events[0]
        return isinstance(first, ArticleEnriched) and first.revision == 1


Outcomes = dict[str, tuple[WriteOutcome, ...]]


def grouped(batch: Sequence[Write]) -> Sequence[Group]:
    """Put the events of each article together; raises `Unprocessable` for an impossible month."""
    groups: dict[str, list[Write]] = {}
    for event in batch:
        groups.setdefault(event.article_id, []).append(event)
    return [
        Group(article_id=article_id, month=month_of_event(events[0]), events=tuple(events))
        for article_id, events in groups.items()
    ]


class Bodies:
    """What searches run on, made once for an article however often it is written."""

    def __init__(self) -> None:
        self._derived: dict[tuple[str, int, str], bytes] = {}

    def body(self, group: Group, held: Held, *, indexed_at: str) -> bytes:
        """Write the document of what is held."""
        if held.content is None:
            return placeholder_body(
                group.article_id,
                month=group.month,
                story_id=held.story_id,
                story_seq=held.story_seq,
                deleted=held.deleted,
                indexed_at=indexed_at,
            )
        return content_body(
            held.content,
            story_id=held.story_id,
            story_seq=held.story_seq,
            derived=self.derived(held.content, held.story_id),
            indexed_at=indexed_at,
        )

    def derived(self, article: ArticleEnriched, story_id: str) -> bytes:
        """Analyse an article, or remember what came of it."""
        key = (article.article_id, article.seq, story_id)
        if (found := self._derived.get(key)) is None:
            found = self._derived[key] = derived_of(article, story_id=story_id)
        return found


class _Sent(Frozen, frozen=True, kw_only=True):
    """What was sent and may have been written: known again by the time it carries."""

    indexed_at: str
    outcomes: Mapping[tuple[type[Write], int], WriteOutcome]


class Writer:
    """Writes to one version. Not for two threads at once; other writers may be at work."""

    def __init__(
        self,
        client: Elasticsearch,
        names: Names,
        version: int,
        *,
        clock: Clock,
        refresh: bool = False,
        pause: Pause = time.sleep,
    ) -> None:
        self._client = client
        self._names = names
        self._version = version
        self._clock = clock
        self._refresh = refresh
        self._pause = pause
        self._sent: dict[str, _Sent] = {}

    def write(
        self,
        groups: Sequence[Group],
        bodies: Bodies,
        *,
        before_each: Callable[[], None],
        all_new: bool = False,
    ) -> Outcomes:
        """Write the events of each article; give their outcomes by article.

        `all_new`: the index was made just now, so try to create everything. An event whose answer
        was lost, and which is written again by this writer, has the outcome it had.
        """
        if len(self._sent) > _MAX_REMEMBERED:
            self._sent.clear()
        outcomes: Outcomes = {}
        new = [
            group
            for group in groups
            if (all_new or group.may_be_new) and group.article_id not in self._sent
        ]
        self._round(new, [Stored()] * len(new), bodies, before_each, outcomes)
        for _ in range(_ROUNDS):
            left = [group for group in groups if group.article_id not in outcomes]
            if not left:
                break
            self._round(left, self._read(left), bodies, before_each, outcomes)
        else:
            if any(group.article_id not in outcomes for group in groups):
                raise Unavailable("other writers were faster, time and again")
        # Told to the caller from here on, so a repeat of it is a repeat.
        for group in groups:
            self._sent.pop(group.article_id, None)
        return outcomes

    def _read(self, groups: Sequence[Group]) -> Sequence[Stored]:
        stored = list(read(self._client, [self._wanted(group, group.moves) for group in groups]))
        unread = [
            at
            for at, (group, each) in enumerate(zip(groups, stored, strict=True))
            if (merged := applied(each.held, group.events)[0]).unread
            and merged.clocks != each.held.clocks
        ]
        whole = read(self._client, [self._wanted(groups[at], whole=True) for at in unread])
        for at, each in zip(unread, whole, strict=True):
            stored[at] = each
        return stored

    def _wanted(self, group: Group, whole: bool) -> Wanted:  # noqa: FBT001
        return Wanted(index=self._index(group), id=group.article_id, whole=whole)

    def _index(self, group: Group) -> str:
        return self._names.index(self._version, group.month)

    def _round(
        self,
        groups: Sequence[Group],
        stored: Sequence[Stored],
        bodies: Bodies,
        before_each: Callable[[], None],
        outcomes: Outcomes,
    ) -> None:
        """Write what differs from what is stored; what lost a race has no outcome yet."""
        indexed_at = written_at(self._clock.now())
        actions: list[Action] = []
        sent: list[tuple[Group, tuple[WriteOutcome, ...]]] = []
        for group, each in zip(groups, stored, strict=True):
            merged, found = applied(each.held, group.events)
            found = self._told(group, each, found)
            if merged.clocks == each.held.clocks:
                outcomes[group.article_id] = found
                continue
            actions.append(
                Action(
                    index=self._index(group),
                    id=group.article_id,
                    body=bodies.body(group, merged, indexed_at=indexed_at),
                    seq_no=each.seq_no,
                    primary_term=each.primary_term,
                )
            )
            sent.append((group, found))
            self._remember(group, indexed_at, found)
        written = write_all(
            self._client,
            actions,
            refresh=self._refresh,
            pause=self._pause,
            before_each=before_each,
        )
        for (group, found), done in zip(sent, written, strict=True):
            if done:
                outcomes[group.article_id] = found

    def _told(
        self, group: Group, stored: Stored, outcomes: tuple[WriteOutcome, ...]
    ) -> tuple[WriteOutcome, ...]:
        """Give the outcomes of an earlier try to the events that were written by it."""
        sent = self._sent.get(group.article_id)
        if sent is None or sent.indexed_at != stored.indexed_at:
            return outcomes
        return tuple(
            sent.outcomes.get((type(event), event.seq), outcome)
            for event, outcome in zip(group.events, outcomes, strict=True)
        )

    def _remember(self, group: Group, indexed_at: str, outcomes: tuple[WriteOutcome, ...]) -> None:
        by_event = {
            (type(event), event.seq): outcome
            for event, outcome in zip(group.events, outcomes, strict=True)
        }
        self._sent[group.article_id] = _Sent(indexed_at=indexed_at, outcomes=by_event)
