"""What one level of a query comes to: flattened, judged, and rewritten where it was a mix."""

from rasad_core.query.ast import And, Node, Not, Or
from rasad_core.query.print import to_text

# A rewrite longer than this is not read; the advice alone is given.
_MAX_SUGGESTION_CHARACTERS = 2_000


def flat(operands: list[Node], kind: type[And] | type[Or]) -> tuple[Node, ...]:
    """Take groups joined by the same operator into their level: `a AND (b AND c)`."""
    if kind not in set(map(type, operands)):
        return tuple(operands)
    children: list[Node] = []
    for node in operands:
        if isinstance(node, kind):
            children.extend(node.children)
        else:
            children.append(node)
    return tuple(children)


def excludes(node: Node) -> bool:
    """Say whether a node only excludes, which it may as a part of an AND and nowhere else."""
    if isinstance(node, And):
        return all(isinstance(child, Not) for child in node.children)
    return isinstance(node, Not)


def rewritten(operands: list[Node], gaps: list[str]) -> str:
    """Write a mix with parentheses: AND binds first, and what is excluded goes to the end."""
    groups: list[list[Node]] = [[]]
    left_out: list[Node] = []
    for node, gap in zip(operands, ["AND", *gaps], strict=True):
        if excludes(node):
            left_out.append(node)
            continue
        if gap == "OR" and groups[-1]:
            groups.append([])
        groups[-1].append(node)
    kept = [_all_of(group) for group in groups if group]
    if not kept:
        return f"something AND {to_text(_all_of(left_out))}"
    alternatives = kept[0] if len(kept) == 1 else Or(children=tuple(kept))
    return to_text(_all_of([alternatives, *left_out]))


def _all_of(nodes: list[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else And(children=flat(nodes, And))


def short(suggestion: str) -> str:
    """Leave out a rewrite that nobody would read."""
    if len(suggestion) <= _MAX_SUGGESTION_CHARACTERS:
        return suggestion
    return "set parentheses round what belongs together"
