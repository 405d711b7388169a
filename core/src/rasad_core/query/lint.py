"""What is legal in a query but unwise."""

import re
from collections.abc import Hashable, Iterator
from itertools import pairwise

from rasad_core.query.ast import (
    And,
    AtLeast,
    InRange,
    Near,
    Node,
    Not,
    NotNear,
    Or,
    Words,
)
from rasad_core.query.caution import about
from rasad_core.query.cost import cost
from rasad_core.query.covering import Covering, alternatives
from rasad_core.query.errors import Code, QueryError
from rasad_core.query.lex import Lexed, Lexeme
from rasad_core.query.nearness import implied, near_itself, wider
from rasad_core.query.places import meaning
from rasad_core.query.values import impossible, unknown

_LOWER_CASE = {
    "and": "AND",
    "or": "OR",
    "not": "NOT",
    "near": "NEAR",
    "onear": "ONEAR",
    "وليس": "NOT",
}
_FUNCTION = re.compile(r"case|atleast\d+")
_BARE_DISTANCES = frozenset(("NEAR", "ONEAR", "WITHIN"))
_APOSTROPHES = "'’‘"
# More than this share of all articles is the stream itself, not a choice of it.
_MOST = 0.5
_NARROW = "add a word that narrows it"


def lint(node: Node, lexed: Lexed) -> tuple[QueryError, ...]:
    """Give the warnings of a query in the order of their places."""
    found = [
        *_spellings(lexed.lexemes),
        *_torn(lexed.lexemes),
        *_comments(lexed.comments),
        *_levels(node),
        *_broad(node),
        *unknown(node),
    ]
    return tuple(sorted(found, key=lambda warning: (warning.start, warning.end)))


def _spellings(lexemes: list[Lexeme]) -> Iterator[QueryError]:
    for lexeme in lexemes:
        if lexeme.kind != "word" or lexeme.exact:
            continue
        text = lexeme.text
        if operator := _LOWER_CASE.get(text) or _LOWER_CASE.get(text.lower()):
            message = f"`{text}` is searched for as a word; the operator is {operator}."
            yield _at(Code.LOWER_CASE_OPERATOR, message, lexeme, operator)
        elif text[-1:] == "!" and len(text) > 2:
            message = f"The `!` of `{text}` says nothing; for any ending write a star."
            yield _at(Code.FOREIGN_SPELLING, message, lexeme, f"{text[:-1]}*")
        elif text[:1] in _APOSTROPHES and len(text) > 1:
            message = f"`{text}`: phrases stand in double quotation marks."
            yield _at(Code.FOREIGN_SPELLING, message, lexeme, f'"{text.strip(_APOSTROPHES)}"')


def _torn(lexemes: list[Lexeme]) -> Iterator[QueryError]:
    """Find `case (…)`, `atleast3 (…)` and `NEAR 5`, which a space makes something else."""
    for lexeme, after in pairwise(lexemes):
        name = lexeme.text.casefold()
        if lexeme.text in _BARE_DISTANCES and after.kind == "word" and after.text.isdecimal():
            distance = f"{lexeme.text}/{after.text}".replace("WITHIN", "NEAR")
            message = f"`{after.text}` is searched for as a word; a distance is {distance}."
            yield _at(Code.FOREIGN_SPELLING, message, lexeme._replace(end=after.end), distance)
        if lexeme.kind == "word" and after.kind == "open" and _FUNCTION.fullmatch(name):
            message = f"`{lexeme.text}` is searched for as a word; no space goes before its group."
            yield _at(Code.FOREIGN_SPELLING, message, lexeme, f"{name}(…)")


def _comments(comments: list[Lexeme]) -> Iterator[QueryError]:
    for comment in comments:
        if comment.text[1:2].isalnum():
            message = "This line is a comment; a hashtag may not be the first sign of its line."
            yield _at(Code.HASHTAG_OR_COMMENT, message, comment, f" {comment.text}")


def _levels(node: Node) -> Iterator[QueryError]:
    match node:
        case And() | Or():
            keys = [meaning(child) for child in node.children]
            yield from _duplicates(node, keys)
            yield from _absorbed(node, set(keys))
            yield from _all_of(node) if isinstance(node, And) else _any_of(node)
            for child in node.children:
                yield from _levels(child)
        case Near():
            yield from _levels(node.left)
            yield from _levels(node.right)
        case NotNear():
            yield from near_itself(node)
            yield from _levels(node.left)
            yield from _levels(node.right)
        case AtLeast(times=1):
            yield about(Code.REDUNDANT_TERM, node, "says what its group alone says")
            yield from _levels(node.child)
        case Not() | InRange() | AtLeast():
            yield from _levels(node.child)


def _all_of(node: And) -> Iterator[QueryError]:
    yield from _contradictions(node)
    yield from impossible(node)
    yield from implied(node)


def _any_of(node: Or) -> Iterator[QueryError]:
    yield from _covered(node)
    yield from wider(node)


def _duplicates(node: And | Or, keys: list[Hashable]) -> Iterator[QueryError]:
    seen: set[Hashable] = set()
    for child, key in zip(node.children, keys, strict=True):
        if key in seen:
            yield about(Code.DUPLICATE_TERM, child, "stands here twice")
        seen.add(key)


def _absorbed(node: And | Or, beside: set[Hashable]) -> Iterator[QueryError]:
    """Find groups that add nothing: `a OR (a AND b)`, `a AND (a OR b)`."""
    other = Or if isinstance(node, And) else And
    for child in node.children:
        if isinstance(child, other) and any(meaning(each) in beside for each in child.children):
            yield about(Code.REDUNDANT_TERM, child, "changes nothing: a part of it stands beside")


def _contradictions(node: And) -> Iterator[QueryError]:
    excluded = Covering([each for child in node.children if isinstance(child, Not)
                        for each in alternatives(child.child)])  # fmt: skip
    for child in node.children:
        if isinstance(child, Not):
            continue
        kept = [each for each in alternatives(child) if not excluded(each)]
        if not kept:
            what = "is demanded and excluded, so nothing can be found"
            yield about(Code.CONTRADICTION, child, what)
        elif isinstance(child, Or) and len(kept) < len(child.children):
            for each in child.children:
                if excluded(each):
                    yield about(Code.REDUNDANT_TERM, each, "is excluded beside, so finds nothing")


def _covered(node: Or) -> Iterator[QueryError]:
    """Find what a word or wildcard beside it finds anyway."""
    words = [child for child in node.children if isinstance(child, Words)]
    single = [child for child in words if len(child.patterns) == 1]
    by_any = Covering(single)
    by_wildcard = Covering([child for child in single if child.patterns[0].wildcard])
    for child in node.children:
        is_single = isinstance(child, Words) and len(child.patterns) == 1
        if by_wildcard(child) if is_single else by_any(child):
            yield about(Code.REDUNDANT_TERM, child, "is found by a word beside it anyway")


def _broad(node: Node) -> Iterator[QueryError]:
    """Find what alone selects most of any archive, and groups that hardly narrow the rest."""
    alone = cost(node).share > _MOST
    for each in node.children if isinstance(node, And) else (node,):
        if isinstance(each, Not):
            if cost(each.child).share > _MOST:
                yield about(Code.BROAD_TERM, each, "excludes most of all articles", _NARROW)
            continue
        broad = [part for part in alternatives(each) if cost(part).share > _MOST]
        if alone and broad:
            for part in broad:
                yield about(Code.BROAD_TERM, part, "alone will find very much", _NARROW)
        elif isinstance(each, Or) and cost(each).share > _MOST:
            yield about(Code.BROAD_TERM, each, "finds most of all articles", _NARROW)


def _at(code: Code, message: str, lexeme: Lexeme, suggestion: str) -> QueryError:
    return QueryError(
        code=code, message=message, start=lexeme.start, end=lexeme.end, suggestion=suggestion
    )
