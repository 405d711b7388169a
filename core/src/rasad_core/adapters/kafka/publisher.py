"""Writing to Kafka: what is published is acknowledged by the broker, or it is an error."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import NamedTuple

import structlog
from kafka import KafkaProducer
from kafka.errors import KafkaError, MessageSizeTooLargeError, RecordListTooLargeError
from kafka.record.default_records import DefaultRecordBatchBuilder

from rasad_core.adapters.kafka.access import KafkaAccess
from rasad_core.adapters.kafka.connections import made, reached
from rasad_core.adapters.kafka.wire import headers_of, key_of, timestamp_of, value_of
from rasad_core.errors import Reason, Unavailable, Unprocessable
from rasad_core.ports import Clock, Outgoing

# DESIGN 2: an event has at most 1 MiB; the broker takes twice that, for headers of dead letters.
MAX_REQUEST_BYTES = 2 * 1024 * 1024
# The client itself has no bound: with the broker away it held 313 MB after 6 s. A caller waits
# until its part is taken, so no more than this is under way for each.
_MOST_BYTES, _MOST_MESSAGES = 8 * 1024 * 1024, 1_000
_RETRY_AFTER_SECONDS = 1.0
# To send what is left, of which there is none: 10 ms as a rule.
_CLOSE_SECONDS = 1.0


class _Record(NamedTuple):
    """A message as Kafka takes it; `size` is what the client counts, uncompressed."""

    topic: str
    key: bytes
    value: bytes | None
    headers: list[tuple[str, bytes]]
    size: int


class KafkaPublisher:
    """Publishes for any threads. Idempotent, so that order holds within a partition.

    The client is made when it is first needed, and anew after a failure.
    """

    def __init__(self, access: KafkaAccess, clock: Clock, *, timeout_seconds: float) -> None:
        self._access = access
        self._clock = clock
        self._timeout_seconds = timeout_seconds
        self._turn = threading.Lock()
        self._producer: KafkaProducer | None = None

    def publish(self, messages: Sequence[Outgoing]) -> None:
        """Append in order; on return every replica in sync has all.

        Raises KeyError for an unknown topic and `Unprocessable` for a message that is too large,
        before anything is sent; `Unavailable` when some were not taken in time: then the log may
        hold any of them.
        """
        deadline = time.monotonic() + self._timeout_seconds
        records = [self._record(message) for message in messages]
        at_ms = timestamp_of(self._clock.now())
        for part in _parts(records):
            self._send(part, at_ms, deadline)

    def close(self) -> None:
        """Leave; nothing is under way once every `publish` has returned."""
        with self._turn:
            producer, self._producer = self._producer, None
        if producer is not None:
            producer.close(timeout=_CLOSE_SECONDS)

    def _record(self, message: Outgoing) -> _Record:
        topic = self._access.topic(message.topic)
        key, headers = key_of(message.key), headers_of(message.headers)
        value = value_of(message.topic, message.value)
        size = DefaultRecordBatchBuilder.estimate_size_in_bytes(key, value, headers)
        if size > MAX_REQUEST_BYTES:
            raise Unprocessable(Reason.TOO_LARGE, f"the log takes no event of {size} bytes")
        return _Record(topic, key, value, headers, size)

    def _send(self, part: Sequence[_Record], at_ms: int, deadline: float) -> None:
        producer = None
        try:
            producer = self._opened(deadline)
            sent = [
                producer.send(
                    each.topic,
                    value=each.value,
                    key=each.key,
                    headers=each.headers,
                    timestamp_ms=at_ms,
                )
                for each in part
            ]
            for future in sent:
                future.get(timeout=_left_seconds(deadline))
        except (MessageSizeTooLargeError, RecordListTooLargeError) as error:
            # The broker counts otherwise than the client, or was told to take less.
            raise Unprocessable(
                Reason.TOO_LARGE, f"the log takes no such event: {error}"
            ) from error
        except KafkaError as error:
            self._drop(producer)
            raise self._unavailable(repr(error)) from error

    def _opened(self, deadline: float) -> KafkaProducer:
        with self._in_turn(deadline):
            if self._producer is None:
                left_seconds = _left_seconds(deadline)
                reached(self._access, timeout_seconds=left_seconds)
                timeout_ms = int(self._timeout_seconds * 1000)
                self._producer = made(
                    KafkaProducer,
                    **self._access.options(),
                    acks="all",
                    enable_idempotence=True,
                    compression_type="zstd",
                    linger_ms=2,
                    batch_size=131_072,
                    max_request_size=MAX_REQUEST_BYTES,
                    allow_auto_create_topics=False,
                    bootstrap_timeout_ms=max(1, int(left_seconds * 1000)),
                    max_block_ms=timeout_ms,
                    delivery_timeout_ms=timeout_ms,
                    request_timeout_ms=max(100, timeout_ms * 9 // 10),
                )
            return self._producer

    @contextmanager
    def _in_turn(self, deadline: float) -> Iterator[None]:
        """Hold the lock; whoever waits while another looks for Kafka waits no longer than alone."""
        if not self._turn.acquire(timeout=_left_seconds(deadline)):
            raise self._unavailable("it is still being looked for")
        try:
            yield
        finally:
            self._turn.release()

    def _drop(self, producer: KafkaProducer | None) -> None:
        """Forget a client that failed: what state it is in need not be known."""
        with self._turn:
            first = self._producer is producer
            if first:
                self._producer = None
        if producer is None or not first:
            return
        structlog.get_logger().warning("connection to kafka is made anew")
        # `close` alone first waits for what is under way; where a broker hangs that was seen to
        # never end, and its thread and sockets stayed.
        producer._sender.force_close()  # noqa: SLF001
        with suppress(KafkaError):
            producer.close(timeout=_CLOSE_SECONDS)

    def _unavailable(self, why: str) -> Unavailable:
        message = f"Kafka did not take it within {self._timeout_seconds:g} s: {why}"
        return Unavailable(message, retry_after_seconds=_RETRY_AFTER_SECONDS)


def _left_seconds(deadline: float) -> float:
    return max(0.0, deadline - time.monotonic())


def _parts(records: Sequence[_Record]) -> Iterator[Sequence[_Record]]:
    part: list[_Record] = []
    size = 0
    for record in records:
        if part and (size + record.size > _MOST_BYTES or len(part) >= _MOST_MESSAGES):
            yield part
            part, size = [], 0
        part.append(record)
        size += record.size
    if part:
        yield part
