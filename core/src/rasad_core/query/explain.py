"""Why an article matches a query, or why it does not, clause by clause."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from rasad_core.events import ArticleEnriched, Frozen, Highlight, utc
from rasad_core.fields import values_of
from rasad_core.query.absence import RANGES, Asked, in_places, why_absent
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
from rasad_core.query.document import search_document
from rasad_core.query.print import to_text

# matched: this clause is why. missing: it is nowhere. wrong_field: it stands elsewhere. excluded:
# it is there and must not be. metadata: the article's value is another.
Code = Literal["matched", "missing", "wrong_field", "excluded", "metadata"]
Meta = MetaWords | MetaValue | MetaNumber | MetaTime

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


class _Reader(Asked):
    """Gives the reasons of one query and one article."""

    def __init__(self, article: ArticleEnriched, now: datetime) -> None:
        super().__init__(search_document(article), now)
        self._article = article

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
            case Words() | Near() | NotNear() | AtLeast():
                yield from self._absent(node, within)
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

    def _absent(
        self, node: Words | Near | NotNear | AtLeast, within: Range | None
    ) -> Iterator[Because]:
        clause = _clause(node, within)
        if elsewhere := self.places(node, None):
            detail = f"It is not in {RANGES[within]}. {in_places(elsewhere)}"
            yield Because(code="wrong_field", detail=detail, clause=clause)
            return
        for detail in why_absent(node, within, self):
            yield Because(code="missing", detail=detail, clause=clause)
        # A NEAR within has an operator of its own, which may be what fails.
        for side in (node.left, node.right) if isinstance(node, Near) else ():
            if isinstance(side, Near) and not self.holds(side, within):
                yield from self._absent(side, within)

    def _there(self, node: Node, within: Range | None) -> str:
        """Say where a node is found, or by which value it holds."""
        if found := self.places(node, within):
            near = "They stand near each other," if isinstance(node, Near) else "It stands"
            return in_places(found, near)
        if isinstance(node, Meta):
            return self._value(node)
        return " ".join(dict.fromkeys(each.detail for each in self.for_it(node, within)))

    def _value(self, node: Meta) -> str:
        article = self._article
        field = "source" if node.field == "outlet" else node.field
        match field:
            case "length":
                return f"The article has {self.length} words."
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
