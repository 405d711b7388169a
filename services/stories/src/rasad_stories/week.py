"""The samples of one week of publication, in memory, found by their keys.

A week holds its rows in growing columns and its keys in a few sorted runs of `key | row` (a
log-structured merge: new keys make a run, runs of like size are merged), 8 bytes a key. About
1 kB a row: 512 B signature, 344 B keys, 56 B columns, the dictionary of texts.

Two samples of one week are never more than seven days apart, so the same text again in the same
week needs no new keys: it is linked to the first for certain, and the first row answers for both
by the span of their times. Every time within such a span is within seven days of one that was
really there, so spans link exactly what single times would.
"""

from collections.abc import Sequence

import numpy as np

from rasad_stories.compare import BANDS, ROW_BITS, WINDOW_US, Columns, Ints, Text, UInts, alike

_ROW_MASK = np.uint64((1 << ROW_BITS) - 1)
_STEP = np.uint64(1 << ROW_BITS)
_SHIFT = np.uint64(ROW_BITS)
# A run is merged into the one before it while that is no more than this many times longer.
_MERGE_RATIO = 4
# Pairs compared at once: 16 MB of signatures.
_CHUNK = 16_384
# Spare room when the columns grow: a fifth more memory at most, each row copied five times.
_GROWTH = 1.25
# Hits are ticked off in a table once they are more than a 32nd of it, else sorted.
_FEW_HITS = 32
_NO_KEYS: UInts = np.zeros(0, dtype=np.uint64)


class Week:
    """One week of samples. Rows are numbered in order of arrival."""

    def __init__(self) -> None:
        self.size = 0
        self._texts = Columns.empty(64)
        self._low, self._high, self._article = (np.zeros(64, dtype=np.int64) for _ in range(3))
        self._first: dict[int, int] = {}  # hash of a text → the row that answers for it
        self._runs: list[UInts] = []

    def add(
        self, texts: Sequence[Text], keys: UInts, spans: Sequence[tuple[int, int]],
        articles: Sequence[int],
    ) -> None:  # fmt: skip
        """Take samples in; `spans` holds the earliest and the latest time of each."""
        self._reserve(self.size + len(texts))
        entries = []
        for text, own, span, article in zip(texts, keys, spans, articles, strict=True):
            wanted = self._place(text, own, span, article)
            if wanted is not None:
                entries.append(wanted[wanted != 0] | np.uint64(self.size - 1))
        run = np.sort(np.concatenate(entries)) if entries else _NO_KEYS
        if run.size:
            self._merge(run)

    def linked(
        self, askers: Ints, texts: Columns, keys: UInts, published: Ints
    ) -> tuple[Ints, Ints]:
        """Give the pairs (asker, article) of linked samples; `askers` are rows of the others."""
        who, which = np.nonzero(keys[askers])
        asked = keys[askers][who, which]
        found = [self._search(run, askers[who], asked) for run in self._runs]
        asker, row = self._distinct(np.concatenate(found) if found else _NO_KEYS)
        near = (published[asker] >= self._low[row] - WINDOW_US) & (
            published[asker] <= self._high[row] + WINDOW_US
        )
        asker, row = asker[near], row[near]
        parts = [slice(at, at + _CHUNK) for at in range(0, len(row), _CHUNK)]
        same = [alike(texts.take(asker[part]), self._texts.take(row[part])) for part in parts]
        verdict = np.concatenate(same) if same else np.zeros(0, dtype=np.bool_)
        return asker[verdict], self._article[row[verdict]]

    def _place(self, text: Text, keys: UInts, span: tuple[int, int], article: int) -> UInts | None:
        """Add a row and give the keys to find it by, or None where an older row answers."""
        # 64 bits of Python's own keyed hash: it never leaves this process.
        name = hash((text.minhash, text.shingles)) if text.usable else hash(("", text.content))
        first = self._first.get(name)
        if first is not None:
            self._low[first] = min(int(self._low[first]), span[0])
            self._high[first] = max(int(self._high[first]), span[1])
            if not text.usable or text.title in (0, self._texts.title[first]):
                return None
            keys = keys[BANDS:]
        else:
            self._first[name] = self.size
        self._texts.put(self.size, text)
        self._low[self.size], self._high[self.size] = span
        self._article[self.size] = article
        self.size += 1
        return keys

    def _merge(self, run: UInts) -> None:
        while self._runs and self._runs[-1].size <= _MERGE_RATIO * run.size:
            run = np.sort(np.concatenate((self._runs.pop(), run)), kind="stable")
        self._runs.append(run)

    def _search(self, run: UInts, asker: Ints, asked: UInts) -> UInts:
        """Give `asker | row` for every key of the run that was asked for."""
        start = np.searchsorted(run, asked)
        inside = np.minimum(start, run.size - 1)
        hit = (start < run.size) & (run[inside] >> _SHIFT == asked >> _SHIFT)
        start, asker = start[hit], asker[hit]
        count = np.searchsorted(run, asked[hit] + _STEP) - start
        # The positions start, start + 1, … start + count - 1 of each hit, one after another.
        before = np.repeat(np.cumsum(count) - count, count)
        position = np.arange(before.size) - before + np.repeat(start, count)
        asking = np.repeat(asker, count).astype(np.uint64) << _SHIFT
        pairs: UInts = asking | (run[position] & _ROW_MASK)
        return pairs

    def _distinct(self, pairs: UInts) -> tuple[Ints, Ints]:
        """Take pairs `asker | row` apart, each once, in order."""
        asker, row = (pairs >> _SHIFT).astype(np.int64), (pairs & _ROW_MASK).astype(np.int64)
        askers = int(asker.max(initial=-1)) + 1
        if pairs.size * _FEW_HITS < askers * self.size:
            pairs = np.unique(pairs)
            return (pairs >> _SHIFT).astype(np.int64), (pairs & _ROW_MASK).astype(np.int64)
        # A story of thousands of near copies: 40 hits for each pair, too many to sort.
        hit = np.zeros((askers, self.size), dtype=np.bool_)
        hit[asker, row] = True
        asker, row = np.nonzero(hit)
        return asker, row

    def _reserve(self, rows: int) -> None:
        held = self._low.size
        if rows <= held:
            return
        if rows > 1 << ROW_BITS:
            raise OverflowError(f"more than {1 << ROW_BITS} texts were published in one week")
        wanted = max(rows, int(held * _GROWTH))
        self._texts = self._texts.grown(wanted)
        self._low, self._high, self._article = (
            np.concatenate((column, np.zeros(wanted - held, dtype=np.int64)))
            for column in (self._low, self._high, self._article)
        )
