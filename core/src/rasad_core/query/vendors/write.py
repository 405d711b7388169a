"""A carried tree to a query of ours, by the rules of its printer."""

from rasad_core.query.vendors.tree import (
    About,
    All,
    Beside,
    Lost,
    Often,
    Some,
    Tree,
    Within,
    Without,
    Word,
)


def to_query(tree: Tree) -> str:
    """Write a tree in which nothing is lost."""
    match tree:
        case Word() | About():
            return tree.text
        case All():
            return " AND ".join(map(_operand, tree.children))
        case Some():
            return " OR ".join(map(_operand, tree.children))
        case Without():
            return f"NOT {_operand(tree.child)}"
        case Within():
            return f"{tree.range}:{_within(tree.child)}"
        case Often():
            return f"atleast{tree.times}({to_query(tree.child)})"
        case Beside():
            name = "NOT NEAR" if tree.apart else "ONEAR" if tree.ordered else "NEAR"
            return f"{_beside(tree.left)} {name}/{tree.distance} {_beside(tree.right)}"
        case Lost():
            raise AssertionError(tree.reason)


def _operand(tree: Tree) -> str:
    return f"({to_query(tree)})" if isinstance(tree, All | Some) else to_query(tree)


def _beside(tree: Tree) -> str:
    return f"({to_query(tree)})" if isinstance(tree, Some | Beside) else to_query(tree)


def _within(tree: Tree) -> str:
    grouped = isinstance(tree, All | Some | Beside | Without)
    return f"({to_query(tree)})" if grouped else to_query(tree)
