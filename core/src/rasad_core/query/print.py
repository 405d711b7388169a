"""A tree back to text: the canonical form, which parses to the same tree."""

import re

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
    Words,
)

_PLAIN = re.compile(r"[\w<>.*-][^\s\"]*")
_QUOTES = '"“”„‟＂«»'


def to_text(node: Node) -> str:
    """Write a query with AND, OR and NOT spelled out and straight quotation marks.

    Words are written as they were typed, not as they are compared.
    """
    match node:
        case Words():
            return _words(node)
        case And():
            return " AND ".join(_operand(child) for child in node.children)
        case Or():
            return " OR ".join(_operand(child) for child in node.children)
        case Not():
            return f"NOT {_operand(node.child)}"
        case InRange():
            return f"{node.range}:{_within(node.child)}"
        case Near() | NotNear():
            return f"{_beside(node.left)} {_operator(node)} {_beside(node.right)}"
        case AtLeast():
            return f"atleast{node.times}({to_text(node.child)})"
        case MetaWords() | MetaValue() | MetaNumber() | MetaTime():
            return f"{node.field}:{_value(node.written.partition(':')[2])}"


def _operand(node: Node) -> str:
    return f"({to_text(node)})" if isinstance(node, And | Or) else to_text(node)


def _beside(node: Node) -> str:
    """Write an operand of NEAR: what groups by itself is grouped for who reads it."""
    return f"({to_text(node)})" if isinstance(node, Or | Near | NotNear) else to_text(node)


def _within(node: Node) -> str:
    grouped = isinstance(node, And | Or | Near | NotNear)
    return f"({to_text(node)})" if grouped else to_text(node)


def _operator(node: Near | NotNear) -> str:
    if isinstance(node, NotNear):
        return f"NOT NEAR/{node.distance}"
    return f"{'ONEAR' if node.ordered else 'NEAR'}/{node.distance}"


def _words(node: Words) -> str:
    """Write a word or phrase as typed; what stood in `case(…)` gets the sign that says the same."""
    if not node.patterns:  # the parser's, for what it refused
        return node.written
    written = _canonical(node.written)
    exact = any(pattern.stream == "exact" for pattern in node.patterns)
    return f"={written}" if exact and written[:1] != "=" else written


def _value(written: str) -> str:
    """Quote a value that would be read otherwise right behind the colon: `lang: //x`."""
    return _canonical(written if _PLAIN.fullmatch(written) else f'"{written.strip(_QUOTES)}"')


def _canonical(written: str) -> str:
    mark = written[:1] if written[:1] in ("=", "~") else ""
    rest = written[len(mark) :]
    if rest[:1] not in _QUOTES or not rest:
        return written
    # Guillemets may hold other marks, which would close the phrase.
    inside = "".join(" " if letter in _QUOTES else letter for letter in rest[1:-1])
    return f'{mark}"{" ".join(inside.split())}"'
