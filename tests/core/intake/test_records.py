"""One JSON object to an article: what is read, what is kept beside, what is refused and why."""

import json
from datetime import UTC, datetime

import msgspec
import pytest

from ingest_reader import Reader
from rasad_core.intake.items import Refused
from rasad_core.intake.records import COMPUTED, READ
from rasad_core.output import ArticleJson

WHOLE = {
    "url": "https://post.example/1",
    "title": "افتتاح جسر",
    "text": "افتتح رئيس البلدية جسرا.",
    "published": "2026-03-01T08:30:00+03:00",
    "source": "صحيفة الساحل",
    "language": "ar",
    "author": "Ada Kaya",
    "country": "tr",
    "section": "local",
    "tags": ["bridge", "city", "bridge"],
    "desk": {"name": "north"},
    "priority": 2,
    "extra": {"note": None},
}


def refusal(reader: Reader, **fields: object) -> Refused:
    (found,) = reader.refusals(json.dumps({"title": "T", **fields}), "x.jsonl")
    return found


def test_every_field_is_read_and_the_unknown_are_kept(reader: Reader) -> None:
    article = reader.one(json.dumps(WHOLE))

    assert article.url == WHOLE["url"]
    assert article.published == datetime(2026, 3, 1, 5, 30, tzinfo=UTC)
    assert (article.title, article.text) == (WHOLE["title"], WHOLE["text"])
    assert (article.source, article.author, article.section) == (
        "صحيفة الساحل",
        "Ada Kaya",
        "local",
    )
    assert (article.language, article.country) == ("ar", "TR")
    assert article.tags == ("bridge", "city")
    assert article.extra == {"note": None, "desk": {"name": "north"}, "priority": 2}


@pytest.mark.parametrize("only", ["title", "text", "html", "url"])
def test_one_of_four_fields_is_enough(reader: Reader, only: str) -> None:
    value = "https://post.example/1" if only == "url" else "<p>Words.</p>"

    assert reader.one(json.dumps({only: value}))


@pytest.mark.parametrize(
    "record", [{}, {"author": "Ada"}, {"title": " ", "text": ""}, {"title": None}]
)
def test_record_without_any_of_them_is_empty(reader: Reader, record: dict[str, object]) -> None:
    assert reader.reason(json.dumps(record)) == "empty"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", 7), ("title", ["a"]), ("source", {"name": "Post"}), ("language", True),
        ("tags", 3), ("tags", [1]), ("extra", "x"), ("published", 1700000000),
        ("country", "Turkey"),
    ],
)  # fmt: skip
def test_wrong_type_names_the_field_and_the_value(
    reader: Reader, field: str, value: object
) -> None:
    found = refusal(reader, **{field: value})

    assert found.reason.value == "bad_field"
    assert f"`{field}`" in found.message
    assert str(value).strip("[]")[:20] in found.message


def test_null_is_absent(reader: Reader) -> None:
    article = reader.one(json.dumps({"title": "T", "text": None, "tags": None, "extra": None}))

    assert (article.text, article.tags, article.extra) == (None, (), {})


def test_tags_in_one_string_are_parted_at_commas_of_both_scripts(reader: Reader) -> None:
    assert reader.one('{"title": "T", "tags": "a, b، c"}').tags == ("a", "b", "c")


def test_date_that_is_none_is_a_problem_and_no_refusal(reader: Reader) -> None:
    article = reader.one('{"title": "T", "published": "soon"}')

    assert article.published is None
    assert [(p.step, "soon" in p.reason) for p in article.problems] == [("published", True)]


def test_address_that_is_none_is_refused(reader: Reader) -> None:
    assert refusal(reader, url="not an address").reason.value == "bad_url"


def test_text_over_the_limit_is_refused_with_its_size(reader: Reader) -> None:
    found = refusal(reader, text="x" * 1_100_000)

    assert found.reason.value == "too_large"
    assert "1100000" in found.message


def test_deep_nesting_is_a_reason_and_no_crash(reader: Reader) -> None:
    assert reader.reason('{"title": "T", "a": ' + "[" * 100_000) == "too_deep"


def test_lone_surrogates_and_control_characters_are_taken_out(reader: Reader) -> None:
    article = reader.one('{"title": "a\\u0000b\\ud800c\\u0007d"}')

    assert article.title == "abcd"


def test_other_charset_is_said_to_be_none(reader: Reader) -> None:
    data = b'{"title": "' + "تركيا".encode("cp1256") + b'"}'

    assert reader.reason(data, form="jsonl") in {"bad_encoding", "malformed"}


def test_exported_article_is_read_in_again(reader: Reader) -> None:
    exported = {
        **WHOLE, "article_id": "x", "revision": 3, "entities": [], "topics": [], "lead": "L",
        "story_id": "s", "analyser": {}, "problems": [], "fetched_at": "2026-03-01T06:00:00Z",
    }  # fmt: skip

    article = reader.one(json.dumps(exported))

    assert set(article.extra) == {"note", "desk", "priority"}


def test_scripts_are_taken_out_of_html(reader: Reader) -> None:
    html = "<p>Words</p><script>alert(1)</script><style>p{}</style><!-- x -->"

    article = reader.one(json.dumps({"html": html}))

    assert article.html is not None
    assert "Words" in article.html
    assert "alert" not in article.html
    assert "<!--" not in article.html


def test_field_of_the_pipeline_in_a_record_of_ones_own_is_kept(reader: Reader) -> None:
    article = reader.one(json.dumps({"title": "T", "topics": ["harbour"]}))

    assert article.extra == {"topics": ["harbour"]}


@pytest.mark.parametrize(
    "fields",
    [{"author": "x" * 20_000}, {"tags": ["x" * 9000, "y" * 9000]}, {"note": "x" * 300_000}],
)
def test_long_field_is_too_large_by_its_name(reader: Reader, fields: dict[str, object]) -> None:
    found = refusal(reader, **fields)

    assert found.reason.value == "too_large"
    assert ("extra" if "note" in fields else next(iter(fields))) in found.message


def test_html_is_measured_after_slimming(reader: Reader) -> None:
    html = "<p>Words</p><script>" + "x" * 2_000_000 + "</script>"

    assert reader.one(json.dumps({"html": html})).html == "<html><body><p>Words</p></body></html>"


def test_html_too_large_leaves_the_title(reader: Reader) -> None:
    article = reader.one(json.dumps({"title": "T", "html": "<p>word</p>" * 100_000}))

    assert (article.title, article.html) == ("T", None)
    assert [problem.reason for problem in article.problems] == ["too_large"]


def test_every_field_that_is_printed_is_read_or_known_as_computed() -> None:
    printed = {field.encode_name for field in msgspec.structs.fields(ArticleJson)}

    assert printed <= READ | COMPUTED
