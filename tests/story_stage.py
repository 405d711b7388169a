"""The stages of stories over a log in memory: what its tests put in, and read out of it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from rasad_core import codec
from rasad_core.adapters.memory.log import MemoryLog
from rasad_core.errors import Unavailable
from rasad_core.events import ArticleAnalysed, ArticleEnriched, ArticleMoved
from rasad_core.ports import Outgoing
from rasad_core.topics import ANALYSED, BY_NAME, ENRICHED
from story_articles import article


class Ticking:
    """A clock that moves a second with every look."""

    def __init__(self) -> None:
        self._now = datetime(2026, 3, 1, tzinfo=UTC)

    def now(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now


CLOCK = Ticking()


class Broken:
    """A publisher whose log is away; `after` messages get through first."""

    def __init__(self, log: MemoryLog, after: int = 0) -> None:
        self._log = log
        self._after = after

    def publish(self, messages: Sequence[Outgoing]) -> None:
        self._log.publish(messages[: self._after])
        raise Unavailable("away")


def enqueue(log: MemoryLog, events: Sequence[ArticleAnalysed]) -> None:
    log.publish(
        [
            Outgoing(
                topic=ANALYSED,
                key=event.article_id,
                value=codec.encode(event),
                headers={"trace_id": event.trace_id},
            )
            for event in events
        ]
    )


def enriched(log: MemoryLog) -> list[ArticleEnriched | ArticleMoved]:
    found: list[ArticleEnriched | ArticleMoved] = []
    for message in log.read(ENRICHED):
        event = codec.decode(message.value, *BY_NAME[ENRICHED].events)
        assert isinstance(event, ArticleEnriched | ArticleMoved)
        found.append(event)
    return found


def stories_of(log: MemoryLog) -> dict[str, str]:
    """The story of each article by the events, the highest `seq` counting."""
    found: dict[str, tuple[int, str]] = {}
    for event in enriched(log):
        found[event.article_id] = max(
            found.get(event.article_id, (0, "")), (event.seq, event.story_id)
        )
    return {name: story for name, (_, story) in found.items()}


EVENTS = st.lists(
    st.builds(
        lambda name, start, fetched: article(
            f"{name}", range(start, start + 60), day=start / 40, fetched=fetched
        ),
        st.integers(0, 8),
        st.sampled_from([0, 20, 40, 100, 120, 300]),
        st.integers(0, 2),
    ),
    min_size=1,
    max_size=16,
)


def as_sets(stories: dict[str, str]) -> set[frozenset[str]]:
    return {
        frozenset(name for name, own in stories.items() if own == story)
        for story in stories.values()
    }
