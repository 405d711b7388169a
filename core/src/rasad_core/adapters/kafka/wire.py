"""Messages as Kafka has them.

Keys and headers that are not UTF-8 go through unharmed, so that a dead letter keeps its original.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol

from rasad_core.ports import Message
from rasad_core.topics import BY_NAME

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Record(Protocol):
    """What we read of a record of kafka-python."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes | None]]


def message_of(record: Record, topic: str) -> Message:
    """Read a record; `topic` is our name of its topic. A tombstone is an empty value."""
    return Message(
        topic=topic,
        partition=record.partition,
        offset=record.offset,
        key=_read(record.key),
        value=record.value or b"",
        headers={name: _read(value) for name, value in record.headers},
        at=_EPOCH + timedelta(milliseconds=max(0, record.timestamp)),
    )


def key_of(key: str) -> bytes:
    """Write a key."""
    return key.encode("utf-8", "surrogateescape")


def value_of(topic: str, value: bytes) -> bytes | None:
    """Write a value: an empty one removes the key of a compacted topic."""
    return None if BY_NAME[topic].compacted and not value else value


def headers_of(headers: Mapping[str, str]) -> list[tuple[str, bytes]]:
    """Write headers."""
    return [(name, value.encode("utf-8", "surrogateescape")) for name, value in headers.items()]


def timestamp_of(moment: datetime) -> int:
    """Write a time, in whole milliseconds: Kafka keeps no finer ones."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def _read(value: bytes | None) -> str:
    return (value or b"").decode("utf-8", "surrogateescape")
