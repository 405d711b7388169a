"""The stage: `ArticleFetched` in, `ArticleAnalysed` out.

At least once and idempotent: the same event analysed again gives the same event.
"""

from collections.abc import Sequence

from rasad_core.errors import RasadError, Reason, Unprocessable
from rasad_core.ports import Clock, Message, Outgoing
from rasad_core.runtime.handling import Handled, Outcome, Process, given_up
from rasad_core.topics import ANALYSED
from rasad_enrich.pool import AnalysisPool, Encoded


class AnalysisBroken(RasadError):
    """Analysis failed in a way nobody foresaw; the text is the traceback in the child."""


def process(pool: AnalysisPool, *, clock: Clock) -> Process:
    """Make the handler of the stage.

    A refused event becomes a dead letter and the others of its batch go on. Raises
    `AnalysisBroken` for a bug, which the consumer's brake has to see.
    """

    def handle(messages: Sequence[Message]) -> Sequence[Handled]:
        # Bytes pass through to the children and back: what is no event is refused there.
        results = pool.analyse_encoded([message.value for message in messages])
        return [
            _handled(message, result, clock)
            for message, result in zip(messages, results, strict=True)
        ]

    return handle


def _handled(message: Message, result: Encoded, clock: Clock) -> Handled:
    if isinstance(result, Unprocessable):
        return _refused(message, result, clock)
    outcome = Outcome(
        stage="enrich",
        result="done",
        key=message.key,
        trace_id=result.trace_id,
        detail="analysed",
    )
    outgoing = Outgoing(
        topic=ANALYSED,
        key=result.article_id,
        value=result.value,
        headers={"trace_id": result.trace_id},
    )
    return Handled(message=message, outcome=outcome, outgoing=(outgoing,))


def _refused(message: Message, refusal: Unprocessable, clock: Clock) -> Handled:
    if refusal.reason is Reason.BUG:
        raise AnalysisBroken(refusal.message)
    attempts = 2 if refusal.reason in (Reason.TIMED_OUT, Reason.CRASHED) else 1
    return given_up(
        message, "enrich", refusal.reason, refusal.message, attempts=attempts, at=clock.now()
    )
