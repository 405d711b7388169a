"""Dead letters are listed, shown, sent again once, and dropped; their payload never changes."""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasad_core import dead_letters
from rasad_core.adapters.memory.log import MemoryLog
from rasad_core.adapters.memory.store import MemoryStore
from rasad_core.errors import RasadError, Reason, Unavailable
from rasad_core.ports import Message, Outgoing
from rasad_core.runtime.consume import dead_letter
from rasad_core.topics import ANALYSED, RAW, Stage

AT = datetime(2026, 3, 1, 6, tzinfo=UTC)


class Clock:
    def now(self) -> datetime:
        return AT


class Bench:
    """A log with letters in it, and a store; what a command has at hand."""

    def __init__(self) -> None:
        self.log = MemoryLog(Clock())
        self.store = MemoryStore()
        self.waited: list[float] = []

    def die(self, key: str, *, stage: Stage = "enrich", reason: Reason = Reason.EMPTY,
            topic: str = RAW, value: bytes = b"v", **headers: str) -> None:  # fmt: skip
        message = Message(
            topic=topic, partition=3, offset=41, key=key, value=value, headers=headers, at=AT
        )
        self.log.publish([dead_letter(message, stage, reason, "why", attempts=2, at=AT)])

    def ids(self, stage: Stage | None = None, reason: str | None = None) -> list[str]:
        found = dead_letters.find(self.log, self.store, stage=stage, reason=reason)
        return [letter.dead_id for letter in found]

    def replay(self, *, stop: bool = False, stage: Stage | None = None, reason: str | None = None,
               dead_id: str | None = None, per_second: float | None = None,
               dry_run: bool = False) -> tuple[int, int, int]:  # fmt: skip
        def wait(seconds: float) -> bool:
            self.waited.append(seconds)
            return stop

        done = dead_letters.replay(
            self.log, self.log, self.store, clock=Clock(), wait=wait, stage=stage, reason=reason,
            dead_id=dead_id, per_second=per_second, dry_run=dry_run,
        )  # fmt: skip
        return done.replayed, done.skipped, done.failed

    def keys(self, topic: str = RAW) -> list[str]:
        return [message.key for message in self.log.read(topic)]


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_letter_tells_where_the_original_was_and_has_exactly_the_fields_of_the_contract(
    bench: Bench,
) -> None:
    bench.die("a")
    (letter,) = dead_letters.find(bench.log, bench.store)

    assert msgspec.to_builtins(letter) == {
        "dead_id": "enrich-0-0",
        "stage": "enrich",
        "reason": "empty",
        "message": "why",
        "topic": RAW,
        "partition": 3,
        "offset": 41,
        "key": "a",
        "at": "2026-03-01T06:00:00Z",
        "attempts": 2,
        "replayed_at": None,
    }


def test_letters_of_all_stages_are_found_and_filtered(bench: Bench) -> None:
    bench.die("a")
    bench.die("b", reason=Reason.BUG)
    bench.die("c", stage="stories", topic=ANALYSED)

    assert bench.ids() == ["enrich-0-0", "enrich-0-1", "stories-0-0"]
    assert bench.ids(stage="enrich") == ["enrich-0-0", "enrich-0-1"]
    assert bench.ids(reason="bug") == ["enrich-0-1"]
    assert bench.ids(stage="index") == []


def test_stage_without_dead_letters_is_refused_by_name(bench: Bench) -> None:
    with pytest.raises(RasadError, match="`ingest` has no dead letters"):
        bench.ids(stage="ingest")


def test_more_letters_than_are_looked_up_at_once_are_all_found(bench: Bench) -> None:
    for number in range(1001):
        bench.die(str(number))
    dead_letters.drop(bench.log, bench.store, ["enrich-0-0", "enrich-0-600"], now=AT)

    assert bench.ids() == [f"enrich-0-{n}" for n in range(1001) if n not in {0, 600}]


@given(
    key=st.text(max_size=10),
    value=st.binary(max_size=50),
    header=st.text(max_size=10),
)
def test_original_is_shown_and_sent_again_unchanged(key: str, value: bytes, header: str) -> None:
    bench = Bench()
    bench.die(key, value=value, trace_id=header, deadline=header)
    original = Outgoing(
        topic=RAW, key=key, value=value, headers={"trace_id": header, "deadline": header}
    )

    assert dead_letters.show(bench.log, bench.store, "enrich-0-0").original == original
    assert bench.replay() == (1, 0, 0)
    (again,) = bench.log.read(RAW)
    assert (again.key, again.value, again.headers) == (key, value, original.headers)


@pytest.mark.parametrize(
    "dead_id", ["", "enrich", "enrich-0", "enrich-0-x", "nobody-0-0", "enrich-0-1", "enrich-9-0"]
)
def test_unknown_id_is_named(bench: Bench, dead_id: str) -> None:
    bench.die("a")

    with pytest.raises(RasadError, match=f"`{dead_id}`"):
        dead_letters.show(bench.log, bench.store, dead_id)


def test_dropped_is_hidden_everywhere(bench: Bench) -> None:
    bench.die("a")
    bench.die("b")
    dead_letters.drop(bench.log, bench.store, ["enrich-0-0"], now=AT)

    assert bench.ids() == ["enrich-0-1"]
    assert bench.replay() == (1, 0, 0)
    with pytest.raises(RasadError, match="dropped"):
        dead_letters.show(bench.log, bench.store, "enrich-0-0")


def test_one_wrong_id_drops_nothing(bench: Bench) -> None:
    bench.die("a")

    with pytest.raises(RasadError, match="enrich-0-7"):
        dead_letters.drop(bench.log, bench.store, ["enrich-0-0", "enrich-0-7"], now=AT)
    assert bench.ids() == ["enrich-0-0"]


def test_what_was_replayed_once_is_skipped_and_says_when(bench: Bench) -> None:
    bench.die("a")
    bench.die("b")

    assert bench.replay(dead_id="enrich-0-1") == (1, 0, 0)
    assert bench.replay() == (1, 1, 0)
    assert bench.replay() == (0, 2, 0)
    assert bench.keys() == ["b", "a"]
    assert [one.replayed_at for one in dead_letters.find(bench.log, bench.store)] == [AT, AT]


def test_replay_sends_only_what_was_chosen(bench: Bench) -> None:
    bench.die("a")
    bench.die("b", reason=Reason.BUG)
    bench.die("c", stage="stories", topic=ANALYSED)

    assert bench.replay(reason="bug") == (1, 0, 0)
    assert bench.replay(stage="stories") == (1, 0, 0)
    assert (bench.keys(RAW), bench.keys(ANALYSED)) == (["b"], ["c"])


def test_dry_run_counts_and_changes_nothing(bench: Bench) -> None:
    bench.die("a")
    bench.die("b")

    assert bench.replay(dry_run=True, per_second=1) == (2, 0, 0)
    assert bench.keys() == []
    assert bench.waited == []
    assert bench.replay() == (2, 0, 0)


def test_rate_waits_between_sendings_and_stops_when_asked(bench: Bench) -> None:
    for key in "abc":
        bench.die(key)

    assert bench.replay(per_second=4, stop=True) == (1, 0, 0)
    assert bench.replay(per_second=4) == (2, 1, 0)
    assert bench.waited == [0.25, 0.25]
    assert bench.keys() == ["a", "b", "c"]


def test_letter_that_names_no_topic_of_ours_fails_and_the_others_go_on(bench: Bench) -> None:
    bench.log.publish(
        [Outgoing(topic="enrich.dead", key="x", value=b"?", headers={"dead.at": "?"})]
    )
    bench.die("a")

    assert bench.replay() == (1, 0, 1)
    assert bench.keys() == ["a"]
    strange = dead_letters.show(bench.log, bench.store, "enrich-0-0").letter
    assert (strange.topic, strange.at, strange.attempts) == ("", AT, 0)


class Failing:
    """A publisher that is away after the first message, like a log whose disk is full."""

    def __init__(self, log: MemoryLog) -> None:
        self._log = log
        self._left = 1

    def publish(self, messages: Sequence[Outgoing]) -> None:
        if not self._left:
            raise Unavailable("away")
        self._left -= 1
        self._log.publish(messages)


def test_replay_goes_on_where_an_outage_stopped_it(bench: Bench) -> None:
    bench.die("a")
    bench.die("b")

    with pytest.raises(Unavailable):
        dead_letters.replay(
            bench.log, Failing(bench.log), bench.store, clock=Clock(), wait=lambda _: False
        )
    assert bench.keys() == ["a"]
    assert bench.replay() == (1, 1, 0)
    assert bench.keys() == ["a", "b"]


def test_key_that_is_no_text_can_be_looked_at_and_is_sent_again_as_it_was(bench: Bench) -> None:
    bench.die("\udcffk", shape="\udcfe")
    (letter,) = dead_letters.find(bench.log, bench.store)
    bench.replay()
    (again,) = bench.log.read(RAW)

    assert msgspec.json.decode(msgspec.json.encode(letter))["key"] == "\\xffk"
    assert (again.key, again.headers) == ("\udcffk", {"shape": "\udcfe"})
