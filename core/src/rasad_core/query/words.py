"""The reading of a query in words, so that its author sees what was understood."""

import re

from rasad_core.fields import FIELD_BY_NAME
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
    Pattern,
    Words,
)

_RANGES = {"title": "the title", "lead": "the lead", "body": "the body"}
_NAMES = {"lang": "language", "url": "address", "story": "story id"}
_AGO = re.compile(r"-(\d+)([hdw])", re.IGNORECASE)
_UNITS = {"h": "hours", "d": "days", "w": "weeks"}


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
        case Near() | NotNear() | AtLeast():
            return _places(node)
        case _:
            return _about(node)


def _places(node: Near | NotNear | AtLeast) -> str:
    match node:
        case AtLeast():
            return f"{_grouped(node.child)} in at least {node.times} places"
        case Near():
            order = f"and behind it, at most {node.distance} words away," if node.ordered else ""
            near = order or f"at most {node.distance} words from"
            return f"{_grouped(node.left)} {near} {_grouped(node.right)}"
        case NotNear():
            far = f"with no {_grouped(node.right)} within {node.distance} words of it"
            return f"{_grouped(node.left)} {far}"


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
    value = node.written.partition(":")[2].strip('"')
    match node:
        case MetaWords():
            words = "the phrase" if len(node.patterns) > 1 else "the word"
            return f"{words} “{value}” in the {FIELD_BY_NAME[node.field].about}"
        case MetaNumber():
            return f"a length of {_number(node)} words"
        case MetaTime():
            return f"a publication {_time(value)}"
        case MetaValue():
            shown = node.value if FIELD_BY_NAME[node.field].kind in ("site", "prefix") else value
            return f"the {_NAMES.get(node.field, node.field)} “{shown}”"


def _number(node: MetaNumber) -> str:
    if node.low is None:
        return f"at most {node.high}"
    if node.high is None:
        return f"at least {node.low}"
    return str(node.low) if node.low == node.high else f"{node.low} to {node.high}"


def _time(typed: str) -> str:
    first, dots, last = typed.partition("..")
    if dots:
        return " ".join([f"from {first}"] * bool(first) + [f"to the end of {last}"] * bool(last))
    if ago := _AGO.fullmatch(typed):
        return f"in the last {ago[1]} {_UNITS[ago[2].lower()]}"
    for sign, said in (
        (">=", "since"),
        ("<=", "up to the end of"),
        (">", "after"),
        ("<", "before"),
    ):
        if typed.startswith(sign):
            return f"{said} {typed.removeprefix(sign).strip()}"
    return "today" if typed.casefold() == "today" else f"in {typed}"
