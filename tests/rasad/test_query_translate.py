"""`rasad query translate`, and the language of `rasad query check`."""

from typing import get_args

import pytest

from command_line import rasad
from rasad_core.query.vendors.dialect import Vendor


def test_query_of_another_system_is_brought_over() -> None:
    ran = rasad("query", "translate", "--from", "brandwatch", "{BAT} NEAR/2f links:x", "--json")

    (answer,) = ran.lines
    assert ran.status == 0
    assert set(answer) == {"query", "not_carried"}
    assert answer["query"] == "=BAT"
    assert {"links:x"} <= {piece["text"] for piece in answer["not_carried"]}
    assert all(set(p) == {"text", "start", "end", "reason"} for p in answer["not_carried"])


def test_query_that_leaves_nothing_ends_with_status_1() -> None:
    ran = rasad("query", "translate", "--from", "x", "has:links", "--json")

    (answer,) = ran.lines
    assert ran.status == 1
    assert answer["query"] == ""
    assert answer["not_carried"][0]["start"] == 0


def test_query_may_come_from_standard_input() -> None:
    ran = rasad("query", "translate", "--from", "gdelt", "-", "--json", stdin="a sourcelang:ara\n")

    assert ran.lines[0] == {"query": "a AND lang:ar", "not_carried": []}


def test_people_read_the_query_and_a_table_of_what_is_lost() -> None:
    ran = rasad("query", "translate", "--from", "talkwalker", "car reach:" + "x" * 50)
    nothing = rasad("query", "translate", "--from", "talkwalker", "reach:x")

    first, row = ran.out.splitlines()
    assert (ran.status, first) == (0, "car")
    assert row.startswith("  4-60       reach:xxxx")
    assert "…" in row
    assert nothing.status == 1
    assert nothing.out.startswith("(nothing could be carried over)\n")


@pytest.mark.parametrize("vendor", get_args(Vendor))
def test_every_vendor_of_the_contract_is_known(vendor: str) -> None:
    assert rasad("query", "translate", "--from", vendor, "ferry", "--json").lines[0]["query"]


@pytest.mark.parametrize("arguments", [["x"], ["--from", "bing", "x"], ["--from", "x"]])
def test_missing_or_unknown_system_is_wrong_use(arguments: list[str]) -> None:
    assert rasad("query", "translate", *arguments).status == 2


def test_query_is_read_in_the_language_asked_for() -> None:
    assert rasad("query", "check", "ferry", "--lang", "ar").out.splitlines()[1].startswith("مقالات")
    assert rasad("query", "check", "ferry", "--lang", "xx").status == 2
