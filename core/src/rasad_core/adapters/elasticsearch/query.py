"""A query's tree as a query of Elasticsearch, exact for every node there is. Pure.

Words alone are terms, which cost least; words in a part of the article, phrases, NEAR and atleastN
are intervals, NOT NEAR is spans.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from rasad_core.adapters.elasticsearch import intervals
from rasad_core.adapters.elasticsearch.costs import FEW_WORDS, is_plain
from rasad_core.adapters.elasticsearch.farness import far
from rasad_core.adapters.elasticsearch.mapping import LONGEST_VALUE
from rasad_core.adapters.elasticsearch.proximity import place
from rasad_core.adapters.elasticsearch.streams import stems_of
from rasad_core.events import Frozen
from rasad_core.instants import microseconds
from rasad_core.query.ast import (
    And,
    AtLeast,
    InRange,
    MetaNumber,
    MetaTime,
    MetaValue,
    MetaWords,
    Moment,
    Near,
    Node,
    Not,
    NotNear,
    Or,
    Pattern,
    Range,
    Words,
)
from rasad_core.query.evaluate import moment_at

Query: TypeAlias = dict[str, object]


class Known(Frozen, frozen=True, kw_only=True):
    """What matches a part of a query: articles by id, and those that another query selects."""

    ids: Sequence[str]
    certain: Node | None = None


# What is known of parts of a query, as far as they can decide a match.
Settled: TypeAlias = Mapping[Node, Known]


def translated(
    node: Node, *, now: datetime, apart: bool = False, settled: Settled | None = None
) -> Query:
    """Give the query that selects the same articles as `query.evaluate.matches`.

    `apart` says wildcards among intervals in many parts: several times slower, and for those that
    fit more words than the server takes at once. Parts that are `settled` are not asked for again.
    """
    return _Translator(now, apart=apart, settled=settled or {}).query(node, None)


class _Translator:
    def __init__(self, now: datetime, *, apart: bool, settled: Settled) -> None:
        self._now = now
        self._apart = apart
        self._settled = settled

    def query(self, node: Node, part: Range | None) -> Query:
        """Translate a node whose words are looked for in a part of the article."""
        if self._settled and node in self._settled:
            return self._known(self._settled[node])
        match node:
            case Near() | AtLeast():
                source = intervals.within(part, place(node, apart=self._apart))
                return intervals.query_of(intervals.TEXT, source)
            case NotNear():
                return far(node, part, apart=self._apart)
            case Words():
                return self._words(node.patterns, part)
            case And():
                return self._all(node, part)
            case Or():
                return self._any(node, part)
            case Not():
                return _bool(must_not=[self.query(node.child, part)])
            case InRange():
                return self.query(node.child, node.range)
            case _:
                return self._metadata(node)

    def _known(self, known: Known) -> Query:
        by_id: Query = {"terms": {"article_id": list(known.ids)}}
        if known.certain is None:
            return by_id
        return _bool(should=[by_id, self.query(known.certain, None)])

    def _metadata(self, node: MetaWords | MetaValue | MetaNumber | MetaTime) -> Query:
        match node:
            case MetaWords():
                return self._meta_words(node.field, node.patterns)
            case MetaValue():
                return _meta_value(node)
            case MetaNumber():
                return _range("facts.length", gte=_length(node.low), lte=_length(node.high))
            case MetaTime():
                low = self._at(node.low)
                return _range("facts.published_us", gte=low, lt=self._at(node.high))

    def _at(self, moment: Moment | None) -> int | None:
        return None if moment is None else microseconds(moment_at(moment, self._now))

    def _all(self, node: And, part: Range | None) -> Query:
        children = self._flat(node, And)
        wanted = [each for each in children if not isinstance(each, Not)]
        unwanted = [each.child for each in children if isinstance(each, Not)]
        return _bool(
            must=[self.query(each, part) for each in wanted],
            must_not=[self.query(each, part) for each in unwanted],
        )

    def _any(self, node: Or, part: Range | None) -> Query:
        children = self._flat(node, Or)
        if part is not None:
            return self._any_within(children, part)
        words = [child.patterns[0] for child in children
                 if is_plain(child) and isinstance(child, Words)]  # fmt: skip
        # Fewer have a clause each, and so a relevance.
        if len(words) < FEW_WORDS:
            return _bool(should=[self.query(child, part) for child in children])
        # Thousands of words are one clause a stream, and none of the limit of clauses.
        rest = [self.query(child, part) for child in children if not is_plain(child)]
        return _bool(should=[*_terms(words), *rest])

    def _any_within(self, children: Sequence[Node], part: Range) -> Query:
        """Look for the marks of a part once for all words, not once for each."""
        sources = [self._side_by_side(intervals.TEXT, each.patterns)
                   for each in children if isinstance(each, Words)]  # fmt: skip
        rest = [self.query(each, part) for each in children if not isinstance(each, Words)]
        if not sources:
            return _bool(should=rest)
        found = intervals.within(part, intervals.any_of(sources))
        words = intervals.query_of(intervals.TEXT, found)
        return _bool(should=[words, *rest]) if rest else words

    def _flat(self, node: And | Or, kind: type[And] | type[Or]) -> list[Node]:
        """Give the operands, those of equal operators within it included: nesting has a limit."""
        found: list[Node] = []
        for child in node.children:
            if isinstance(child, kind) and child not in self._settled:
                found += self._flat(child, kind)
            else:
                found.append(child)
        return found

    def _words(self, patterns: Sequence[Pattern], part: Range | None) -> Query:
        if part is None and len(patterns) == 1:
            return _word(intervals.TEXT, patterns[0])
        source = self._side_by_side(intervals.TEXT, patterns)
        return intervals.query_of(intervals.TEXT, intervals.within(part, source))

    def _meta_words(self, field: str, patterns: Sequence[Pattern]) -> Query:
        name = f"words.{field}"
        if len(patterns) == 1:
            return _word(name, patterns[0])
        return intervals.query_of(name, self._side_by_side(name, patterns))

    def _side_by_side(self, field: str, patterns: Sequence[Pattern]) -> intervals.Source:
        return intervals.side_by_side(field, patterns, apart=self._apart)


# Values of one clause: the server takes 65,536.
_TERMS = 50_000
# Prefixes of more characters are refused by the server.
_LONGEST_PREFIX = 1_000
# Behind every character that a value holds.
_LAST = "\U0010ffff"
# A length is a whole number of 32 bits.
_LONGEST_TEXT = 2**31 - 1


def _word(field: str, pattern: Pattern) -> Query:
    if pattern.stream == "stem":
        (stream,) = intervals.streams_of(pattern)
        return {"terms": {f"{field}.{stream}": list(stems_of(pattern.text))}}
    streams = [f"{field}.{stream}" for stream in intervals.streams_of(pattern)]
    if pattern.wildcard:
        written = intervals.wildcard(pattern)
        found: list[Query] = [{"wildcard": {each: {"value": written}}} for each in streams]
    else:
        found = [{"term": {each: pattern.text}} for each in streams]
    return found[0] if len(found) == 1 else _bool(should=found)


def _terms(patterns: Sequence[Pattern]) -> list[Query]:
    by_stream: dict[str, list[str]] = {}
    for pattern in patterns:
        texts = stems_of(pattern.text) if pattern.stream == "stem" else (pattern.text,)
        for stream in intervals.streams_of(pattern):
            by_stream.setdefault(f"{intervals.TEXT}.{stream}", []).extend(texts)
    return [
        {"terms": {field: texts[start : start + _TERMS]}}
        for field, texts in by_stream.items()
        for start in range(0, len(texts), _TERMS)
    ]


def _meta_value(node: MetaValue) -> Query:
    field = f"facts.{node.field}"
    if len(node.value) > LONGEST_VALUE:
        # The index has none so long, and the server refuses to look.
        return {"match_none": {}}
    if node.field != "url":
        return {"term": {field: node.value}}
    if len(node.value) > _LONGEST_PREFIX:
        return {"range": {field: {"gte": node.value, "lt": node.value + _LAST}}}
    return {"prefix": {field: node.value}}


def _length(words: int | None) -> int | None:
    return None if words is None else min(words, _LONGEST_TEXT)


def _range(field: str, **bounds: int | None) -> Query:
    return {"range": {field: {name: at for name, at in bounds.items() if at is not None}}}


def _bool(
    *, must: Sequence[Query] = (), should: Sequence[Query] = (), must_not: Sequence[Query] = ()
) -> Query:
    clauses: Query = {}
    if must:
        clauses["must"] = list(must)
    if should:
        clauses |= {"should": list(should), "minimum_should_match": 1}
    if must_not:
        clauses["must_not"] = list(must_not)
    return {"bool": clauses}
