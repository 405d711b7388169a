"""How a consumer becomes a member of its group."""

from collections.abc import Sequence
from typing import Protocol

from kafka import ConsumerRebalanceListener, KafkaConsumer
from kafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor

from rasad_core.adapters.kafka.access import KafkaAccess
from rasad_core.adapters.kafka.connections import NEWS_WAIT_MS, made, reached
from rasad_core.events import Frozen

# A dead member's partitions move after its session: within the 30 s that we promise.
SESSION_SECONDS = 20.0
# Three missed beats and more are no death.
_HEARTBEAT_SECONDS = 3.0
# A batch may take as long as analysing its slowest article, many times over.
_MAX_POLL_INTERVAL_SECONDS = 300.0


class Join(Protocol):
    """Makes a consumer that is on its way into the group; `Membership` does."""

    def __call__(
        self, *, timeout_seconds: float, listener: ConsumerRebalanceListener
    ) -> KafkaConsumer:
        """Raises `Unavailable` or a `KafkaError` while Kafka is away."""


class Membership(Frozen, frozen=True, kw_only=True):
    """A place in a group. With an `instance` it is kept for a session while its program restarts.

    Two members must never have one `instance`: the broker shuts the earlier out.
    """

    access: KafkaAccess
    group: str
    topics: Sequence[str]
    session_seconds: float = SESSION_SECONDS
    instance: str | None = None

    def __call__(
        self, *, timeout_seconds: float, listener: ConsumerRebalanceListener
    ) -> KafkaConsumer:
        """Make a consumer that joins with its first polls."""
        reached(self.access, timeout_seconds=max(1.0, timeout_seconds))
        beat_seconds = min(_HEARTBEAT_SECONDS, self.session_seconds / 3)
        bootstrap_ms = max(1_000, int(timeout_seconds * 1000))
        consumer = made(
            KafkaConsumer,
            **self.access.options(),
            group_id=self.access.group(self.group),
            group_instance_id=self.instance,
            # Moves only what has to move. Cooperative-sticky was tried: this client reads nothing
            # while a group is shared out, so nobody went on meanwhile, and it took two rounds.
            partition_assignment_strategy=[StickyPartitionAssignor],
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            allow_auto_create_topics=False,
            bootstrap_timeout_ms=bootstrap_ms,
            session_timeout_ms=int(self.session_seconds * 1000),
            heartbeat_interval_ms=int(beat_seconds * 1000),
            max_poll_interval_ms=int(_MAX_POLL_INTERVAL_SECONDS * 1000),
            max_partition_fetch_bytes=2 * 1024 * 1024,
            fetch_max_wait_ms=NEWS_WAIT_MS,
        )
        try:
            # Subscribed before it knows the cluster, a consumer was seen to read nothing for good.
            consumer.bootstrap(timeout_ms=bootstrap_ms)
            names = [self.access.topic(topic) for topic in self.topics]
            consumer.subscribe(names, listener=listener)
            # A leader that has not heard of the topics yet hands out nothing, for a minute.
            for name in names:
                consumer.partitions_for_topic(name)
        except BaseException:
            consumer.close(timeout_ms=0)
            raise
        return consumer
