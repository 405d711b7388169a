"""What every stage does with a batch: process it, take it apart, publish, count.

It knows nothing of where the batch came from, so that any way of reading can stand before it.
"""

import traceback
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal, TypeVar

import structlog

from rasad_core.documents.outcomes import Became
from rasad_core.errors import RasadError, Reason, Unavailable, Unprocessable
from rasad_core.events import Frozen
from rasad_core.ports import Clock, Message, Outgoing, Publisher
from rasad_core.topics import Stage, dead_letter_topic

T = TypeVar("T")
# `retried` is counted beside the others; each of the rest ends an event.
Result = Literal["done", "dead", "dropped", "expired", "retried"]


class Outcome(Frozen, frozen=True, kw_only=True):
    """What became of one event at one stage.

    `detail` says it in the stage's own words: new, revised, copy, written, stale, …; `kept`, of the
    index, what stories kept the article as.
    """

    stage: Stage
    result: Result
    key: str
    trace_id: str
    reason: Reason | None = None
    detail: str = ""
    message: str = ""
    kept: Became | None = None


class Handled(Frozen, frozen=True, kw_only=True):
    """One message done with: what to publish for it, and its outcome."""

    message: Message
    outcome: Outcome
    outgoing: tuple[Outgoing, ...] = ()


Process = Callable[[Sequence[Message]], Sequence[Handled]]
Observe = Callable[[Outcome], None]
# Waits that many seconds; True when the program was asked to stop meanwhile.
Wait = Callable[[float], bool]


class TooManyBugs(RasadError):
    """The brake: a faulty deployment must not empty a topic into its dead letters."""


class Stopped(RasadError):
    """The program was asked to stop while it waited for something that is away."""


class Brake:
    """Stops after 20 bugs in a row, or when half of the last 100 events were bugs (DESIGN 9)."""

    def __init__(self, *, in_a_row: int = 20, window: int = 100) -> None:
        self._in_a_row = in_a_row
        self._row = 0
        self._recent: deque[bool] = deque(maxlen=window)

    def record(self, *, bug: bool) -> None:
        """Note one event; raises `TooManyBugs` past a limit."""
        self._row = self._row + 1 if bug else 0
        self._recent.append(bug)
        full = len(self._recent) == self._recent.maxlen
        if self._row >= self._in_a_row or (full and sum(self._recent) * 2 >= len(self._recent)):
            raise TooManyBugs(
                f"{sum(self._recent)} of the last {len(self._recent)} events failed in a way "
                "nobody foresaw; the round at hand is not committed"
            )


class Handling:
    """Runs one stage over batches, from one thread at a time.

    `process` takes a batch and gives one `Handled` per message, in order. When it raises, the batch
    is taken apart and tried message by message, so that one bad event never holds up the rest:
    `Unprocessable` makes a dead letter, `Unavailable` waits and repeats, anything else is tried
    once more and then makes a dead letter `bug` with the traceback.
    """

    def __init__(
        self,
        *,
        stage: Stage,
        publisher: Publisher,
        process: Process,
        observe: Observe,
        clock: Clock,
        wait: Wait,
        brake: Brake | None = None,
    ) -> None:
        self._stage = stage
        self._publisher = publisher
        self._process = process
        self._observe = observe
        self._clock = clock
        self._wait = wait
        self._brake = brake or Brake()

    def handle(self, messages: Sequence[Message]) -> Sequence[Handled]:
        """Do all that a batch asks for; on return everything it caused is durable.

        Only then may it be committed. Raises `TooManyBugs`, and `Stopped` when asked to stop while
        something is away; it must not be committed in both cases.
        """
        handled = self._processed(messages)
        try:
            self._publish(handled)
        except Unprocessable:  # one of them; the others must not suffer for it
            return [self._published_alone(each) for each in handled]
        return handled

    def finish(self, messages: Sequence[Message]) -> None:
        """Do all that a batch asks for, and tell its outcomes; raises what `handle` raises."""
        self.count(self.handle(messages))

    def count(self, handled: Sequence[Handled]) -> None:
        """Tell the outcomes of what is done."""
        for each in handled:
            self._observe(each.outcome)
            _log(each.message, each.outcome)

    def insist(self, action: Callable[[], T]) -> T:
        """Do it, and again while something is away; raises `Stopped` when asked to stop."""
        pause_seconds = 0.0
        while True:
            try:
                return action()
            except Unavailable as error:
                # Doubles up to 30 s, so that a long outage is not hammered.
                pause_seconds = min(max(error.retry_after_seconds, pause_seconds * 2), 30.0)
                structlog.get_logger().warning(
                    "waits", stage=self._stage, problem=str(error), seconds=pause_seconds
                )
                if self._wait(pause_seconds):
                    raise Stopped from error

    def _processed(self, messages: Sequence[Message]) -> Sequence[Handled]:
        try:
            handled = self.insist(lambda: self._tried(messages))
        except Stopped:
            raise
        except Exception:  # noqa: BLE001  taken apart below, where each error gets its own outcome
            return [self._handle_one(message) for message in messages]
        for _ in handled:
            self._brake.record(bug=False)
        return handled

    def _handle_one(self, message: Message) -> Handled:
        for attempt in (1, 2):
            try:
                (handled,) = self.insist(lambda: self._tried([message]))
            except Stopped:
                raise
            except Unprocessable as error:
                self._brake.record(bug=False)
                return self._given_up(message, error.reason, error.message, attempt)
            except Exception as error:  # noqa: BLE001  the one place where a bug becomes an outcome
                failure = error
                if attempt == 1:
                    self._retry([message])
            else:
                self._brake.record(bug=False)
                return handled
        try:
            self._brake.record(bug=True)
        except TooManyBugs as stop:
            # Nothing of this round reaches the dead letters, so the last failure stands here.
            raise TooManyBugs(f"{stop}. The last failure: {failure!r}") from failure
        text = "".join(traceback.format_exception(failure))
        return self._given_up(message, Reason.BUG, text, attempts=2)

    def _tried(self, messages: Sequence[Message]) -> Sequence[Handled]:
        try:
            return self._process(messages)
        except Unavailable:
            self._retry(messages)
            raise

    def _retry(self, messages: Sequence[Message]) -> None:
        for message in messages:
            trace_id = message.headers.get("trace_id", "")
            outcome = Outcome(
                stage=self._stage, result="retried", key=message.key, trace_id=trace_id
            )
            self._observe(outcome)

    def _published_alone(self, handled: Handled) -> Handled:
        try:
            self._publish([handled])
        except Unprocessable as error:
            refused = self._given_up(handled.message, error.reason, error.message, attempts=1)
            self._publish([refused])
            return refused
        return handled

    def _publish(self, handled: Sequence[Handled]) -> None:
        outgoing = [one for each in handled for one in each.outgoing]
        if outgoing:
            self.insist(lambda: self._publisher.publish(outgoing))

    def _given_up(self, message: Message, reason: Reason, text: str, attempts: int) -> Handled:
        now = self._clock.now()
        return given_up(message, self._stage, reason, text, attempts=attempts, at=now)


def _log(message: Message, outcome: Outcome) -> None:
    logger = structlog.get_logger()
    log, event = (
        (logger.warning, "dead letter") if outcome.result == "dead" else (logger.debug, "done with")
    )
    # Not the message of the outcome: it may quote the article.
    log(
        event,
        stage=outcome.stage,
        outcome=outcome.result,
        reason=outcome.reason,
        detail=outcome.detail,
        key=outcome.key,
        trace_id=outcome.trace_id,
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
    )


# A traceback or a parser's message can be longer than a header should be.
_MAX_MESSAGE_CHARACTERS = 4000


def given_up(
    message: Message, stage: Stage, reason: Reason, text: str, *, attempts: int, at: datetime
) -> Handled:
    """End an event as a dead letter: for a process that knows which one of its batch is bad."""
    outcome = Outcome(
        stage=stage,
        result="dead",
        key=message.key,
        trace_id=message.headers.get("trace_id", ""),
        reason=reason,
        message=text,
    )
    letter = dead_letter(message, stage, reason, text, attempts=attempts, at=at)
    return Handled(message=message, outcome=outcome, outgoing=(letter,))


def dead_letter(
    message: Message, stage: Stage, reason: Reason, text: str, *, attempts: int, at: datetime
) -> Outgoing:
    """Wrap what a stage gave up on: key, bytes and headers untouched, `dead.*` headers added."""
    about = {
        "stage": stage,
        "reason": reason.value,
        "message": text[:_MAX_MESSAGE_CHARACTERS],
        "topic": message.topic,
        "partition": str(message.partition),
        "offset": str(message.offset),
        "at": at.isoformat(),
        "attempts": str(attempts),
        "trace_id": message.headers.get("trace_id", ""),
    }
    return Outgoing(
        topic=dead_letter_topic(stage),
        key=message.key,
        value=message.value,
        headers={**message.headers, **{f"dead.{name}": value for name, value in about.items()}},
    )
