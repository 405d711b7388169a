"""The order in which the output of stories must become durable, where several topics have none."""

from collections.abc import Sequence

from rasad_core.ports import Outgoing, Publisher
from rasad_core.topics import STORIES_STATE


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
