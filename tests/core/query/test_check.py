from typing import get_args

import msgspec
import pytest
from hypothesis import given, settings

from rasad_core.fields import FIELDS
from rasad_core.query.ast import Node
from rasad_core.query.check import Accepted, Refused, check
from rasad_core.query.errors import QueryError
from rasad_core.query.parse import parse
from rasad_core.query.words import Language, in_words
from strategies import scraps, spelled_queries, trees


def warnings(query: str) -> list[tuple[str, str]]:
    return [(each.code.value, query[each.start : each.end]) for each in parse(query).warnings]


def test_an_accepted_query_is_reported_as_the_contract_says() -> None:
    assert msgspec.json.decode(msgspec.json.encode(check("climate and bank"))) == {
        "ok": True,
        "query": "climate AND and AND bank",
        "words": "Articles with the word “climate” and the word “and” and the word “bank”.",
        "cost": {"share": 8.0212e-05, "work": 3.0},
        "warnings": [
            {
                "code": "lower-case-operator",
                "message": "`and` is searched for as a word; the operator is AND.",
                "start": 8,
                "end": 11,
                "suggestion": "AND",
            }
        ],
    }


def test_a_refused_query_is_reported_as_the_contract_says() -> None:
    assert msgspec.json.decode(msgspec.json.encode(check("titel:x"))) == {
        "ok": False,
        "errors": [
            {
                "code": "unknown-field",
                "message": "There is no field `titel:`; did you mean `title:`?",
                "start": 0,
                "end": 6,
                "suggestion": "title:",
            }
        ],
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("bank AND river", []),
        ("bank or river", [("lower-case-operator", "or")]),
        ("bank Near river", [("lower-case-operator", "Near")]),
        ("تركيا وليس مصر", [("lower-case-operator", "وليس")]),
        ('bank "and" river', []),
        ("recycl!", [("foreign-spelling", "recycl!")]),
        ("'bank river'", [("foreign-spelling", "'bank")]),
        ("bank\n#river\nsea", [("hashtag-or-comment", "#river")]),
        ("bank\n# river\nsea", []),
        ("bank river Bank", [("duplicate-term", "Bank")]),
        ("bank =bank", []),
        ("(bank OR river) sea (bank OR river)", [("duplicate-term", "bank OR river")]),
        ("bank OR banks OR bank*", [("redundant-term", "bank"), ("redundant-term", "banks")]),
        ("bank OR =banking OR b*king", []),
        ("embank OR *bank", [("redundant-term", "embank")]),
        ('bank OR "river bank"', [("redundant-term", '"river bank"')]),
        ('bank AND "river bank"', []),
        ("bank OR (bank AND river)", [("redundant-term", "bank AND river")]),
        ("bank AND (bank OR river)", [("redundant-term", "bank OR river")]),
        ("(bank AND river) OR (river AND bank)", [("duplicate-term", "river AND bank")]),
        ("(bank OR river) NOT (river OR bank)", [("contradiction", "bank OR river")]),
        ("bank NOT bank", [("contradiction", "bank")]),
        ("title:bank NOT bank", [("contradiction", "title:bank")]),
        ("bank NOT title:bank", []),
        ("banks NOT (bank* OR river)", [("contradiction", "banks")]),
        ('"river bank" NOT bank', [("contradiction", '"river bank"')]),
        ('bank NOT "river bank"', []),
        ("(bank OR river) NOT bank", [("redundant-term", "bank")]),
        ("(bank OR river) NOT (bank OR river)", [("contradiction", "bank OR river")]),
        ("bank lang:ar lang:en", [("contradiction", "en")]),
        ("bank tags:ar tags:en", []),
        ("domain:a.example domain:b.example", [("contradiction", "b.example")]),
        ("domain:a.example domain:news.a.example", []),
        ("bank length:>500 length:<100", [("contradiction", "<100")]),
        ("bank length:>500 length:<501", [("contradiction", "<501")]),
        ("bank length:>500 length:<502", []),
        ("bank length:..9 length:9..", []),
        ("bank published:>=2024 published:<2024", [("contradiction", "<2024")]),
        ("bank published:2024-05 published:2024-06", [("contradiction", "2024-06")]),
        ("bank published:2024 published:2024-06", []),
        ("bank published:<2024 published:-7d", []),
        ("bank country:turkey", [("unknown-value", "turkey")]),
        ('bank country:("United States" OR us)', [("unknown-value", '"United States"')]),
        ("bank lang:arabic", [("unknown-value", "arabic")]),
        ("bank lang:ar-EG", [("unknown-value", "ar-EG")]),
        ("bank lang:AR", []),
        ("bank lang:ckb", []),
        ("bank lang:und", []),
        ("bank origin:import", [("unknown-value", "import")]),
        ("bank origin:reprocess", []),
        ("origin:import", [("unknown-value", "import")]),
        ("bank section:anything", []),
        ("bank NOT the", [("broad-term", "the")]),
        ("bank NOT (the OR river)", [("broad-term", "the OR river")]),
        ("the", [("broad-term", "the")]),
        ("في", [("broad-term", "في")]),
        ("ba*", [("broad-term", "ba*")]),
        ("the NOT bank", [("broad-term", "the")]),
        ("the bank", []),
        ("ba* lang:en", []),
        ("(the OR bank) ferry", [("broad-term", "the OR bank")]),
        ("(ba* OR be*) NOT ferry", [("broad-term", "ba*"), ("broad-term", "be*")]),
        ("(in OR bank) NEAR/2 ferry", []),
        ("bank near river", [("lower-case-operator", "near")]),
        ("case (Bank)", [("foreign-spelling", "case")]),
        ("atleast3 (Bank)", [("foreign-spelling", "atleast3")]),
        ("case(Bank)", []),
        ("bank NEAR 5 river", [("foreign-spelling", "NEAR 5")]),
        ("bank WITHIN 5 river", [("foreign-spelling", "WITHIN 5")]),
        ("bank NEAR five", []),
        ("bank NEAR/3 river", []),
        ("(bank OR bank) NEAR river", [("duplicate-term", "bank")]),
        ("atleast2(bank* OR banks)", [("redundant-term", "banks")]),
        ("atleast1(bank)", [("redundant-term", "atleast1(bank)")]),
        ("atleast1(bank) NOT bank", [("contradiction", "atleast1(bank)"),
                                     ("redundant-term", "atleast1(bank)")]),
        ("atleast2(bank) NOT bank", [("contradiction", "atleast2(bank)")]),
        ("bank NOT atleast2(bank)", []),
        ("bank NOT atleast1(bank)", [("contradiction", "bank"),
                                     ("redundant-term", "atleast1(bank)")]),
        ("river NEAR bank NOT bank", [("contradiction", "river NEAR bank")]),
        ("river NOT NEAR bank NOT bank", []),
        ("river NOT NEAR bank NOT river", [("contradiction", "river NOT NEAR bank")]),
        ('"river bank" NOT NEAR bank', [("contradiction", '"river bank" NOT NEAR bank')]),
        ('bank NOT NEAR "river bank"', []),
        ("bank NOT NEAR (bank OR river)", [("contradiction", "bank NOT NEAR (bank OR river)")]),
        ("(banks OR river) NOT NEAR bank*", [("redundant-term", "banks")]),
        ("bank OR (bank NEAR river)", [("redundant-term", "bank NEAR river")]),
        ("bank OR (river NOT NEAR bank)", []),
        ("bank AND bank NEAR river", [("redundant-term", "bank")]),
        ("bank AND title:(bank OR river)", []),
        ("river AND bank NOT NEAR river", []),
        ("bank AND atleast2(bank)", [("redundant-term", "bank")]),
        ("bank NEAR/2 river OR bank NEAR/5 river", [("redundant-term", "bank NEAR/2 river")]),
        ("bank NEAR/2 river OR river NEAR/5 bank", [("redundant-term", "bank NEAR/2 river")]),
        ("bank ONEAR/2 river OR bank NEAR/5 river", [("redundant-term", "bank ONEAR/2 river")]),
        ("bank ONEAR/2 river OR river ONEAR/5 bank", []),
        ("bank NEAR/2 river OR bank ONEAR/5 river", []),
        ("bank NEAR/2 river AND bank NEAR/5 river", [("redundant-term", "bank NEAR/5 river")]),
        ("bank ONEAR/2 river AND bank NEAR/5 river", [("redundant-term", "bank NEAR/5 river")]),
        ("bank NEAR/2 river AND bank ONEAR/5 river", []),
    ],
)  # fmt: skip
def test_what_is_unwise_is_warned_of(query: str, expected: list[tuple[str, str]]) -> None:
    assert warnings(query) == expected


@pytest.mark.slow
def test_many_wildcards_do_not_make_the_linter_slow() -> None:
    words = [f"word{number:05}" for number in range(20_000)]
    query = " OR ".join([*words, *(f"*x{word[4:]}y*" for word in words[:5_000])])
    assert isinstance(check(query), Accepted)


@pytest.mark.slow
@pytest.mark.parametrize(
    "query",
    [
        " OR ".join(f"(w{number} NEAR/{number % 50} v{number % 7})" for number in range(5_000)),
        " AND ".join(f"w NEAR/{number % 100} v" for number in range(5_000)),
        f"({' OR '.join(f'pp{n}' for n in range(5_000))}) NOT NEAR ({' OR '.join(f'*q{n}*' for n in range(5_000))})",
    ],
)
def test_what_repeats_is_compared_once(query: str) -> None:
    # Each against each of five thousand, and a NEAR against each NEAR, would take minutes.
    assert check(query) is not None


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ('"climate change"', "the phrase “climate change”"),
        ("bank*", "a word that begins with “bank”"),
        ("b?nk", "a word like “b?nk”"),
        ("=Bank", "the word “Bank” exactly as written"),
        ("x1 NOT (x2 OR x3)", "the word “x1”, but without (either the word “x2” or the word “x3”)"),
        ("title:bank", "the word “bank” in the title"),
        ('source:"harbour post"', "the phrase “harbour post” in the name of the outlet"),
        ("entity:Ankara", "the entity “Ankara”"),
        ("domain:www.example.com", "the domain “example.com”"),
        ("length:200..400", "a length of 200 to 400 words"),
        ("length:<50", "a length of at most 49 words"),
        ("published:-7d", "a publication in the last 7 days"),
        ("published:2024..2025", "a publication from 2024 to the end of 2025"),
        ("published:>=2024", "a publication since 2024"),
        ("published:today", "a publication today"),
        ("published:-1d", "a publication in the last 1 day"),
        ("~bank", "any form of the word “bank”"),
        ('~"two banks"', "the phrase “two banks” in any form of its words"),
        ("case(Bank) x", "the word “Bank” exactly as written and the word “x”"),
        ("bank NEAR/1 river", "the word “bank” near the word “river” (at most 1 word between them)"),
        ("bank ONEAR river", "the word “bank” before the word “river” (at most 4 words between them)"),
        ("x bank NOT NEAR/3 river", "the word “x” and (the word “bank” at least once away from the word “river” (by more than 3 words))"),
        ("atleast2(bank OR river)", "(either the word “bank” or the word “river”) at least twice"),
        ("atleast3(bank)", "the word “bank” at least 3 times"),
    ],
)  # fmt: skip
def test_a_query_is_read_in_words(query: str, words: str) -> None:
    report = check(query)
    assert isinstance(report, Accepted)
    assert report.words == f"Articles with {words}."


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("جيش", "الكلمة «جيش»"),
        ('"جيش تركيا" bank*', "العبارة «جيش تركيا» وكلمة تبدأ بـ«bank»"),
        ("a1 OR a2", "إما الكلمة «a1» أو الكلمة «a2»"),
        ("a1 NOT a2", "الكلمة «a1»، من غير الكلمة «a2»"),
        ("a1 NEAR/1 a2", "الكلمة «a1» قرب الكلمة «a2» (لا يفصل بينهما أكثر من كلمة واحدة)"),
        ("a1 ONEAR/2 a2", "الكلمة «a1» قبل الكلمة «a2» (لا يفصل بينهما أكثر من كلمتين)"),
        ("a1 NOT NEAR/5 a2", "الكلمة «a1» مرة واحدة على الأقل بعيدًا عن الكلمة «a2» (بأكثر من 5 كلمات)"),
        ("atleast2(a1)", "الكلمة «a1» مرتين على الأقل"),
        ("atleast11(a1)", "الكلمة «a1» 11 مرة على الأقل"),
        ("title:=Bank", "الكلمة «Bank» كما هي مكتوبة تمامًا في العنوان"),
        ("published:-7d", "تاريخ نشر في آخر 7 أيام"),
        ("published:-30d", "تاريخ نشر في آخر 30 يومًا"),
        ("length:200..400", "طول عدد كلماته من 200 إلى 400"),
        ("lang:ar", "اللغة «ar»"),
    ],
)  # fmt: skip
def test_a_query_is_read_in_arabic(query: str, words: str) -> None:
    report = check(query, "ar")

    assert isinstance(report, Accepted)
    assert report.words.replace("\u2068", "").replace("\u2069", "") == f"مقالات فيها {words}."


def test_what_was_typed_is_isolated_from_the_words_around_it() -> None:
    assert in_words(parse("bank*").node, "ar") == "مقالات فيها كلمة تبدأ بـ«\u2068bank\u2069»."


@given(trees())
@settings(deadline=None)  # the first Arabic word loads a word list
def test_every_tree_is_read_in_every_language(node: Node) -> None:
    assert in_words(node, "en").startswith("Articles with ")
    assert in_words(node, "ar").startswith("مقالات فيها ")


def test_every_field_has_words() -> None:
    for field in FIELDS:
        for language in get_args(Language):
            if field.kind not in ("number", "date"):
                assert in_words(parse(field.example).node, language)


@settings(deadline=None)  # the first Arabic word loads a word list
@given(spelled_queries | scraps)
def test_anything_can_be_checked_and_its_canonical_form_is_accepted(query: str) -> None:
    report = check(query)
    if isinstance(report, Refused):
        assert report.errors
        return
    again = check(report.query)
    assert isinstance(again, Accepted)
    assert again.query == report.query
    assert again.words == report.words
    assert_places(report.warnings, query)


def assert_places(found: tuple[QueryError, ...], query: str) -> None:
    assert list(found) == sorted(found, key=lambda each: (each.start, each.end))
    for each in found:
        assert 0 <= each.start < each.end <= len(query)
        assert each.suggestion
