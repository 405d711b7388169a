"""Building the next version of the index beside the one that is read, and the switch to it.

While one is built, writers write to both (`versions`); what was there before is carried over as
events, which change nothing where a writer was faster. A rebuild that was killed goes on.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from elasticsearch import Elasticsearch
from msgspec.structs import replace

from rasad_core.adapters.elasticsearch import lifecycle, versions
from rasad_core.adapters.elasticsearch.carrying import events_in
from rasad_core.adapters.elasticsearch.connection import explained
from rasad_core.adapters.elasticsearch.months import Month, Names
from rasad_core.adapters.elasticsearch.versions import NOTICED_SECONDS, Versions
from rasad_core.adapters.elasticsearch.writing import Bodies, Writer, grouped
from rasad_core.errors import Conflict, RasadError, Unavailable, Unprocessable
from rasad_core.events import Frozen
from rasad_core.ports import Clock, Write
from rasad_core.runtime.consume import Stopped, Wait

# How far the clocks of two machines may be apart.
_SKEW = timedelta(minutes=5)
_TRIES = 5

Tell = Callable[[str], None]
Refused = Callable[[str, Unprocessable], None]


class Part(Frozen, frozen=True, kw_only=True):
    """Something that a version is built of: a month of the one before, or a partition of the log.

    `next` is where it goes on, counted from 0; a month is done at 1.
    """

    name: str
    next: int = 0


class Rebuilt(Frozen, frozen=True, kw_only=True):
    """What a rebuild did; `articles` counts documents or events carried over by this run."""

    version: int
    replaced: int
    articles: int
    months: int


# Gives the events of a part in batches, each with where the part goes on behind it.
Batches = Callable[[Part], Iterator[tuple[Sequence[Write], int]]]


class Rebuild:
    """One run of a rebuild; what it needs to know of time is given to it."""

    def __init__(
        self,
        client: Elasticsearch,
        prefix: str = "",
        *,
        clock: Clock,
        wait: Wait,
        tell: Tell = lambda _progress: None,
        refused: Refused = lambda _article_id, _error: None,
        noticed_seconds: float = NOTICED_SECONDS,
    ) -> None:
        self._client = client
        self._names = Names(prefix=prefix)
        self._clock = clock
        self._wait = wait
        self._tell = tell
        self._refused = refused
        self._noticed_seconds = noticed_seconds
        self._articles = 0

    def from_index(self) -> Rebuilt:
        """Build the next version of what is held now, then switch to it.

        Searches and writers go on meanwhile. Raises `Stopped` when asked to stop: run it again.
        """
        current = self._begin()
        months = [Part(name=each.month) for each in self._months(current.reading)]
        self._build(current, months, self._documents)
        self._hold_months(current)
        self._carry_stragglers(current)
        return self._switch(current)

    def from_log(
        self, partitions: Sequence[str], batches: Batches, *, fewer: bool = False
    ) -> Rebuilt:
        """Build the next version of the log alone, then switch to it.

        Raises `RasadError` before the switch when the log no longer has some of the articles that
        are held, unless `fewer` are wanted; run again with it, or `cancel`.
        """
        current = self._begin()
        self._build(current, [Part(name=name) for name in partitions], batches)
        if not fewer:
            self._refuse_fewer(current)
        self._hold_months(current)
        return self._switch(current)

    def cancel(self) -> int | None:
        """Drop what was built of the next version; give its number, None where there is none."""
        current = lifecycle.installed(self._client, self._names.prefix)
        if current.building is None:
            return None
        self._hold_refreshes(current.reading, held=False)
        self._change(lambda found: Versions(reading=found.reading, switched_at=found.switched_at))
        self._pause()
        for each in self._months(current.building):
            lifecycle.drop(self._client, self._names.index(each.version, each.month))
        lifecycle.drop_template(self._client, self._names, current.building)
        return current.building

    def _begin(self) -> Versions:
        """Have writers write to a next version, and wait until each of them does."""
        current = lifecycle.installed(self._client, self._names.prefix)
        if current.building is None:
            there = lifecycle.indices(self._client, self._names)
            newest = max(each.version for each in self._names.months(there))
            building = max(newest, current.reading) + 1
            lifecycle.put_template(self._client, self._names, building, readable=False)
            now = self._clock.now()
            current = self._change(
                lambda found: replace(found, building=building, begun_at=now, built={})
            )
        if not current.built:
            self._pause()
        return current

    def _build(self, current: Versions, parts: Sequence[Part], batches: Batches) -> None:
        """Carry over every part from where an earlier run ended."""
        writer = self._writer(current)
        for part in parts:
            begun = replace(part, next=current.built.get(part.name, 0))
            for events, following in batches(begun):
                if events:
                    self._articles += self._carry(writer, events)
                    self._tell(f"{part.name}: {self._articles} articles so far")
                self._note(part.name, following)

    def _writer(self, current: Versions) -> Writer:
        assert current.building is not None
        return Writer(self._client, self._names, current.building, clock=self._clock)

    def _note(self, part: str, following: int) -> None:
        self._change(lambda found: replace(found, built={**found.built, part: following}))

    def _documents(self, part: Part) -> Iterator[tuple[Sequence[Write], int]]:
        """Give what a month of the version that is read holds, as events."""
        if part.next:
            return
        current = lifecycle.installed(self._client, self._names.prefix)
        index = self._names.index(current.reading, part.name)
        for events in events_in(self._client, index, {"match_all": {}}):
            yield events, 0
        yield (), 1

    def _carry(self, writer: Writer, events: Sequence[Write]) -> int:
        """Write events; give how many articles they are of, those refused left out."""
        self._unless_stopped()
        try:
            return self._write(writer, events)
        except Unprocessable as error:
            if len(events) == 1:
                self._refused(events[0].article_id, error)
                return 0
        return sum(self._carry(writer, [event]) for event in events)

    def _write(self, writer: Writer, events: Sequence[Write]) -> int:
        groups = grouped(events)
        writer.write(groups, Bodies(), before_each=lambda: None, all_new=True)
        return len(groups)

    def _hold_months(self, current: Versions) -> None:
        """Let no month begin any more, and have each of them in both versions."""
        assert current.building is not None
        self._change(lambda found: replace(found, switching=True))
        self._pause()
        for each in self._months(current.reading):
            lifecycle.begin(self._client, self._names.index(current.building, each.month))

    def _carry_stragglers(self, current: Versions) -> None:
        """Carry what a writer knew to write when building began, and wrote late: it was halted."""
        begun_at, writer = current.begun_at, self._writer(current)
        assert begun_at is not None
        until = begun_at + timedelta(seconds=self._noticed_seconds) + _SKEW
        query = _written_between(begun_at - _SKEW, until)
        for each in self._months(current.reading):
            index = self._names.index(current.reading, each.month)
            for events in events_in(self._client, index, query):
                self._carry(writer, events)

    def _switch(self, current: Versions) -> Rebuilt:
        """Have readers go over, so that none of them sees an article less or twice."""
        reading, building, names = current.reading, current.building, self._names
        assert building is not None
        # What can be seen from here on was written before, so it can be seen over there next.
        self._hold_refreshes(reading, held=True)
        with explained():
            self._client.indices.refresh(index=names.pattern(building))
            self._client.indices.update_aliases(
                actions=[
                    {
                        "remove": {
                            "index": names.pattern(reading),
                            "alias": names.alias,
                            "must_exist": False,
                        }
                    },
                    {"add": {"index": names.pattern(building), "alias": names.alias}},
                ]
            )
        lifecycle.put_template(self._client, names, reading, readable=False)
        lifecycle.put_template(self._client, names, building, readable=True)
        now = self._clock.now()
        self._change(lambda _: Versions(reading=building, switched_at=now))
        return Rebuilt(
            version=building,
            replaced=reading,
            articles=self._articles,
            months=len(self._months(building)),
        )

    def _refuse_fewer(self, current: Versions) -> None:
        held, built = (self._count(each) for each in (current.reading, current.building))
        if built < held:
            raise RasadError(
                f"{held} articles are held, and the log has {built} of them: say that fewer are "
                "wanted to switch all the same, or cancel and rebuild from the index"
            )

    def _count(self, version: int | None) -> int:
        assert version is not None
        pattern = self._names.pattern(version)
        with explained():
            self._client.indices.refresh(index=pattern)
            found = self._client.count(index=pattern, query={"term": {"searchable": True}})
        return int(found["count"])

    def _hold_refreshes(self, version: int, *, held: bool) -> None:
        with explained():
            self._client.indices.put_settings(
                index=self._names.pattern(version),
                settings={"refresh_interval": "-1" if held else "1s"},
                allow_no_indices=True,
            )

    def _months(self, version: int) -> Sequence[Month]:
        there = lifecycle.indices(self._client, self._names)
        return [each for each in self._names.months(there) if each.version == version]

    def _change(self, wanted: Callable[[Versions], Versions]) -> Versions:
        for _ in range(_TRIES):
            try:
                return versions.change(self._client, self._names, wanted)
            except Conflict:
                continue
        raise Unavailable("another program keeps changing the versions of the index")

    def _pause(self) -> None:
        """Wait until no writer goes by what it knew before."""
        if self._noticed_seconds:
            self._tell(f"waiting {self._noticed_seconds:g} s until every writer knows")
        self._unless_stopped(self._noticed_seconds)

    def _unless_stopped(self, seconds: float = 0.0) -> None:
        if self._wait(seconds):
            raise Stopped("the rebuild was ended; run it again, and it goes on")


def _written_between(first: datetime, last: datetime) -> dict[str, object]:
    return {"range": {"indexed_at": {"gte": first.isoformat(), "lte": last.isoformat()}}}
