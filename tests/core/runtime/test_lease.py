"""One holder at a time, whatever is slow, lost or asked in between; and one soon, when one goes."""

import threading
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rasad_core.adapters.memory.store import MemoryStore
from rasad_core.errors import Unavailable
from rasad_core.kinds import LEASES
from rasad_core.ports import Document
from rasad_core.runtime.lease import GIVEN_UP_SECONDS, HELD_SECONDS, Lease, run_leased


class Time:
    """Everybody's time; each has a clock of its own that shows another."""

    def __init__(self) -> None:
        self.now = 1000.0

    def clock(self, ahead: float = 0.0) -> Callable[[], float]:
        return lambda: self.now + ahead


class SlowStore(MemoryStore):
    """Calls `between` before and after each read and write, and loses answers as it says."""

    def __init__(self, between: Callable[[], bool] = lambda: True) -> None:
        super().__init__()
        self.between = between

    def get(self, kind: str, key: str) -> Document | None:
        self._pass()
        held = super().get(kind, key)
        self._pass()
        return held

    def put(
        self,
        kind: str,
        key: str,
        value: bytes,
        *,
        team_id: str | None = None,
        expected_version: int | None = None,
    ) -> int:
        self._pass()
        version = super().put(kind, key, value, team_id=team_id, expected_version=expected_version)
        self._pass()
        return version

    def _pass(self) -> None:
        if not self.between():
            message = "no answer"
            raise Unavailable(message)


def two(store: MemoryStore, time: Time) -> tuple[Lease, Lease]:
    return (
        Lease(store, "sender", monotonic=time.clock()),
        Lease(store, "sender", monotonic=time.clock(ahead=777.0)),
    )


def test_first_to_ask_holds_and_the_second_waits() -> None:
    first, second = two(MemoryStore(), Time())

    assert first.hold()
    assert not second.hold()
    assert first.seconds_left == HELD_SECONDS


def test_holder_that_renews_keeps_it() -> None:
    time = Time()
    first, second = two(MemoryStore(), time)
    first.hold()

    for _ in range(20):
        time.now += 2
        assert first.hold()
        assert not second.hold()


def test_silent_holder_is_followed_once_it_has_stopped_by_itself() -> None:
    time = Time()
    first, second = two(MemoryStore(), time)
    first.hold()
    second.hold()

    time.now += GIVEN_UP_SECONDS - 0.1
    assert first.seconds_left == 0
    assert not second.hold()
    time.now += 0.2
    assert second.hold()
    assert not first.hold()


def test_released_lease_goes_to_the_next_at_once() -> None:
    first, second = two(MemoryStore(), Time())
    first.hold()
    second.hold()

    first.release()

    assert first.seconds_left == 0
    assert second.hold()


def test_release_takes_nothing_from_another() -> None:
    time = Time()
    store = MemoryStore()
    first, second = two(store, time)
    first.hold()
    second.hold()
    time.now += 11
    second.hold()

    first.release()

    assert second.hold()


def test_renewal_whose_answer_was_lost_is_ones_own() -> None:
    time = Time()
    store = SlowStore()
    first, _ = two(store, time)
    first.hold()
    answers = iter([True, True, True, False])
    store.between = lambda: next(answers)
    time.now += 2

    with pytest.raises(Unavailable):
        first.hold()
    assert first.seconds_left == HELD_SECONDS - 2
    store.between = lambda: True

    assert first.hold()
    assert first.seconds_left == HELD_SECONDS


def test_names_are_held_apart() -> None:
    store, time = MemoryStore(), Time()

    assert Lease(store, "sender", monotonic=time.clock()).hold()
    assert Lease(store, "ingest", monotonic=time.clock()).hold()


class World:
    """Three processes over one store, in which anything may happen at any moment."""

    def __init__(self, data: st.DataObject) -> None:
        self.data = data
        self.time = Time()
        self.store = SlowStore(self.between)
        self.leases = [
            Lease(self.store, "sender", monotonic=self.time.clock(ahead))
            for ahead in (0.0, 1e6, -900.0)
        ]
        self.asking: list[int] = []

    def between(self) -> bool:
        """Let time pass, another ask, or the answer be lost, in the middle of a call."""
        self.pass_time()
        others = [at for at in range(3) if at not in self.asking]
        if others and self.data.draw(st.integers(0, 2)) == 0:
            self.ask(self.data.draw(st.sampled_from(others)))
        return self.data.draw(st.integers(0, 5)) > 0

    def pass_time(self) -> None:
        self.time.now += self.data.draw(st.sampled_from([0, 0, 0.5, 2, 3, 7, 9, 11]))
        self.look()

    def ask(self, at: int) -> None:
        self.asking.append(at)
        try:
            if self.data.draw(st.integers(0, 5)) == 0:
                self.leases[at].release()
            else:
                self.leases[at].hold()
        except Unavailable:
            pass
        self.asking.remove(at)
        self.look()

    def look(self) -> None:
        assert sum(lease.seconds_left > 0 for lease in self.leases) <= 1


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_never_two_hold_it_whatever_comes_between(data: st.DataObject) -> None:
    world = World(data)
    for _ in range(data.draw(st.integers(1, 12))):
        world.ask(data.draw(st.integers(0, 2)))
        world.pass_time()


def test_work_runs_while_the_lease_is_held_and_is_released_at_the_end() -> None:
    store, stop = MemoryStore(), threading.Event()
    runs: list[int] = []

    def work(ended: threading.Event) -> None:
        runs.append(1)
        stop.set()
        assert ended.wait(5)

    run_leased(Lease(store, "sender"), work, stop)

    assert runs == [1]
    assert store.get(LEASES, "sender") is None


def test_work_that_returns_by_itself_is_over() -> None:
    run_leased(Lease(MemoryStore(), "sender"), lambda _: None, threading.Event())


def test_work_that_fails_gives_the_lease_back() -> None:
    store = MemoryStore()

    def work(_: threading.Event) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_leased(Lease(store, "sender"), work, threading.Event())
    assert store.get(LEASES, "sender") is None


def test_work_is_told_when_the_store_was_away_too_long_and_goes_on_later() -> None:
    time, stop = Time(), threading.Event()
    store = SlowStore()
    runs: list[int] = []

    def work(ended: threading.Event) -> None:
        runs.append(1)
        if len(runs) == 2:
            stop.set()
            return
        time.now += HELD_SECONDS
        assert ended.wait(5)

    run_leased(Lease(store, "sender", monotonic=time.clock()), work, stop)

    assert runs == [1, 1]


def test_waiting_ends_with_the_program() -> None:
    store, stop = MemoryStore(), threading.Event()
    Lease(store, "sender").hold()
    stop_soon = threading.Timer(0.05, stop.set)
    stop_soon.start()

    run_leased(Lease(store, "sender"), lambda _: pytest.fail("not held"), stop)
    stop_soon.join()
