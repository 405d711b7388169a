"""What no event may carry: it could not be written, or not be read again."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest_reader import Reader
from rasad_core import codec
from rasad_core.events import ArticleFetched
from rasad_core.intake.clean import clean, clean_json
from rasad_core.intake.publish import to_message

LONE = "\\ud800"


@pytest.mark.parametrize(
    "line",
    [
        f'{{"title": "T", "note": "{LONE}x"}}',
        f'{{"title": "T", "{LONE}x": 1}}',
        f'{{"title": "T", "extra": {{"a": ["{LONE}"]}}}}',
        f'{{"title": "T", "tags": ["{LONE}a"]}}',
        f'{{"title": "T", "published": "{LONE}"}}',
        f'{{"title": "T", "url": "https://post.example/{LONE}1"}}',
        '{"title": "T", "note": NaN}',
        '{"title": "T", "note": 1' + "0" * 40 + "}",
    ],
)
def test_article_with_what_json_cannot_carry_can_be_published(reader: Reader, line: str) -> None:
    (article,) = reader.articles(line, "x.jsonl")

    assert codec.decode(to_message(article).value, ArticleFetched).title == "T"


@pytest.mark.parametrize("form", ["json", "xml"])
def test_feed_with_lone_surrogates_can_be_published(reader: Reader, form: str) -> None:
    feeds = {
        "json": f'{{"version": "https://jsonfeed.org/version/1.1", "title": "P{LONE}", "items": '
        f'[{{"url": "https://post.example/1", "title": "T{LONE}", "tags": ["{LONE}a"]}}]}}',
        "xml": "<rss version='2.0'><channel><title>P&#xD800;</title><item><title>T&#xDC00;&#0;"
        "</title><link>https://post.example/1</link></item></channel></rss>",
    }

    (article,) = reader.articles(feeds[form], f"x.{form}")

    assert codec.decode(to_message(article).value, ArticleFetched).title == "T"


def test_refusal_about_a_lone_surrogate_can_be_printed(reader: Reader) -> None:
    (refusal,) = reader.refusals(f'{{"title": "T", "country": "{LONE}XYZ"}}', "x.jsonl")

    assert "XYZ" in json.dumps(refusal.message, ensure_ascii=False).encode().decode()


def test_nesting_that_later_stages_could_not_read_is_too_deep(reader: Reader) -> None:
    line = '{"title": "T", "note": ' + "[" * 400 + "]" * 400 + "}"

    assert reader.reason(line, "x.jsonl") == "too_deep"


@given(st.text())
def test_clean_text_is_encodable_and_stays_so(text: str) -> None:
    cleaned = clean(text)

    assert cleaned.encode().decode() == cleaned == clean(cleaned)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda each: st.lists(each) | st.dictionaries(st.text(), each),
    )
)
def test_any_json_value_can_be_written_once_clean(value: Any) -> None:
    text = json.dumps(clean_json(value), ensure_ascii=False, allow_nan=False)

    assert json.loads(text.encode()) == clean_json(value)
