"""The reading of a query in words, so that its author sees what was understood."""

from rasad_core.fields import FIELD_BY_NAME
from rasad_core.query.ast import (
    And,
    InRange,
    MetaNumber,
    MetaTime,
    MetaValue,
    MetaWords,
    Node,
    Not,
    Or,
    Pattern,
    Words,
)

_RANGES = {"title": "the title", "lead": "the lead", "body": "the body"}


def in_words(node: Node) -> str:
    """Read a query aloud, in English."""
    return f"Articles with {_phrase(node)}."


def _phrase(node: Node) -> str:
    match node:
        case And():
            kept = [_grouped(child) for child in node.children if not isinstance(child, Not)]
            left = [_grouped(child.child) for child in node.children if isinstance(child, Not)]
            without = f", but without {' or '.join(left)}" if left else ""
            return " and ".join(kept) + without
        case Or():
            return "either " + " or ".join(_grouped(child) for child in node.children)
        case Not():
            return f"no {_grouped(node.child)}"
        case InRange():
            return f"{_grouped(node.child)} in {_RANGES[node.range]}"
        case Words():
            return _leaf(node.patterns)
        case _:
            return _about(node)


def _grouped(node: Node) -> str:
    return f"({_phrase(node)})" if isinstance(node, And | Or) else _phrase(node)


def _leaf(patterns: tuple[Pattern, ...]) -> str:
    shown = " ".join(pattern.text for pattern in patterns)
    exactly = " exactly as written" if patterns[0].stream == "exact" else ""
    if len(patterns) > 1:
        return f"the phrase “{shown}”{exactly}"
    if not patterns[0].wildcard:
        return f"the word “{shown}”{exactly}"
    if shown.endswith("*") and "*" not in shown[:-1] and "?" not in shown:
        return f"a word that begins with “{shown[:-1]}”{exactly}"
    return f"a word like “{shown}”{exactly}"


def _about(node: MetaWords | MetaValue | MetaNumber | MetaTime) -> str:
    name, _, value = node.written.partition(":")
    value = value.strip('"')
    match node:
        case MetaWords():
            return f"“{value}” in {FIELD_BY_NAME[name].about}"
        case MetaNumber():
            return f"a length of {_number(node)} words"
        case MetaTime():
            return f"a time of publication in {value}"
        case MetaValue():
            return f"{name} “{value}”"


def _number(node: MetaNumber) -> str:
    if node.low is None:
        return f"at most {node.high}"
    if node.high is None:
        return f"at least {node.low}"
    return str(node.low) if node.low == node.high else f"{node.low} to {node.high}"
