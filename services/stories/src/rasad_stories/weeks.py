"""All samples, on file; those of the weeks in use also in memory, to be compared.

A sample belongs to the week it was published in; the same text of an article again in the same
week only widens the span of its sample, so a page polled for years adds one sample a week at most.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence

import numpy as np
from msgspec.structs import replace

from rasad_core.events import Frozen
from rasad_stories.compare import WINDOW_US, Columns, Ints, Text, UInts, columns, keys
from rasad_stories.record import Sample
from rasad_stories.state import State
from rasad_stories.week import Week

# A live ticker has hundreds of texts a day. Past this many a text of the same article is compared
# when it comes, but not remembered: a record of `stories.state` stays below 50 kB.
MAX_TEXTS = 64
# About 1 kB each. The three weeks round the present always stay; an archive read in any order of
# publication keeps the weeks it touched last.
_RESIDENT = 150_000
# Rows read from the file at a time.
_READ = 4096


class Asked(Frozen, frozen=True, kw_only=True):
    """A text of an article as published at a time. `fresh`: the article has no other samples."""

    article: int
    text: Text
    at_us: int
    fresh: bool


class Found(Frozen, frozen=True, kw_only=True):
    """The articles linked to a text, in order of age, and its sample where that is new or wider.

    `key` is that of the sample on file which it widens.
    """

    articles: Ints
    sample: Sample | None = None
    key: int | None = None


# Room for the number of an article beside the index of an asker, in 63 bits.
_ARTICLE_BITS = 40
_NONE: Ints = np.zeros(0, dtype=np.int64)
_KNOWN = Found(articles=_NONE)


class Weeks:
    """The samples of every week; writes need the transaction of `State`."""

    def __init__(self, state: State, *, resident: int = _RESIDENT) -> None:
        self._state = state
        self._resident = resident
        self._weeks: OrderedDict[int, Week] = OrderedDict()

    def remember(self, asked: Sequence[Asked], *, anew: bool = False) -> list[Found]:
        """Remember texts of different articles; give for each what is linked, also among these.

        A sample that says nothing new has been compared before, and finds nothing unless `anew`.
        The others come on file with `keep`, each when its article is placed.
        """
        homes = [each.at_us // WINDOW_US for each in asked]
        near = sorted({week + step for week in homes for step in (-1, 0, 1)})
        held = {week: self._week(week) for week in near}
        fresh = self._fresh(asked, homes, anew=anew)
        stored = [index for index, each in fresh.items() if each.sample]
        texts = columns([each.text for each in asked])
        found = keys(texts)
        for week in sorted({homes[index] for index in stored}):
            own = [index for index in stored if homes[index] == week]
            spans = [(asked[index].at_us, asked[index].at_us) for index in own]
            articles = [asked[index].article for index in own]
            held[week].add([asked[index].text for index in own], found[own], spans, articles)
        published = np.array([each.at_us for each in asked], dtype=np.int64)
        links = _search(held, homes, list(fresh), texts=texts, found=found, published=published)
        self._evict(set(near))
        out = [_KNOWN] * len(asked)
        for index, each in fresh.items():
            out[index] = replace(each, articles=links.get(index, _NONE))
        return out

    def keep(self, article: int, found: Found) -> None:
        """Put the sample of an article on file."""
        sample = found.sample
        if sample is None:
            return
        if found.key is None:
            self._state.keep_sample(article, sample.low_us // WINDOW_US, sample)
        else:
            self._state.widen_sample(found.key, sample.low_us, sample.high_us)

    def forget(self, article: int) -> None:
        """Drop all samples of an article."""
        for _, week, _ in self._state.samples_of(article):
            self._weeks.pop(week, None)
        self._state.drop_samples(article)

    def _fresh(
        self, asked: Sequence[Asked], homes: Sequence[int], *, anew: bool
    ) -> dict[int, Found]:
        """Give those to compare by their indices, each with its sample and without its links."""
        fresh = {}
        for index, (each, week) in enumerate(zip(asked, homes, strict=True)):
            known = [] if each.fresh else self._state.samples_of(each.article)
            same = next(
                (
                    (key, sample)
                    for key, at, sample in known
                    if at == week and sample.text == each.text
                ),
                None,
            )
            sample = Sample(text=each.text, low_us=each.at_us, high_us=each.at_us)
            if same is not None:
                key, held = same
                low, high = min(held.low_us, each.at_us), max(held.high_us, each.at_us)
                if (low, high) != (held.low_us, held.high_us):
                    wider = replace(held, low_us=low, high_us=high)
                    fresh[index] = Found(articles=_NONE, sample=wider, key=key)
                elif anew:
                    fresh[index] = _KNOWN
            elif len(known) < MAX_TEXTS:
                fresh[index] = Found(articles=_NONE, sample=sample)
            else:
                fresh[index] = _KNOWN
        return fresh

    def _week(self, number: int) -> Week:
        if number not in self._weeks:
            week = self._weeks[number] = Week()
            rows: list[tuple[int, Sample]] = []
            for row in self._state.samples_in(number):
                rows.append(row)
                if len(rows) == _READ:
                    _fill(week, rows)
                    rows.clear()
            _fill(week, rows)
        self._weeks.move_to_end(number)
        return self._weeks[number]

    def _evict(self, used: Iterable[int]) -> None:
        held = sum(week.size for week in self._weeks.values())
        for number in list(self._weeks):
            if held <= self._resident:
                return
            if number not in used:
                held -= self._weeks.pop(number).size


def _fill(week: Week, rows: Sequence[tuple[int, Sample]]) -> None:
    if rows:
        texts = [sample.text for _, sample in rows]
        spans = [(sample.low_us, sample.high_us) for _, sample in rows]
        week.add(texts, keys(columns(texts)), spans, [article for article, _ in rows])


def _search(
    held: dict[int, Week], homes: Sequence[int], fresh: Sequence[int], *, texts: Columns,
    found: UInts, published: Ints,
) -> dict[int, Ints]:  # fmt: skip
    """Give the linked articles of each index of `fresh` that has any."""
    pairs = [_NONE]
    for number, week in held.items():
        near = [index for index in fresh if abs(homes[index] - number) <= 1]
        if near and week.size:
            askers, articles = week.linked(np.array(near), texts, found, published)
            pairs.append((askers << _ARTICLE_BITS) | articles)
    linked = np.unique(np.concatenate(pairs))
    askers, starts = np.unique(linked >> _ARTICLE_BITS, return_index=True)
    parts = np.split(linked & ((1 << _ARTICLE_BITS) - 1), starts[1:])
    return dict(zip(askers.tolist(), parts, strict=False))
