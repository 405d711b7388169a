"""The loop of every stage: poll, process, publish, commit, count.

Guarantee: at least once, in order within a key. A message is committed only after everything
it caused is durable, its dead letter included; a crash anywhere in a round repeats the round.
"""

from rasad_core.ports import Clock, Publisher, Subscriber
from rasad_core.runtime.handling import (
    Brake,
    Handled,
    Handling,
    Observe,
    Outcome,
    Process,
    Result,
    Stopped,
    TooManyBugs,
    Wait,
    dead_letter,
    given_up,
)
from rasad_core.topics import Stage

__all__ = (
    "Brake",
    "Consumer",
    "Handled",
    "Observe",
    "Outcome",
    "Process",
    "Result",
    "Stopped",
    "TooManyBugs",
    "Wait",
    "dead_letter",
    "given_up",
)


class Consumer:
    """Runs one stage over a subscriber: `Handling` says what is done with a batch."""

    def __init__(
        self,
        *,
        stage: Stage,
        subscriber: Subscriber,
        publisher: Publisher,
        process: Process,
        observe: Observe,
        clock: Clock,
        wait: Wait,
        batch_size: int = 100,
        brake: Brake | None = None,
    ) -> None:
        self._subscriber = subscriber
        self._wait = wait
        self._batch_size = batch_size
        self._handling = Handling(
            stage=stage,
            publisher=publisher,
            process=process,
            observe=observe,
            clock=clock,
            wait=wait,
            brake=brake,
        )

    def step(self, *, timeout_seconds: float = 0.0) -> int:
        """Do one round; give the number of messages done, 0 when there was nothing.

        Raises `TooManyBugs`, and `Stopped` when asked to stop while something is away; in both
        cases nothing of the round is committed.
        """
        messages = self._subscriber.poll(self._batch_size, timeout_seconds=timeout_seconds)
        if not messages:
            return 0
        handled = self._handling.handle(messages)
        self._handling.insist(lambda: self._subscriber.commit(messages))
        self._handling.count(handled)
        return len(messages)

    def drain(self) -> int:
        """Work until the topic's present end; give the number of messages done."""
        total = 0
        while done := self.step():
            total += done
        return total

    def run(self) -> None:
        """Work until asked to stop, then leave the group."""
        try:
            while not self._wait(0.0):
                self.step(timeout_seconds=1.0)
        except Stopped:
            pass
        finally:
            self._subscriber.close()
