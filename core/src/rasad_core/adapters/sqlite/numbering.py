"""A query whose patterns are names, so that the evaluator compares them and nothing else."""

from collections.abc import Mapping

from msgspec.structs import replace

from rasad_core.query.ast import And, AtLeast, InRange, Near, Node, Not, NotNear, Or, Pattern, Words
from rasad_core.query.places import parts_of


def names_of(node: Node) -> dict[Pattern, str]:
    """Give each pattern that is looked for in a text a name of its own."""
    words = (part for part in parts_of(node) if isinstance(part, Words))
    patterns = dict.fromkeys(pattern for leaf in words for pattern in leaf.patterns)
    return {pattern: str(number) for number, pattern in enumerate(patterns)}


def named(node: Node, names: Mapping[Pattern, str]) -> Node:
    """Give the query with names in place of the patterns, which are plain words then."""
    match node:
        case Words():
            return replace(node, patterns=tuple(Pattern(text=names[p]) for p in node.patterns))
        case And() | Or():
            return replace(node, children=tuple(named(child, names) for child in node.children))
        case Near() | NotNear():
            return replace(node, left=named(node.left, names), right=named(node.right, names))
        case Not() | InRange() | AtLeast():
            return replace(node, child=named(node.child, names))
    return node
