"""A furnished installation for the tests of the pages: the demonstration's news, read and matched.

Everything is in memory, and the clock stands an hour after the demonstration began.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta

import msgspec
import uvicorn
from fastapi import FastAPI
from msgspec.structs import replace

from demo_room import END, NEWSROOM, SetClock, analysed_page, everything
from rasad.demo.script import sources
from rasad_alerts.armed import ArmedAlerts
from rasad_alerts.definitions import Definitions
from rasad_alerts.run import process as matching
from rasad_api.alert_drafts import WebhookDraft
from rasad_api.alerts import AlertDraft, create_alert
from rasad_api.ports import Ports
from rasad_core import codec
from rasad_core.adapters.memory.index import MemoryArticleIndex
from rasad_core.adapters.memory.log import MemoryLog
from rasad_core.adapters.memory.store import MemoryStore
from rasad_core.documents.alerts import DEFAULT_TEAM
from rasad_core.documents.deliveries import attempted
from rasad_core.documents.matches import Attempt, Delivery
from rasad_core.documents.sources import FeedState, Health, HealthState, Source, feed_id
from rasad_core.documents.table import Table
from rasad_core.events import AlertMatched, ArticleEnriched, Entity, Mention
from rasad_core.kinds import DELIVERIES, FEED_STATES, REVISIONS, SOURCES, revision_key
from rasad_core.net.addresses import AddressRules
from rasad_core.net.fetch import FetchLimits, HttpFetcher, user_agent
from rasad_core.ports import Message, Outgoing
from rasad_core.query.engine import engine
from rasad_core.topics import ENRICHED, MATCHED, dead_letter_topic
from rasad_deliver.run import process as delivering
from rasad_stories.sequence import Stories

HOOK = "https://hooks.example/rasad"
ALERTS: Mapping[str, str] = {
    "Port strike, four languages": "(strike OR إضراب OR grève OR grev) AND (port OR مرفأ OR liman)",
    "لقاح وتطعيم": "لقاح OR تطعيم OR vaccine",
    "Sport in Izmir": "entity:Izmir AND topic:sport",
}
HOSTILE_TITLE = '<script>document.title="owned"</script> & "50%" <b>off</b> \u202eevil'
HOSTILE_TEXT = (
    "<img src=x onerror=\"document.title='owned'\"> is what the hostile text begins with.\n"
    "</p></article></main><h1>Not ours</h1> {{ 7 * 7 }} </textarea><svg onload=alert(1)>"
)
HOSTILE = ArticleEnriched(
    trace_id="t", article_id="hostile", form="record", fetched_at=END, published=END,
    url="javascript:document.title='owned'", domain="evil.example", title=HOSTILE_TITLE,
    text=HOSTILE_TEXT, lead=HOSTILE_TEXT, language="en", source='<i onclick="x()">Evil Post</i>',
    author="</bdi><script>1</script>", tags=("<u>tag</u>",), revision=1, seq=1, story_id="hostile",
    month="2026.03",
    entities=(
        Entity(
            id="x:1", type="person", name="<b>Eve</b>",
            mentions=(Mention(field="text", start=0, end=4, text="<img"),),
        ),
    ),
)  # fmt: skip


def empty_ports() -> Ports:
    log = MemoryLog(SetClock(END))
    return Ports(
        index=MemoryArticleIndex(),
        store=MemoryStore(),
        publisher=log,
        reader=log,
        clock=SetClock(END),
        fetcher=HttpFetcher(AddressRules(), FetchLimits(), user_agent=user_agent("")),
        loopback=True,
        admin_key=None,
        target_rules=AddressRules(),
        source_rules=AddressRules(),
        publish_timeout_seconds=5.0,
        stopping=threading.Event(),
    )


def furnished_ports() -> Ports:
    """Everything the demonstration publishes, its sources, and three alerts with their matches."""
    ports = empty_ports()
    for name, query in ALERTS.items():
        draft = AlertDraft(name=name, query=query, channels=(WebhookDraft(url=HOOK),))
        create_alert(ports, DEFAULT_TEAM, draft)
    placed = _placed()
    for event in placed:
        ports.store.create(
            REVISIONS, revision_key(event.article_id, event.revision), codec.encode(event)
        )
    ports.index.write([*placed, HOSTILE])
    _match(ports, placed)
    _add_sources(ports)
    _fail_one(ports)
    _bury(ports)
    return ports


@contextmanager
def served(app: FastAPI, stopping: threading.Event) -> Iterator[str]:
    """Serve on a free port; gives the address."""
    config = uvicorn.Config(
        app, host="127.0.0.1", port=0, log_config=None, lifespan="off", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    socket = config.bind_socket()
    thread = threading.Thread(target=server.run, args=([socket],), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{socket.getsockname()[1]}"
    finally:
        stopping.set()
        server.should_exit = True
        thread.join()


def _placed() -> Sequence[ArticleEnriched]:
    """Give every article in its story; one was corrected."""
    pages = sorted(everything(), key=lambda each: each.published)
    with Stories(None) as stories:
        placements = [stories.place(analysed_page(each)) for each in pages]
        events = [each.event for each in placements if each.event is not None]
        first = next(each for each in events if each.language == "en")
        text = first.text.replace(".", ", it was said.", 1)
        changed = replace(first, text=text, fetched_at=END, content_hash="corrected")
        corrected = replace(changed, revision=2, seq=events[-1].seq + 1, change="corrected")
    return [*events, corrected]


def _match(ports: Ports, articles: Sequence[ArticleEnriched]) -> None:
    definitions = Definitions(ports.store, ports.reader, ports.clock, ArmedAlerts(engine("python")))
    messages = [
        Message(topic=ENRICHED, partition=0, offset=at, key=each.article_id,
                value=codec.encode(replace(each, origin="live", fetched_at=END)), at=END)
        for at, each in enumerate(articles)
    ]  # fmt: skip
    found = [
        codec.decode(outgoing.value, AlertMatched)
        for handled in matching(definitions, ports.clock)(messages)
        for outgoing in handled.outgoing
    ]
    found.sort(key=lambda each: each.article.published)
    deliver = delivering(ports.store, ports.clock, lambda: None)
    for at, event in enumerate(found):
        deliver([Message(topic=MATCHED, partition=0, offset=at, key=event.alert_id,
                         value=codec.encode(event), at=END)])  # fmt: skip


def _add_sources(ports: Ports) -> None:
    states: list[HealthState] = ["ok", "unchanged", "failing", "silent", "empty", "gone", "new"]
    listed = sources(NEWSROOM.news, "https://news.example", now=END)
    for at, source in enumerate(listed):
        value = msgspec.json.encode(replace(source, team_id=DEFAULT_TEAM))
        ports.store.create(SOURCES, source.source_id, value, team_id=DEFAULT_TEAM)
        _add_state(ports, source, states[at % len(states)])


def _add_state(ports: Ports, source: Source, state: HealthState) -> None:
    if state == "new":
        return
    reason = "the server answered 503 three times" if state == "failing" else None
    since = END - timedelta(hours=5)
    feed = FeedState(
        feed_id=feed_id(source.url, source.kind), url=source.url, kind=source.kind,
        address=source.url, health=Health(state=state, since=since, reason=reason),
        next_poll_at=END + timedelta(minutes=7), interval_seconds=900.0, polled_at=END,
    )  # fmt: skip
    ports.store.create(FEED_STATES, feed.feed_id, msgspec.json.encode(feed))


def _fail_one(ports: Ports) -> None:
    """Have the newest delivery fail for good."""
    table = Table(ports.store, DELIVERIES, Delivery)
    held = next(table.all())
    attempt = Attempt(at=END, outcome="refused", status=500, reason="http_500", took_ms=12.0)
    table.put(held.key, attempted(held.value, attempt, None), team_id=DEFAULT_TEAM)


def _bury(ports: Ports) -> None:
    """Put one event into the dead letters of enrich."""
    headers = {
        "dead.stage": "enrich", "dead.reason": "malformed", "dead.message": "it is <b>no</b> JSON",
        "dead.topic": "articles.raw", "dead.partition": "0", "dead.offset": "7",
        "dead.at": END.isoformat(), "dead.attempts": "1", "dead.trace_id": "t",
    }  # fmt: skip
    letter = Outgoing(topic=dead_letter_topic("enrich"), key="k", value=b"{", headers=headers)
    ports.publisher.publish([letter])
