"""`rasad backup` and `rasad restore` where the environment names a cluster."""

from pathlib import Path

import pytest

import live_servers
import live_store
from command_line import rasad
from rasad_core.kinds import ALERTS, MATCHES


@pytest.mark.live("elasticsearch")
def test_documents_of_a_cluster_come_back_in_another(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "documents.backup"
    with live_store.opened() as first, live_store.opened() as second:
        for number in range(30):
            first.store.put(MATCHES, f"m{number}", b'{"n":1}', team_id="red")
        first.store.put(ALERTS, "al", b'{"query":"quay"}')
        second.store.put(ALERTS, "al", b'{"query":"newer"}')
        monkeypatch.setenv("RASAD_KAFKA_BOOTSTRAP", "127.0.0.1:1")
        monkeypatch.setenv("RASAD_ELASTICSEARCH_URL", live_servers.elasticsearch())
        monkeypatch.setenv("RASAD_ELASTICSEARCH_PREFIX", first.prefix)
        out = rasad("backup", file, "--json")
        monkeypatch.setenv("RASAD_ELASTICSEARCH_PREFIX", second.prefix)
        unasked = rasad("restore", file)
        back = rasad("restore", file, "--yes", "--json")
        matches = second.store.list(MATCHES)
        held = second.store.get(ALERTS, "al")

    assert out.status == 0
    assert unasked.status == 2
    assert back.lines == [{"documents": 30, "kept": 1}]
    assert len(matches) == 30
    assert held is not None
    assert held.value == b'{"query":"newer"}'
