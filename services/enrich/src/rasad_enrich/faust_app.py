"""The application of Faust, the one place that imports it: what of it runs, and how it is set."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import faust
from faust.app.base import BootStrategy
from faust.transport.drivers import aiokafka

from rasad_core.events import Frozen

# Faust does not poll while its buffer is full, so that a lane which waits for the other one would
# be thrown out of its group. `progress` notices what this limit is for.
_NEVER_SECONDS = 7 * 86_400.0
# Messages of up to 1 MiB that Faust may hold beside.
_BUFFERED = 64


class Source(Frozen, frozen=True, kw_only=True):
    """What to read, as which group, by their names on the broker."""

    bootstrap: tuple[str, ...]
    topic: str
    group: str
    security_protocol: str = "PLAINTEXT"
    sasl_mechanism: str | None = None
    username: str | None = None
    password: str | None = None
    ca_file: str | None = None
    # reliability T3: a dead member's partitions move after the session.
    session_seconds: float = 20.0
    heartbeat_seconds: float = 3.0


def new_app(
    source: Source,
    read: Callable[[Any, Any], Awaitable[None]],
    note: Callable[[frozenset[int]], None],
    let_go: Callable[[], Awaitable[None]],
) -> Any:
    """Make an application whose only agent is `read`, called with it and the stream of bytes.

    `note` is told the partitions at each assignment, and `let_go` is waited for before they go to
    others. Call it in the loop that it shall run in.
    """
    app = _App(source.group, loop=asyncio.get_running_loop(), **_options(source))
    topic = app.topic(source.topic, key_serializer="raw", value_serializer="raw", allow_empty=True)

    async def agent(stream: Any) -> None:
        await read(app, stream)

    async def assigned(_app: Any, /, *given: Any, signal: Any = None, **_: Any) -> None:  # noqa: ARG001
        (places,) = given
        note(frozenset(place.partition for place in places))

    async def revoked(_app: Any, /, *_: Any, signal: Any = None, **__: Any) -> None:  # noqa: ARG001
        await let_go()

    # One at a time: with more, Faust commits past the slowest.
    app.agent(topic, name="enrich", concurrency=1)(agent)
    app.on_partitions_assigned.connect(assigned, weak=False)
    app.on_partitions_revoked.connect(revoked, weak=False)
    return app


class _Event(faust.Event):  # type: ignore[misc,unused-ignore]
    """An event that is not acknowledged before it is finished, whoever asks for it."""

    finished = False

    def ack(self) -> bool:
        return self.finished and bool(super().ack())


class _Boot(BootStrategy):  # type: ignore[misc,unused-ignore]
    """Starts what reads, and nothing that writes or serves."""

    enable_web = False
    enable_kafka_producer = False


class _Consumer(aiokafka.Consumer):  # type: ignore[misc,unused-ignore]
    """Begins partitions at their beginning that nobody has committed yet.

    Faust seeks to what is committed after it dropped messages of a rebalance; where nothing is, it
    stayed behind those, and the next commit went past them.
    """

    async def seek_to_committed(self) -> Mapping[Any, int]:
        committed: Mapping[Any, int] = await super().seek_to_committed()
        if new := [place for place, offset in committed.items() if not offset]:
            await self.seek_wait(await self.earliest_offsets(*new))
        return committed


class _Transport(aiokafka.Transport):  # type: ignore[misc,unused-ignore]
    Consumer = _Consumer


class _App(faust.App):  # type: ignore[misc,unused-ignore]
    BootStrategy = _Boot

    async def on_first_start(self) -> None:
        """Make no folder for tables: there are none."""

    def _new_transport(self) -> Any:
        return _Transport(self.conf.broker_consumer, self)


def _options(source: Source) -> dict[str, Any]:
    return {
        "broker": [f"kafka://{address}" for address in source.bootstrap],
        "broker_credentials": _credentials(source),
        "Event": _Event,
        "autodiscover": False,
        "processing_guarantee": "at_least_once",
        "broker_session_timeout": source.session_seconds,
        "broker_heartbeat_interval": source.heartbeat_seconds,
        "broker_rebalance_timeout": 30.0,
        "broker_request_timeout": 40.0,
        "broker_max_poll_interval": _NEVER_SECONDS,
        "broker_max_poll_records": 500,
        "broker_commit_interval": 1.0,
        "broker_commit_livelock_soft_timeout": _NEVER_SECONDS,
        "consumer_auto_offset_reset": "earliest",
        "consumer_max_fetch_size": 2 * 1024 * 1024,
        "consumer_metadata_max_age_ms": 60_000,
        "stream_buffer_maxsize": _BUFFERED,
        # `run` waits for the batch at hand, and not for ever.
        "stream_wait_empty": False,
        "stream_processing_timeout": _NEVER_SECONDS,
        "store": "memory://",
        "topic_allow_declare": False,
        "topic_disable_leader": True,
        "web_enabled": False,
    }


def _credentials(source: Source) -> Any:
    secure = source.security_protocol.endswith("SSL")
    context = ssl.create_default_context(cafile=source.ca_file) if secure else None
    if source.security_protocol.startswith("SASL"):
        return faust.SASLCredentials(
            username=source.username,
            password=source.password,
            mechanism=source.sasl_mechanism,
            ssl_context=context,
        )
    return None if context is None else faust.SSLCredentials(context)
