"""A tree back to text: the canonical form, which parses to the same tree."""

import re

from rasad_core.query.ast import And, InRange, Node, Not, Or, Words

_QUOTES = re.compile("[“”„‟«»＂]")


def to_text(node: Node) -> str:
    """Write a query with AND, OR and NOT spelled out and straight quotation marks."""
    match node:
        case And():
            return " AND ".join(_operand(child) for child in node.children)
        case Or():
            return " OR ".join(_operand(child) for child in node.children)
        case Not():
            return f"NOT {_operand(node.child)}"
        case InRange():
            return f"{node.range}:{_operand(node.child)}"
        case Words():
            return _QUOTES.sub('"', node.written)
        case _:
            return node.written


def _operand(node: Node) -> str:
    return f"({to_text(node)})" if isinstance(node, And | Or) else to_text(node)
