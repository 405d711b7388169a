"""The live stream on a real Kafka: twelve partitions each, three readers, two programs."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from queue import Queue

import pytest
from kafka import KafkaAdminClient

import live_servers
from api_articles import enriched
from api_clock import NOW
from api_stream import Told, listen
from rasad_api.app import create_app
from rasad_api.ports import Ports
from rasad_core import codec
from rasad_core.adapters.kafka.access import KafkaAccess
from rasad_core.adapters.kafka.log import KafkaLog
from rasad_core.adapters.kafka.topics import apply_topics
from rasad_core.events import AlertMatched, Snippet
from rasad_core.ports import Outgoing
from rasad_core.topics import ENRICHED, MATCHED

pytestmark = pytest.mark.live("kafka")

KeyFor = Callable[..., dict[str, str]]
ARTICLES = 240
TURNS = 8
ROUNDS = 21
TEAMS = ("desk-a", "desk-b", "desk-c")


@pytest.fixture(scope="module")
def access() -> Iterator[KafkaAccess]:
    made = KafkaAccess(bootstrap=(live_servers.kafka(),), prefix=live_servers.new_prefix())
    apply_topics(made, retention_days=1)
    yield made
    admin = KafkaAdminClient(bootstrap_servers=live_servers.kafka())
    admin.delete_topics([name for name in admin.list_topics() if name.startswith(made.prefix)])
    admin.close()


@pytest.fixture
def open_log(access: KafkaAccess) -> Iterator[Callable[[], KafkaLog]]:
    opened: list[KafkaLog] = []

    def open_one() -> KafkaLog:
        opened.append(KafkaLog(access))
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()


def article(number: int) -> Outgoing:
    event = enriched(f"a{number % 40}", revision=number // 40 + 1)
    return Outgoing(topic=ENRICHED, key=event.article_id, value=codec.encode(event))


def match(number: int, team_id: str) -> Outgoing:
    alert_id = f"al_{team_id}{number % 7}"
    event = AlertMatched(
        trace_id="t", alert_id=alert_id, team_id=team_id, alert_version=1, matched_at=NOW,
        article=enriched(f"m{number}"), spans=(), snippet=Snippet(text="The ferry left."),
    )  # fmt: skip
    return Outgoing(topic=MATCHED, key=alert_id, value=codec.encode(event))


def name_of(told: Told) -> str:
    shown = told.data.get("article", told.data)
    return f"{told.name} {shown['article_id']} {shown['revision']}"


def test_three_readers_change_programs_and_miss_and_repeat_nothing(
    ports: Ports, key_for: KeyFor, open_log: Callable[[], KafkaLog]
) -> None:
    first, second = (create_app(replace(ports, reader=open_log())) for _ in range(2))
    keys = {team_id: key_for("viewer", team_id) for team_id in TEAMS}
    places = {team_id: listen(first, wanted=1, headers=key)[0].id for team_id, key in keys.items()}
    published = open_log()

    def publish() -> None:
        for at in range(0, ARTICLES, 20):
            batch = [article(number) for number in range(at, at + 20)]
            batch += [match(number, TEAMS[number % 3]) for number in range(at, at + 20)]
            published.publish(batch)

    def read(team_id: str) -> list[Told]:
        seen: list[Told] = []
        place = places[team_id]
        for turn in range(TURNS):
            wanted = (ARTICLES + ARTICLES // 3) // TURNS
            app = (first, second)[turn % 2]
            told = listen(app, wanted=1 + wanted, after=place, headers=keys[team_id])[1:]
            seen += told
            place = told[-1].id
        return seen

    with ThreadPoolExecutor(4) as pool:
        publishing = pool.submit(publish)
        found = dict(zip(TEAMS, pool.map(read, TEAMS), strict=True))
        publishing.result()

    for number, team_id in enumerate(TEAMS):
        expected = [f"article a{each % 40} {each // 40 + 1}" for each in range(ARTICLES)]
        expected += [f"match m{each} 1" for each in range(number, ARTICLES, 3)]
        assert sorted(map(name_of, found[team_id])) == sorted(expected)
        revisions = defaultdict[str, list[int]](list)
        for each in found[team_id]:
            if each.name == "article":
                revisions[each.data["article_id"]].append(each.data["revision"])
        assert all(each == sorted(each) for each in revisions.values())


def test_reader_who_was_away_for_long_reads_on_from_the_log(
    ports: Ports, open_log: Callable[[], KafkaLog]
) -> None:
    log = open_log()
    app = create_app(replace(ports, reader=log))
    (beat,) = listen(app, wanted=1)
    log.publish([article(number) for number in range(ARTICLES)])
    # A program that was started after all of it keeps none of it.
    after = create_app(replace(ports, reader=open_log()))
    told = listen(after, wanted=1 + ARTICLES, after=beat.id)[1:]

    assert sorted(map(name_of, told)) == sorted(
        f"article a{each % 40} {each // 40 + 1}" for each in range(ARTICLES)
    )


def test_what_is_published_is_told_at_once(ports: Ports, open_log: Callable[[], KafkaLog]) -> None:
    app, log = create_app(replace(ports, reader=open_log())), open_log()
    told: Queue[tuple[str, float]] = Queue()

    def read() -> None:
        (begun,) = listen(app, wanted=1)
        for _ in range(ROUNDS):
            told.put((begun.id, time.monotonic()))
            begun = listen(app, wanted=2, after=begun.id)[1]
        told.put((begun.id, time.monotonic()))

    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(read)
        told.get(timeout=10)
        taken: list[float] = []
        for number in range(ROUNDS):
            log.publish([article(number)])
            published = time.monotonic()
            taken.append(told.get(timeout=10)[1] - published)
        reading.result()

    # A reader that looks four times a second takes 125 ms.
    assert sorted(taken)[ROUNDS // 2] < 0.06, taken
