import time
from datetime import UTC, datetime
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rasad_core.events import ArticleEnriched
from rasad_core.query.document import search_document
from rasad_core.query.evaluate import matches
from rasad_core.query.parse import parse
from rasad_core.query.print import to_text
from rasad_core.query.vendors.dialect import Vendor
from rasad_core.query.vendors.translate import DIALECTS, Translation, translate

VENDORS: tuple[Vendor, ...] = get_args(Vendor)
# Whatever means something to one of them, and what is often typed wrong.
SCRAPS = (
    *(
        "apple",
        "pear",
        "تركيا",
        "أو",
        "و",
        "و29",
        "東京",
        "e-mail",
        "AT&T",
        "C++",
        "$TSLA",
        "10:30",
    ),
    *("AND", "OR", "NOT", "and", "or", "not", "AND NOT", "BUT NOT", "&&", "||", "&", "ANDNOT"),
    *("NEAR", "NEAR/3", "ONEAR/2", "NEAR/2f", "w/5", "W/s", "W/p", "/5", "/s", "PRE/3", "W/SEG"),
    *("NOT NEAR/4", "NOT W/5", "NEAR/999999999999", "near", "onear/3", "NEAR/x", "W/0"),
    *(
        "(",
        ")",
        "((",
        "))",
        "()",
        "（",
        "）",
        '"',
        "“",
        "”",
        "«",
        "»",
        '"a b"',
        '"a b"~5',
        "~5",
        "^9",
    ),
    *("title:", "title:(", "ingress:", "headline(", "HLEAD(", "cs(", "publication(", "ALLCAPS("),
    *("CAPS(", "NOCAPS(", "ATLEAST5(", "ATLEAST0(", "atleast99999999999999(", "term(", "PLURAL("),
    *("site:", "site:bild.de", "-site:", "url:", "links:x", "country:usa", "country:nowhere"),
    *("region:usa.ca", "language:en", "lang:xx", "from:nasa", "has:links", "is:retweet", "#tag"),
    *("@name", "place:", "near5:", 'near5:"a b c"', "repeat3:", "theme:X", "tone<-5", "tone>5"),
    *("LENGTH > 5", "LENGTH(>5)", "DATE > 2020", "{", "}", "{BAT}", "{a b}", "raw:", "<<<", ">>>"),
    *("[", "]", "[1 TO 9]", "impact:", "-", "+", "!", "-apple", "+pear", "!x", "recycl!", "wom*n"),
    *("a*", "*", "?", "b?d", "*foo*", "=x", "~x", "/re/", "https://a.example/b?c=1", "note:this"),
    *(",", ";", "،", "\n", "\u200f", "\u0000", "😀", "'", "''", "–", "%", "\\", "x" * 300),
)
typed = st.one_of(
    st.lists(st.sampled_from(SCRAPS), max_size=14).map(" ".join),
    st.lists(st.sampled_from(SCRAPS), max_size=10).map("".join),
    st.text(max_size=30),
)
vendors = st.sampled_from(VENDORS)


NOW = datetime(2026, 3, 10, tzinfo=UTC)


def an_article(text: str) -> ArticleEnriched:
    return ArticleEnriched(
        trace_id="t", article_id="a", form="record", fetched_at=NOW, published=NOW, revision=1,
        seq=1, story_id="s", month="2026.03", text=text,
    )  # fmt: skip


def query_of(text: str, vendor: Vendor) -> str:
    """Give the query of what is carried over exactly."""
    translation = translate(text, vendor)
    assert translation.not_carried == ()
    return translation.query


def lost(translation: Translation) -> list[str]:
    return [each.text for each in translation.not_carried]


@settings(max_examples=150, deadline=None)
@given(typed, vendors)
def test_whatever_is_typed_the_answer_parses_or_all_of_it_is_listed(
    text: str, vendor: Vendor
) -> None:
    translation = translate(text, vendor)
    if translation.query:
        assert to_text(parse(translation.query).node) == translation.query
    elif any(map(str.isalnum, text)):
        assert translation.not_carried
    for each in translation.not_carried:
        assert 0 <= each.start < each.end <= len(text)
        assert each.text == text[each.start : each.end]
        assert each.reason


@pytest.mark.parametrize(
    ("vendor", "text", "expected"),
    [
        ("meltwater", '"apple juice"', '"apple juice"'),
        ("meltwater", "Apple NEAR watch", "Apple NEAR/4 watch"),
        ("meltwater", "Apple ONEAR/10 watch", "Apple ONEAR/10 watch"),
        ("meltwater", "Apple NOT NEAR/3 pie", "Apple NOT NEAR/3 pie"),
        ("meltwater", "apple or pear and juice", "apple OR (pear AND juice)"),
        ("meltwater", "apple AND juice NOT pie OR pear", "(apple AND juice AND NOT pie) OR pear"),
        ("meltwater", "NOT pie NEAR/2 apple AND x", "NOT pie NEAR/2 apple AND x"),
        ("meltwater", 'shop* *foo b?ar*t* "foo* b*a?"', 'shop* AND *foo AND b?ar*t* AND "foo* b*a?"'),
        ("meltwater", "title:(a NEAR b) ingress:c", "title:(a NEAR/4 b) AND lead:c"),
        ("meltwater", "“curly quotes” «and these»", '"curly quotes" AND "and these"'),
        ("brandwatch", "(apple OR orange) NEAR/5 (phone)", "(apple OR orange) NEAR/5 phone"),
        ("brandwatch", 'title:"apple juice" appl* customi?e', 'title:"apple juice" AND appl* AND customi?e'),
        ("brandwatch", "apple NEAR/5 title:pie", "title:(apple NEAR/5 pie)"),
        ("brandwatch", "logitech NEAR/2f keyboard", "logitech ONEAR/2 keyboard"),
        ("brandwatch", "{BAT} {British American}", '=BAT AND ="British American"'),
        ("brandwatch", "site:(bbc.co.uk OR cnn.com)", "domain:bbc.co.uk OR domain:cnn.com"),
        ("brandwatch", "site:bbc.co.uk/sport x", "url:bbc.co.uk/sport AND x"),
        ("brandwatch", 'country:(usa OR gbr) language:ar author:"Ada Kaya"', '(country:US OR country:GB) AND lang:ar AND author:"Ada Kaya"'),
        ("brandwatch", "hashtags:cop30 at_mentions:un", "#cop30 AND @un"),
        ("brandwatch", "rock and roll", "rock AND and AND roll"),
        ("cision", '("great" OR "best") w/5 Chicago', "(great OR best) NEAR/5 Chicago"),
        ("cision", 'headline("best iced coffee" OR tea) AND NOT cs("BEST")', 'title:("best iced coffee" OR tea) AND NOT =BEST'),
        ("cision", 'publication("New York Times")', 'source:"New York Times"'),
        ("talkwalker", '"BMW series" AND NOT car', '"BMW series" AND NOT car'),
        ("talkwalker", 'BMW -car -site:"bild.de" Luxemb* w?rd', "BMW AND NOT car AND NOT domain:bild.de AND Luxemb* AND w?rd"),
        ("talkwalker", 'BlackBerry site:"www.cnet.com" site:"bild.de"', "BlackBerry AND (domain:cnet.com OR domain:bild.de)"),
        ("talkwalker", "site:a.com AND site:b.com -site:c.com", "domain:a.com AND domain:b.com AND NOT domain:c.com"),
        ("talkwalker", "+BMW -(car OR bike)", "BMW AND NOT (car OR bike)"),
        ("lexisnexis", "recycl! AND wom*n", "recycl* AND wom?n"),
        ("lexisnexis", "HLEAD(apple AND pear)", "(title:apple OR lead:apple) AND (title:pear OR lead:pear)"),
        ("lexisnexis", "apple BUT NOT pear", "apple AND NOT pear"),
        ("lexisnexis", "ATLEAST5(apple OR pear)", "atleast5(apple OR pear)"),
        ("lexisnexis", "ALLCAPS(aids) AND NOCAPS(Turkey)", "=AIDS AND =turkey"),
        ("lexisnexis", "x AND LENGTH > 1200", "x AND length:>1200"),
        ("lexisnexis", "x AND LENGTH(<50)", "x AND length:<50"),
        ("lexisnexis", "DATE >= 2020-05-01 AND x", "published:>=2020-05-01 AND x"),
        ("cision", "a AND NOT w/5 b", "a NOT NEAR/5 b"),
        ("lexisnexis", "(a OR b) c", "(a OR b) ONEAR/0 c"),
        ("lexisnexis", 'x AND "a b" c (d OR e)', 'x AND ("a b" ONEAR/0 c) ONEAR/0 (d OR e)'),
        ("lexisnexis", "a NOT b (c OR d)", "a AND NOT b ONEAR/0 (c OR d)"),
        ("lexisnexis", "a SOURCE(Times)", "a AND source:Times"),
        ("lexisnexis", "author:Ada trip", "author:Ada AND trip"),
        ("talkwalker", "site:a.com x site:b.com", "(domain:a.com OR domain:b.com) AND x"),
        ("x", "cat –dog —bird −fish e–mail", "cat AND NOT dog AND NOT bird AND NOT fish AND e–mail"),
        ("x", "cat dog OR bird", "(cat AND dog) OR bird"),
        ("x", "#tag @name lang:in -(a OR b)", "#tag AND @name AND lang:id AND NOT (a OR b)"),
        ("gdelt", '"climate change" (flood OR fire) -sport', '"climate change" AND (flood OR fire) AND NOT sport'),
        ("gdelt", 'near20:"trump putin" repeat3:"tax"', "trump NEAR/20 putin AND atleast3(tax)"),
        ("gdelt", "domain:cnn.com sourcecountry:GM sourcelang:spanish", "domain:cnn.com AND country:DE AND lang:es"),
        ("gdelt", "sourcecountry:unitedstates -sourcelang:eng x", "country:US AND NOT lang:en AND x"),
    ],
)  # fmt: skip
def test_what_ours_can_say_is_carried_over_exactly(
    vendor: Vendor, text: str, expected: str
) -> None:
    assert query_of(text, vendor) == expected


@pytest.mark.parametrize(
    ("vendor", "text", "expected", "listed"),
    [
        ("meltwater", "(watch OR ipad)^9 x", "(watch OR ipad) AND x", ["^9"]),
        ("meltwater", "x sentiment:negative", "x", ["sentiment:negative"]),
        ("meltwater", "x -sport", "x", ["-sport"]),
        ("meltwater", "x c* OR y", "x OR y", ["c*"]),
        ("meltwater", "x AND", "x", ["AND"]),
        ("meltwater", "AND x", "x", ["AND"]),
        ("meltwater", "(x", "x", ["("]),
        ("meltwater", "x)", "x", [")"]),
        ("meltwater", "x () y", "x AND y", ["()"]),
        ("meltwater", 'x "y', "x AND y", ['"']),
        ("meltwater", "x 😀", "x", ["😀"]),
        ("meltwater", "NOT x", "", ["NOT x"]),
        ("meltwater", "a OR NOT b", "a", ["a OR NOT b"]),
        ("meltwater", "a OR (b NOT c) OR NOT d", "a OR (b AND NOT c)", ["a OR (b NOT c) OR NOT d"]),
        ("meltwater", "NOT a OR NOT b", "", ["NOT a OR NOT b"]),
        ("meltwater", "x –y", "x", ["–y"]),
        ("meltwater", "(a AND b) NEAR/5 c", "a NEAR/5 c AND b NEAR/5 c", ["NEAR/5"]),
        ("meltwater", "a NEAR/500 b", "a NEAR/100 b", ["NEAR/500"]),
        ("meltwater", "a NEAR/5 😀", "a", ["NEAR/5", "😀"]),
        ("meltwater", "a NEAR/5 author:b", "a AND author:b", ["NEAR/5"]),
        ("meltwater", "a NEAR/5 unheard:b", "a", ["NEAR/5", "unheard:b"]),
        ("meltwater", "a NOT NEAR/3 a b", "a AND b", ["NOT NEAR/3 a"]),
        ("meltwater", "x NOT NEAR/3 author:y", "x", ["NOT NEAR/3 author:y"]),
        ("meltwater", f"(a NEAR/3 ({' OR '.join(chr(34) + f'w{n} z' + chr(34) for n in range(300))})) NEAR/2 c", None, ["NEAR/2"]),
        ("meltwater", f"({' OR '.join(f'w{n}' for n in range(5_000))}) NEAR/3 ((a AND b) OR (c AND d) OR e)", None, ["NEAR/3"]),
        ("lexisnexis", "ATLEAST5000(a)", "atleast1000(a)", ["ATLEAST5000(a)"]),
        ("lexisnexis", "ATLEAST0(a) AND b", "atleast1(a) AND b", ["ATLEAST0(a)"]),
        ("lexisnexis", "ATLEAST3(a AND b)", "atleast3(a) AND atleast3(b)", ["ATLEAST3(a AND b)"]),
        ("cision", "BUTNOT OR x", '"BUTNOT" OR x', []),
        ("brandwatch", "a OR b AND c", "a OR (b AND c)", ["a OR b AND c"]),
        ("brandwatch", "x <<<a note>>>", "x", ["<<<a note>>>"]),
        ("brandwatch", "raw:Google+ raw:BAT", "=Google+ AND =BAT", ["raw:Google+"]),
        ("x", "$TSLA", "$TSLA", ["$TSLA"]),
        ("brandwatch", "x region:usa.ca", "x", ["region:usa.ca"]),
        ("brandwatch", "x links:(a.com OR b.com)", "x", ["links:(a.com OR b.com)"]),
        ("brandwatch", "x impact:[1 TO 9]", "x", ["impact:[1 TO 9]"]),
        ("brandwatch", "x country:atlantis", "x", ["atlantis"]),
        ("brandwatch", '"a b c"~5', "(a NEAR/5 b) NEAR/5 c", ['"a b c"~5']),
        ("lexisnexis", "a W/10 b", "a NEAR/10 b", ["W/10"]),
        ("lexisnexis", "a PRE/10 b", "a ONEAR/10 b", ["PRE/10"]),
        ("lexisnexis", "a /s b", "a NEAR/15 b", ["/s"]),
        ("lexisnexis", "a W/p b", "a NEAR/50 b", ["W/p"]),
        ("lexisnexis", "a W/SEG b", "a AND b", ["W/SEG"]),
        ("lexisnexis", "a NOT W/SEG b", "a NOT NEAR/100 b", ["NOT W/SEG"]),
        ("lexisnexis", "a AND NOT W/5 b", "a NOT NEAR/5 b", ["NOT W/5"]),
        ("lexisnexis", "a OR NOT W/5 b", "a OR b", ["NOT W/5"]),
        ("lexisnexis", "SOURCE(New York Times)", 'source:"New York Times"', ["New York Times"]),
        ("lexisnexis", "COUNTRY(United States) AND x", "country:US AND x", ["United States"]),
        ("lexisnexis", "a OR b AND c", "(a OR b) AND c", ["a OR b AND c"]),
        ("lexisnexis", "Marks & Spencer", '"Marks Spencer"', ["Marks & Spencer"]),
        ("lexisnexis", "ATL5(apple) and HEADLINE(x)", "atleast5(apple) AND and AND title:x", ["and"]),
        ("lexisnexis", "a AND NEWFUNC(b OR c)", "a", ["NEWFUNC(b OR c)"]),
        ("brandwatch", 'x AND url:"*.edu/a"', "x", ['"*.edu/a"']),
        ("brandwatch", "x NOT region:usa.ca", "x", ["NOT region:usa.ca"]),
        ("x", "x -(-is:reply)", "x", ["-is:reply"]),
        ("talkwalker", "cat dog mouse", "cat AND dog AND mouse", ["cat dog mouse"]),
        ("talkwalker", "site:a.com x site:b.com OR site:c.com y", "((domain:a.com OR domain:b.com) AND x) OR (domain:c.com AND y)", ["site:a.com x site:b.com OR site:c.com y"]),
        ("talkwalker", "x lang:zh_CN", "x AND lang:zh", ["zh_CN"]),
        ("lexisnexis", "rock and roll", '"rock and roll"', ["rock and roll"]),
        ("lexisnexis", "CAPS(aids)", "=Aids OR =AIDS", ["CAPS"]),
        ("lexisnexis", "x AND term(y #85plus#)", "x", ["term(y #85plus#)"]),
        ("x", 'cat has:links is:reply to:a place:"b" context:1.2', "cat", ["has:links", "is:reply", "to:a", 'place:"b"', "context:1.2"]),
        ("x", "from:nasa cat", "author:nasa AND cat", ["from:nasa"]),
        ("x", "url:example.com cat", "url:example.com AND cat", ["url:example.com"]),
        ("x", '"a b"~3', "a NEAR/3 b", ['"a b"~3']),
        ("x", "foo*", "foo", ["foo*"]),
        ("gdelt", "x theme:TERROR tone<-5 toneabs>10", "x", ["theme:TERROR", "tone<-5", "toneabs>10"]),
        ("gdelt", "domainis:un.org x", "domain:un.org AND x", ["domainis:un.org"]),
        ("cision", "a NEAR/3 b w/3 c", "(a NEAR/3 b) NEAR/3 c", []),
        ("talkwalker", "a w/5 b", "a NEAR/5 b", ["w/5"]),
    ],
)  # fmt: skip
def test_what_is_lost_or_differs_is_listed(
    vendor: Vendor, text: str, expected: str | None, listed: list[str]
) -> None:
    translation = translate(text, vendor)

    assert translation.query if expected is None else translation.query == expected
    assert sorted(lost(translation)) == sorted(listed)


@pytest.mark.parametrize(
    ("text", "effect"),
    [
        ("a has:links", "more"),
        ("a OR has:links", "fewer"),
        ("a -has:links", "more"),
        ("a -(b OR has:links)", "more"),
        ("a -(b has:links)", "fewer"),
    ],
)
def test_a_loss_says_what_it_does_to_the_result(text: str, effect: str) -> None:
    (found,) = translate(text, "x").not_carried

    assert found.reason.endswith(f"the query finds {effect}.")


def test_places_are_code_points_of_the_query_as_given() -> None:
    (found,) = translate("😀 OR تركيا AND x is:y", "x").not_carried[-1:]

    assert (found.start, found.end, found.text) == (17, 21, "is:y")


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from([scrap for scrap in SCRAPS if not scrap.isalpha()]), max_size=12),
    vendors,
)
def test_no_word_is_lost_in_silence(scraps: list[str], vendor: Vendor) -> None:
    text = " ".join(f"{scrap} w{number}q" for number, scrap in enumerate(scraps))
    translation = translate(text, vendor)
    for number in range(len(scraps)):
        word = f"w{number}q"
        listed = any(word in each.text for each in translation.not_carried)
        assert listed or word in translation.query.lower(), (text, translation)


# Formulas of two readings: as Meltwater or X binds (AND first), as Newsdesk does (in turn).
letters = st.sampled_from("abcd")
formulas = st.recursive(
    letters,
    lambda inner: st.tuples(st.sampled_from(["AND", "OR"]), st.booleans(), inner, inner),
    max_leaves=7,
)
Formula = str | tuple[str, bool, "Formula", "Formula"]


def is_true(formula: Formula, present: str) -> bool:
    if isinstance(formula, str):
        return formula in present
    name, negated, left, right = formula
    one, two = is_true(left, present), is_true(right, present) is not negated
    return (one and two) if name == "AND" else (one or two)


def written(formula: Formula, *, and_first: bool) -> str:
    """Write a formula with the fewest parentheses that its reading allows."""
    if isinstance(formula, str):
        return formula
    name, negated, left, right = formula

    def side(part: Formula, *, may_be_bare: bool) -> str:
        shown = written(part, and_first=and_first)
        return shown if isinstance(part, str) or may_be_bare else f"({shown})"

    bare_left = not and_first or name == "OR" or (not isinstance(left, str) and left[0] == "AND")
    bare_right = and_first and not negated and (
        name == "OR" or (not isinstance(right, str) and right[0] == "AND")
    )  # fmt: skip
    sign = "NOT " if negated else ""
    return f"{side(left, may_be_bare=bare_left)} {name} {sign}{side(right, may_be_bare=bare_right)}"


@settings(max_examples=150, deadline=None)
@given(formulas, st.sampled_from(["meltwater", "lexisnexis"]))
def test_a_query_without_parentheses_keeps_the_meaning_it_had(
    formula: Formula, vendor: Vendor
) -> None:
    text = written(formula, and_first=vendor == "meltwater")
    translation = translate(text, vendor)
    subsets = ["".join(x for bit, x in enumerate("abcd") if mask >> bit & 1) for mask in range(16)]
    excludes = is_true(formula, "")  # what only excludes finds what has none of the words
    assert text in lost(translation) or not excludes
    if not translation.query:
        assert excludes
        return
    node = parse(translation.query).node
    for present in subsets:
        found = matches(node, search_document(an_article(" ".join(present))), now=NOW)
        wanted = is_true(formula, present)
        assert found is wanted or (excludes and not found), (text, translation.query)


@pytest.mark.parametrize("vendor", ["brandwatch", "lexisnexis", "gdelt"])
@pytest.mark.parametrize(
    "text",
    [
        "(" * 20_000, "(" * 3_000 + "a" + ")" * 3_000, "NOT " * 10_000 + "a", "-" * 20_000 + "a",
        "a NEAR/3 " * 4_000 + "a", "a OR b AND " * 4_000 + "c", "title:" * 10_000 + "a", '"' * 19_999,
        "<<<" * 10_000, "{" * 20_000, "[" * 20_000, "a:" * 20_000, "!a" * 10_000, "!title:" * 4_000,
        " ".join(f"w{n}" for n in range(4_000)), "a" * 1_000_001, "a=" * 10_000, "«" * 20_000,
        "headline(" * 4_000, "(a AND b) NEAR/2 " * 30 + "c", "(a OR (b AND c)) NEAR/2 " * 20 + "d",
        "NOT " + " " * 20_000, "a\n" * 10_000, "~5" * 10_000, "BUT  " * 6_000, "+-" * 10_000,
    ],
    ids=lambda text: text[:12],
)  # fmt: skip
@pytest.mark.slow
def test_no_query_hangs_or_breaks_it(vendor: Vendor, text: str) -> None:
    began = time.process_time()
    translation = translate(text, vendor)

    assert time.process_time() - began < 4
    assert translation.query or translation.not_carried


def test_every_vendor_has_a_table() -> None:
    assert tuple(DIALECTS) == VENDORS
