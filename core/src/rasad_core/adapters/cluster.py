"""One cluster opened: the log on Kafka, index and store on Elasticsearch."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rasad_core.adapters.elasticsearch.access import ElasticsearchAccess
from rasad_core.adapters.elasticsearch.connection import Elasticsearch, connect
from rasad_core.adapters.elasticsearch.index import ElasticsearchIndex
from rasad_core.adapters.elasticsearch.store import ElasticsearchStore
from rasad_core.adapters.kafka.access import KafkaAccess
from rasad_core.adapters.kafka.log import KafkaLog
from rasad_core.runtime.clock import SystemClock
from rasad_core.runtime.setting import WrongSetting
from rasad_core.runtime.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """The adapters over one Kafka and one Elasticsearch."""

    settings: Settings
    client: Elasticsearch
    log: KafkaLog
    store: ElasticsearchStore
    index: ElasticsearchIndex
    clock: SystemClock


@contextmanager
def opened(settings: Settings) -> Iterator[Cluster]:
    """Open what the settings name; nothing is asked yet, so neither server has to be there.

    Raises `WrongSetting` where the settings name none.
    """
    clock = SystemClock()
    client = connect(elasticsearch_access(settings))
    log = KafkaLog(
        kafka_access(settings),
        clock,
        publish_timeout_seconds=settings.api_publish_timeout_seconds,
    )
    prefix = settings.cluster.elasticsearch_prefix
    try:
        yield Cluster(
            settings=settings,
            client=client,
            log=log,
            store=ElasticsearchStore(client, prefix=prefix),
            index=ElasticsearchIndex(client, prefix, clock=clock),
            clock=clock,
        )
    finally:
        log.close()
        client.close()


def kafka_access(settings: Settings) -> KafkaAccess:
    """Say where Kafka is; raises `WrongSetting` where no setting does."""
    given = settings.cluster
    if not given.kafka_bootstrap:
        raise WrongSetting("set RASAD_KAFKA_BOOTSTRAP to the brokers of Kafka: host:port")
    return KafkaAccess(
        bootstrap=given.kafka_bootstrap,
        prefix=given.kafka_prefix,
        security_protocol=given.kafka_security_protocol,
        sasl_mechanism=given.kafka_sasl_mechanism,
        username=given.kafka_username,
        password=given.kafka_password,
        ca_file=given.kafka_ca_file,
    )


def elasticsearch_access(settings: Settings) -> ElasticsearchAccess:
    """Say where Elasticsearch is; raises `WrongSetting` where no setting does."""
    given = settings.cluster
    if not given.elasticsearch_url:
        raise WrongSetting("set RASAD_ELASTICSEARCH_URL to the nodes of Elasticsearch: http://…")
    return ElasticsearchAccess(
        urls=given.elasticsearch_url,
        prefix=given.elasticsearch_prefix,
        username=given.elasticsearch_username,
        password=given.elasticsearch_password,
        api_key=given.elasticsearch_api_key,
        ca_file=given.elasticsearch_ca_file,
    )
