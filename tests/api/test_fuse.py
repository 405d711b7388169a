"""A store that is away is asked once a second, and never for what needs no store."""

from collections.abc import Callable

import httpx
import pytest

from rasad_api.fuse import Fuse
from rasad_core.adapters.memory.store import MemoryStore
from rasad_core.errors import Unavailable
from rasad_core.ports import Document

MakeClient = Callable[..., httpx.Client]
KEY = {"authorization": "Bearer rk_0123456789ab_secret"}


class Away(MemoryStore):
    asked = 0

    def get(self, *_: str) -> Document | None:
        self.asked += 1
        raise Unavailable("the store is away", retry_after_seconds=2)


@pytest.fixture
def store() -> Away:
    return Away()


@pytest.fixture
def cluster(make_client: MakeClient) -> httpx.Client:
    return make_client(admin_key="the-first-key", loopback=False)


def test_one_call_a_second_goes_through_until_one_succeeds() -> None:
    now, asked = 100.0, list[float]()
    answers: list[Unavailable | str] = [Unavailable("away"), Unavailable("away"), "here"]
    fuse = Fuse(monotonic=lambda: now)

    def ask() -> str:
        asked.append(now)
        answer = answers.pop(0)
        if isinstance(answer, Unavailable):
            raise answer
        return answer

    def ask_at(at: float) -> str:
        nonlocal now
        now = at
        return fuse.call(ask)

    for at in (100.0, 100.1, 100.9, 101.0, 101.5):
        with pytest.raises(Unavailable, match="away"):
            ask_at(at)

    assert ask_at(102.0) == "here"
    assert asked == [100.0, 101.0, 102.0]


def test_keys_are_not_looked_up_again_and_again(cluster: httpx.Client, store: Away) -> None:
    for path in ("/v1/alerts", "/v1/search", "/alerts", "/sign-in"):
        answer = cluster.get(path, headers=KEY)

        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) >= 1

    assert store.asked == 1


@pytest.mark.parametrize("path", ["/livez", "/metrics", "/openapi.json", "/docs", "/docs/problems"])
def test_what_is_the_same_for_all_needs_no_store(
    cluster: httpx.Client, store: Away, path: str
) -> None:
    answer = cluster.get(path, headers={**KEY, "host": "rasad.example"})

    assert (answer.status_code, store.asked) == (200, 0)


def test_first_key_needs_no_store(cluster: httpx.Client) -> None:
    answer = cluster.get("/v1/search", headers={"authorization": "Bearer the-first-key"})

    assert answer.status_code == 200
