"""Making the topics of the registry, again and again, to the same end."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Literal

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import TopicAlreadyExistsError

from rasad_core.adapters.kafka.access import KafkaAccess
from rasad_core.adapters.kafka.connections import administering, asked
from rasad_core.adapters.kafka.publisher import MAX_REQUEST_BYTES
from rasad_core.events import Frozen
from rasad_core.topics import STAGES, TOPICS, TopicSpec, dead_letter_topic

# Long enough for a holiday of whoever looks after dead letters.
_DEAD_LETTER_DAYS = 30
_DAY_MS = 86_400_000
# A writer that was away for minutes finds every record since, with which it mends what it wrote.
_COMPACTED_AFTER_MS = 3_600_000
_DEAD = frozenset(dead_letter_topic(stage) for stage in STAGES)


class TopicChange(Frozen, frozen=True, kw_only=True):
    """What was done about a topic. `partitions`: it has another number, and keeps it.

    Keys would move to other partitions, and the order of an article's events with them.
    """

    topic: str
    action: Literal["created", "altered", "unchanged", "partitions"]
    detail: str = ""


def apply_topics(
    access: KafkaAccess, *, retention_days: int, partitions: int | None = None
) -> Sequence[TopicChange]:
    """Make what is missing and set what differs; raises `Unavailable` while Kafka is away.

    The number of replicas is the broker's default. `partitions` stands for every topic's own
    number, for tests.
    """
    admin = administering(access)
    try:
        return asked(lambda: _applied(admin, access, retention_days, partitions))
    finally:
        admin.close()


def _applied(
    admin: KafkaAdminClient, access: KafkaAccess, retention_days: int, partitions: int | None
) -> Sequence[TopicChange]:
    known = set(admin.list_topics())
    missing = [spec for spec in TOPICS if access.topic(spec.name) not in known]
    if missing:
        _create(admin, access, missing, retention_days, partitions)
    held = [spec for spec in TOPICS if spec not in missing]
    made = [TopicChange(topic=access.topic(spec.name), action="created") for spec in missing]
    return [*made, *_held(admin, access, held, retention_days, partitions)]


def _create(
    admin: KafkaAdminClient,
    access: KafkaAccess,
    specs: Sequence[TopicSpec],
    retention_days: int,
    partitions: int | None,
) -> None:
    wanted = {
        access.topic(spec.name): {
            "num_partitions": partitions or spec.partitions,
            "replication_factor": -1,
            "configs": dict(_configs(spec, retention_days)),
        }
        for spec in specs
    }
    with suppress(TopicAlreadyExistsError):  # somebody else applies them at the same time
        admin.create_topics(wanted)
    admin.wait_for_topics(list(wanted), timeout_ms=30_000)


def _held(
    admin: KafkaAdminClient,
    access: KafkaAccess,
    specs: Sequence[TopicSpec],
    retention_days: int,
    partitions: int | None,
) -> Sequence[TopicChange]:
    if not specs:
        return []
    names = [access.topic(spec.name) for spec in specs]
    numbers = {each["name"]: len(each["partitions"]) for each in admin.describe_topics(names)}
    changes: list[TopicChange] = []
    for spec, name in zip(specs, names, strict=True):
        wanted = partitions or spec.partitions
        if numbers[name] != wanted:
            detail = f"it has {numbers[name]} partitions, not {wanted}, and keeps them"
            changes.append(TopicChange(topic=name, action="partitions", detail=detail))
        changes.append(_altered(admin, name, _configs(spec, retention_days)))
    return changes


def _altered(admin: KafkaAdminClient, name: str, wanted: Mapping[str, str]) -> TopicChange:
    resource = ConfigResource(ConfigResourceType.TOPIC, name)
    held = admin.describe_configs([resource], config_filter="all")["topic"][name]
    differing = {key: value for key, value in wanted.items() if held[key]["value"] != value}
    if not differing:
        return TopicChange(topic=name, action="unchanged")
    admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, configs=differing)])
    detail = ", ".join(f"{key}={value}" for key, value in sorted(differing.items()))
    return TopicChange(topic=name, action="altered", detail=detail)


def _configs(spec: TopicSpec, retention_days: int) -> Mapping[str, str]:
    days = _DEAD_LETTER_DAYS if spec.name in _DEAD else retention_days
    life = (
        {"cleanup.policy": "compact", "min.compaction.lag.ms": str(_COMPACTED_AFTER_MS)}
        if spec.compacted
        else {"cleanup.policy": "delete", "retention.ms": str(days * _DAY_MS)}
    )
    # The broker keeps what it was sent: producers compress better than it need again.
    return {**life, "max.message.bytes": str(MAX_REQUEST_BYTES), "compression.type": "producer"}
