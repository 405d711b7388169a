"""Clients of Kafka that leave nothing behind, and what their errors mean to us."""

import socket
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from kafka import KafkaAdminClient, KafkaConsumer
from kafka.errors import KafkaConfigurationError, KafkaError
from kafka.net.compat import KafkaNetClient

from rasad_core.adapters.kafka.access import KafkaAccess
from rasad_core.errors import Unavailable

T = TypeVar("T")
# A broker that is there answers within milliseconds.
TIMEOUT_MS = 10_000
# How long a broker holds back its answer where there is nothing new: for who waits for that …
NEWS_WAIT_MS = 500
# … and for who reads what is there. The client asks ahead, and a connection that is still held back
# answers nothing else: with 500 a read of 900 articles after another took half a second, not 20 ms.
_HELD_WAIT_MS = 5


def reached(access: KafkaAccess, *, timeout_seconds: float) -> None:
    """Return when some broker takes connections; raises `Unavailable` where none does.

    Asked before any client is made: that one would wait for its whole timeout, also where the
    broker refuses at once.
    """
    share_seconds = max(0.01, timeout_seconds / max(1, len(access.bootstrap)))
    for address in access.bootstrap:
        host, _, port = address.rpartition(":")
        with (
            suppress(OSError, ValueError),
            socket.create_connection((host.strip("[]"), int(port)), timeout=share_seconds),
        ):
            return
    raise Unavailable(f"no broker of {', '.join(access.bootstrap)} takes connections")


def made(kind: Callable[..., T], **options: object) -> T:
    """Make a client; one that finds nobody takes its sockets and its thread with it.

    By itself it leaves them open, for every try at a broker that hangs.
    """
    nets: list[KafkaNetClient] = []

    def net(**given: object) -> KafkaNetClient:
        nets.append(KafkaNetClient(**given))
        return nets[-1]

    try:
        return kind(**options, kafka_client=net)
    except BaseException:
        for each in nets:
            each.close()
        raise


def connected(access: KafkaAccess, *, wait_ms: int = _HELD_WAIT_MS) -> KafkaConsumer:
    """Give a consumer of no group and no topic yet; raises `Unavailable`."""
    reached(access, timeout_seconds=TIMEOUT_MS / 1000)
    return asked(
        lambda: made(
            KafkaConsumer,
            **access.options(),
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            allow_auto_create_topics=False,
            bootstrap_timeout_ms=TIMEOUT_MS,
            fetch_max_wait_ms=wait_ms,
            max_partition_fetch_bytes=2 * 1024 * 1024,
        )
    )


def administering(access: KafkaAccess) -> KafkaAdminClient:
    """Give a client for topics and groups; raises `Unavailable`."""
    reached(access, timeout_seconds=TIMEOUT_MS / 1000)
    return asked(
        lambda: made(KafkaAdminClient, **access.options(), bootstrap_timeout_ms=TIMEOUT_MS)
    )


def asked(question: Callable[[], T]) -> T:
    """Ask Kafka; raises `Unavailable` where it does not answer, or not yet."""
    try:
        return question()
    except KafkaConfigurationError:
        raise  # waiting does not help
    except KafkaError as error:
        raise Unavailable(f"Kafka does not answer, or refuses: {error!r}") from error
