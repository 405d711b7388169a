import pytest
from hypothesis import given, settings

from rasad_core.query.ast import Node
from rasad_core.query.cost import cost
from rasad_core.query.parse import parse
from rasad_core.query.rarity import share_of_word
from strategies import trees

SHARES = {"common": 0.9, "half": 0.5, "rare": 0.01}


def share(query: str) -> float:
    return cost(parse(query).node, lambda word: SHARES.get(word, 0.1)).share


def test_words_are_expected_by_how_often_they_are_used() -> None:
    assert share_of_word("the") > 0.9
    assert share_of_word("في") > 0.9
    assert 0.001 < share_of_word("climate") < 0.1
    assert 0 < share_of_word("qwxyz") < 0.001
    assert share_of_word("clim*") > share_of_word("climat*") > share_of_word("climate")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("half", 0.5),
        ("half rare", 0.005),
        ("half OR half2", 0.55),
        ("half NOT rare", 0.495),
        ('"half common"', 0.1),
        ("half NOT NEAR rare", 0.5),
        ("half lang:en", 0.15),
        ("half length:>3", 0.25),
        ("body:half", 0.5),
    ],
)
def test_operators_change_what_is_expected(query: str, expected: float) -> None:
    assert share(query) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("rarer", "more"),
    [
        ("title:half", "lead:half"),
        ("lead:half", "half"),
        ("half NEAR/2 common", "half NEAR/9 common"),
        ("half ONEAR/2 common", "half NEAR/2 common"),
        ("half NEAR/100 common", "half OR common"),
        ("atleast3(common)", "atleast2(common)"),
        ("atleast2(common)", "common"),
        ("atleast1000(common)", "rare"),
    ],
)
def test_what_asks_for_more_is_rarer(rarer: str, more: str) -> None:
    assert 0 <= share(rarer) < share(more)


def test_atleast_one_is_the_thing_itself() -> None:
    assert share("atleast1(half)") == pytest.approx(0.5)


def test_work_grows_with_what_is_looked_at() -> None:
    def work(query: str) -> float:
        return cost(parse(query).node).work

    assert work("a") == work("lang:en") == 1
    assert work("a b") == work('"a b"') == 2
    assert work("a NEAR b") == work("a NOT NEAR b") == 4
    assert work("atleast2(a)") == 2
    assert work("*bank") == 5


@settings(deadline=None)  # the first Arabic word loads a word list
@given(trees())
def test_every_tree_has_a_share(node: Node) -> None:
    estimate = cost(node)

    assert 0 <= estimate.share <= 1
    assert estimate.work >= 1
