from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasad_core.query.ast import MetaNumber, MetaTime, MetaValue, Moment
from rasad_core.query.metadata import prefix_value, site_value
from rasad_core.query.parse import parse
from rasad_core.query.periods import read_period


def at(*parts: int) -> Moment:
    return Moment(at=datetime(*parts, tzinfo=UTC))  # type: ignore[arg-type, misc]  # year, month, …


@pytest.mark.parametrize(
    ("typed", "low", "high"),
    [
        ("2024-05-01", at(2024, 5, 1), at(2024, 5, 2)),
        ("2024-02", at(2024, 2, 1), at(2024, 3, 1)),
        ("2024-12", at(2024, 12, 1), at(2025, 1, 1)),
        ("2024-12-31", at(2024, 12, 31), at(2025, 1, 1)),
        ("2024", at(2024, 1, 1), at(2025, 1, 1)),
        ("2024-05-01T10:00", at(2024, 5, 1, 10), at(2024, 5, 1, 10, 1)),
        ("2024-05-01T10:00:30Z", at(2024, 5, 1, 10, 0, 30), at(2024, 5, 1, 10, 0, 31)),
        ("2024-05-01T01:00+03:00", at(2024, 4, 30, 22), at(2024, 4, 30, 22, 1)),
        ("2024-05-01-0430", at(2024, 5, 1, 4, 30), at(2024, 5, 2, 4, 30)),
        ("2024..2025-03", at(2024, 1, 1), at(2025, 4, 1)),
        ("2024-05..", at(2024, 5, 1), None),
        ("..2024-05", None, at(2024, 6, 1)),
        (">=2024-05", at(2024, 5, 1), None),
        (">2024-05", at(2024, 6, 1), None),
        ("<2024-05", None, at(2024, 5, 1)),
        ("<=2024-05", None, at(2024, 6, 1)),
        ("-7d", Moment(before_now=timedelta(days=7)), None),
        ("-36h", Moment(before_now=timedelta(hours=36)), None),
        ("-2w", Moment(before_now=timedelta(weeks=2)), None),
        (">=-7d", Moment(before_now=timedelta(days=7)), None),
        ("<-7d", None, Moment(before_now=timedelta(days=7))),
        (
            "-7d..-2d",
            Moment(before_now=timedelta(days=7)),
            Moment(before_now=timedelta(days=2)),
        ),
        (
            "today",
            Moment(before_now=timedelta(), whole_day=True),
            Moment(before_now=timedelta(days=-1), whole_day=True),
        ),
    ],
)
def test_a_period_begins_in_and_ends_before(
    typed: str, low: Moment | None, high: Moment | None
) -> None:
    assert read_period(typed) == (low, high)


@pytest.mark.parametrize(
    "typed",
    ["", "..", ">", "2024-5-1", "24-05", "20240501", "2024-W05", "2024-00", "2024-02-30", "-7",
     "--7d", "-7y", "2024-05-01T25:00", "2024..2023", "9999-12-31", "-99999999d", "=2024", "-2d..-7d",
     "2024-05-01T10", "2024-05-01+99:00"],
)  # fmt: skip
def test_what_is_no_period_is_refused(typed: str) -> None:
    with pytest.raises((ValueError, OverflowError)):
        read_period(typed)


@given(st.text(alphabet="0123456789-+:.<>=TZdhw today", max_size=24))
def test_any_text_is_a_period_or_refused(typed: str) -> None:
    try:
        low, high = read_period(typed)
    except (ValueError, OverflowError):
        return
    assert low is not None or high is not None


def test_digits_of_any_script_make_a_date_or_number() -> None:
    assert parse("published:٢٠٢٤-٠٥").node == MetaTime(
        field="published",
        low=at(2024, 5, 1),
        high=at(2024, 6, 1),
        written="published:٢٠٢٤-٠٥",
        start=10,
        end=17,
    )
    number = parse("length:>٢٠٠").node
    assert isinstance(number, MetaNumber)
    assert (number.low, number.high) == (201, None)


@pytest.mark.parametrize(
    ("typed", "low", "high"),
    [
        ("200", 200, 200),
        (">200", 201, None),
        (">=200", 200, None),
        ("<50", None, 49),
        ("<=50", None, 50),
        ("200..400", 200, 400),
        ("200..", 200, None),
        ("..400", None, 400),
    ],
)
def test_a_length_is_a_range_with_both_ends_in(
    typed: str, low: int | None, high: int | None
) -> None:
    node = parse(f"length:{typed}").node
    assert isinstance(node, MetaNumber)
    assert (node.low, node.high) == (low, high)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("example.com", "example.com"),
        ("www.Example.COM", "example.com"),
        ("https://www.example.com/sport?x=1", "example.com"),
        ("example.com:8080", "example.com"),
        (".com.tr", "com.tr"),
        ("münchen.example", "xn--mnchen-3ya.example"),
        ("", ""),
        ("//", ""),
    ],
)
def test_a_domain_is_a_host_without_www(typed: str, value: str) -> None:
    assert site_value(typed) == value


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("example.com/Sport", "example.com/sport"),
        ("HTTPS://www.example.com/sport/", "example.com/sport/"),
        ("example.com:8080/a", "example.com:8080/a"),
        ("example.com/%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1", "example.com/اخبار"),
        ("example.com/أخبار", "example.com/اخبار"),
    ],
)
def test_an_address_is_compared_without_scheme_and_decoded(typed: str, value: str) -> None:
    assert prefix_value(typed) == value


def test_an_address_in_an_address_keeps_its_scheme() -> None:
    assert prefix_value("x.example/?to=http://y.example") == "x.example/?to=http://y.example"


def test_long_address_is_read_in_linear_time() -> None:
    address = f"x.example/{'a' * 300_000}"

    assert prefix_value(address) == address


@pytest.mark.parametrize(
    ("query", "field", "value"),
    [
        ("lang:AR", "lang", "ar"),
        ("country:TR", "country", "tr"),
        ('section:"Local  News"', "section", "local news"),
        ("entity:أنقرة", "entity", "انقره"),
        ("entity:gn:323786", "entity", "gn:323786"),
        ("topic:medtop:11000000", "topic", "medtop:11000000"),
        ('entity:"Ada Kaya"', "entity", "ada kaya"),
    ],
)
def test_values_are_folded_like_text(query: str, field: str, value: str) -> None:
    node = parse(query).node
    assert isinstance(node, MetaValue)
    assert (node.field, node.value) == (field, value)
