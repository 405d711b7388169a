"""Consumers without a group, and what the client's errors mean to us."""

from collections.abc import Callable
from typing import TypeVar

from kafka import KafkaConsumer
from kafka.errors import KafkaConfigurationError, KafkaError

from rasad_core.adapters.kafka.access import KafkaAccess
from rasad_core.errors import Unavailable

T = TypeVar("T")
# A broker that is there answers within milliseconds.
TIMEOUT_MS = 10_000


def connected(access: KafkaAccess) -> KafkaConsumer:
    """Give a consumer of no group and no topic yet; raises `Unavailable`."""
    return asked(
        lambda: KafkaConsumer(
            **access.options(),
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            allow_auto_create_topics=False,
            bootstrap_timeout_ms=TIMEOUT_MS,
            max_partition_fetch_bytes=2 * 1024 * 1024,
        )
    )


def asked(question: Callable[[], T]) -> T:
    """Ask Kafka; raises `Unavailable` where it does not answer, or not yet."""
    try:
        return question()
    except KafkaConfigurationError:
        raise  # waiting does not help
    except KafkaError as error:
        raise Unavailable(f"Kafka does not answer: {error!r}") from error
