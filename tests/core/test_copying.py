"""The documents of a store, out to a file and in again."""

import gzip
from pathlib import Path

import pytest

from rasad_core import kinds
from rasad_core.adapters.memory.store import MemoryStore
from rasad_core.documents.copying import COPIED, copy_in, copy_out
from rasad_core.errors import Unprocessable
from strategies import NOW


@pytest.fixture
def full() -> MemoryStore:
    store = MemoryStore()
    for number in range(1100):
        store.put(kinds.MATCHES, f"m{number:04d}", b'{"n":%d}' % number, team_id="red")
    store.put(kinds.ALERTS, "al", b'{"name":"\\u0642"}', team_id="blue")
    store.put(kinds.LEASES, "sender", b'"x"')
    return store


def contents(store: MemoryStore) -> set[tuple[str, str, bytes, str | None]]:
    return {
        (kind, each.key, each.value, each.team_id)
        for kind in COPIED
        for each in store.list(kind, limit=5000)
    }


def test_what_went_out_comes_in(full: MemoryStore, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    out = copy_out(full, file, NOW)
    other = MemoryStore()
    back = copy_in(other, file)

    assert (out.documents, back.documents, back.kept) == (1101, 1101, 0)
    assert contents(other) == contents(full)
    assert other.list(kinds.LEASES) == []


def test_what_is_there_stays(full: MemoryStore, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    copy_out(full, file, NOW)
    other = MemoryStore()
    other.put(kinds.ALERTS, "al", b'"newer"')
    back = copy_in(other, file)
    held = other.get(kinds.ALERTS, "al")

    assert (back.documents, back.kept) == (1100, 1)
    assert held is not None
    assert held.value == b'"newer"'


def test_file_that_is_there_is_not_written_over(full: MemoryStore, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    file.write_text("precious")

    with pytest.raises(FileExistsError):
        copy_out(full, file, NOW)
    assert file.read_text() == "precious"


@pytest.mark.parametrize("damage", ["cut", "short", "other", "text"])
def test_half_a_file_writes_nothing(full: MemoryStore, tmp_path: Path, damage: str) -> None:
    file = tmp_path / "backup"
    copy_out(full, file, NOW)
    whole = file.read_bytes()
    lines = gzip.decompress(whole).splitlines(keepends=True)
    file.write_bytes(
        {
            "cut": whole[: len(whole) // 2],
            "short": gzip.compress(b"".join(lines[:-9])),
            "other": gzip.compress(b'{"format":"x","at":"2026-01-01T00:00:00Z","kinds":[]}\n'),
            "text": b"no backup at all",
        }[damage]
    )
    other = MemoryStore()

    with pytest.raises(Unprocessable, match="no backup of a cluster"):
        copy_in(other, file)
    assert contents(other) == set()


def test_every_kind_is_copied_or_left_out_on_purpose() -> None:
    named = {v for n, v in vars(kinds).items() if n.isupper() and isinstance(v, str)}

    assert named - set(COPIED) == {kinds.LEASES, kinds.OUTCOMES}
