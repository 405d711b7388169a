"""A reader over the test's own folder."""

from pathlib import Path

import pytest

from ingest_reader import Reader


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    return Reader(tmp_path)
