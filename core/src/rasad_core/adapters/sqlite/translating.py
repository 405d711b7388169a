"""A query's tree to an FTS5 expression, from above or from below."""

from collections.abc import Sequence
from itertools import pairwise

from rasad_core.adapters.sqlite.fts import (
    ABSENT,
    NOTHING,
    Ways,
    in_columns,
    is_inner,
    quoted,
    side_by_side,
    typed,
    without,
)
from rasad_core.adapters.sqlite.streams import ANY, READING_STREAMS, about_token
from rasad_core.adapters.sqlite.terms import Terms
from rasad_core.query.ast import And, InRange, MetaValue, MetaWords, Node, Not, Or, Pattern, Words
from rasad_core.text.normalise import fold

# `defen?e` fits a few words; for each its spellings are looked up.
_MAX_FITTING = 30


class Translator:
    """Builds an expression that selects enough, or with `certain` no more than is right.

    None stands for everything. Remembers the first clause that it could not say exactly.
    """

    def __init__(self, terms: Terms, *, certain: bool = False) -> None:
        self._terms = terms
        self._certain = certain
        self._fields: tuple[str, ...] = ("title", "text")
        self.inexact: str | None = None

    def all_of(self, nodes: Sequence[Node]) -> str | None:
        """Say that all of the nodes match."""
        kept = [node for node in nodes if not isinstance(node, Not)]
        wanted = [found for node in kept if (found := self._node(node)) is not None]
        unwanted = [self._excluded(node.child) for node in nodes if isinstance(node, Not)]
        if not wanted and not unwanted:
            return None
        if None in unwanted:
            return NOTHING
        # FTS5 has no unary NOT. Its own binds tighter than AND, so the first operand takes it.
        first, *further = wanted or [f"(about : {quoted(ANY)})"]
        return f"({' AND '.join([first + without(unwanted), *further])})"

    def _excluded(self, node: Node) -> str | None:
        """Give what is taken away: of too little comes enough, of too much what is certain."""
        opposite = Translator(self._terms, certain=not self._certain)
        opposite._fields = self._fields
        found = opposite._node(node)
        self.inexact = self.inexact or opposite.inexact
        return found

    def _node(self, node: Node) -> str | None:
        match node:
            case Words():
                return self._words(node)
            case And():
                return self.all_of(node.children)
            case Or():
                found = [self._node(child) for child in node.children]
                if None in found:
                    return None
                return f"({' OR '.join(each for each in found if each)})"
            case InRange():
                return self._in_range(node)
            case MetaWords():
                return self._meta_words(node)
            case MetaValue() if node.field != "story":
                return self._meta_value(node)
        self._note(node)
        return NOTHING if self._certain else None

    def _in_range(self, node: InRange) -> str | None:
        before = self._fields
        self._fields = ("text",) if node.range == "body" else (node.range,)
        found = self._node(node.child)
        self._fields = before
        return found

    def _words(self, node: Words) -> str:
        patterns = node.patterns
        if len(patterns) == 1:
            return self._single(patterns[0])
        exact = patterns[0].stream == "exact"
        columns = [f"{name}_x" if exact else name for name in self._fields]
        # FTS5 takes a star behind the last word of a phrase only.
        *first, last = patterns
        words = [*(self._ways(each, star=False) for each in first), self._ways(last, star=True)]
        if said := side_by_side(columns, words):
            return said
        self._note(node)
        if self._certain:
            alone = [each and Ways(typed=each.typed) for each in words]
            return side_by_side(columns, alone) or NOTHING
        pairs = (side_by_side(columns, pair) for pair in pairwise(words))
        parts = [*map(self._single, patterns), *filter(None, pairs)]
        return f"({' AND '.join(dict.fromkeys(parts))})"

    def _ways(self, pattern: Pattern, *, star: bool) -> Ways | None:
        """Give how a word of a phrase is written; None for a wildcard that fits many words."""
        if pattern.wildcard and (is_inner(pattern) or not star):
            return None if pattern.stream == "exact" else self._fitting(pattern)
        if pattern.stream == "exact":
            return Ways(typed=[typed(pattern)])
        others = self._terms.spelled(pattern.text.rstrip("*"), beginning=pattern.wildcard)
        return Ways(typed=[typed(pattern)], read=others and [*map(quoted, others)])

    def _fitting(self, pattern: Pattern) -> Ways | None:
        fitting = self._terms.fitting(pattern.text)
        if len(fitting) > _MAX_FITTING:
            return None
        others = (self._terms.spelled(term) or () for term in fitting)
        read = {term for found in others for term in found} - {*fitting}
        return Ways(typed=[*map(quoted, fitting)], read=[*map(quoted, sorted(read))])

    def _single(self, pattern: Pattern) -> str:
        if not is_inner(pattern):
            return in_columns(self._streams(pattern), typed(pattern))
        terms = self._terms.fitting(fold(pattern.text))
        said = f"({' OR '.join(map(quoted, terms)) or ABSENT})"
        if pattern.stream != "exact":
            return in_columns(self._streams(pattern), said)
        # The terms are folded ones: candidates.
        self.inexact = self.inexact or pattern.text
        return NOTHING if self._certain else in_columns(self._fields, said)

    def _streams(self, pattern: Pattern) -> list[str]:
        if pattern.stream == "exact":
            return [f"{field}_x" for field in self._fields]
        return [field + stream for field in self._fields for stream in ("", *READING_STREAMS)]

    def _meta_words(self, node: MetaWords) -> str:
        patterns = node.patterns
        plain = all(each.stream == "folded" and not is_inner(each) for each in patterns)
        if not (plain and len(patterns) == 1):
            self._note(node)
            if self._certain:
                return self._meta_phrase(node)
        return f"({' AND '.join(self._meta_word(node.field, each) for each in patterns)})"

    def _meta_phrase(self, node: MetaWords) -> str:
        if any(each.stream == "exact" or each.wildcard for each in node.patterns):
            return NOTHING
        words = (quoted(about_token(node.field, each.text)) for each in node.patterns)
        return f"(about : {' + '.join(words)})"

    def _meta_word(self, field: str, pattern: Pattern) -> str:
        if pattern.stream == "exact" or is_inner(pattern):
            return f"(about : {quoted(about_token(field, ''))} *)"
        star = " *" if pattern.wildcard else ""
        text = pattern.text.rstrip("*")
        return in_columns(("about", "about_r"), quoted(about_token(field, text)) + star)

    def _meta_value(self, node: MetaValue) -> str:
        star = " *" if node.field == "url" else ""
        return f"(about : {quoted(about_token(node.field, node.value))}{star})"

    def _note(self, node: Node) -> None:
        written = getattr(node, "written", None) or f"{getattr(node, 'range', 'query')}:…"
        self.inexact = self.inexact or written
