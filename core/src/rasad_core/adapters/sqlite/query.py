"""A query's tree to a plan: FTS5 expressions and conditions on rows.

A plan has two expressions: `expression` selects at least the query's articles, `certain` at most.
Where they are the same the plan is exact, else the evaluator decides about what lies between, by
the parts of the query in `doubtful`. What FTS5 cannot say: a wildcard inside a phrase, words side
by side of which each is written in many ways, and metadata kept in rows below an OR or a NOT.
"""

from datetime import datetime

from rasad_core.adapters.sqlite.rows import (
    Condition,
    in_stories,
    long_between,
    none_of,
    since,
    until,
)
from rasad_core.adapters.sqlite.terms import Terms
from rasad_core.adapters.sqlite.translating import Clause, Translator
from rasad_core.events import Frozen
from rasad_core.query.ast import (
    And,
    MetaNumber,
    MetaTime,
    MetaValue,
    Node,
    Not,
    Or,
)
from rasad_core.query.evaluate import moment_at


class Plan(Frozen, frozen=True, kw_only=True):
    """`expression` None selects everything. `inexact` is a clause that needs the evaluator."""

    expression: str | None = None
    certain: str | None = None
    conditions: tuple[Condition, ...] = ()
    doubtful: Node | None = None
    inexact: Clause | None = None


def plan(node: Node | None, *, now: datetime, terms: Terms) -> Plan:
    """Translate a query; row conditions are understood at the top and under a top AND."""
    if node is None:
        return Plan()
    children = node.children if isinstance(node, And) else (node,)
    on_rows = [_conditions(child, now) for child in children]
    rest = [child for child, found in zip(children, on_rows, strict=True) if not found]
    conditions = tuple(each for found in on_rows for each in found)
    wide = Translator(terms)
    expression = wide.all_of(rest)
    if wide.inexact is None:
        return Plan(expression=expression, certain=expression, conditions=conditions)
    return Plan(
        expression=expression,
        certain=Translator(terms, certain=True).all_of(rest),
        conditions=conditions,
        # Whatever `expression` selects matches the other parts: they are said exactly.
        doubtful=And(children=tuple(child for child in rest if _is_inexact(child, terms))),
        inexact=wide.inexact,
    )


def _is_inexact(node: Node, terms: Terms) -> bool:
    alone = Translator(terms)
    alone.all_of([node])
    return alone.inexact is not None


def _conditions(node: Node, now: datetime) -> tuple[Condition, ...]:
    """Give the conditions that say all of a node, or none."""
    match node:
        case MetaTime():
            low = [since(moment_at(node.low, now))] if node.low else []
            high = [until(moment_at(node.high, now))] if node.high else []
            return (*low, *high)
        case MetaNumber():
            return (long_between(node.low, node.high),)
        case MetaValue(field="story"):
            return (in_stories([node.value]),)
        case Or() if all(isinstance(c, MetaValue) and c.field == "story" for c in node.children):
            return (in_stories([c.value for c in node.children if isinstance(c, MetaValue)]),)
        case Not():
            inner = _conditions(node.child, now)
            return (none_of(inner),) if inner else ()
    return ()
