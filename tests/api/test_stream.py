"""The live stream: nothing left out, nothing told twice, nothing of another team."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import httpx

from api_articles import enriched
from api_clock import NOW
from api_stream import listen
from in_process import client_of
from rasad_api.app import create_app
from rasad_api.ports import Ports
from rasad_api.routes.stream import MOST_STREAMS, Streams
from rasad_core import codec
from rasad_core.adapters.memory.log import MemoryLog
from rasad_core.errors import Unavailable
from rasad_core.events import AlertMatched, ArticleMoved, Snippet
from rasad_core.ports import Message, Outgoing
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
        told = listen(replicas[turn % 2], wanted=1 + wanted, after=place)[1:]
        seen += [(each.name, each.data.get("article", each.data)["article_id"]) for each in told]
        place = told[-1].id

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
        left = 2

        def read(self, topic: str, *, offset: int = 0, partition: int = 0) -> Iterator[Message]:
            if self.left:
                self.left -= 1
                raise Unavailable("the log is away")
            return log.read(topic, offset=offset, partition=partition)

        def end_of(self, topic: str, *, partition: int = 0) -> int:
            return log.end_of(topic, partition=partition)

    log.publish([article("a")])

    seen = listen(create_app(replace(ports, reader=Flaky(ports.clock))), wanted=2, after="0-0")

    assert seen[1].data["article_id"] == "a"


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
