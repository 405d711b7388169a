"""Events to bytes and back: the only place that knows the wire format and its versions.

A value is one JSON object, `{"schema": "article-fetched/1", …}`. Readers accept their own version
and the one before it; fields they do not know are kept in `Event.unknown` and written back.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from rasad_core.errors import Reason, Unprocessable
from rasad_core.events import Event
from rasad_core.topics import TOPICS

E = TypeVar("E", bound=Event)
Fields = dict[str, msgspec.Raw]

# Upgrades from version N-1 to N: (schema name, N) → a function over the raw fields.
UPGRADES: Mapping[tuple[str, int], Callable[[Fields], Fields]] = {}

_encoder = msgspec.json.Encoder()
_fields_decoder = msgspec.json.Decoder(Fields)
_EVENTS: dict[str, type[Event]] = {
    event.schema_name: event for topic in TOPICS for event in topic.events
}


def encode(event: Event) -> bytes:
    """Write an event as one JSON object, its unknown fields included."""
    body = _encoder.encode(event)
    schema = f'{{"schema":"{event.schema_name}/{event.schema_version}"'.encode()
    if not event.unknown:
        return schema + b"," + body[1:]
    fields: Fields = {**_fields_decoder.decode(body), **event.unknown}
    fields.pop("unknown", None)
    return schema + b"," + _encoder.encode(fields)[1:]


def decode(value: bytes, *expected: type[E]) -> E:
    """Read an event of one of the `expected` classes.

    Raises `Unprocessable`: `malformed` when it is no JSON object or a field has the wrong type,
    `too_deep` when it is nested beyond reading, `unknown_schema` when it is another event or a
    version this program does not read.
    """
    try:
        fields = _fields_decoder.decode(value)
        schema = msgspec.json.decode(fields.pop("schema"), type=str)
    except KeyError:
        raise Unprocessable(Reason.UNKNOWN_SCHEMA, "the event has no field `schema`") from None
    except RecursionError:
        raise Unprocessable(Reason.TOO_DEEP, "the event is nested too deeply") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Unprocessable(Reason.MALFORMED, f"the event is no JSON object: {error}") from None
    event = _event_class(schema, expected)
    fields = _upgraded(fields, event, schema)
    known, names = _decoder(event)
    unknown = {name: fields.pop(name) for name in list(fields) if name not in names}
    try:
        decoded: E = known.decode(_encoder.encode(fields))
    except RecursionError:
        raise Unprocessable(Reason.TOO_DEEP, f"`{schema}` is nested too deeply") from None
    except (msgspec.ValidationError, msgspec.DecodeError, ValueError) as error:
        raise Unprocessable(Reason.MALFORMED, f"`{schema}` does not fit: {error}") from None
    if unknown:
        kept = {name: raw.copy() for name, raw in unknown.items()}
        decoded = replace(decoded, unknown=kept)
    return decoded


@cache
def _decoder(event: type[E]) -> tuple[msgspec.json.Decoder[E], frozenset[str]]:
    names = frozenset(field.encode_name for field in msgspec.structs.fields(event))
    return msgspec.json.Decoder(event), names - {"unknown"}


def _event_class(schema: str, expected: tuple[type[E], ...]) -> type[E]:
    name, _, version = schema.partition("/")
    for event in expected:
        if event.schema_name == name:
            readable = (str(event.schema_version), str(event.schema_version - 1))
            if version not in readable:
                raise Unprocessable(
                    Reason.UNKNOWN_SCHEMA,
                    f"`{schema}`: this program reads version {' and '.join(readable)}",
                )
            return event
    wanted = ", ".join(event.schema_name for event in expected)
    raise Unprocessable(Reason.UNKNOWN_SCHEMA, f"`{schema}` where {wanted} was expected")


def _upgraded(fields: Fields, event: type[Event], schema: str) -> Fields:
    if schema.endswith(f"/{event.schema_version}"):
        return fields
    upgrade = UPGRADES.get((event.schema_name, event.schema_version))
    if upgrade is None:
        raise Unprocessable(Reason.UNKNOWN_SCHEMA, f"no upgrade from `{schema}` is known")
    return upgrade(fields)


def event_named(schema_name: str) -> type[Event]:
    """Find the event class of a schema name; raises KeyError for an unknown one."""
    return _EVENTS[schema_name]


def schema_names() -> frozenset[str]:
    """Give the schema name of every event of the pipeline."""
    return frozenset(_EVENTS)
