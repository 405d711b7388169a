"""The tables of docs/analysis-chain.md, run."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from finding import finds
from rasad_core.text.normalise import fold
from rasad_core.text.stem import stem
from rasad_core.text.tokenise import tokenise

PAGE = Path(__file__).parents[3] / "docs/analysis-chain.md"
Row = tuple[str, ...]


def rows(*head: str) -> list[Row]:
    return list(_rows(head))


def _rows(head: Row) -> Iterator[Row]:
    inside = False
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = tuple(cell.strip() for cell in line.strip("|").split("|"))
        if not line.startswith("|"):
            inside = False
        elif cells == head:
            inside = True
        elif inside and not line.startswith("| ---"):
            yield cells


def code(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_every_table_is_run() -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    tables = sum(line.startswith("| ---") for line in lines)
    run = (FOLDED, WORDS, FOUND, STEMS)

    assert sum(line.startswith("|") for line in lines) == 2 * tables + sum(map(len, run))


FOLDED = rows("written", "folded")
WORDS = rows("written", "words")
FOUND = rows("query", "finds", "does not find")
STEMS = rows("language", "written", "shares its stem with")


@pytest.mark.parametrize(("written", "folded"), FOLDED)
def test_word_folds_as_documented(written: str, folded: str) -> None:
    assert [fold(written.strip("`"))] == code(folded)


@pytest.mark.parametrize(("written", "words"), WORDS)
def test_text_is_cut_as_documented(written: str, words: str) -> None:
    assert list(tokenise(written.strip("`")).folded) == code(words)


@pytest.mark.parametrize(("query", "found", "missed"), FOUND)
def test_query_finds_as_documented(query: str, found: str, missed: str) -> None:
    (typed,) = code(query)

    assert finds(typed, found)
    assert not finds(typed, missed)


@pytest.mark.parametrize(("language", "written", "other"), STEMS)
def test_stems_are_shared_as_documented(language: str, written: str, other: str) -> None:
    (tag,) = code(language)

    assert stem(fold(written.strip("`")), tag) == stem(fold(other.strip("`")), tag)
