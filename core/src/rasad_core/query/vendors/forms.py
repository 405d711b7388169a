"""Trees put together so that ours can say them, and what is asked about them."""

from rasad_core.query.vendors.tree import All, Beside, Often, Some, Tree, Within, Without, Word


def without(tree: Tree) -> Tree:
    """Exclude; twice is not at all."""
    return tree.child if isinstance(tree, Without) else Without(child=tree)


def all_of(trees: list[Tree]) -> Tree:
    """Demand all; what would only exclude becomes the exclusion of any of it."""
    flat = [part for tree in trees for part in (tree.children if isinstance(tree, All) else [tree])]
    if len(flat) == 1:
        return flat[0]
    if all(isinstance(part, Without) for part in flat):
        return Without(child=some_of([without(part) for part in flat]))
    return All(children=tuple(flat))


def some_of(trees: list[Tree]) -> Tree:
    """Demand any; `a OR NOT b` is what is not `b AND NOT a`, and only so can be said here."""
    flat = [
        part for tree in trees for part in (tree.children if isinstance(tree, Some) else [tree])
    ]
    if len(flat) == 1:
        return flat[0]
    if any(isinstance(part, Without) for part in flat):
        return Without(child=all_of([without(part) for part in flat]))
    return Some(children=tuple(flat))


def alternatives_of(tree: Without) -> tuple[list[Tree], list[Tree]]:
    """Undo `some_of`: give the alternatives, and what those exclude that do nothing else."""
    parts = tree.child.children if isinstance(tree.child, All) else (tree.child,)
    kept = [part.child for part in parts if isinstance(part, Without)]
    return kept, [part for part in parts if not isinstance(part, Without)]


def is_place(tree: Tree) -> bool:
    """Say whether a tree has places in a text, as all that NEAR joins must."""
    match tree:
        case Word():
            return True
        case Some():
            return all(map(is_place, tree.children))
        case Beside():
            return not tree.apart
    return False


def is_text(tree: Tree) -> bool:
    """Say whether a tree is about the text alone, and no part of it in particular."""
    match tree:
        case Word() | Beside() | Often():
            return True
        case All() | Some():
            return all(map(is_text, tree.children))
        case Without():
            return is_text(tree.child)
    return False


def is_nested(near: Beside) -> bool:
    """Say whether a distance has one among its operands."""
    return any(
        isinstance(each, Beside)
        for side in (near.left, near.right)
        for each in (side.children if isinstance(side, Some) else (side,))
    )


def parts_of(tree: Tree) -> list[Tree]:
    """Give the parts of a group that stand beside others: its places together, the rest alone."""
    if isinstance(tree, All):
        return list(tree.children)
    if not isinstance(tree, Some) or is_place(tree):
        return [tree]
    places = [child for child in tree.children if is_place(child)]
    others = [child for child in tree.children if not is_place(child)]
    return [some_of(places), *others] if places else others


def size_of(tree: Tree) -> int:
    """Count the words of a tree."""
    match tree:
        case All() | Some():
            return sum(map(size_of, tree.children))
        case Beside():
            return size_of(tree.left) + size_of(tree.right)
        case Without() | Within() | Often():
            return size_of(tree.child)
    return 1
