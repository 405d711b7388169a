"""Highlights of many articles for one query: each is analysed only where a word of it stands.

The same as `evaluate.highlights` of `document.search_document`, in a quarter of the time.
"""

import re
from datetime import datetime

from rasad_core.events import ArticleAnalysed, Highlight
from rasad_core.query.ast import (
    MetaNumber,
    MetaValue,
    MetaWords,
    Near,
    Node,
    NotNear,
    Pattern,
    Words,
)
from rasad_core.query.document import (
    SearchDocument,
    compared_url,
    lead_tokens,
    metadata_values,
    metadata_words,
    search_document,
)
from rasad_core.query.evaluate import highlights
from rasad_core.query.places import parts_of
from rasad_core.query.wildcards import compiled
from rasad_core.text.around import tokenise_around
from rasad_core.text.normalise import cut
from rasad_core.text.skeleton import skeleton
from rasad_core.text.stem import stem
from rasad_core.text.tokenise import pieces_of

# With four words of a query in a hundred of a text, twenty articles of 500 words take 9 ms at
# NEAR/4, 10 at NEAR/20, 15 at NEAR/100; analysed whole, 10 ms at any distance.
_FARTHEST_REACH = 15


class Highlighter:
    """Finds the highlights of one query. For one thread."""

    def __init__(self, query: Node, *, now: datetime) -> None:
        self._query = query
        self._now = now
        parts = list(parts_of(query))
        words = [part for part in parts if isinstance(part, Words)]
        self._patterns = [pattern for leaf in words for pattern in leaf.patterns]
        self._stems = any(pattern.stream == "stem" for pattern in self._patterns)
        self._wanted: dict[str, _Wanted] = {}
        self._needles = frozenset(map(_needle, self._patterns))
        # What is nearer than a distance has all its words between kept, half from either side, and
        # what is farther has more kept words between: a gap alone would bring it near.
        distances = (part.distance for part in parts if isinstance(part, Near | NotNear))
        widths = (len(leaf.patterns) - 1 for leaf in words)
        self._reach = max((*widths, *(distance // 2 + 1 for distance in distances)), default=0)
        # Only all tokens say how many there are; and what reaches far takes nearly all anyway.
        self._whole = self._reach > _FARTHEST_REACH or any(
            isinstance(part, MetaNumber) for part in parts
        )
        self._described = any(isinstance(part, MetaWords | MetaValue) for part in parts)

    def highlights(self, article: ArticleAnalysed) -> tuple[Highlight, ...]:
        """Give the places that made the query match, as `evaluate.highlights` does."""
        document = search_document(article) if self._whole else self._reduced(article)
        return highlights(self._query, document, now=self._now)

    def _reduced(self, article: ArticleAnalysed) -> SearchDocument:
        wanted = self._wanted_in(article.language if self._stems else "")
        title, text = (
            tokenise_around(
                each,
                article.language,
                wanted,
                needles=self._needles,
                reach=self._reach,
            )
            for each in (article.title, article.text)
        )
        described = self._described
        return SearchDocument(
            title=title,
            text=text,
            lead_tokens=lead_tokens(text, article.lead),
            published=article.published,
            language=article.language,
            words=metadata_words(article) if described else {},
            values=metadata_values(article) if described else {},
            domain=article.domain or "",
            url=compared_url(article) if described else "",
        )

    def _wanted_in(self, language: str) -> "_Wanted":
        if language not in self._wanted:
            self._wanted[language] = _Wanted(self._patterns, language)
        return self._wanted[language]


class _Wanted(dict[str, bool]):
    """Whether a chunk holds a token that some pattern fits; found out once for each."""

    def __init__(self, patterns: list[Pattern], language: str) -> None:
        super().__init__()
        self._language = language
        self._stems = {cut(stem(each.text, language)) for each in patterns if each.stream == "stem"}
        self._folded = {each.text for each in patterns if not each.wildcard}
        self._exact = {
            each.text for each in patterns if each.stream == "exact" and not each.wildcard
        }
        self._wildcards = [
            (compiled(each.text).fullmatch, each.stream == "exact")
            for each in patterns
            if each.wildcard
        ]

    def __missing__(self, chunk: str) -> bool:
        found = self[chunk] = any(
            folded in self._folded
            or exact in self._exact
            or (readings and not self._folded.isdisjoint(readings))
            or (self._wildcards and self._fits(folded, exact, readings))
            or (self._stems and cut(stem(folded, self._language)) in self._stems)
            for _, _, folded, exact, readings in pieces_of(chunk)
        )
        return found

    def _fits(self, folded: str, exact: str, readings: tuple[str, ...]) -> bool:
        return any(
            fits(exact) if as_written else any(map(fits, (folded, *readings)))
            for fits, as_written in self._wildcards
        )


def _needle(pattern: Pattern) -> str:
    """Give what stands in the skeleton of every word that a pattern fits; it may be nothing."""
    if pattern.stream == "stem":
        return ""  # a stem may share no letter with its words
    # للجيش is read as الجيش: the article of a reading is not always written, or only in part.
    text = re.sub("^ال?", "", pattern.text)
    literal = re.split(r"[*?]", text) if pattern.wildcard else [text]
    return max(map(skeleton, literal), key=len)
