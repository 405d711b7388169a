"""Every example of docs/query-language.md, executed."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from rasad_core.events import ArticleEnriched
from rasad_core.query.check import Accepted, Refused, check
from rasad_core.query.document import search_document
from rasad_core.query.errors import Code
from rasad_core.query.evaluate import matches
from rasad_core.query.parse import parse
from rasad_core.query.words import Language

PAGE = Path(__file__).parents[3] / "docs" / "query-language.md"
NOW = datetime(2026, 3, 10, tzinfo=UTC)


def rows(*header: str) -> list[list[str]]:
    found: list[list[str]] = []
    inside = False
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        inside = bool(cells) and (inside or cells == list(header))
        if inside and cells[0] not in (header[0], "---"):
            found.append([cell.replace("\\|", "|").replace("⏎", "\n") for cell in cells])
    return found


def article(cell: str) -> ArticleEnriched:
    fields: dict[str, object] = {}
    if cell.startswith("`{"):
        fields = json.loads(cell.strip("`"))
    elif bold := re.fullmatch(r"\*\*(.+)\*\*\s*(.*)", cell):
        fields = {"title": bold[1], "text": bold[2]}
    else:
        fields = {"text": cell}
    defaults = {
        "trace_id": "t", "article_id": "a", "form": "record", "fetched_at": "2026-03-10T00:00:00Z",
        "published": "2026-03-09T00:00:00Z", "revision": 1, "seq": 1, "story_id": "s",
        "month": "2026.03",
    }  # fmt: skip
    return msgspec.convert({**defaults, **fields}, ArticleEnriched)


EXAMPLES = rows("query", "finds", "does not find")


def test_the_page_has_examples() -> None:
    assert len(EXAMPLES) > 120
    assert len(rows("query", "code", "write instead")) > 45
    assert len(rows("query", "warning")) > 10
    assert len(rows("query", "is read as")) > 12


def test_the_page_names_every_code() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert [code for code in Code if f"`{code}`" not in page] == []


@pytest.mark.parametrize(("query", "canonical"), rows("query", "is read as"))
def test_a_query_is_read_as_the_page_says(query: str, canonical: str) -> None:
    report = check(query.strip("`"))

    assert isinstance(report, Accepted)
    assert report.query == canonical.strip("`")
    again = check(report.query)
    assert isinstance(again, Accepted)
    assert (again.query, again.words) == (report.query, report.words)


@pytest.mark.parametrize(("query", "finds", "not_found"), EXAMPLES)
def test_an_example_finds_what_the_page_says(query: str, finds: str, not_found: str) -> None:
    node = parse(query.strip("`")).node
    if finds:
        assert matches(node, search_document(article(finds)), now=NOW)
    if not_found:
        assert not matches(node, search_document(article(not_found)), now=NOW)


@pytest.mark.parametrize(("query", "code", "instead"), rows("query", "code", "write instead"))
def test_a_refusal_is_as_the_page_says(query: str, code: str, instead: str) -> None:
    report = check(query.strip("`"))
    assert isinstance(report, Refused)
    assert report.errors[0].code == code.strip("`")
    assert report.errors[0].suggestion == instead.strip("`")


@pytest.mark.parametrize(("query", "code"), rows("query", "warning"))
def test_a_warning_is_as_the_page_says(query: str, code: str) -> None:
    report = check(query.strip("`"))
    assert isinstance(report, Accepted)
    assert code.strip("`") in [warning.code for warning in report.warnings]


@pytest.mark.parametrize(("query", "language", "words"), rows("query", "language", "in words"))
def test_the_reading_in_words_is_as_the_page_says(query: str, language: str, words: str) -> None:
    report = check(query.strip("`"), msgspec.convert(language.strip("`"), Language))

    assert isinstance(report, Accepted)
    assert re.sub("[\u2068\u2069]", "", report.words) == words
