"""Enrich's way of reading on a real Kafka: in a thread of the test, or as a process to be killed."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import up_program
from rasad_core.adapters.kafka.access import KafkaAccess
from rasad_core.adapters.kafka.log import KafkaLog
from rasad_core.adapters.kafka.wire import message_of
from rasad_core.ports import Message, Outgoing
from rasad_core.topics import ANALYSED, RAW
from rasad_enrich.faust_app import Source
from rasad_enrich.faust_shell import Reading, Take

GROUP = "enrich"
# The shortest session that the broker grants, so that tests do not wait for a long one.
SESSION_SECONDS = 6.0
# Without the remedy that it is about, a test here would wait for a minute or longer.
until = partial(up_program.until, patience_seconds=40.0)


def source(access: KafkaAccess, *, group: str = GROUP) -> Source:
    """Say what to read there."""
    return Source(
        bootstrap=access.bootstrap,
        topic=access.topic(RAW),
        group=access.group(group),
        session_seconds=SESSION_SECONDS,
        heartbeat_seconds=2.0,
    )


class Reader:
    """A member of the group in a thread of this process; `ended` is what `run` raised."""

    def __init__(
        self,
        access: KafkaAccess,
        take: Take,
        *,
        group: str = GROUP,
        may_take: Callable[[], bool] = lambda: True,
    ) -> None:
        self.stop = threading.Event()
        self.ended: BaseException | None = None
        self._log = KafkaLog(access)
        self.reading = Reading(
            source(access, group=group),
            take=take,
            message_of=lambda record: message_of(record, RAW),
            may_take=may_take,
            answers=lambda: self._log.partitions_of(RAW),
            stop=self.stop,
        )
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.reading.run()
        except BaseException as error:  # noqa: BLE001  for the test to look at
            self.ended = error
        self._log.close()

    def end(self) -> float:
        """Ask it to end; gives the seconds that it took."""
        asked = time.monotonic()
        self.stop.set()
        self.wait()
        return time.monotonic() - asked

    def wait(self) -> None:
        """Wait for its end."""
        self._thread.join(timeout=40)

        assert not self._thread.is_alive()


@contextmanager
def reading(
    access: KafkaAccess,
    take: Take,
    *,
    group: str = GROUP,
    may_take: Callable[[], bool] = lambda: True,
) -> Iterator[Reader]:
    """Read while the block lasts."""
    reader = Reader(access, take, group=group, may_take=may_take)
    try:
        yield reader
    finally:
        reader.end()


# Answers each message on the next topic, then commits; slow enough to be killed in the middle.
_PROGRAM = """
import sys, time
from faust_reader import answer, source
from rasad_core.adapters.kafka.access import KafkaAccess
from rasad_core.adapters.kafka.log import KafkaLog
from rasad_core.adapters.kafka.wire import message_of
from rasad_core.runtime.shutdown import stop_on_signals
from rasad_core.topics import RAW
from rasad_enrich.faust_shell import Reading

access = KafkaAccess(bootstrap=(sys.argv[1],), prefix=sys.argv[2])
log = KafkaLog(access)

def take(messages):
    for message in messages:
        time.sleep(float(sys.argv[3]))
        log.publish([answer(message)])

with stop_on_signals() as stop:
    Reading(
        source(access),
        take=take,
        message_of=lambda record: message_of(record, RAW),
        may_take=lambda: True,
        answers=lambda: log.partitions_of(RAW),
        stop=stop,
    ).run()
"""


def process(access: KafkaAccess, *, seconds_each: float) -> "subprocess.Popen[bytes]":
    """Start a member of the group that answers every message until SIGTERM."""
    given = (access.bootstrap[0], access.prefix, str(seconds_each))
    paths = [str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")]
    return subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, *given],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
        stderr=subprocess.DEVNULL,
    )


def answer(message: Message) -> Outgoing:
    """Say on the next topic that a message was done."""
    return Outgoing(topic=ANALYSED, key=message.key, value=message.value, headers=message.headers)


def publish(log: KafkaLog, keys: Sequence[str]) -> None:
    """Publish a message under each key, with the key in it."""
    log.publish([Outgoing(topic=RAW, key=key, value=key.encode()) for key in keys])


def messages(log: KafkaLog, topic: str) -> list[Message]:
    """Give every message of a topic."""
    return [
        message
        for partition in range(log.partitions_of(topic))
        for message in log.read(topic, partition=partition)
    ]


def values(log: KafkaLog, topic: str) -> list[bytes]:
    """Give every value of a topic."""
    return [message.value for message in messages(log, topic)]


def waiting(log: KafkaLog, *, group: str = GROUP) -> int:
    """Count the messages that the group has not committed."""
    return sum(lag.messages for lag in log.lags(group, (RAW,)))
