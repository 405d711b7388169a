"""What became of articles on their way, and writing it down for those that were pushed.

What was not written when a process is killed stays unknown to who asks; the article itself goes
its way.
"""

import threading
from collections.abc import Mapping

import msgspec

from rasad_core.documents.outcomes import PUSHED, Became, PushOutcome, outcome_key
from rasad_core.errors import Reason
from rasad_core.kinds import OUTCOMES
from rasad_core.ports import Store
from rasad_core.runtime.handling import Outcome

# The stages an article passes to be searchable; alerts and deliver come beside.
_WAY = frozenset({"enrich", "stories", "index"})
# Stories' word for it; what it says of an article it keeps holds once the index has it too.
_KEPT: Mapping[str, Became] = {"new": "new", "revised": "revised", "copy": "copy"}
_DROPPED: Mapping[str, tuple[Reason, str]] = {
    "stale": (Reason.STALE, "a newer version of this article is kept already"),
    "deleted": (Reason.DELETED, "this article was deleted, and stays so"),
}
_EXPIRED = "published longer ago than RASAD_RETENTION_DAYS keeps"


class OutcomeRecorder:
    """Takes outcomes from the threads of the stages; `flush` writes those of pushed articles."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._turn = threading.Lock()
        self._kept: dict[str, Became] = {}
        self._ends: dict[str, PushOutcome] = {}

    def observe(self, outcome: Outcome) -> None:
        """Take note of an outcome; a `consume.Observe`."""
        if not outcome.trace_id.startswith(PUSHED):
            return
        key = outcome_key(outcome.key, outcome.trace_id)
        with self._turn:
            if (kept := kept_as(outcome)) is not None:
                self._kept[key] = kept
            elif is_end(outcome):
                # Where stories are another process, the index says itself what they kept.
                self._ends[key] = end_of(outcome, self._kept.pop(key, None) or outcome.kept)

    def flush(self) -> None:
        """Write what is known, create-only: the first word stands.

        Raises `Unavailable`; then it is kept for the next time. Two threads may do it at once.
        """
        with self._turn:
            ends = dict(self._ends)
        if not ends:
            return
        self._store.create_many(
            OUTCOMES, {key: msgspec.json.encode(end) for key, end in ends.items()}
        )
        with self._turn:
            for key in ends:
                self._ends.pop(key, None)


def is_end(outcome: Outcome) -> bool:
    """Say whether a stage's outcome is the last an article gets; alerts come beside the index."""
    if outcome.result == "retried":
        return False
    if outcome.result == "dead":
        return outcome.stage in _WAY
    return outcome.stage == "index" or (outcome.stage == "stories" and not kept_as(outcome))


def kept_as(outcome: Outcome) -> Became | None:
    """Give what stories kept an article as, which holds once the index has it too."""
    return _KEPT.get(outcome.detail) if outcome.stage == "stories" else None


def end_of(outcome: Outcome, kept: Became | None) -> PushOutcome:
    """Say what became of an article by the last outcome it got."""
    if outcome.result == "dead":
        # The last line of a traceback is what went wrong; the rest is in the dead letter.
        said = f"{outcome.stage}: {outcome.message.strip().rpartition(chr(10))[2]}"
        return PushOutcome(outcome="refused", reason=outcome.reason, message=said)
    if outcome.result == "expired":
        return PushOutcome(outcome="refused", reason=Reason.EXPIRED, message=_EXPIRED)
    if outcome.detail == "deleted" or (kept is None and outcome.detail in _DROPPED):
        reason, message = _DROPPED[outcome.detail]
        return PushOutcome(outcome="refused", reason=reason, message=message)
    if kept is None:
        return PushOutcome(outcome="unchanged", reason=Reason.UNCHANGED)
    return PushOutcome(outcome=kept)
