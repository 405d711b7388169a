"""Whether the program is ready: each dependency by name, asked seldom, and never waited for long."""

import time
from collections.abc import Callable, Iterator
from threading import Event

import httpx
import pytest

from rasad_core.errors import Unavailable
from rasad_core.runtime.readiness import Dependency, Readiness

MakeClient = Callable[..., httpx.Client]


@pytest.fixture
def never() -> Iterator[Event]:
    event = Event()
    yield event
    event.set()


def away() -> None:
    raise Unavailable("http://elasticsearch-3.inside:9200 does not answer")


def fine() -> None:
    pass


def test_dependency_that_is_away_is_named_and_nothing_more(make_client: MakeClient) -> None:
    dependencies = (
        Dependency(name="elasticsearch", check=away),
        Dependency(name="kafka", check=fine),
    )

    answer = make_client(dependencies=dependencies).get("/readyz")

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.json() == {"ready": False, "checks": {"elasticsearch": "away", "kafka": "ok"}}


def test_program_is_ready_without_what_only_some_answers_need(make_client: MakeClient) -> None:
    dependencies = (
        Dependency(name="elasticsearch", check=fine),
        Dependency(name="kafka", check=away, needed=False),
    )

    answer = make_client(dependencies=dependencies).get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "checks": {"elasticsearch": "ok", "kafka": "away"}}


def test_what_hangs_is_away_in_time_and_is_not_asked_twice_at_once(never: Event) -> None:
    asked = list[int]()

    def hang() -> None:
        asked.append(1)
        never.wait()

    readiness = Readiness((Dependency(name="log", check=hang),), limit_seconds=0.05)
    begun = time.monotonic()
    found = [readiness.look(), readiness.look()]

    assert [each.checks for each in found] == [{"log": "away"}] * 2
    assert time.monotonic() - begun < 1.0
    assert asked == [1]


def test_answer_is_kept_for_a_second() -> None:
    asked = list[int]()
    readiness = Readiness((Dependency(name="log", check=lambda: asked.append(1)),))
    for _ in range(50):
        readiness.look()

    assert asked == [1]
