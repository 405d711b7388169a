"""Topics of a test's own on a real Kafka."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from kafka import KafkaAdminClient

import live_servers
from rasad_core.adapters.kafka.access import KafkaAccess
from rasad_core.adapters.kafka.log import KafkaLog
from rasad_core.adapters.kafka.subscriber import KafkaSubscriber
from rasad_core.adapters.kafka.topics import apply_topics
from rasad_core.ports import Clock, Message

# What is published is there within milliseconds; joining a group takes some hundreds of them.
_SETTLED_SECONDS, _JOIN_SECONDS = 0.3, 20.0


class Patient:
    """A subscriber for tests that poll without a timeout: it waits for what was published."""

    def __init__(self, inner: KafkaSubscriber) -> None:
        self.inner = inner
        self.commit = inner.commit
        self.rewind = inner.rewind
        self.lag = inner.lag
        self.close = inner.close

    def poll(self, max_messages: int, *, timeout_seconds: float) -> Sequence[Message]:
        began = time.monotonic()
        while not self.inner.assigned and time.monotonic() - began < _JOIN_SECONDS:
            if messages := self.inner.poll(max_messages, timeout_seconds=0.05):
                return messages
        return self.inner.poll(max_messages, timeout_seconds=timeout_seconds or _SETTLED_SECONDS)


class PatientLog(KafkaLog):
    """Gives such subscribers. A later one of a group takes the place of the earlier at once."""

    def __init__(self, access: KafkaAccess, clock: Clock) -> None:
        super().__init__(access, clock)
        self._members: dict[str, KafkaSubscriber] = {}

    def subscriber(self, group: str, topics: Sequence[str]) -> Patient:  # type: ignore[override]
        if before := self._members.pop(group, None):
            before.close()
        self._members[group] = super().subscriber(group, topics)
        return Patient(self._members[group])

    def close(self) -> None:
        for each in self._members.values():
            each.close()
        super().close()


def together(*members: KafkaSubscriber, until: Callable[[], bool]) -> None:
    """Have all poll until something is so, with nothing in their topics yet.

    Each in a thread of its own, as in programs of their own: see `KafkaSubscriber`.
    """
    done = threading.Event()

    def poll(member: KafkaSubscriber) -> None:
        while not done.is_set():
            member.poll(1, timeout_seconds=0.2)

    threads = [threading.Thread(target=poll, args=(member,)) for member in members]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 30
    try:
        while not until():
            assert time.monotonic() < deadline, [member.assigned for member in members]
            time.sleep(0.02)
    finally:
        done.set()
        for thread in threads:
            thread.join()


def share(*members: KafkaSubscriber, partitions: int) -> None:
    """Have all poll until each has its part."""
    part = partitions // len(members)
    together(*members, until=lambda: all(len(each.assigned) == part for each in members))


@contextmanager
def kafka_access(*, partitions: int | None = None) -> Iterator[KafkaAccess]:
    """Make topics of its own, and remove them after the block."""
    access = KafkaAccess(bootstrap=(live_servers.kafka(),), prefix=live_servers.new_prefix())
    apply_topics(access, retention_days=3, partitions=partitions)
    try:
        yield access
    finally:
        with kafka_admin() as admin:
            ours = [name for name in admin.list_topics() if name.startswith(access.prefix)]
            admin.delete_topics(ours)


@contextmanager
def kafka_admin() -> Iterator[KafkaAdminClient]:
    """Give a client for topics."""
    admin = KafkaAdminClient(bootstrap_servers=live_servers.kafka())
    try:
        yield admin
    finally:
        admin.close()


@contextmanager
def kafka_log(clock: Clock) -> Iterator[PatientLog]:
    """Give a log whose topics have one partition each."""
    with kafka_access(partitions=1) as access:
        log = PatientLog(access, clock)
        try:
            yield log
        finally:
            log.close()
