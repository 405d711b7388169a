"""What is legal in a query but unwise."""

import re
from collections.abc import Iterator, Sequence

from rasad_core.query.ast import And, InRange, Node, Not, Or, Words
from rasad_core.query.errors import Code, QueryError
from rasad_core.query.lex import Lexeme
from rasad_core.query.print import to_text

_LOWER_CASE = {"and": "AND", "or": "OR", "not": "NOT", "near": "NEAR/4"}


def lint(node: Node, lexemes: Sequence[Lexeme]) -> tuple[QueryError, ...]:
    """Give the warnings of a query in the order of their places."""
    found = [*_lower_case_operators(lexemes), *_levels(node)]
    return tuple(sorted(found, key=lambda warning: (warning.start, warning.end)))


def _lower_case_operators(lexemes: Sequence[Lexeme]) -> Iterator[QueryError]:
    for lexeme in lexemes:
        operator = _LOWER_CASE.get(lexeme.text.lower())
        if operator and lexeme.kind == "word" and not lexeme.exact:
            message = f"`{lexeme.text}` is searched for as a word; operators are capitals."
            yield QueryError(
                code=Code.LOWER_CASE_OPERATOR,
                message=message,
                start=lexeme.start,
                end=lexeme.end,
                suggestion=operator,
            )


def _levels(node: Node) -> Iterator[QueryError]:
    match node:
        case And() | Or():
            yield from _level(node)
            for child in node.children:
                yield from _levels(child)
        case Not() | InRange():
            yield from _levels(node.child)


def _level(node: And | Or) -> Iterator[QueryError]:
    seen: dict[str, Node] = {}
    for child in node.children:
        key = _key(child)
        if key in seen:
            yield _warning(Code.DUPLICATE_TERM, child, "stands here twice", "leave one out")
        seen[key] = child
    for child in node.children:
        if isinstance(child, Not) and _key(child.child) in seen:
            yield _warning(
                Code.CONTRADICTION, child.child, "is required and excluded, so nothing can match"
            )
    if isinstance(node, Or):
        yield from _covered(node)


def _covered(node: Or) -> Iterator[QueryError]:
    """Find words that a wildcard beside them finds anyway."""
    words = [child for child in node.children if isinstance(child, Words) and _is_single(child)]
    wild = [child for child in words if child.patterns[0].wildcard]
    for star in wild:
        pattern = re.compile(wildcard_regex(star.patterns[0].text))
        for child in words:
            same_stream = child.patterns[0].stream == star.patterns[0].stream
            if child is not star and same_stream and pattern.fullmatch(child.patterns[0].text):
                yield _warning(
                    Code.REDUNDANT_TERM, child, f"is found by `{star.written}` beside it anyway"
                )


def wildcard_regex(text: str) -> str:
    """Give the regular expression of a pattern's wildcards; match it with `fullmatch`.

    Atomic groups, as in the standard library's `fnmatch`, keep many stars from backtracking.
    """
    first, *rest = (re.escape(part).replace(r"\?", ".") for part in text.split("*"))
    if not rest:
        return f"(?s:{first})"
    middle = "".join(f"(?>.*?{part})" for part in rest[:-1] if part)
    return f"(?s:{first}{middle}.*{rest[-1]})"


def _is_single(words: Words) -> bool:
    return len(words.patterns) == 1


def _key(node: Node) -> str:
    if isinstance(node, Words):
        return repr(node.patterns)
    return to_text(node).casefold()


def _warning(code: Code, node: Node, what: str, suggestion: str | None = None) -> QueryError:
    start, end = extent(node)
    return QueryError(
        code=code,
        message=f"`{to_text(node)}` {what}.",
        start=start,
        end=end,
        suggestion=suggestion,
    )


def extent(node: Node) -> tuple[int, int]:
    """Give where a node stands in the query as typed."""
    match node:
        case And() | Or():
            return extent(node.children[0])[0], extent(node.children[-1])[1]
        case Not():
            return extent(node.child)
        case _:
            return node.start, node.end
