"""Events survive the wire: golden examples, properties, and what is refused with which reason."""

import json
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasad_core import codec
from rasad_core.errors import Reason, Unprocessable
from rasad_core.events import ArticleFetched, ArticleMoved, Event

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*/*/*.json"))
AT = datetime(2026, 3, 1, 6, tzinfo=UTC)


def fetched(**fields: object) -> ArticleFetched:
    return msgspec.structs.replace(
        ArticleFetched(trace_id="t", article_id="a", form="record", fetched_at=AT), **fields
    )


def refusal(value: bytes, *expected: type[Event]) -> Reason:
    with pytest.raises(Unprocessable) as refused:
        codec.decode(value, *(expected or (ArticleFetched,)))
    return refused.value.reason


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: "/".join(path.parts[-3:]))
def test_golden_example_is_read_and_written_back_whole(path: Path) -> None:
    event = codec.decode(path.read_bytes(), codec.event_named(path.parts[-3]))

    assert json.loads(codec.encode(event)) == json.loads(path.read_bytes())


def test_every_event_has_a_golden_example() -> None:
    covered = {path.parts[-3] for path in EXAMPLES}

    assert covered == codec.schema_names()


text = st.text(max_size=20)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | text,
    lambda children: st.lists(children, max_size=3) | st.dictionaries(text, children, max_size=3),
    max_leaves=5,
)


@given(
    title=st.none() | text,
    tags=st.lists(text, max_size=3).map(tuple),
    extra=st.dictionaries(text, json_values, max_size=3),
    published=st.none() | st.datetimes(timezones=st.just(UTC)),
)
def test_decode_undoes_encode(
    title: str | None, tags: tuple[str, ...], extra: dict[str, object], published: datetime | None
) -> None:
    event = fetched(title=title, tags=tags, extra=extra, published=published)

    assert codec.decode(codec.encode(event), ArticleFetched) == event


@given(unknown=st.dictionaries(text.map(lambda name: f"new_{name}"), json_values, max_size=4))
def test_fields_of_a_newer_writer_survive(unknown: dict[str, object]) -> None:
    sent = {**json.loads(codec.encode(fetched())), **unknown}

    passed_on = codec.encode(codec.decode(json.dumps(sent).encode(), ArticleFetched))

    assert json.loads(passed_on) == sent


def test_previous_version_is_read_through_its_upgrade(monkeypatch: pytest.MonkeyPatch) -> None:
    def rename(fields: codec.Fields) -> codec.Fields:
        return {("title" if name == "headline" else name): raw for name, raw in fields.items()}

    monkeypatch.setattr(codec, "UPGRADES", {("article-fetched", 1): rename})
    old = json.loads(codec.encode(fetched()))
    old |= {"schema": "article-fetched/0", "headline": "Harbour reopens"}

    event = codec.decode(json.dumps(old).encode(), ArticleFetched)

    assert event.title == "Harbour reopens"


def test_version_without_an_upgrade_is_refused() -> None:
    assert refusal(b'{"schema":"article-fetched/0"}') is Reason.UNKNOWN_SCHEMA


def test_newer_version_is_refused_rather_than_misread() -> None:
    assert refusal(b'{"schema":"article-fetched/2"}') is Reason.UNKNOWN_SCHEMA


def test_event_of_another_topic_is_refused() -> None:
    assert refusal(codec.encode(fetched()), ArticleMoved) is Reason.UNKNOWN_SCHEMA


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (b"", Reason.MALFORMED),
        (b"\xff\xfe", Reason.MALFORMED),
        (b"[1]", Reason.MALFORMED),
        (b'{"schema":7}', Reason.MALFORMED),
        (b'{"trace_id":"t"}', Reason.UNKNOWN_SCHEMA),
        (b'{"schema":"article-fetched/1"}', Reason.MALFORMED),
        (b"[" * 200_000, Reason.MALFORMED),
        (b'{"a":' * 200_000, Reason.TOO_DEEP),
        (b'{"schema":"article-fetched/1","extra":{"a":' + b"[" * 200_000, Reason.TOO_DEEP),
    ],
    ids=["empty", "no-utf8", "list", "schema-number", "no-schema", "no-fields", "deep-list",
         "deep-object", "deep-extra"],
)  # fmt: skip
def test_bad_bytes_have_a_reason(value: bytes, reason: Reason) -> None:
    assert refusal(value) is reason


def test_naive_time_is_refused() -> None:
    sent = json.loads(codec.encode(fetched())) | {"fetched_at": "2026-03-01T06:00:00"}

    assert refusal(json.dumps(sent).encode()) is Reason.MALFORMED


@given(st.binary(max_size=60))
def test_any_bytes_are_an_event_or_a_reason(value: bytes) -> None:
    assert refusal(value) in Reason
