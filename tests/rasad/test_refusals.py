"""A refused query on a terminal: the line it is about, a mark under the place, a way out."""

from rasad.refusals import lines
from rasad_core.query.errors import Code, QueryError


def error(start: int, end: int, suggestion: str | None = None) -> QueryError:
    return QueryError(
        code=Code.BAD_VALUE, message="so not", start=start, end=end, suggestion=suggestion
    )


def test_mark_stands_under_the_place() -> None:
    assert lines("a AND bad", error(6, 9, "a AND good")) == [
        "bad-value: so not",
        "  a AND bad",
        "        ^^^",
        "  try: a AND good",
    ]


def test_place_at_the_end_still_has_a_mark() -> None:
    assert lines("a AND", error(5, 5))[2] == "       ^"


def test_only_the_line_in_question_is_shown() -> None:
    assert lines("first\nsecond bad\nthird", error(13, 16))[1:] == ["  second bad", "         ^^^"]


def test_long_line_is_cut_round_the_place() -> None:
    query = f"{'x ' * 100}bad{' y' * 100}"

    _, shown, mark = lines(query, error(200, 203))

    assert shown.startswith("  …")
    assert shown.endswith("…")
    assert len(shown) < 120
    assert shown[mark.index("^") : mark.rindex("^") + 1] == "bad"


def test_wide_letters_take_two_columns_and_marks_none() -> None:
    assert lines("漢字 bad", error(3, 6))[2] == "       ^^^"
    assert lines("جَيش bad", error(5, 8))[2] == "      ^^^"
