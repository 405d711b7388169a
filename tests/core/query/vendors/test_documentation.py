"""Every example of docs/importing-queries.md, executed."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from rasad_core.query.vendors.dialect import Vendor
from rasad_core.query.vendors.translate import DIALECTS, translate

PAGE = Path(__file__).parents[4] / "docs" / "importing-queries.md"
VENDORS: dict[str, Vendor] = {DIALECTS[vendor].title: vendor for vendor in get_args(Vendor)}


def rows() -> Iterator[tuple[str, str, str, list[str]]]:
    section, inside = "", False
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        section = line.removeprefix("## ") if line.startswith("## ") else section
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        inside = bool(cells) and (inside or cells == ["there", "here", "listed"])
        if inside and cells[0] not in ("there", "---"):
            there, here, listed = cells
            yield section, there.strip("`"), here.strip("`"), re.findall(r"`([^`]+)`", listed)


EXAMPLES = list(rows())


def test_the_page_has_examples_of_every_system() -> None:
    assert {section for section, *_ in EXAMPLES} == {*VENDORS, "In every system"}
    assert len(EXAMPLES) > 90


@pytest.mark.parametrize(("section", "there", "here", "listed"), EXAMPLES)
def test_an_example_is_brought_over_as_the_page_says(
    section: str, there: str, here: str, listed: list[str]
) -> None:
    for vendor in [VENDORS[section]] if section in VENDORS else get_args(Vendor):
        translation = translate(there, vendor)

        assert translation.query == here
        assert list(dict.fromkeys(piece.text for piece in translation.not_carried)) == listed


def test_what_the_console_shows_is_real() -> None:
    page = PAGE.read_text(encoding="utf-8")
    vendor, query = re.findall(r"--from (\w+) '(title:[^']+)'", page)[0]
    translation = translate(query, vendor)
    (piece,) = translation.not_carried

    assert f"\n{translation.query}\n" in page
    assert f"  {piece.start}-{piece.end}      {piece.text}  {piece.reason}\n" in page
