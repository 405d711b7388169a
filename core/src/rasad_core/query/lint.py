"""What is legal in a query but unwise."""

import re
from collections.abc import Callable, Hashable, Iterator

from rasad_core.query.ast import And, InRange, MetaValue, Node, Not, Or, Pattern, Words
from rasad_core.query.errors import Code, QueryError
from rasad_core.query.lex import Lexed, Lexeme
from rasad_core.query.places import extent, meaning
from rasad_core.query.print import to_text
from rasad_core.query.wildcards import compiled

_LOWER_CASE = {"and": "AND", "or": "OR", "not": "NOT", "near": "NEAR", "وليس": "NOT"}
_APOSTROPHES = "'’‘"
# An article has one of each, so two different values demanded together find nothing.
_SINGLE_VALUED = frozenset(("lang", "country", "section", "story", "origin"))
# Words that nearly every text of a language holds, folded.
_FUNCTION_WORDS = frozenset(
    """
    the a an of and in to for on is with de la le les et en el y der die und ve bir bu da
    في من على علي ان الى الي عن
    """.split()  # noqa: SIM905  words read better than quoted words
)
# Comparing each wildcard with each word is skipped in queries where that would take seconds.
_MOST_COMPARISONS = 200_000
# Messages name a clause by this much of it.
_SHOWN_CHARACTERS = 80


def lint(node: Node, lexed: Lexed) -> tuple[QueryError, ...]:
    """Give the warnings of a query in the order of their places."""
    found = [*_spellings(lexed.lexemes), *_comments(lexed.comments), *_levels(node), *_broad(node)]
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
            yield from _contradictions(node) if isinstance(node, And) else _covered(node)
            for child in node.children:
                yield from _levels(child)
        case Not() | InRange():
            yield from _levels(node.child)


def _duplicates(node: And | Or, keys: list[Hashable]) -> Iterator[QueryError]:
    seen: set[Hashable] = set()
    for child, key in zip(node.children, keys, strict=True):
        if key in seen:
            yield _about(Code.DUPLICATE_TERM, child, "stands here twice")
        seen.add(key)


def _absorbed(node: And | Or, beside: set[Hashable]) -> Iterator[QueryError]:
    """Find groups that add nothing: `a OR (a AND b)`, `a AND (a OR b)`."""
    other = Or if isinstance(node, And) else And
    for child in node.children:
        if isinstance(child, other) and any(meaning(each) in beside for each in child.children):
            yield _about(Code.REDUNDANT_TERM, child, "changes nothing: a part of it stands beside")


def _contradictions(node: And) -> Iterator[QueryError]:
    excluded = _covers([each for child in node.children if isinstance(child, Not)
                        for each in _alternatives(child.child)])  # fmt: skip
    values: dict[str, str] = {}
    for child in node.children:
        if isinstance(child, Not):
            continue
        kept = [each for each in _alternatives(child) if not excluded(each)]
        if not kept:
            what = "is demanded and excluded, so nothing can be found"
            yield _about(Code.CONTRADICTION, child, what)
        elif isinstance(child, Or) and len(kept) < len(child.children):
            for each in child.children:
                if excluded(each):
                    yield _about(Code.REDUNDANT_TERM, each, "is excluded beside, so finds nothing")
        if (
            isinstance(child, MetaValue)
            and child.field in _SINGLE_VALUED
            and values.setdefault(child.field, child.value) != child.value
        ):
            what = f"and another {child.field} cannot both be true; OR may be meant"
            yield _about(Code.CONTRADICTION, child, what)


def _alternatives(node: Node) -> tuple[Node, ...]:
    return node.children if isinstance(node, Or) else (node,)


def _covered(node: Or) -> Iterator[QueryError]:
    """Find words and phrases that a word or wildcard beside them finds anyway."""
    words = [child for child in node.children if isinstance(child, Words)]
    single = [child for child in words if len(child.patterns) == 1]
    by_any = _covers(single)
    by_wildcard = _covers([child for child in single if child.patterns[0].wildcard])
    for child in words:
        if by_any(child) if len(child.patterns) > 1 else by_wildcard(child):
            yield _about(Code.REDUNDANT_TERM, child, "is found by a word beside it anyway")


def _covers(nodes: list[Node] | list[Words]) -> Callable[[Node], bool]:
    """Give a test: is everything a node finds found by one of these?"""
    keys = {meaning(node) for node in nodes}
    patterns = [n.patterns[0] for n in nodes if isinstance(n, Words) and len(n.patterns) == 1]
    literal = {each for each in patterns if not each.wildcard}
    wild = [each for each in patterns if each.wildcard]
    prefixes = {(p.stream, p.text[:-1]) for p in wild if _is_prefix(p.text)}
    inner = [each for each in wild if not _is_prefix(each.text)]
    budget = [_MOST_COMPARISONS]

    def is_found(pattern: Pattern) -> bool:
        if pattern in literal:
            return True
        if pattern.wildcard:
            return False
        stream, text = pattern.stream, pattern.text
        if prefixes and any((stream, text[:end]) in prefixes for end in range(2, len(text) + 1)):
            return True
        budget[0] -= len(inner)
        return budget[0] >= 0 and any(
            each.stream == stream and compiled(each.text).fullmatch(text) for each in inner
        )

    def covers(node: Node) -> bool:
        if meaning(node) in keys and not (isinstance(node, Words) and len(node.patterns) == 1):
            return True
        if isinstance(node, InRange):
            return covers(node.child)
        return isinstance(node, Words) and any(map(is_found, node.patterns))

    return covers


def _is_prefix(text: str) -> bool:
    return text.endswith("*") and "*" not in text[:-1] and "?" not in text


def _broad(node: Node) -> Iterator[QueryError]:
    """Find words that alone select a large part of any archive."""
    wanted = node.children if isinstance(node, And) else (node,)
    if all(_is_broad(each) for each in wanted if not isinstance(each, Not)):
        for each in wanted:
            if not isinstance(each, Not):
                yield _about(Code.BROAD_TERM, each, "alone will find very much")


def _is_broad(node: Node) -> bool:
    if isinstance(node, Or):
        return any(map(_is_broad, node.children))
    if not isinstance(node, Words) or len(node.patterns) > 1:
        return False
    (pattern,) = node.patterns
    if pattern.wildcard:
        return len(re.sub(r"[*?]", "", pattern.text)) <= 2
    return pattern.text in _FUNCTION_WORDS


def _about(code: Code, node: Node, what: str) -> QueryError:
    start, end = extent(node)
    shown = to_text(node)
    shown = shown if len(shown) <= _SHOWN_CHARACTERS else f"{shown[:_SHOWN_CHARACTERS]}…"
    advice = "add a word that narrows it" if code is Code.BROAD_TERM else "leave it out"
    return QueryError(
        code=code, message=f"`{shown}` {what}.", start=start, end=end, suggestion=advice
    )


def _at(code: Code, message: str, lexeme: Lexeme, suggestion: str) -> QueryError:
    return QueryError(
        code=code, message=message, start=lexeme.start, end=lexeme.end, suggestion=suggestion
    )
