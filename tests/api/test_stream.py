"""The live stream: nothing left out, nothing told twice, nothing of another team."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace

import httpx
import pytest

from api_articles import enriched
from api_clock import NOW
from api_stream import listen
from in_process import client_of
from rasad_api.app import create_app
from rasad_api.live import begin, told
from rasad_api.live_hub import MOST_ENTRIES, Hub
from rasad_api.live_places import Places, fitted, read_places, write_places
from rasad_api.ports import Ports
from rasad_api.routes.stream import MOST_STREAMS, Streams
from rasad_core import codec
from rasad_core.adapters.memory.log import MemoryFollower, MemoryLog
from rasad_core.errors import Unavailable
from rasad_core.events import AlertMatched, ArticleMoved, Snippet
from rasad_core.ports import Outgoing
from rasad_core.topics import ENRICHED, MATCHED

KeyFor = Callable[..., dict[str, str]]


def article(article_id: str, title: str = "Ferry sails again") -> Outgoing:
    event = enriched(article_id, title=title)
    return Outgoing(topic=ENRICHED, key=article_id, value=codec.encode(event))


def match(article_id: str, team_id: str = "default") -> Outgoing:
    event = AlertMatched(
        trace_id="t", alert_id="al_1", team_id=team_id, alert_version=1, matched_at=NOW,
        article=enriched(article_id), spans=(), snippet=Snippet(text="The ferry left."),
    )  # fmt: skip
    return Outgoing(topic=MATCHED, key="al_1", value=codec.encode(event))


def test_it_begins_at_the_present_and_resumes_where_it_was(ports: Ports, log: MemoryLog) -> None:
    log.publish([article("old"), match("old")])
    app = create_app(ports)
    (beat,) = listen(app, wanted=1)
    log.publish([article("a"), match("a")])

    seen = listen(create_app(ports), wanted=3, after=beat.id)

    assert [(each.name, each.id) for each in seen] == [
        ("beat", "1-1"), ("article", "2-1"), ("match", "2-2"),
    ]  # fmt: skip
    assert seen[1].data["article_id"] == "a"
    assert seen[2].data["article"]["title"] == "Ferry sails again"


def test_nothing_is_lost_or_repeated_over_twenty_disconnects(ports: Ports, log: MemoryLog) -> None:
    replicas = [create_app(ports), create_app(ports)]
    (beat,) = listen(replicas[0], wanted=1)
    place, seen = beat.id, list[tuple[str, str]]()
    for turn in range(21):
        # Each turn 10 come and about as many are read, so that some wait whenever it hangs up.
        if turn < 20:
            for at in range(5):
                log.publish([article(f"{turn}-{at}"), match(f"{turn}-{at}")])
        wanted = 8 if turn < 20 else 200 - len(seen)
        read = listen(replicas[turn % 2], wanted=1 + wanted, after=place)[1:]
        seen += [(each.name, each.data.get("article", each.data)["article_id"]) for each in read]
        place = read[-1].id

    names = {f"{turn}-{at}" for turn in range(20) for at in range(5)}
    assert len(seen) == 200
    assert set(seen) == {(kind, name) for kind in ("article", "match") for name in names}


def test_matches_of_other_teams_are_passed_over(
    ports: Ports, log: MemoryLog, key_for: KeyFor
) -> None:
    log.publish([match("theirs", "theirs"), match("ours", "ours")])
    log.publish([match("theirs2", "theirs"), match("ours2", "ours")])

    seen = listen(create_app(ports), wanted=3, after="0-0", headers=key_for("viewer", "ours"))

    assert [each.data["article"]["article_id"] for each in seen[1:]] == ["ours", "ours2"]
    assert [each.id for each in seen] == ["0-0", "0-2", "0-4"]


def test_what_is_no_article_or_cannot_be_read_is_passed_over(ports: Ports, log: MemoryLog) -> None:
    moved = ArticleMoved(
        trace_id="t", article_id="a", seq=2, month="2026.03", story_id="s", from_story_id="a"
    )
    log.publish([
        Outgoing(topic=ENRICHED, key="a", value=codec.encode(moved)),
        Outgoing(topic=ENRICHED, key="b", value=b"{"),
        article("c", title="two\nlines\n\nid: 9-9"),
    ])  # fmt: skip

    seen = listen(create_app(ports), wanted=2, after="0-0")

    assert (seen[1].id, seen[1].data["title"]) == ("3-0", "two\nlines\n\nid: 9-9")


def test_log_that_is_away_is_waited_for(ports: Ports, log: MemoryLog) -> None:
    class Flaky(MemoryLog):
        left = 4

        def follow(self, places: Mapping[tuple[str, int], int]) -> MemoryFollower:
            self.left -= 1
            if self.left >= 0:
                raise Unavailable("the log is away")
            return log.follow(places)

        def end_of(self, topic: str, *, partition: int = 0) -> int:
            return log.end_of(topic, partition=partition)

    log.publish([article("a")])
    app = create_app(replace(ports, reader=Flaky(ports.clock)))
    (missed,) = listen(app, wanted=2, after="0-0")[1:]
    log.publish([article("b")])
    (new,) = listen(app, wanted=2, after=missed.id)[1:]

    assert [missed.data["article_id"], new.data["article_id"]] == ["a", "b"]


def test_log_that_is_away_from_the_first_is_said_in_time(ports: Ports) -> None:
    class Away(MemoryLog):
        def end_of(self, topic: str, *, partition: int = 0) -> int:
            raise Unavailable(f"no {topic} of {partition}")

    hub = Hub(Away(ports.clock), ports.stopping)
    hub.enter()

    with pytest.raises(Unavailable, match="the log is away"):
        asyncio.run(begin(hub, None, patience_seconds=0.05))
    hub.leave()


def test_stream_of_a_key_that_ended_ends(ports: Ports, log: MemoryLog) -> None:
    hub = Hub(log, ports.stopping)
    hub.enter()

    async def read() -> list[bytes]:
        begun = await begin(hub, None)
        holds = iter([True, True, False])
        return [
            part async for part in told(hub, "t", begun, lambda: next(holds), beat_seconds=0.01)
        ]

    parts = asyncio.run(read())
    hub.leave()

    assert [b"retry" in each or b"beat" in each for each in parts] == [True] * len(parts)
    assert len(parts) >= 3


def test_place_of_fewer_partitions_begins_the_others_at_their_first() -> None:
    known = {(ENRICHED, 0): 9, (ENRICHED, 1): 4, (MATCHED, 0): 2}

    assert fitted(read_places("7-2"), known) == {**known, (ENRICHED, 0): 7, (ENRICHED, 1): 0}
    assert read_places(write_places(known)) == known
    assert write_places(known) == "9.4-2"


@pytest.mark.parametrize("written", ["-1", "1", "1-", "1-2-3", "1..2-3", "1.-2", "a-b", "1-2\n"])
def test_what_is_no_place_is_none(written: str) -> None:
    with pytest.raises(ValueError, match="is no place"):
        read_places(written)


def test_hub_forgets_the_oldest_and_says_so(ports: Ports, log: MemoryLog) -> None:
    hub = Hub(log, ports.stopping)
    hub.enter()
    begun = asyncio.run(begin(hub, None))
    log.publish([article(str(number)) for number in range(MOST_ENTRIES + 1)])
    behind = asyncio.run(_all_of(hub, MOST_ENTRIES + 1))
    kept = hub.since(None, hub.base())
    hub.leave()

    assert behind == {(ENRICHED, 0): MOST_ENTRIES + 1, (MATCHED, 0): 0}
    assert hub.since(None, begun) is None
    assert hub.since(0, begun) is None
    assert kept is not None
    assert kept[0][0].offset == hub.base()[ENRICHED, 0] > 0


async def _all_of(hub: Hub, count: int) -> Places:
    more = asyncio.Event()
    loop = asyncio.get_running_loop()
    with hub.waking(lambda: loop.call_soon_threadsafe(more.set)):
        while sum((end := hub.end()).values()) < count:
            await asyncio.wait_for(more.wait(), 5)
            more.clear()
    return end


def test_place_beyond_the_end_is_the_end(ports: Ports) -> None:
    assert [each.id for each in listen(create_app(ports), wanted=1, after="99-7")] == ["0-0"]


def test_foreign_id_is_refused(client: httpx.Client) -> None:
    answer = client.get("/v1/stream", headers={"last-event-id": "-1"})

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/Last-Event-ID")


def test_program_that_stops_ends_its_streams(ports: Ports, client: httpx.Client) -> None:
    ports.stopping.set()

    answer = client.get("/v1/stream")

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["x-accel-buffering"] == "no"


def test_places_are_limited_and_given_back(ports: Ports) -> None:
    app = create_app(ports)
    streams: Streams = app.state.streams
    for _ in range(MOST_STREAMS - 1):
        streams.enter()
    for _ in range(3):
        listen(app, wanted=1)
    streams.enter()

    answer = client_of(app).get("/v1/stream")

    assert (answer.status_code, answer.headers["retry-after"]) == (429, "5")
