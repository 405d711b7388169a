"""A query's tree to an FTS5 expression, from above or from below."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from rasad_core.adapters.sqlite.clusters import Cluster, clusters, near
from rasad_core.adapters.sqlite.fts import (
    NOTHING,
    Phrase,
    Ways,
    any_of,
    in_columns,
    in_languages,
    is_inner,
    phrasings,
    quoted,
    side_by_side,
    typed,
    without,
)
from rasad_core.adapters.sqlite.streams import ANY, READING_STREAMS, about_token, encode_token
from rasad_core.adapters.sqlite.terms import Terms
from rasad_core.query.ast import (
    And,
    AtLeast,
    InRange,
    MetaValue,
    MetaWords,
    Near,
    Node,
    Not,
    NotNear,
    Or,
    Pattern,
    Words,
)
from rasad_core.query.places import extent, parts_of
from rasad_core.query.print import to_text
from rasad_core.text.normalise import fold

# `defen?e` fits a few words; for each its spellings are looked up.
_MAX_FITTING = 30
# A longer clause is not read.
_MAX_NAME = 80


class Clause(NamedTuple):
    """A part of a query as its author knows it: how it is written, and where."""

    written: str
    start: int
    end: int


class Translator:
    """Builds an expression that selects enough, or with `certain` no more than is right.

    None stands for everything. Remembers the first clause that it could not say exactly.
    """

    def __init__(self, terms: Terms, *, certain: bool = False) -> None:
        self._terms = terms
        self._certain = certain
        self._fields: tuple[str, ...] = ("title", "text")
        self.inexact: Clause | None = None

    def all_of(self, nodes: Sequence[Node]) -> str | None:
        """Say that all of the nodes match."""
        kept = [node for node in nodes if not isinstance(node, Not)]
        wanted = [found for node in kept if (found := self._node(node)) is not None]
        unwanted = [self._opposite(node.child) for node in nodes if isinstance(node, Not)]
        if not wanted and not unwanted:
            return None
        if None in unwanted:
            return NOTHING
        # FTS5 has no unary NOT. Its own binds tighter than AND, so the first operand takes it.
        first, *further = wanted or [f"(about : {quoted(ANY)})"]
        return f"({' AND '.join([first + without(unwanted), *further])})"

    def _opposite(self, node: Node) -> str | None:
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
            case Near() | NotNear() | AtLeast():
                return self._places(node)
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

    def _places(self, node: Near | NotNear | AtLeast) -> str | None:
        match node:
            case Near():
                return self._near(node)
            case NotNear():
                return self._not_near(node)
            case AtLeast() if node.times == 1:
                return self._node(node.child)
        # FTS5 does not count.
        self._note(node)
        return NOTHING if self._certain else self._node(node.child)

    def _near(self, node: Near) -> str | None:
        columns = self._columns(node)
        found = clusters(node, self._phrases) if columns else None
        if found is not None and all(each.exact for each in found):
            return near(columns, found)
        self._note(node)
        if self._certain:
            return near(columns, [each for each in found or [] if each.exact]) if found else NOTHING
        return self._within(node, columns, found)

    def _within(
        self, node: Near, columns: Sequence[str], found: Sequence[Cluster] | None
    ) -> str | None:
        """Say enough: all phrases so near, or the operands anywhere."""
        return self.all_of((node.left, node.right)) if found is None else near(columns, found)

    def _not_near(self, node: NotNear) -> str | None:
        self._note(node)
        left = self._node(node.left)
        if not self._certain:
            return left
        together = Near(
            left=node.left,
            right=node.right,
            distance=node.distance,
            ordered=False,
            start=node.start,
            end=node.end,
        )
        # In FTS5, too, what overlaps is near; so none of `left` is near to any of `right`.
        without_any = self._opposite(together)
        if left is None or without_any is None:
            return NOTHING
        return f"({left}{without([without_any])})"

    def _columns(self, node: Node) -> list[str]:
        """Give the columns that all words of a node are in; none if there are no such."""
        words = (part for part in parts_of(node) if isinstance(part, Words))
        streams = {each.stream == "exact" for part in words for each in part.patterns}
        if len(streams) > 1:
            return []
        return [f"{name}_x" if True in streams else name for name in self._fields]

    def _phrases(self, node: Words) -> Sequence[Phrase] | None:
        return phrasings(self._ways_of(node))

    def _ways_of(self, node: Words) -> list[Ways | None]:
        # FTS5 takes a star behind the last word of a phrase only.
        *first, last = node.patterns
        place = node.start, node.end
        found = [self._ways(each, place, star=False) for each in first]
        return [*found, self._ways(last, place, star=True)]

    def _words(self, node: Words) -> str:
        if len(node.patterns) == 1:
            return self._single(node.patterns[0], node)
        columns = self._columns(node)
        words = self._ways_of(node) if columns else [None] * len(node.patterns)
        stemmed = any(pattern.stream == "stem" for pattern in node.patterns)
        said = side_by_side(columns, words)
        if said and not stemmed:
            return said
        self._note(node)
        if self._certain:
            alone = [each and Ways(typed=each.typed) for each in words]
            return NOTHING if stemmed else side_by_side(columns, alone) or NOTHING
        if said:
            return said
        pairs = (side_by_side(columns, pair) for pair in pairwise(words))
        parts = [*(self._single(each, node) for each in node.patterns), *filter(None, pairs)]
        return f"({' AND '.join(dict.fromkeys(parts))})"

    def _ways(self, pattern: Pattern, place: tuple[int, int], *, star: bool) -> Ways | None:
        """Give how a word of a phrase is written; None for what fits many words."""
        if pattern.stream == "stem":
            words = {*frozenset[str]().union(*self._terms.stemmed(pattern.text).values())}
            said = map(quoted, sorted({*words, encode_token(pattern.text)}))
            return Ways(typed=[*said]) if len(words) < _MAX_FITTING else None
        if pattern.wildcard and (is_inner(pattern) or not star):
            return None if pattern.stream == "exact" else self._fitting(pattern, place)
        if pattern.stream == "exact":
            return Ways(typed=[typed(pattern)])
        text = pattern.text.rstrip("*")
        others = self._terms.spelled(text, beginning=pattern.wildcard)
        name = self._terms.named(text, beginning=pattern.wildcard)
        names = [quoted(name) + (" *" if pattern.wildcard else "")] if name else []
        return Ways(typed=[typed(pattern), *names], read=others and [*map(quoted, others)])

    def _fitting(self, pattern: Pattern, place: tuple[int, int]) -> Ways | None:
        fitting = self._terms.fitting(pattern.text, place)
        if len(fitting) > _MAX_FITTING:
            return None
        others = (self._terms.spelled(term) or () for term in fitting)
        read = {term for found in others for term in found} - {*fitting}
        names = filter(None, map(self._terms.named, fitting))
        typed_so = dict.fromkeys([*fitting, *names])
        return Ways(typed=[*map(quoted, typed_so)], read=[*map(quoted, sorted(read))])

    def _single(self, pattern: Pattern, node: Words) -> str:
        if pattern.stream == "stem":
            return self._stem(pattern)
        if not is_inner(pattern):
            return in_columns(self._streams(pattern), typed(pattern))
        place = node.start, node.end
        if pattern.stream != "exact":
            said = any_of(map(quoted, self._terms.fitting(pattern.text, place)))
            return in_columns(self._streams(pattern), said)
        # The terms are folded ones, which may be longer (ß): candidates.
        self._note(node)
        if self._certain:
            return NOTHING
        terms = self._terms.fitting(fold(pattern.text.replace("?", "*")), place)
        return in_columns(self._fields, any_of(map(quoted, terms)))

    def _stem(self, pattern: Pattern) -> str:
        """Say the words of a stem, those of each language in its articles."""
        languages_of: dict[frozenset[str], list[str]] = {}
        for language, words in self._terms.stemmed(pattern.text).items():
            languages_of.setdefault(words, []).append(language)
        found = [
            f"({in_columns(self._fields, any_of(map(quoted, sorted(words))))}"
            f" AND {in_languages(languages)})"
            for words, languages in languages_of.items()
        ]
        as_typed = in_columns(self._fields, quoted(encode_token(pattern.text)))
        stemmed = self._terms.languages
        return any_of(
            [*found, f"({as_typed}{without([in_languages(stemmed)] if stemmed else [])})"]
        )

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
        if self.inexact is None:
            written = getattr(node, "written", "") or to_text(node)
            short = written if len(written) <= _MAX_NAME else f"{written[:_MAX_NAME]}…"
            self.inexact = Clause(short, *extent(node))
