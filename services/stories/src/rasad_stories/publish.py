"""What stories puts into the log, and in which order where several topics have none."""

from collections.abc import Sequence

from rasad_core import codec
from rasad_core.ports import Outgoing, Publisher, Write
from rasad_core.topics import ENRICHED, STORIES_STATE
from rasad_stories.record import TAKEN_KEY, StateTaken
from rasad_stories.sequence import Stories

# The header that says which file a record of `stories.state` came from.
MARK = "writer"


def enriched(event: Write) -> Outgoing:
    """Wrap what others are told of an article."""
    return Outgoing(
        topic=ENRICHED,
        key=event.article_id,
        value=codec.encode(event),
        headers={"trace_id": event.trace_id},
    )


def record_of(stories: Stories, number: int, trace_id: str) -> Outgoing:
    """Wrap what is so of an article now."""
    kept = stories.record(number, trace_id=trace_id)
    return Outgoing(
        topic=STORIES_STATE,
        key=kept.article_id,
        value=codec.encode(kept),
        headers={"trace_id": trace_id, MARK: stories.mark},
    )


def taken_by(stories: Stories) -> Outgoing:
    """Wrap that this file goes on from here."""
    return Outgoing(
        topic=STORIES_STATE,
        key=TAKEN_KEY,
        value=codec.encode(StateTaken(trace_id=f"rebuilt-{stories.mark}", mark=stories.mark)),
        headers={MARK: stories.mark},
    )


class StateLast:
    """A publisher for this stage: `stories.state` once all else is durable.

    A record without its article would make a successor drop the article as known.
    """

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher

    def publish(self, messages: Sequence[Outgoing]) -> None:
        """Append in this order; raises what the publisher does."""
        for part in (
            [message for message in messages if message.topic != STORIES_STATE],
            [message for message in messages if message.topic == STORIES_STATE],
        ):
            if part:
                self._publisher.publish(part)
