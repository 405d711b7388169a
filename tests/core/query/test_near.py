"""NEAR, NOT NEAR, atleastN, `case(…)` and `~`: how they are read, and what may not stand in them."""

import pytest

from rasad_core.query.ast import And, AtLeast, InRange, Near, Not, NotNear, Or, Pattern, Words
from rasad_core.query.errors import Code, QueryError, QueryRefused
from rasad_core.query.parse import parse
from rasad_core.query.places import meaning
from rasad_core.query.print import to_text


def canonical(query: str) -> str:
    return to_text(parse(query).node)


def errors(query: str) -> tuple[QueryError, ...]:
    with pytest.raises(QueryRefused) as refused:
        parse(query)
    return refused.value.errors


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("a NEAR b", "a NEAR/4 b"),
        ("a NEAR/0 b", "a NEAR/0 b"),
        ("a NEAR/007 b", "a NEAR/7 b"),
        ("a ONEAR b", "a ONEAR/4 b"),
        ("a ONEAR/100 b", "a ONEAR/100 b"),
        ("a NOT NEAR b", "a NOT NEAR/4 b"),
        ("a ليس NEAR/2 b", "a NOT NEAR/2 b"),
        ("a NEAR b NEAR/2 c", "(a NEAR/4 b) NEAR/2 c"),
        ("a NEAR (b NEAR/2 c)", "a NEAR/4 (b NEAR/2 c)"),
        ("a NEAR b ONEAR/1 c NEAR/2 d", "((a NEAR/4 b) ONEAR/1 c) NEAR/2 d"),
        ("a NEAR b NOT NEAR c", "(a NEAR/4 b) NOT NEAR/4 c"),
        ("a NOT NEAR (b NEAR c)", "a NOT NEAR/4 (b NEAR/4 c)"),
        ("a OR b NEAR c", "a OR b NEAR/4 c"),
        ("a b NEAR c d", "a AND b NEAR/4 c AND d"),
        ("(a OR b) NEAR c", "(a OR b) NEAR/4 c"),
        ("(a OR (b NEAR c)) NEAR d", "(a OR b NEAR/4 c) NEAR/4 d"),
        ("x NOT a NEAR b", "x AND NOT a NEAR/4 b"),
        ("x NOT (a NOT NEAR b)", "x AND NOT a NOT NEAR/4 b"),
        ("NOT a NEAR b x", "NOT a NEAR/4 b AND x"),
        ("title:(a NEAR b) c", "title:(a NEAR/4 b) AND c"),
        ("lead:(a NOT NEAR b)", "lead:(a NOT NEAR/4 b)"),
        ('"a b" NEAR "c*d e"', '"a b" NEAR/4 "c*d e"'),
        ("atleast3(a)", "atleast3(a)"),
        ("ATLEAST03 (a) b", None),
        ("ATLEAST03(a) b", "atleast3(a) AND b"),
        ("atleast2(a OR b)", "atleast2(a OR b)"),
        ("atleast2(a NEAR b)", "atleast2(a NEAR/4 b)"),
        ("title:atleast2(a)", "title:atleast2(a)"),
        ("x NOT atleast2(a)", "x AND NOT atleast2(a)"),
        ("case(Apple)", "=Apple"),
        ("Case(Apple OR “Big Pie”)", '=Apple OR ="Big Pie"'),
        ("case(Ap* =Pie) x", "=Ap* AND =Pie AND x"),
        ("case(a NOT b)", "=a AND NOT =b"),
        ("case(title:Apple)", "title:=Apple"),
        ("title:case(A NEAR B)", "title:(=A NEAR/4 =B)"),
        ("case(A) NEAR atleast", "=A NEAR/4 atleast"),
        ("atleast2(case(A OR (B NEAR C)))", "atleast2(=A OR =B NEAR/4 =C)"),
        ("~Banks", "~Banks"),
        ("~“Big  banks” NEAR x", '~"Big banks" NEAR/4 x'),
    ],
)
def test_proximity_has_one_canonical_form(query: str, expected: str | None) -> None:
    if expected is None:
        expected = "ATLEAST03 AND a AND b"

    assert canonical(query) == expected
    assert meaning(parse(expected).node) == meaning(parse(query).node)


def test_near_binds_before_not_and_and() -> None:
    node = parse("x NOT a NEAR b").node

    assert isinstance(node, And)
    assert isinstance(node.children[1], Not)
    assert isinstance(node.children[1].child, Near)


def test_operands_know_their_place() -> None:
    query = "x (a OR b) ONEAR/2 “c d” title:atleast2(e)"
    node = parse(query).node

    assert isinstance(node, And)
    _, near, ranged = node.children
    assert isinstance(near, Near)
    assert isinstance(near.left, Or)
    assert (near.ordered, near.distance) == (True, 2)
    assert query[near.start : near.end] == "(a OR b) ONEAR/2 “c d”"
    assert isinstance(ranged, InRange)
    assert isinstance(ranged.child, AtLeast)
    assert query[ranged.child.start : ranged.child.end] == "atleast2(e)"


def test_not_near_is_no_near() -> None:
    node = parse("a NOT NEAR/7 b").node

    assert isinstance(node, NotNear)
    assert node.distance == 7


def test_stems_are_folded_words_and_signs_of_scripts_without_spaces_stay() -> None:
    node = parse('~"Große U.S. 東京"').node

    assert isinstance(node, Words)
    assert node.patterns == (
        Pattern(text="grosse", stream="stem"),
        Pattern(text="u", stream="stem"),
        Pattern(text="s", stream="stem"),
        Pattern(text="東京"),
    )


def test_case_takes_everything_as_written() -> None:
    node = parse('case(Apple OR "Big e-Mail" OR Wi*)').node

    assert isinstance(node, Or)
    assert [child.patterns for child in node.children if isinstance(child, Words)] == [
        (Pattern(text="Apple", stream="exact"),),
        tuple(Pattern(text=text, stream="exact") for text in ("Big", "e", "Mail")),
        (Pattern(text="Wi*", stream="exact", wildcard=True),),
    ]


@pytest.mark.parametrize(
    ("query", "place", "suggestion"),
    [
        ("title:a NEAR b", "title:a NEAR b", "title:(a NEAR/4 b)"),
        ("a NEAR title:b", "a NEAR title:b", "title:(a NEAR/4 b)"),
        ("x title:a NEAR title:(b OR c) y", "title:a NEAR title:(b OR c)",
         "title:(a NEAR/4 (b OR c))"),
        ("title:a NEAR body:b", "title:a NEAR body:b", "title:a AND body:b"),
        ("title:a NOT NEAR b", "title:a NOT NEAR b", "title:(a NOT NEAR/4 b)"),
        ("a NEAR/2 lang:en", "a NEAR/2 lang:en", "a AND lang:en"),
        ("a NOT NEAR lang:en", "a NOT NEAR lang:en", "a AND NOT lang:en"),
        ("(a b) NEAR c", "(a b)", '"a b"'),
        ("c ONEAR (a, b)", "(a, b)", '"a b"'),
        ("c NOT NEAR (a b)", "(a b)", '"a b"'),
        ("(a AND b) NEAR c", "(a AND b) NEAR c", "a NEAR/4 c AND b NEAR/4 c"),
        ("(a NOT b) NEAR c", "(a NOT b) NEAR c", "a NEAR/4 c AND NOT b"),
        ("c NEAR (a NOT b)", "c NEAR (a NOT b)", "c NEAR/4 a AND NOT b"),
        ("(a OR title:b) NEAR c", "(a OR title:b) NEAR c", "(a OR title:b) AND c"),
        ("a NEAR NOT b", "NEAR NOT", "NOT NEAR"),
        ("a NOT NEAR NOT b", "NOT NEAR NOT", "NOT NEAR"),
        ("a NOT NEAR/2 b NEAR/3 c", "a NOT NEAR/2 b NEAR/3 c", "(a NEAR/3 c) NOT NEAR/2 b"),
        ("a NOT NEAR b NOT NEAR c", "a NOT NEAR b NOT NEAR c", "a NOT NEAR/4 (b OR c)"),
        ("a NOT NEAR/1 b NOT NEAR c", "a NOT NEAR/1 b NOT NEAR c",
         "a NOT NEAR/1 b AND a NOT NEAR/4 c"),
        ("c NEAR (a NOT NEAR b)", "c NEAR (a NOT NEAR b)", "(c NEAR/4 a) NOT NEAR/4 b"),
        ("atleast3(a) NEAR b", "atleast3(a) NEAR b", "atleast3(a NEAR/4 b)"),
        ("b NEAR atleast3(a)", "b NEAR atleast3(a)", "atleast3(b NEAR/4 a)"),
        ("atleast3(a) NOT NEAR b", "atleast3(a) NOT NEAR b", "atleast3(a) AND a NOT NEAR/4 b"),
    ],
)  # fmt: skip
def test_what_has_no_places_is_refused_beside_near(query: str, place: str, suggestion: str) -> None:
    (error,) = errors(query)

    assert error.code is Code.NEAR_OPERAND
    assert query[error.start : error.end] == place
    assert error.suggestion == suggestion
    assert canonical(query[: error.start] + suggestion + query[error.end :])


@pytest.mark.parametrize(
    ("query", "suggestion"),
    [
        ("atleast3(a b)", "atleast3(a) AND atleast3(b)"),
        ("atleast3(a NOT b)", "atleast3(a) AND NOT b"),
        ("atleast3(title:a)", "title:atleast3(a)"),
        ("atleast3(a NOT NEAR b)", "atleast3(a) AND a NOT NEAR/4 b"),
        ("atleast3(atleast2(a))", "atleast2(a)"),
        ("atleast3(lang:en)", "lang:en"),
        ("atleast3(a OR lang:en)", "a OR lang:en"),
    ],
)
def test_what_has_no_places_is_not_counted(query: str, suggestion: str) -> None:
    (error,) = errors(f"x {query}")

    assert error.code is Code.ATLEAST_OPERAND
    assert (error.start, error.end) == (2, 2 + len(query))
    assert error.suggestion == suggestion
    assert canonical(suggestion) == suggestion


@pytest.mark.parametrize(
    "query", ["a NOT NEAR/3 a", '"a b" NOT NEAR "A  B"', "(a OR b) NOT NEAR (a OR b)"]
)
def test_nothing_is_far_from_itself(query: str) -> None:
    (error,) = errors(query)

    assert error.code is Code.NEAR_ITSELF
    assert (error.start, error.end) == (0, len(query))


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("NEAR b", "NEAR"),
        ("a AND NEAR b", "NEAR"),
        ("a NEAR", "NEAR"),
        ("a NOT NEAR", "NOT NEAR"),
        ("NOT NEAR b", "NOT NEAR"),
        ("a OR NOT NEAR b", "NOT NEAR"),
        ("a NEAR OR b", "NEAR"),
        ("a NEAR NEAR/2 b", "NEAR"),
        ("(a NEAR) b", "NEAR"),
        ("title:NEAR b", "title:"),
    ],
)
def test_near_needs_both_sides(query: str, place: str) -> None:
    error = errors(query)[0]

    assert error.code is Code.MISSING_OPERAND
    assert query[error.start : error.end] == place


def test_not_onear_is_no_operator() -> None:
    (error,) = errors("a NOT ONEAR/3 b")

    assert (error.code, error.suggestion) == (Code.UNKNOWN_OPERATOR, "NEAR/3")


def test_one_fault_of_an_operand_is_said_once() -> None:
    assert [error.code.value for error in errors("(a OR NOT b) NEAR titel:c")] == [
        "or-not",
        "unknown-field",
    ]


PHRASES = " OR ".join(f'"p{number} q"' for number in range(300))


@pytest.mark.parametrize(
    "query",
    [
        " NEAR ".join("abcdefghij"),  # 512
        " ONEAR ".join(["a"] * 28),  # 26 levels of parentheses in its canonical form
        f"({PHRASES}) ONEAR a ONEAR b",
        f"a ONEAR (b ONEAR ({PHRASES}))",
        f"(a OR (b NEAR c)) NEAR ({PHRASES})",
        "(" * 25 + "a ONEAR b ONEAR c" + ")" * 25,
    ],
)
def test_what_multiplies_beyond_every_server_is_too_complex(query: str) -> None:
    (error,) = errors(query)

    assert error.code is Code.TOO_COMPLEX
    assert 0 <= error.start < error.end <= len(query)


@pytest.mark.parametrize(
    "query",
    [
        " NEAR ".join("abcdefghi"),  # 256
        " ONEAR ".join(["a"] * 27),
        f"({PHRASES}) NEAR ({PHRASES})",
        f"({PHRASES}) NOT NEAR (a NEAR b)",
        f"(a NEAR b) NEAR ({' OR '.join(f'w{number}' for number in range(5_000))})",
        "(" * 25 + "a NEAR b" + ")" * 25,
    ],
)
def test_what_is_at_a_limit_of_nesting_is_legal(query: str) -> None:
    assert canonical(canonical(query)) == canonical(query)
