"""The registry of topics: which event, under which key, from whom to whom, kept how long."""

from typing import Literal

from rasad_core.events import (
    AlertDefined,
    AlertMatched,
    ArticleAnalysed,
    ArticleDeleted,
    ArticleEnriched,
    ArticleFetched,
    ArticleMoved,
    ArticleWithdrawn,
    Event,
    Frozen,
)

Stage = Literal["ingest", "enrich", "stories", "index", "alerts", "deliver", "api"]
# Consumers that have a dead-letter topic today.
STAGES: tuple[Stage, ...] = ("enrich", "stories", "index", "alerts", "deliver")


class TopicSpec(Frozen, frozen=True, kw_only=True):
    """One topic. `partitions` holds where the log has partitions; SQLite's has one."""

    name: str
    events: tuple[type[Event], ...]
    key: str
    partitions: int
    producers: tuple[Stage, ...]
    consumers: tuple[Stage, ...]
    compacted: bool = False
    about: str = ""


RAW = "articles.raw"
RAW_BACKFILL = "articles.raw.backfill"
ANALYSED = "articles.analysed"
ENRICHED = "articles.enriched"
STORIES_STATE = "stories.state"
DEFINITIONS = "alerts.definitions"
MATCHED = "alerts.matched"


def dead_letter_topic(stage: Stage) -> str:
    """Name the dead-letter topic of the consumer that gave up."""
    return f"{stage}.dead"


TOPICS: tuple[TopicSpec, ...] = (
    TopicSpec(
        name=RAW,
        events=(ArticleFetched,),
        key="article_id",
        partitions=12,
        producers=("ingest", "api"),
        consumers=("enrich",),
        about="Articles as they came, live.",
    ),
    TopicSpec(
        name=RAW_BACKFILL,
        events=(ArticleFetched,),
        key="article_id",
        partitions=12,
        producers=("ingest", "api"),
        consumers=("enrich",),
        about="Articles as they came, from the past; they never notify.",
    ),
    TopicSpec(
        name=ANALYSED,
        events=(ArticleAnalysed, ArticleWithdrawn),
        key="article_id",
        partitions=1,
        producers=("enrich", "api"),
        consumers=("stories",),
        about="Articles cleaned and understood, in one order.",
    ),
    TopicSpec(
        name=ENRICHED,
        events=(ArticleEnriched, ArticleMoved, ArticleDeleted),
        key="article_id",
        partitions=12,
        producers=("stories",),
        consumers=("index", "alerts"),
        about="Kept revisions, each placed in its story.",
    ),
    TopicSpec(
        name=STORIES_STATE,
        events=(),
        key="article_id",
        partitions=1,
        producers=("stories",),
        consumers=("stories",),
        compacted=True,
        about="What stories remembers of each article, to rebuild its state from.",
    ),
    TopicSpec(
        name=DEFINITIONS,
        events=(AlertDefined,),
        key="alert_id",
        partitions=1,
        producers=("api",),
        consumers=("alerts",),
        compacted=True,
        about="Alerts as they stand; a deleted one stays, with that state.",
    ),
    TopicSpec(
        name=MATCHED,
        events=(AlertMatched,),
        key="alert_id",
        partitions=12,
        producers=("alerts",),
        consumers=("deliver",),
        about="What alerts found, each with its proof.",
    ),
    *(
        TopicSpec(
            name=dead_letter_topic(stage),
            events=(),
            key="original key",
            partitions=1,
            producers=(stage,),
            consumers=(),
            about=f"What {stage} gave up on: original key, bytes and headers, with dead.* headers.",
        )
        for stage in STAGES
    ),
)
BY_NAME = {spec.name: spec for spec in TOPICS}
