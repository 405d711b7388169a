"""Text to tree to text: the identity, up to how a query was spelled."""

from hypothesis import example, given, settings

from query_texts import texts
from rasad_core.query.ast import Node
from rasad_core.query.errors import Code, QueryError, QueryRefused
from rasad_core.query.parse import parse
from rasad_core.query.places import extent, meaning
from rasad_core.query.print import to_text
from strategies import trees

REWRITTEN = frozenset((Code.NEAR_OPERAND, Code.ATLEAST_OPERAND))


@settings(deadline=None)  # the first Arabic word loads a word list
@given(trees())
def test_a_tree_printed_is_read_as_itself(node: Node) -> None:
    printed = to_text(node)
    again = parse(printed).node

    assert meaning(again) == meaning(node)
    assert to_text(again) == printed


@settings(deadline=None)  # the first Arabic word loads a word list
@given(texts)
@example("title:case(a NEAR b) NOT NEAR c")
def test_any_text_is_refused_with_a_place_or_has_a_canonical_form(query: str) -> None:
    try:
        node = parse(query).node
    except QueryRefused as refused:
        for error in refused.errors:
            assert 0 <= error.start < error.end <= len(query)
            assert error.suggestion
        return
    printed = to_text(node)
    again = parse(printed).node
    start, end = extent(node)

    assert meaning(again) == meaning(node)
    assert to_text(again) == printed
    assert 0 <= start < end <= len(query)


@settings(deadline=None)  # the first Arabic word loads a word list
@given(texts)
def test_a_rewrite_of_what_has_no_places_can_be_put_in_its_place(query: str) -> None:
    try:
        parse(query)
    except QueryRefused as refused:
        if len(refused.errors) > 1 or refused.errors[0].code not in REWRITTEN:
            return
        (error,) = refused.errors
        assert error.suggestion is not None
        if error.suggestion.startswith(("keep", "join", "set")):
            return
        rewritten = query[: error.start] + error.suggestion + query[error.end :]
        assert rewritten != query
        for left in errors(rewritten):
            # Around it, or of what it says now, more may be wrong than could be said before.
            assert left.start < error.start or left.end >= error.start + len(error.suggestion)


def test_no_rewrite_says_that_something_is_not_near_itself() -> None:
    (error,) = errors("Turkey NOT NEAR/1 title:(Turkey)")

    assert error.suggestion == "title:Turkey"


def errors(query: str) -> tuple[QueryError, ...]:
    try:
        parse(query)
    except QueryRefused as refused:
        return refused.errors
    return ()
