"""One archive is made per session and read by most tests; those that change it get a copy."""

import os
import shutil
from pathlib import Path

import pytest

from command_line import Made, rasad
from news import write_wire


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("RASAD_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    place = tmp_path_factory.mktemp("archive")
    wire = write_wire(place / "wire.jsonl")
    ran = rasad("ingest", wire, "--json", "--data", place / "data")
    return Made(folder=place / "data", wire=wire, ran=ran)


@pytest.fixture
def archive(made: Made) -> Path:
    """The session's archive, not to be changed."""
    return made.folder


@pytest.fixture
def own_archive(made: Made, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    shutil.copytree(made.folder, tmp_path / "data")
    return tmp_path / "data"
