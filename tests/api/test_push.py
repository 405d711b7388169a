"""Articles pushed in: what is taken, what is refused, and what each answer says."""

import asyncio
import json
import threading
from collections.abc import Callable
from dataclasses import replace

import httpx
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api_clock import NOW, MovableClock
from rasad_api.app import create_app
from rasad_api.ports import Ports
from rasad_core import codec
from rasad_core.adapters.memory.log import MemoryLog
from rasad_core.adapters.memory.store import MemoryStore
from rasad_core.documents.outcomes import PushOutcome, outcome_key
from rasad_core.errors import Reason, Unavailable
from rasad_core.events import ArticleFetched
from rasad_core.identity import article_id as id_of
from rasad_core.identity import canonical_url
from rasad_core.kinds import ALIASES, OUTCOMES
from rasad_core.topics import RAW, RAW_BACKFILL

MakeClient = Callable[..., httpx.Client]
KeyFor = Callable[..., dict[str, str]]
TIDE = {"url": "https://quay.example/tide", "title": "Low tide", "text": "The quay is dry."}
LINES = {"content-type": "application/x-ndjson"}
FETCHED = {"content-type": "application/vnd.rasad.fetched+x-ndjson"}


def in_log(log: MemoryLog, topic: str = RAW) -> list[ArticleFetched]:
    return [codec.decode(each.value, ArticleFetched) for each in log.read(topic)]


def test_one_object_is_in_the_log_when_the_answer_comes(
    client: httpx.Client, log: MemoryLog
) -> None:
    answer = client.post("/v1/articles", json=TIDE)

    assert answer.status_code == 202
    (accepted,) = answer.json()["accepted"]
    assert answer.json()["refused"] == []
    (event,) = in_log(log)
    assert accepted == {
        "index": 0, "article_id": id_of(TIDE["url"], content=""),
        "fetched_at": "2026-03-10T12:00:00Z", "trace_id": event.trace_id,
    }  # fmt: skip
    assert (event.title, event.fetched_at, event.origin) == ("Low tide", NOW, "live")


def test_good_items_of_a_batch_are_kept(client: httpx.Client, log: MemoryLog) -> None:
    items = [TIDE, {"author": "Ada"}, "no object", {"title": "High tide"}, {"title": 7}]

    answer = client.post("/v1/articles", json=items).json()

    assert [each["index"] for each in answer["accepted"]] == [0, 3]
    assert [(each["index"], each["code"]) for each in answer["refused"]] == [
        (1, "empty"), (2, "malformed"), (4, "bad_field"),
    ]  # fmt: skip
    assert [each.title for each in in_log(log)] == ["Low tide", "High tide"]


def test_lines_are_items_and_blank_ones_are_none(client: httpx.Client, log: MemoryLog) -> None:
    body = b'\n{"title": "One"}\r\n\n{"title": "Two"\n{"title": "Three"}'

    answer = client.post("/v1/articles", content=body, headers=LINES).json()

    assert [each["index"] for each in answer["accepted"]] == [0, 2]
    assert [(each["index"], each["code"]) for each in answer["refused"]] == [(1, "malformed")]
    assert [each.title for each in in_log(log)] == ["One", "Three"]


def test_backfill_has_a_lane_of_its_own(client: httpx.Client, log: MemoryLog) -> None:
    client.post("/v1/articles?origin=backfill", json=TIDE)

    assert in_log(log) == []
    assert [each.origin for each in in_log(log, RAW_BACKFILL)] == ["backfill"]


def test_address_that_is_an_alias_leads_to_its_article(
    client: httpx.Client, store: MemoryStore
) -> None:
    store.create(ALIASES, canonical_url(TIDE["url"]), msgspec.json.encode("the-owner"))

    (accepted,) = client.post("/v1/articles", json=TIDE).json()["accepted"]

    assert accepted["article_id"] == "the-owner"


def test_when_all_are_refused_it_is_a_problem(client: httpx.Client, log: MemoryLog) -> None:
    answer = client.post("/v1/articles", json=[{}, {"title": []}])

    assert answer.status_code == 422
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [
        ("/0", "empty"), ("/1", "bad_field"),
    ]  # fmt: skip
    assert in_log(log) == []


@pytest.mark.parametrize("body", ["", "  ", "[]", "{", "[" * 100_000, "\ufeff"])
def test_body_without_items_is_a_problem(client: httpx.Client, body: str) -> None:
    answer = client.post("/v1/articles", content=body.encode())

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] in {"malformed", "empty", "too_deep"}


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/xml", "application/json; charset=rot13", "multipart/form-data",
     "application/json; charset=nonsense"],
)  # fmt: skip
def test_other_media_types_are_415(client: httpx.Client, content_type: str) -> None:
    answer = client.post(
        "/v1/articles", content=b'{"title": "x"}', headers={"content-type": content_type}
    )

    assert answer.status_code == 415


@pytest.mark.parametrize("charset", ["utf-8", "UTF8", "windows-1256", "iso-8859-6", "utf-16"])
def test_body_is_read_in_its_charset(client: httpx.Client, log: MemoryLog, charset: str) -> None:
    body = '{"title": "المرفأ"}'.encode(charset)

    client.post(
        "/v1/articles",
        content=body,
        headers={"content-type": f"application/json;charset={charset}"},
    )

    assert [each.title for each in in_log(log)] == ["المرفأ"]


def test_bytes_that_are_not_their_charset_are_refused(client: httpx.Client) -> None:
    answer = client.post("/v1/articles", content=b'{"title": "\xff\xfe"}')

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "bad_encoding"


def test_more_than_a_thousand_items_are_too_many(client: httpx.Client, log: MemoryLog) -> None:
    many = client.post("/v1/articles", json=[{"title": "x"}] * 1001)
    lines = client.post("/v1/articles", content=b'{"title": "x"}\n' * 1001, headers=LINES)

    assert (many.status_code, lines.status_code, in_log(log)) == (413, 413, [])


def test_a_thousand_items_are_not(client: httpx.Client, log: MemoryLog) -> None:
    answer = client.post("/v1/articles", content=b'{"title": "x"}\n\n' * 1000, headers=LINES)

    assert (answer.status_code, len(in_log(log))) == (202, 1000)


@pytest.mark.parametrize("told", [True, False], ids=["said", "found"])
def test_more_than_16_mib_are_too_much(client: httpx.Client, *, told: bool) -> None:
    body = b" " * (16 * 1024 * 1024 + 1)

    answer = client.post("/v1/articles", content=body if told else iter([body]))

    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


def test_text_of_more_than_a_mib_is_refused(client: httpx.Client) -> None:
    items = [{"text": "x" * 1_048_577}, {"text": "x" * 1_048_576}]

    answer = client.post("/v1/articles", json=items).json()

    assert [each["index"] for each in answer["accepted"]] == [1]
    assert [each["code"] for each in answer["refused"]] == ["too_large"]


def test_items_of_a_push_are_told_apart_by_time(client: httpx.Client) -> None:
    accepted = client.post("/v1/articles", json=[TIDE, TIDE]).json()["accepted"]

    assert [each["fetched_at"] for each in accepted] == [
        "2026-03-10T12:00:00Z", "2026-03-10T12:00:00.000001Z",
    ]  # fmt: skip
    assert accepted[0]["trace_id"] != accepted[1]["trace_id"]


def test_outcome_is_pending_until_it_is_written(client: httpx.Client, store: MemoryStore) -> None:
    (accepted,) = client.post("/v1/articles", json=TIDE).json()["accepted"]
    where = f"/v1/articles/{accepted['article_id']}/outcome"
    asked = {"fetched_at": accepted["fetched_at"]}

    assert client.get(where, params=asked).json() == {
        "article_id": accepted["article_id"], "fetched_at": accepted["fetched_at"],
        "outcome": "pending", "reason": None, "message": None,
    }  # fmt: skip

    end = PushOutcome(outcome="refused", reason=Reason.EMPTY, message="enrich: nothing in it")
    key = outcome_key(accepted["article_id"], accepted["trace_id"])
    store.create(OUTCOMES, key, msgspec.json.encode(end))

    told = client.get(where, params=asked).json()
    assert (told["outcome"], told["reason"]) == ("refused", "empty")
    assert told == {**client.get(where, params={"trace_id": accepted["trace_id"]}).json(), **asked}


@pytest.mark.parametrize("asked", ["", "?fetched_at=", "?fetched_at=0.5", "?fetched_at=soon"])
def test_outcome_without_a_push_named_is_a_problem(client: httpx.Client, asked: str) -> None:
    answer = client.get(f"/v1/articles/a/outcome{asked}")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/fetched_at"


def test_log_that_is_away_is_503(make_client: MakeClient) -> None:
    class Away:
        def publish(self, *_: object) -> None:
            raise Unavailable("no broker answers", retry_after_seconds=7)

    answer = make_client(publisher=Away()).post("/v1/articles", json=TIDE)

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "7")


class Hanging:
    """A log that takes nothing until it is let go."""

    def __init__(self) -> None:
        self.let_go = threading.Event()

    def publish(self, *_: object) -> None:
        self.let_go.wait(10)


def test_log_that_hangs_is_503_in_time(make_client: MakeClient) -> None:
    log = Hanging()

    answer = make_client(publisher=log, publish_timeout_seconds=0.05).post(
        "/v1/articles", json=TIDE
    )
    log.let_go.set()

    assert answer.status_code == 503
    assert "retry-after" in answer.headers


def test_waiting_for_the_log_leaves_reads_alone(ports: Ports) -> None:
    log = Hanging()
    app = create_app(replace(ports, publisher=log, publish_timeout_seconds=5.0))

    async def together() -> list[int]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            # More than the thread pool has threads; 64 may wait for the log.
            pushed = [
                asyncio.create_task(client.post("/v1/articles", json=TIDE)) for _ in range(70)
            ]
            refused = await next(asyncio.as_completed(pushed))
            read = await client.get("/v1/search")
            log.let_go.set()
            answers = await asyncio.gather(*pushed)
        return [refused.status_code, read.status_code, *(each.status_code for each in answers)]

    refused, read, *answers = asyncio.run(together())

    assert (refused, read) == (503, 200)
    assert (answers.count(202), answers.count(503)) == (64, 6)


def test_events_of_the_command_go_in_as_they_are(
    client: httpx.Client, key_for: KeyFor, log: MemoryLog, clock: MovableClock
) -> None:
    event = ArticleFetched(trace_id="t1", article_id="a", form="page", fetched_at=NOW, html="<p>x")
    body = codec.encode(event) + b'\n{"schema": "article-moved/1"}\n'
    clock.advance(hours=1)

    answer = client.post(
        "/v1/articles", content=body, headers={**FETCHED, **key_for("operator")}
    ).json()

    assert [each["trace_id"] for each in answer["accepted"]] == ["push-t1"]
    assert [each["code"] for each in answer["refused"]] == ["unknown_schema"]
    (kept,) = in_log(log)
    assert (kept.form, kept.html, kept.fetched_at) == ("page", "<p>x", NOW)


@pytest.mark.parametrize("role", ["viewer", "analyst"])
def test_events_need_an_operator(client: httpx.Client, key_for: KeyFor, role: str) -> None:
    answer = client.post("/v1/articles", content=b"{}", headers={**FETCHED, **key_for(role)})

    assert answer.status_code == 403


JSONS = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["title", "text", "html", "url", "tags", "published", "extra"])
            | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    body=st.binary(max_size=200) | JSONS.map(lambda value: json.dumps(value).encode()),
    kind=st.sampled_from(
        ["application/json", LINES["content-type"], FETCHED["content-type"], "text/html"]
    ),
)
def test_no_body_breaks_it(client: httpx.Client, body: bytes, kind: str) -> None:
    answer = client.post("/v1/articles", content=body, headers={"content-type": kind})

    assert answer.status_code in {202, 413, 415, 422}
    if answer.is_error:
        assert answer.headers["content-type"] == "application/problem+json"
