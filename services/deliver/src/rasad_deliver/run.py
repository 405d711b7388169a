"""The stage: matches in, documents out; `records` says which, and why a kill does no harm.

Guarantee: at least once, and one notification a match.
"""

from collections.abc import Callable, Sequence

from rasad_core import codec
from rasad_core.events import AlertMatched
from rasad_core.ports import Clock, Message, Store
from rasad_core.runtime.consume import Handled, Outcome, Process
from rasad_deliver.records import Records

# Of a full batch the first are told while the others are recorded.
_TOGETHER = 25


def process(store: Store, clock: Clock, wake: Callable[[], None]) -> Process:
    """Give the handler of a batch of `alerts.matched`; `wake` is called when there is to send.

    Matches of one alert must come to one process only, in their order. The outcome's detail is
    what became of the match: opened, grouped or withheld; or later, for a later revision of one.
    Raises `Unprocessable` for an event that cannot be read, `Unavailable` when the store is away.
    """
    records = Records(store, clock)

    def record(messages: Sequence[Message]) -> Sequence[Handled]:
        events = [codec.decode(message.value, AlertMatched) for message in messages]
        details: list[str] = []
        for start in range(0, len(events), _TOGETHER):
            found = records.record(events[start : start + _TOGETHER])
            if "opened" in found:
                wake()
            details += found
        return [_handled(*each) for each in zip(messages, events, details, strict=True)]

    return record


def _handled(message: Message, event: AlertMatched, detail: str) -> Handled:
    outcome = Outcome(
        stage="deliver", result="done", key=message.key, trace_id=event.trace_id, detail=detail
    )
    return Handled(message=message, outcome=outcome)
