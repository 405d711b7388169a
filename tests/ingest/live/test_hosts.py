"""Politeness per host: how many at once, how far apart, and what hosts say themselves."""

from threading import Barrier, Event, Thread

import pytest

from rasad_core.errors import Unavailable
from rasad_ingest.live.hosts import Hosts

FEED = "https://post.example/feed"
# Longer than anybody waits.
LONG_SECONDS = 301.0


class Time:
    """A monotonic clock that waiting moves on, at once."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.waits: list[float] = []

    def monotonic(self) -> float:
        return self.seconds

    def wait(self, stop: Event, seconds: float) -> bool:
        self.waits.append(seconds)
        self.seconds += seconds
        return stop.is_set()


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def hosts(time: Time) -> Hosts:
    return Hosts(monotonic=time.monotonic, wait=time.wait)


def start(hosts: Hosts, time: Time, url: str = FEED, stop: Event | None = None) -> float:
    """Give the time at which a turn came."""
    with hosts.turn(url, stop or Event()):
        return time.seconds


def test_starts_at_one_host_are_half_a_second_apart(hosts: Hosts, time: Time) -> None:
    assert [start(hosts, time) for _ in range(3)] == [1000.0, 1000.5, 1001.0]


@pytest.mark.parametrize("other", ["https://other.example/feed", "no address", "http://["])
def test_hosts_do_not_wait_for_each_other(hosts: Hosts, time: Time, other: str) -> None:
    start(hosts, time)

    assert start(hosts, time, other) == 1000.0


@pytest.mark.parametrize("same", ["http://POST.example:8080/x?y", "https://post.example./"])
def test_one_host_written_otherwise_is_the_same_host(hosts: Hosts, time: Time, same: str) -> None:
    start(hosts, time)

    assert start(hosts, time, same) == 1000.5


def test_third_at_once_waits_until_a_place_is_free(hosts: Hosts, time: Time) -> None:
    stop = Event()
    first, second = hosts.turn(FEED, stop), hosts.turn(FEED, stop)
    first.__enter__()
    second.__enter__()
    with pytest.raises(Unavailable), hosts.turn(FEED, stop):
        pass
    first.__exit__(None, None, None)

    with hosts.turn(FEED, stop):
        second.__exit__(None, None, None)

    assert time.seconds < 1061.0


def test_place_is_free_again_after_a_fetch_that_failed(hosts: Hosts, time: Time) -> None:
    for _ in range(3):
        with pytest.raises(OSError), hosts.turn(FEED, Event()):  # noqa: PT011  any would do
            raise OSError

    assert start(hosts, time) == 1001.5


def test_never_more_than_two_of_many_threads_are_at_a_host() -> None:
    hosts = Hosts(wait=lambda stop, _: stop.wait(0.0001))
    hosts.pace(FEED, 0)
    together, at_once, most = Barrier(8), [0], [0]

    def fetch() -> None:
        together.wait()
        for _ in range(50):
            with hosts.turn(FEED, Event()):
                at_once.append(1)
                most[0] = max(most[0], sum(at_once))
                at_once.append(-1)

    threads = [Thread(target=fetch) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(at_once) == 1 + 8 * 50 * 2
    assert most[0] <= 2


def test_held_host_is_asked_after_the_hold(hosts: Hosts, time: Time) -> None:
    hosts.hold(FEED, 30)
    hosts.hold(FEED, 10)

    assert start(hosts, time) == 1030.0


def test_hold_longer_than_anybody_waits_says_when_to_come_again(hosts: Hosts, time: Time) -> None:
    hosts.hold(FEED, LONG_SECONDS)

    with pytest.raises(Unavailable) as caught:
        start(hosts, time)

    assert caught.value.retry_after_seconds == LONG_SECONDS
    assert time.waits == []


@pytest.mark.parametrize(("asked", "kept"), [(0, 0), (7, 7), (3600, 60), (-1, 0)])
def test_pace_a_host_asks_for_is_kept_up_to_a_minute(
    hosts: Hosts, time: Time, asked: float, kept: float
) -> None:
    hosts.pace(FEED, asked)
    start(hosts, time)

    assert start(hosts, time) == 1000.0 + kept


def test_stopping_ends_the_wait_at_once(hosts: Hosts, time: Time) -> None:
    stop = Event()
    stop.set()

    with pytest.raises(Unavailable, match="stopping"):
        start(hosts, time, stop=stop)

    assert start(hosts, time) == 1000.0


def test_stopping_while_waiting_ends_the_wait() -> None:
    waiting, stop = Event(), Event()

    def wait(stop: Event, seconds: float) -> bool:
        waiting.set()
        return stop.wait(seconds)

    hosts = Hosts(wait=wait)
    hosts.hold(FEED, 59)
    ended: list[str] = []

    def fetch() -> None:
        try:
            with hosts.turn(FEED, stop):
                pass
        except Unavailable as error:
            ended.append(str(error))

    thread = Thread(target=fetch)
    thread.start()
    waiting.wait(5)
    stop.set()
    thread.join(5)

    assert ended == ["the program is stopping"]
