"""Why an article matches a query, or why it does not, clause by clause."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Literal

from rasad_core.events import ArticleEnriched, Frozen, Highlight, utc
from rasad_core.fields import values_of
from rasad_core.query.ast import (
    And,
    AtLeast,
    InRange,
    MetaNumber,
    MetaTime,
    MetaValue,
    MetaWords,
    Near,
    Node,
    Not,
    NotNear,
    Or,
    Range,
    Words,
)
from rasad_core.query.document import SearchDocument, search_document
from rasad_core.query.evaluate import highlights, matches
from rasad_core.query.print import to_text

# matched: this clause is why. missing: it is nowhere. wrong_field: it stands elsewhere. excluded:
# it is there and must not be. metadata: the article's value is another.
Code = Literal["matched", "missing", "wrong_field", "excluded", "metadata"]
Meta = MetaWords | MetaValue | MetaNumber | MetaTime

_RANGES = {"title": "the title", "lead": "the lead", "body": "the text", None: "title and text"}
# More names than this nobody compares with what was asked for.
_MOST_VALUES = 5


class Because(Frozen, frozen=True, kw_only=True, omit_defaults=False):
    """One reason; `clause` is the part of the query it speaks of, as its author wrote it."""

    code: Code
    detail: str
    clause: str


class Explanation(Frozen, frozen=True, kw_only=True, omit_defaults=False):
    """Whether an article matches and where, and the reasons for it."""

    matches: bool
    spans: tuple[Highlight, ...]
    reasons: tuple[Because, ...]


def explain(node: Node, article: ArticleEnriched, *, now: datetime) -> Explanation:
    """Say why an article matches, or all that stands against it; `-7d` counts from `now`.

    It matches exactly when `evaluate.matches` says so, and then the spans are its highlights.
    Otherwise there is at least one reason, none of them `matched`.
    """
    reader = _Reader(article, now)
    found = reader.holds(node)
    reasons = reader.for_it(node, None) if found else reader.against(node, None)
    return Explanation(
        matches=found,
        spans=reader.places(node, None) if found else (),
        reasons=tuple(dict.fromkeys(reasons)),
    )


class _Reader:
    """Asks the evaluator about the parts of one query, each within its range."""

    def __init__(self, article: ArticleEnriched, now: datetime) -> None:
        self._article = article
        self._document: SearchDocument = search_document(article)
        self._now = now

    def holds(self, node: Node, within: Range | None = None) -> bool:
        return matches(_limited(node, within), self._document, now=self._now)

    def places(self, node: Node, within: Range | None) -> tuple[Highlight, ...]:
        return highlights(_limited(node, within), self._document, now=self._now)

    def for_it(self, node: Node, within: Range | None) -> Iterator[Because]:
        """Give what made it match, which it does."""
        match node:
            case And() | Or():
                for child in node.children:
                    if not isinstance(child, Not) and self.holds(child, within):
                        yield from self.for_it(child, within)
            case InRange():
                yield from self.for_it(node.child, node.range)
            case Not():
                return
            case _:
                yield Because(
                    code="matched", detail=self._there(node, within), clause=_clause(node, within)
                )

    def against(self, node: Node, within: Range | None) -> Iterator[Because]:
        """Give what kept it from matching, which it does not."""
        match node:
            case And():
                for child in node.children:
                    if not self.holds(child, within):
                        yield from self.against(child, within)
            case Or():
                yield from self._no_alternative(node, within)
            case Not():
                yield Because(
                    code="excluded",
                    detail=self._there(node.child, within),
                    clause=f"NOT {_operand(node.child, within)}",
                )
            case InRange():
                yield from self.against(node.child, node.range)
            case Words():
                yield self._words_not_found(node, within)
            case Near() | NotNear() | AtLeast():
                yield self._places_not_found(node, within)
            case _:
                yield Because(code="metadata", detail=self._value(node), clause=node.written)

    def _no_alternative(self, node: Or, within: Range | None) -> Iterator[Because]:
        clause = _clause(node, within)
        about = {child.field if isinstance(child, Meta) else "" for child in node.children}
        first = node.children[0]
        if isinstance(first, Meta) and len(about) == 1:
            yield Because(code="metadata", detail=self._value(first), clause=clause)
            return
        detail = f"None of these {len(node.children)} alternatives holds."
        yield Because(code="missing", detail=detail, clause=clause)
        # What is nowhere is said by that; the rest shows how near an alternative came.
        for child in node.children:
            yield from (each for each in self.against(child, within) if each.code != "missing")

    def _words_not_found(self, node: Words, within: Range | None) -> Because:
        clause = _clause(node, within)
        if elsewhere := self.places(node, None):
            detail = f"It is not in {_RANGES[within]}. {_place(elsewhere)}"
            return Because(code="wrong_field", detail=detail, clause=clause)
        alone = [
            Words(patterns=(pattern,), written=node.written, start=node.start, end=node.end)
            for pattern in node.patterns
        ]
        if len(alone) > 1 and all(self.holds(each, within) for each in alone):
            detail = "Its words are there, but nowhere side by side in this order."
        else:
            detail = f"It is nowhere in {_RANGES[within]}."
        return Because(code="missing", detail=detail, clause=clause)

    def _places_not_found(self, node: Near | NotNear | AtLeast, within: Range | None) -> Because:
        clause = _clause(node, within)
        if elsewhere := self.places(node, None):
            detail = f"It is not in {_RANGES[within]}. {_place(elsewhere)}"
            return Because(code="wrong_field", detail=detail, clause=clause)
        sides = (node.child,) if isinstance(node, AtLeast) else (node.left, node.right)
        found = [self.holds(each, within) for each in sides]
        match node:
            case AtLeast():
                detail = f"It does not stand in {node.times} places of {_RANGES[within]}."
            case NotNear() if found[0]:
                detail = "Wherever it stands, the other is near."
            case Near() if all(found):
                order = " in this order" if node.ordered else ""
                detail = f"Both are there, but nowhere as near as {node.distance} words{order}."
            case _:
                absent = node.left if not found[0] else node.right
                detail = f"`{to_text(absent)}` is nowhere in {_RANGES[within]}."
        return Because(code="missing", detail=detail, clause=clause)

    def _there(self, node: Node, within: Range | None) -> str:
        """Say where a node is found, or by which value it holds."""
        if found := self.places(node, within):
            return _place(found)
        if isinstance(node, Meta):
            return self._value(node)
        return " ".join(dict.fromkeys(each.detail for each in self.for_it(node, within)))

    def _value(self, node: Meta) -> str:
        article = self._article
        field = "source" if node.field == "outlet" else node.field
        match field:
            case "length":
                return f"The article has {self._document.length} words."
            case "published":
                at = utc(article.published).isoformat().replace("+00:00", "Z")
                return f"The article was published at {at}."
            case "entity":
                values = [f"{each.name} ({each.id})" for each in article.entities]
            case "topic":
                values = [f"{each.name} ({each.id})" for each in article.topics]
            case _:
                values = list(values_of(field, article))
        if not values:
            return f"The article has no {field}."
        more = f" and {len(values) - _MOST_VALUES} more" if len(values) > _MOST_VALUES else ""
        return f"The article has {field}: {', '.join(values[:_MOST_VALUES])}{more}."


def _limited(node: Node, within: Range | None) -> Node:
    return node if within is None else InRange(range=within, child=node, start=0, end=0)


def _clause(node: Node, within: Range | None) -> str:
    """Write a part of a query with its field, the words as typed."""
    if within is not None and not isinstance(node, Meta):
        return f"{within}:{_operand(node, None)}"
    match node:
        case Words() | MetaWords() | MetaValue() | MetaNumber() | MetaTime():
            return node.written
    return to_text(node)


def _operand(node: Node, within: Range | None) -> str:
    grouped = within is None and isinstance(node, And | Or)
    return f"({_clause(node, within)})" if grouped else _clause(node, within)


def _place(found: Iterable[Highlight]) -> str:
    first, *others = found
    places = "one more place" if len(others) == 1 else f"{len(others)} more places"
    more = f", and in {places}" if others else ""
    return f"It stands in the {first.field} from character {first.start} to {first.end}{more}."
