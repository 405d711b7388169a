import pytest
from hypothesis import given, settings

from rasad_core.query.ast import (
    And,
    AtLeast,
    InRange,
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
from rasad_core.query.errors import Code, QueryError, QueryRefused
from rasad_core.query.parse import parse
from rasad_core.query.places import extent, meaning
from rasad_core.query.print import to_text
from strategies import queries, scraps, spelled_queries


def canonical(query: str) -> str:
    return to_text(parse(query).node)


def errors(query: str) -> tuple[QueryError, ...]:
    with pytest.raises(QueryRefused) as refused:
        parse(query)
    return refused.value.errors


def refusals(query: str) -> tuple[QueryError, ...]:
    """Give the errors, none for a query that is understood."""
    try:
        parse(query)
    except QueryRefused as refused:
        return refused.errors
    return ()


def codes(query: str) -> list[str]:
    return [error.code.value for error in errors(query)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("a b", "a AND b"),
        ("a, b ; c، d؛ e", "a AND b AND c AND d AND e"),
        ("a,b", "a AND b"),
        ("(a, b,)", "a AND b"),
        ("a, OR b", "a OR b"),
        ("a NOT b", "a AND NOT b"),
        ("NOT b a", "NOT b AND a"),
        ("a AND NOT(b OR c)", "a AND NOT (b OR c)"),
        ("a AND (NOT b)", "a AND NOT b"),
        ("a AND (NOT b NOT c)", "a AND NOT b AND NOT c"),
        ("(a OR b)(c OR d)", "(a OR b) AND (c OR d)"),
        ("a AND (b AND (c AND d))", "a AND b AND c AND d"),
        ("a OR (b OR c)", "a OR b OR c"),
        ("((a))", "a"),
        ("（a OR b）", "a OR b"),
        ('"x y"z', '"x y" AND z'),
        ("و و و", ""),
        ("تركيا و مصر", "تركيا AND مصر"),
        ("تركيا أو مصر", "تركيا OR مصر"),
        ("تركيا او مصر", "تركيا OR مصر"),
        ("تركيا ليس مصر", "تركيا AND NOT مصر"),
        ("تركيا\u200f و\u200f مصر", "تركيا AND مصر"),
        ("وتركيا", "وتركيا"),
        ("title:a b", "title:a AND b"),
        ("title:(a b)", "title:(a AND b)"),
        ("Title: a", "title:a"),
        ('title:"a b"', 'title:"a b"'),
        ("title:=Apple", "title:=Apple"),
        ("source:(post OR times)", "source:post OR source:times"),
        ("source:(post NOT times) a", "source:post AND NOT source:times AND a"),
        ("entity:(gn:1 OR iso:TR)", "entity:gn:1 OR entity:iso:TR"),
        ("url:https://example.com:80/a?b=1", "url:https://example.com:80/a?b=1"),
        ("“a  b”", '"a b"'),
        ("„a b“", '"a b"'),
        ('«a "b" c»', '"a b c"'),
        ("»a b«", '"a b"'),
        ("＂a b＂", '"a b"'),
        ("=“A b”", '="A b"'),
        ("and or", "and AND or"),
        ('"AND" x', '"AND" AND x'),
        ("AT&T C++ C# .NET", "AT&T AND C++ AND C# AND .NET"),
        ("1,000 9/11 24/7 AC/DC W5", "1,000 AND 9/11 AND 24/7 AND AC/DC AND W5"),
        ("10:30", "10:30"),
    ],
)
def test_a_query_has_one_canonical_form(query: str, expected: str) -> None:
    if not expected:
        assert Code.MISSING_OPERAND in codes(query)
        return
    assert canonical(query) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("a # why\nb", "a AND b"),
        ("# why\na", "a"),
        ("#why\na", "a"),
        ("a #", "a"),
        ("a #tag", "a AND #tag"),
        ("a\n#b\nc", "a AND c"),
        ("a\n #b\nc", "a AND #b AND c"),
        ("#tag", "#tag"),
        ("#tag OR #tog", "#tag OR #tog"),
        ("(#tag OR\n#tog\n)", ""),
        ('"# no comment"', '"# no comment"'),
        ("C# code", "C# AND code"),
    ],
)
def test_comments_and_hashtags_are_told_apart(query: str, expected: str) -> None:
    if not expected:
        assert codes(query) == ["missing-operand"]
        return
    assert canonical(query) == expected


def test_a_leaf_knows_its_place_and_what_was_typed() -> None:
    query = 'summit AND title:“Climate Change” source:"Harbour Post"'
    node = parse(query).node
    assert isinstance(node, And)
    words, ranged, about = node.children
    assert isinstance(words, Words)
    assert isinstance(ranged, InRange)
    assert isinstance(ranged.child, Words)
    assert isinstance(about, MetaWords)
    assert query[words.start : words.end] == words.written == "summit"
    assert query[ranged.start : ranged.end] == "title:“Climate Change”"
    assert ranged.child.written == "“Climate Change”"
    assert query[about.start : about.end] == '"Harbour Post"'
    assert about.written == 'source:"Harbour Post"'


def test_words_are_in_the_normal_form_of_their_stream() -> None:
    node = parse("أنقرة =Apple ISTANBUL* e-mail").node
    assert isinstance(node, And)
    assert [child.patterns for child in node.children if isinstance(child, Words)] == [
        (Pattern(text="انقره"),),
        (Pattern(text="Apple", stream="exact"),),
        (Pattern(text="istanbul*", wildcard=True),),
        (Pattern(text="e"), Pattern(text="mail")),
    ]


def test_stars_in_a_row_are_one() -> None:
    assert [parse(query).node for query in ("ab**", "**cd")] == [
        Words(patterns=(Pattern(text=text, wildcard=True),), written=query, start=0, end=4)
        for text, query in (("ab*", "ab**"), ("*cd", "**cd"))
    ]


def test_wildcards_stand_anywhere_and_inside_phrases() -> None:
    node = parse('"*nk?f foo* b?a?r*"').node
    assert isinstance(node, Words)
    assert [pattern.text for pattern in node.patterns] == ["*nk?f", "foo*", "b?a?r*"]
    assert all(pattern.wildcard for pattern in node.patterns)


def test_an_address_typed_bare_is_a_phrase_without_wildcards() -> None:
    for query in ("http://www.example.com/a?b=1", "https://x.example/*", "www.example.com/?q"):
        node = parse(query).node
        assert isinstance(node, Words)
        assert len(node.patterns) > 1
        assert not any(pattern.wildcard for pattern in node.patterns)


@pytest.mark.parametrize(
    ("query", "expected", "place"),
    [
        ("", ["empty-query"], ""),
        ("  \n", ["empty-query"], "  \n"),
        ("# only a note", ["empty-query"], "# only a note"),
        ("a AND b OR c", ["mixed-operators"], "a AND b OR c"),
        ("x (a b OR c)", ["mixed-operators"], "a b OR c"),
        ("NOT a", ["only-excludes"], "NOT a"),
        ("NOT a NOT b", ["only-excludes"], "NOT a NOT b"),
        ("a NOT (NOT b)", ["only-excludes"], "(NOT b)"),
        ("x title:(NOT b)", ["only-excludes"], "(NOT b)"),
        ("a OR NOT b", ["or-not"], "a OR NOT b"),
        ("a OR (NOT b)", ["or-not"], "a OR (NOT b)"),
        ("a NOT NOT b", ["double-not"], "NOT NOT"),
        ("NOT NOT b", ["double-not"], "NOT NOT"),
        ("NOT (NOT b)", ["only-excludes"], "(NOT b)"),
        ("a AND", ["missing-operand"], "AND"),
        ("OR a", ["missing-operand"], "OR"),
        ("a AND OR b", ["missing-operand"], "OR"),
        ("a NOT", ["missing-operand"], "NOT"),
        ("a NOT OR b", ["missing-operand"], "NOT"),
        ("(a AND ) b", ["missing-operand"], "AND"),
        ("title:", ["missing-operand"], "title:"),
        ("a title:NOT b", ["missing-operand"], "title:NOT"),
        ("(a", ["unbalanced-parenthesis"], "("),
        ("a) b", ["unbalanced-parenthesis"], ")"),
        ("a ()", ["empty-group"], "()"),
        ('a "b', ["unbalanced-quote"], '"'),
        ("a «b", ["unbalanced-quote"], "«"),
        ("a – b", ["no-token"], "–"),
        ('a ""', ["no-token"], '""'),
        ("a ...", ["no-token"], "..."),
        ("titel:a", ["unknown-field"], "titel:"),
        ("sourc:a", ["unknown-field"], "sourc:"),
        ("mailto:someone", ["unknown-field"], "mailto:someone"),
        ("title:(x body:y)", ["nested-field"], "body:"),
        ("title:source:y", ["nested-field"], "source:"),
        ("title:x:y", ["unknown-field"], "x:y"),
        ("source:(title:y)", ["nested-field"], "title:"),
        ("c*", ["wildcard-too-short"], "c*"),
        ("*", ["wildcard-too-short"], "*"),
        ("??", ["wildcard-too-short"], "??"),
        ('"bank of * x"', ["wildcard-too-short"], '"bank of * x"'),
        ("東京*", ["wildcard-in-cjk"], "東京*"),
        ("한국*", ["wildcard-in-cjk"], "한국*"),
        ("*ไทย", ["wildcard-in-cjk"], "*ไทย"),
        ("~ba*", ["stem-wildcard"], "~ba*"),
        ('~"two ban*"', ["stem-wildcard"], '~"two ban*"'),
        ("a ~", ["no-token"], "~"),
        ("a =~b", ["unknown-operator"], "=~b"),
        ("a ~=b", ["unknown-operator"], "~=b"),
        ("a ==b", ["unknown-operator"], "==b"),
        ("a ~–", ["no-token"], "~–"),
        ("a case()", ["empty-group"], "case()"),
        ("case(a", ["unbalanced-parenthesis"], "case("),
        ("case(a ~b)", ["case-operand"], "~b"),
        ("case(source:a)", ["case-operand"], "source:"),
        ("source:case(a)", ["bad-value"], "case"),
        ("source:~a", ["bad-value"], "~a"),
        ("source:atleast2(a)", ["bad-value"], "atleast2"),
        ("atleast(a)", ["bad-value"], "atleast"),
        ("atleast0(a)", ["bad-value"], "atleast0"),
        (f"atleast{'9' * 5000}(a)", ["bad-value"], f"atleast{'9' * 5000}"),
        ("a NEAR/101 b", ["distance-too-large"], "NEAR/101"),
        ("a NOT ONEAR/101 b", ["distance-too-large"], "ONEAR/101"),
        (f"a NEAR/{'9' * 5000} b", ["distance-too-large"], f"NEAR/{'9' * 5000}"),
        ("a NEAR/x b", ["unknown-operator"], "NEAR/x"),
        ("a NEAR5 b", ["unknown-operator"], "NEAR5"),
        ("a near/5 b", ["unknown-operator"], "near/5"),
        ("a Near/5 b", ["unknown-operator"], "Near/5"),
        ("a W/5 b", ["unknown-operator"], "W/5"),
        ("a w/5 b", ["unknown-operator"], "w/5"),
        ("a /5 b", ["unknown-operator"], "/5"),
        ("a FOO/5 b", ["unknown-operator"], "FOO/5"),
        ("a NEAR/2f b", ["unknown-operator"], "NEAR/2f"),
        ("a && b", ["unknown-operator"], "&&"),
        ("a || b", ["unknown-operator"], "||"),
        ("a | b", ["unknown-operator"], "|"),
        ("a ! b", ["unknown-operator"], "!"),
        ("a ANDNOT b", ["unknown-operator"], "ANDNOT"),
        ("a -b", ["unknown-operator"], "-b"),
        ("a –b", ["unknown-operator"], "–b"),
        ("a −b", ["unknown-operator"], "−b"),
        ("a +b", ["unknown-operator"], "+b"),
        ("a !b", ["unknown-operator"], "!b"),
        ('a -"b c"', ["unknown-operator"], "-"),
        ('a –"b c"', ["unknown-operator"], "–"),
        ("a –(b OR c)", ["unknown-operator"], "–"),
        ("a -(b OR c)", ["unknown-operator"], "-"),
        ("a -title:b", ["unknown-operator"], "-title:b"),
        ('"a b"~5', ["unknown-operator"], "~5"),
        ("(a OR b)^9", ["unknown-operator"], "^9"),
        ("{BAT}", ["unknown-operator"], "{BAT}"),
        ("/ba[nr]k/", ["unknown-operator"], "/ba[nr]k/"),
        ("headline(a)", ["unknown-operator"], "headline"),
        ("title(a)", ["unknown-operator"], "title"),
        ("length>1200", ["unknown-operator"], "length>1200"),
        ("=(a b)", ["unknown-operator"], "="),
        ("lang:ar,en", ["bad-value"], "lang:ar,en"),
        ("source:=Post", ["bad-value"], "=Post"),
        ("section:spo*", ["wildcard-in-value"], "spo*"),
        ("domain:*.example.com", ["wildcard-in-value"], "*.example.com"),
        ("domain:..", ["bad-value"], ".."),
        ("length:many", ["bad-value"], "many"),
        ("length:9..3", ["bad-value"], "9..3"),
        ("published:2024-13", ["bad-value"], "2024-13"),
        ("published:yesterday", ["bad-value"], "yesterday"),
        ("published:2024-05..2024-03", ["bad-value"], "2024-05..2024-03"),
    ],
)
def test_a_refusal_names_its_place(query: str, expected: list[str], place: str) -> None:
    found = errors(query)
    assert [error.code.value for error in found] == expected
    assert query[found[0].start : found[0].end] == place


@pytest.mark.parametrize(
    ("query", "suggestion"),
    [
        ("a AND b OR c", "(a AND b) OR c"),
        ("a OR b c", "a OR (b AND c)"),
        ("a OR b NOT c", "(a OR b) AND NOT c"),
        ("a b OR c NOT d", "((a AND b) OR c) AND NOT d"),
        ("a OR NOT b", "a AND NOT b"),
        ("تركيا و مصر أو قطر", "(تركيا AND مصر) OR قطر"),
        ("(a OR b", "(a OR b)"),
        ("(a OR (b", "(a OR (b))"),
        ('a b"', "leave it out"),
        ("a –b", "NOT b"),
        ("a OR “b c", None),
        ("titel:x", "title:"),
        ("headline:x", "title:"),
        ("sourc:x", "source:"),
        ("lenght:>3", "length:"),
        ("zzz:x", '"zzz:x"'),
        ("a PRE/3 b", "ONEAR/3"),
        ("a NEAR/2f b", "ONEAR/2"),
        ("a -b", "NOT b"),
        ("length>1200", "length:>1200"),
        ("published>=2024", "published:>=2024"),
        ("lang=ar", "lang:ar"),
        ("lang:ar,en", "lang:(ar OR en)"),
        ("length:400..200", "200..400"),
    ],
)
def test_a_refusal_says_what_to_write_instead(query: str, suggestion: str | None) -> None:
    found = errors(query)[0].suggestion
    assert found == suggestion if suggestion else found


def test_a_rewrite_parses_to_what_it_says() -> None:
    suggestion = errors("a OR b NOT c")[0].suggestion
    assert suggestion is not None
    assert canonical(suggestion) == suggestion


@pytest.mark.parametrize(
    ("query", "suggestion"),
    [
        ("a NEAR/3 title:b OR c AND d", "a NEAR/3 title:b OR (c AND d)"),
        ("a NEAR/3 title:b OR NOT c", "a NEAR/3 title:b AND NOT c"),
        ('"a b" NEAR/200 c OR d AND e', '"a b" NEAR/200 c OR (d AND e)'),
        ("atleast3(a NEAR title:b) OR c AND d", "atleast3(a NEAR title:b) OR (c AND d)"),
        ("NOT (a NEAR title:b) OR c AND d", "c AND d AND NOT (a NEAR title:b)"),
        ("a OR (b NEAR lang:ar) AND c", "a OR ((b NEAR lang:ar) AND c)"),
        ("(a OR b AND c) OR d AND e", "(a OR b AND c) OR (d AND e)"),
        ("length:>x OR c AND d", "length:>x OR (c AND d)"),
        ("titel:a OR c AND d", "titel:a OR (c AND d)"),
        ('"* a" OR c AND d', '"* a" OR (c AND d)'),
        ("title:(a OR lang:ar AND b)", "a OR (lang:ar AND b)"),
    ],
)
def test_a_rewrite_keeps_what_was_refused_as_it_is_written(query: str, suggestion: str) -> None:
    assert suggestion in [error.suggestion for error in errors(query)]


def test_all_errors_of_a_query_are_found_at_once() -> None:
    assert codes("titel:a AND c* AND (b OR source:=x d) W/5 –") == [
        "unknown-field",
        "wildcard-too-short",
        "mixed-operators",
        "bad-value",
        "unknown-operator",
        "no-token",
    ]


def test_errors_are_few_however_many_there_are() -> None:
    assert len(errors("c* " * 5_000)) == 20


@pytest.mark.slow
@pytest.mark.parametrize(
    "query",
    [
        "(" * 26 + "a" + ")" * 26,
        "(" * 500_000,
        "a " * 100_001,
        '"' + "a " * 100_001 + '"',
        "a" * 1_000_001,
    ],
)
def test_what_is_over_a_limit_is_too_complex(query: str) -> None:
    found = next(error for error in errors(query) if error.code is Code.TOO_COMPLEX)
    assert 0 <= found.start < found.end <= len(query)


@pytest.mark.slow
def test_what_is_at_a_limit_is_understood() -> None:
    assert canonical("(" * 25 + "a" + ")" * 25) == "a"
    assert canonical("(a) " * 1_000).count(" AND ") == 999
    assert isinstance(parse("ab " * 100_000).node, And)


@pytest.mark.slow
@pytest.mark.parametrize(
    "query",
    [
        ")" * 100_000,
        "NOT " * 100_000,
        "title:" * 50_000,
        "a:" * 200_000,
        "entity:" + "a:" * 100_000,
        '"' * 200_001,
        "«" * 200_001,
        "a AND " * 50_000,
        "case(" * 50_000,
        "=(" * 50_000,
        "-" * 200_000,
        "*" * 200_000,
        "length:" + "9" * 200_000,
        "ba*" * 50_000,
        "published:-" + "9" * 100_000 + "d",
        "a NEAR " * 80_000,
        "a ONEAR " * 40_000 + "a",
        "a NOT NEAR " * 40_000 + "a",
        "NOT NEAR " * 80_000,
        "NEAR NOT " * 80_000,
        "title:a NEAR " * 40_000 + "b",
        "atleast1(" * 80_000,
        "atleast1(a) " * 40_000,
        "~" * 200_000,
        "=~" * 200_000,
        f"({'a b ' * 40_000}) NEAR (c d)",
        f"({'a AND ' * 40_000} b) NEAR ({'c AND ' * 40_000} d)",
        f"(({'aa OR ' * 20_000} b) NEAR c OR {'dd OR ' * 20_000} e) ONEAR f ONEAR g ONEAR h",
        f"({'aa OR ' * 40_000} b) NOT NEAR ({'aa OR ' * 40_000} b)",
        "NEAR/" + "9" * 900_000,
    ],
)
def test_hostile_input_is_answered(query: str) -> None:
    # Each would take minutes if what it repeats were looked at again from every place.
    assert len(refusals(query)) <= 21


@pytest.mark.slow
def test_sixty_thousand_terms_are_one_query() -> None:
    words = [f"w{number:x}{'rd' * (number % 4)}" for number in range(60_000)]
    query = " OR ".join(f"{word}*" if word.endswith("d") else f"{word}xyz" for word in words)
    node = parse(query).node

    assert isinstance(node, Or)
    assert len(node.children) == 60_000


def same(first: Node, second: Node) -> bool:
    return meaning(first) == meaning(second)


@settings(deadline=None)  # the first Arabic word loads a word list
@given(queries)
def test_parse_print_parse_is_the_identity(query: str) -> None:
    node = parse(query).node
    printed = to_text(node)
    again = parse(printed).node
    assert same(node, again)
    assert to_text(again) == printed


@settings(deadline=None)  # the first Arabic word loads a word list
@given(spelled_queries)
def test_every_spelling_has_a_canonical_form_of_the_same_meaning(query: str) -> None:
    node = parse(query).node
    printed = to_text(node)
    assert same(node, parse(printed).node)
    assert canonical(printed) == printed
    start, end = extent(node)
    assert 0 <= start < end <= len(query)


@settings(deadline=None)  # the first Arabic word loads a word list
@given(scraps)
def test_anything_typed_is_understood_or_refused_with_a_place_and_a_way_out(query: str) -> None:
    found = refusals(query)
    for error in found:
        assert 0 <= error.start <= error.end <= len(query)
        assert error.message
        assert error.suggestion
    if not found:
        node = parse(query).node
        assert same(node, parse(to_text(node)).node)
        assert_well_formed(node)


@settings(deadline=None)  # the first Arabic word loads a word list
@given(spelled_queries)
def test_a_tree_has_the_shape_its_readers_rely_on(query: str) -> None:
    assert_well_formed(parse(query).node)


def assert_well_formed(node: Node) -> None:
    match node:
        case And() | Or():
            assert len(node.children) > 1
            assert not any(isinstance(child, type(node)) for child in node.children)
            negated = [isinstance(child, Not) for child in node.children]
            assert not all(negated) if isinstance(node, And) else not any(negated)
            for child in node.children:
                assert_well_formed(child.child if isinstance(child, Not) else child)
        case InRange():
            assert_well_formed(node.child)
        case Near() | NotNear() | AtLeast():
            assert_of_places(node)
        case Words() | MetaWords():
            assert node.patterns
            assert all(pattern.text for pattern in node.patterns)
        case MetaValue():
            assert node.value
        case Not():
            pytest.fail("NOT outside an AND")


def assert_of_places(node: Near | NotNear | AtLeast) -> None:
    for place in (node.child,) if isinstance(node, AtLeast) else (node.left, node.right):
        assert_well_formed(place)
        for each in place.children if isinstance(place, Or) else (place,):
            assert isinstance(each, Words | Near)
