"""Writing to Kafka: what is published is acknowledged by the broker, or it is an error."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress

import structlog
from kafka import KafkaProducer
from kafka.errors import KafkaError, MessageSizeTooLargeError, RecordListTooLargeError

from rasad_core.adapters.kafka.access import KafkaAccess
from rasad_core.adapters.kafka.connections import reached
from rasad_core.adapters.kafka.wire import headers_of, key_of, timestamp_of, value_of
from rasad_core.errors import Reason, Unavailable, Unprocessable
from rasad_core.ports import Clock, Outgoing

# DESIGN 2: an event has at most 1 MiB; the broker takes twice that, for headers of dead letters.
MAX_REQUEST_BYTES = 2 * 1024 * 1024
# The client itself has no bound: with the broker away it held 313 MB after 6 s.
_MOST_BYTES, _MOST_MESSAGES = 8 * 1024 * 1024, 1_000
_RETRY_AFTER_SECONDS = 1.0


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

        Raises KeyError for an unknown topic, and has sent nothing then; `Unprocessable` for a
        message that no broker takes; `Unavailable` when some were not taken in time: then the log
        may hold any of them.
        """
        topics = {message.topic: self._access.topic(message.topic) for message in messages}
        at_ms = timestamp_of(self._clock.now())
        for part in _parts(messages):
            self._send(part, topics, at_ms)

    def close(self) -> None:
        """Leave; nothing is under way once every `publish` has returned."""
        with self._turn:
            producer, self._producer = self._producer, None
        if producer is not None:
            producer.close(timeout=1)

    def _send(self, part: Sequence[Outgoing], topics: dict[str, str], at_ms: int) -> None:
        producer = None
        try:
            producer = self._opened()
            sent = [
                producer.send(
                    topics[each.topic],
                    value=value_of(each.topic, each.value),
                    key=key_of(each.key),
                    headers=headers_of(each.headers),
                    timestamp_ms=at_ms,
                )
                for each in part
            ]
            for future in sent:
                future.get(timeout=self._timeout_seconds)
        except (MessageSizeTooLargeError, RecordListTooLargeError) as error:
            raise Unprocessable(
                Reason.TOO_LARGE, f"the log takes no such event: {error}"
            ) from error
        except KafkaError as error:
            self._drop(producer)
            message = f"Kafka did not take it within {self._timeout_seconds:g} s: {error!r}"
            raise Unavailable(message, retry_after_seconds=_RETRY_AFTER_SECONDS) from error

    def _opened(self) -> KafkaProducer:
        with self._turn:
            if self._producer is None:
                reached(self._access, timeout_seconds=self._timeout_seconds)
                timeout_ms = int(self._timeout_seconds * 1000)
                self._producer = KafkaProducer(
                    **self._access.options(),
                    acks="all",
                    enable_idempotence=True,
                    compression_type="zstd",
                    linger_ms=2,
                    batch_size=131_072,
                    max_request_size=MAX_REQUEST_BYTES,
                    allow_auto_create_topics=False,
                    bootstrap_timeout_ms=timeout_ms,
                    max_block_ms=timeout_ms,
                    delivery_timeout_ms=timeout_ms,
                    request_timeout_ms=max(100, timeout_ms * 9 // 10),
                )
            return self._producer

    def _drop(self, producer: KafkaProducer | None) -> None:
        """Forget a client that failed: what state it is in need not be known."""
        with self._turn:
            if self._producer is producer:
                self._producer = None
        if producer is None:
            return

        def close() -> None:
            with suppress(Exception):  # whatever it says, nobody waits for it any more
                producer.close(timeout=0)

        structlog.get_logger().warning("connection to kafka is made anew")
        threading.Thread(target=close, name="kafka-close", daemon=True).start()


def _parts(messages: Sequence[Outgoing]) -> Iterator[Sequence[Outgoing]]:
    part: list[Outgoing] = []
    size = 0
    for message in messages:
        if part and (size + len(message.value) > _MOST_BYTES or len(part) >= _MOST_MESSAGES):
            yield part
            part, size = [], 0
        part.append(message)
        size += len(message.value)
    if part:
        yield part
