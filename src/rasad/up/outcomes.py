"""Writes down what became of pushed articles, a batch at a time.

What was not written when the process is killed stays unknown to who asks; the article itself goes
its way.
"""

import threading

import msgspec

from rasad.items import end_of, is_end, kept_as
from rasad_core.documents.outcomes import PUSHED, Became, PushOutcome, outcome_key
from rasad_core.kinds import OUTCOMES
from rasad_core.ports import ArticleIndex, Store
from rasad_core.runtime.consume import Outcome


class OutcomeRecorder:
    """Takes outcomes from the threads of the stages; `flush` writes those of pushed articles."""

    def __init__(self, store: Store, index: ArticleIndex) -> None:
        self._store = store
        self._index = index
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
                kept = self._kept.pop(key, None)
                if kept is None and outcome.stage == "index":
                    kept = self._held_as(outcome.key)
                self._ends[key] = end_of(outcome, kept)

    def flush(self) -> None:
        """Write what is known, create-only: the first word stands."""
        with self._turn:
            ends, self._ends = self._ends, {}
        if ends:
            self._store.create_many(
                OUTCOMES, {key: msgspec.json.encode(end) for key, end in ends.items()}
            )

    def _held_as(self, article_id: str) -> Became:
        """Tell from the index: stories spoke before this process was started again."""
        held = self._index.get(article_id)
        if held is not None and held.revision > 1:
            return "revised"
        return "copy" if held is not None and held.copy_of else "new"
