"""Keys and sources by the command line, on a folder nobody works in."""

from pathlib import Path

import pytest

from command_line import rasad
from rasad.client import connected
from rasad_core.runtime.settings import read_settings

pytestmark = pytest.mark.slow


def test_key_is_made_listed_and_revoked(tmp_path: Path) -> None:
    made = rasad("keys", "create", "Nadia", "--role", "viewer", "--data", tmp_path, "--json")
    (key,) = made.lines
    listed = rasad("keys", "list", "--data", tmp_path, "--json")
    revoked = rasad("keys", "revoke", key["key_id"], "--data", tmp_path)

    assert key["key"] not in listed.out
    assert [each["name"] for each in listed.lines] == ["Nadia"]
    assert revoked.status == 0
    assert rasad("keys", "list", "--data", tmp_path, "--json").lines == []
    assert rasad("keys", "revoke", key["key_id"], "--data", tmp_path).status == 1


def test_list_longer_than_a_page_is_listed_whole(tmp_path: Path) -> None:
    with connected(read_settings({"RASAD_DATA": str(tmp_path)}), None) as client:
        for number in range(201):
            client.write("POST", "/v1/keys", {"name": str(number), "role": "viewer"}, object)

    assert len(rasad("keys", "list", "--data", tmp_path, "--json").lines) == 201


def test_source_is_added_listed_exported_and_removed(tmp_path: Path) -> None:
    url = "https://wharf.example/feed.xml"
    added = rasad("source", "add", url, "--name", "The Wharf", "--data", tmp_path, "--json")
    (row,) = rasad("source", "list", "--data", tmp_path, "--json").lines
    opml = rasad("source", "export", "--data", tmp_path).out
    inward = rasad("source", "add", "http://127.0.0.1/feed", "--data", tmp_path)
    removed = rasad("source", "remove", row["source_id"], "--data", tmp_path)

    assert added.lines[0]["health"]["state"] == "new"
    assert url in opml
    assert inward.status == 1
    assert removed.status == 0
    assert rasad("source", "list", "--data", tmp_path, "--json").lines == []
