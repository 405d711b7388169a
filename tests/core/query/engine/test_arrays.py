"""What stays of the compiled machine on disk."""

import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

from rasad_core.query.engine import engine
from rasad_core.query.engine.arrays import name_of_sources
from rasad_core.query.engine.kernel import match
from rasad_core.query.engine.postings import count_visits, insert, withdraw


def test_machine_code_is_kept_by_the_name_of_all_sources_that_it_is_made_of(tmp_path: Path) -> None:
    (tmp_path / "kernel.py").write_text("one")
    (tmp_path / "spots.py").write_text("two")
    before = name_of_sources(tmp_path)
    (tmp_path / "spots.py").write_text("three")

    assert name_of_sources(tmp_path) != before
    assert match.__qualname__.endswith(name_of_sources(Path(match.__code__.co_filename).parent))


# Every function that is called from outside machine code has been compiled for its arguments.
CHECK = """
import pickle, sys
made = pickle.loads(sys.stdin.buffer.read())
from rasad_core.query.engine.kernel import match
from rasad_core.query.engine.postings import count_visits, insert, withdraw
assert all(each.signatures for each in (match, count_visits, insert, withdraw))
"""


def test_engine_begins_with_all_machine_code_so_that_no_change_of_an_alert_waits_for_it() -> None:
    made = engine("compiled")

    compiled: tuple[Any, ...] = (insert, withdraw, match, count_visits)
    assert all(function.signatures for function in compiled)

    # One that another program reads back does, too.
    command = [sys.executable, "-c", CHECK]
    subprocess.run(command, input=pickle.dumps(made), check=True)
