"""What became of pushed articles, written by several threads."""

from collections.abc import Mapping

from rasad_core.adapters.memory.store import MemoryStore
from rasad_core.documents.outcomes import outcome_key
from rasad_core.kinds import OUTCOMES
from rasad_core.runtime.handling import Outcome
from rasad_core.runtime.outcomes import OutcomeRecorder


class Overtaken(MemoryStore):
    """While it writes, another thread has written the same."""

    recorder: OutcomeRecorder | None = None

    def create_many(self, kind: str, values: Mapping[str, bytes]) -> int:
        if self.recorder is not None:
            recorder, self.recorder = self.recorder, None
            recorder.flush()
        return super().create_many(kind, values)


def test_outcomes_that_two_threads_write_at_once_are_written_and_no_error() -> None:
    store = Overtaken()
    recorder = store.recorder = OutcomeRecorder(store)
    ended = Outcome(stage="index", result="done", key="a", trace_id="push-1", detail="new")
    recorder.observe(ended)
    recorder.flush()
    recorder.flush()

    assert store.get(OUTCOMES, outcome_key("a", "push-1")) is not None
