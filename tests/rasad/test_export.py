"""`rasad export`: the whole result, as lines or as a table that a spreadsheet cannot run."""

import csv
import io
from pathlib import Path

import pytest

from command_line import rasad
from news import ARABIC, CORRECTED_FERRY
from rasad_core.spreadsheet import COLUMNS, harmless


def test_lines_are_articles_with_texts_newest_first(archive: Path) -> None:
    articles = rasad("export", "mersin OR أنقرة", "--data", archive).lines

    assert [each["source"] for each in articles] == ["المرسى", "Valley Post", "Quay News"]
    assert articles[0]["text"] == ARABIC["text"]
    assert articles[2]["text"] == CORRECTED_FERRY["text"]


def test_blank_query_exports_everything(archive: Path) -> None:
    assert len(rasad("export", "", "--as", "jsonl", "--data", archive).lines) == 6


def test_table_reads_back(archive: Path) -> None:
    table = list(
        csv.DictReader(io.StringIO(rasad("export", "", "--as", "csv", "--data", archive).out))
    )

    by_url = {row["url"]: row for row in table}
    assert len(table) == 6
    ferry = by_url[str(CORRECTED_FERRY["url"])]
    assert ferry["text"] == CORRECTED_FERRY["text"]
    assert ferry["published"] == "2026-03-03T08:00:00Z"
    assert (ferry["tags"], ferry["revision"], ferry["change"]) == ("shipping", "2", "corrected")
    assert by_url[""]["title"] == "'=2+3 is not five"


def test_columns_stay(archive: Path) -> None:
    head = rasad("export", "zeppelin", "--as", "csv", "--data", archive).out

    assert head.strip() == ",".join(COLUMNS)
    assert COLUMNS[:8] == (
        "article_id", "revision", "change", "published", "fetched_at", "source", "domain", "url",
    )  # fmt: skip


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "＝1", "=HYPERLINK(1)"])
def test_cell_that_would_run_is_quoted(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "1-1", "a=b", "'x", "تركيا"])
def test_harmless_cell_is_left_alone(cell: str) -> None:
    assert harmless(cell) == cell


def test_bad_query_is_refused(archive: Path) -> None:
    ran = rasad("export", "(a", "--data", archive, "--json")

    assert ran.status == 1
    assert ran.lines[0]["ok"] is False
