import msgspec
import pytest
from hypothesis import given, settings

from rasad_core.query.check import Accepted, Refused, check
from rasad_core.query.errors import QueryError
from rasad_core.query.parse import parse
from strategies import scraps, spelled_queries


def warnings(query: str) -> list[tuple[str, str]]:
    return [(each.code.value, query[each.start : each.end]) for each in parse(query).warnings]


def test_an_accepted_query_is_reported_as_the_contract_says() -> None:
    assert msgspec.json.decode(msgspec.json.encode(check("climate and bank"))) == {
        "ok": True,
        "query": "climate AND and AND bank",
        "words": "Articles with the word “climate” and the word “and” and the word “bank”.",
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
        ("the", [("broad-term", "the")]),
        ("في", [("broad-term", "في")]),
        ("ba*", [("broad-term", "ba*")]),
        ("the NOT bank", [("broad-term", "the")]),
        ("the bank", []),
        ("ba* lang:en", []),
    ],
)
def test_what_is_unwise_is_warned_of(query: str, expected: list[tuple[str, str]]) -> None:
    assert warnings(query) == expected


def test_many_wildcards_do_not_make_the_linter_slow() -> None:
    words = [f"word{number:05}" for number in range(20_000)]
    query = " OR ".join([*words, *(f"*x{word[4:]}y*" for word in words[:5_000])])
    assert isinstance(check(query), Accepted)


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
    ],
)  # fmt: skip
def test_a_query_is_read_in_words(query: str, words: str) -> None:
    report = check(query)
    assert isinstance(report, Accepted)
    assert report.words == f"Articles with {words}."


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
