"""One program in a folder: the kernel says who, the file only how to reach it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from rasad_core.errors import InUse, RasadError
from rasad_core.runtime import lock

HOLD = """
import sys
from pathlib import Path
from rasad_core.runtime import lock
with lock.hold(Path(sys.argv[1]), address="http://127.0.0.1:8000"):
    print("held", flush=True)
    sys.stdin.read()
"""


def holding(folder: Path, program: str = HOLD) -> subprocess.Popen[str]:
    holder = subprocess.Popen(
        [sys.executable, "-c", program, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def end(holder: subprocess.Popen[str]) -> None:
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert holder.stdin is not None
    assert holder.stdout is not None
    holder.stdin.close()  # ends a child of it, too
    holder.stdout.close()


def test_file_says_pid_and_address_while_held(tmp_path: Path) -> None:
    with lock.hold(tmp_path, address="http://127.0.0.1:8000"):
        held = json.loads((tmp_path / lock.LOCK_NAME).read_text())

        assert held == {"pid": os.getpid(), "address": "http://127.0.0.1:8000"}
        assert lock.holder(tmp_path) == lock.Holder(
            pid=os.getpid(), address="http://127.0.0.1:8000"
        )
    assert lock.holder(tmp_path) is None


def test_second_program_is_told_who_holds_it(tmp_path: Path) -> None:
    holder = holding(tmp_path)
    try:
        says = rf"process {holder.pid} at http"
        with pytest.raises(InUse, match=says) as refusal, lock.hold(tmp_path):
            pass
    finally:
        end(holder)

    assert (refusal.value.pid, refusal.value.address) == (holder.pid, "http://127.0.0.1:8000")


def test_killed_holder_holds_nothing_though_the_file_names_it(tmp_path: Path) -> None:
    end(holding(tmp_path))

    assert "pid" in (tmp_path / lock.LOCK_NAME).read_text()
    assert lock.holder(tmp_path) is None
    with lock.hold(tmp_path):
        pass


def test_pid_that_lives_again_as_another_process_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / lock.LOCK_NAME).write_text(json.dumps({"pid": os.getpid()}))

    with lock.hold(tmp_path):
        pass


def test_child_that_outlives_its_parent_does_not_hold_it(tmp_path: Path) -> None:
    # The child says so itself, when it is past the fork; it lives on when its parent is killed.
    forking = "import os\n" + HOLD.replace('print("held"', 'os.fork() or print("held"')
    parent = holding(tmp_path, forking)
    try:
        assert lock.holder(tmp_path) is not None
        parent.send_signal(signal.SIGKILL)
        parent.wait()

        with lock.hold(tmp_path):
            pass
    finally:
        end(parent)


def test_same_process_cannot_hold_it_twice(tmp_path: Path) -> None:
    with lock.hold(tmp_path):
        with pytest.raises(InUse), lock.hold(tmp_path):
            pass
        assert lock.holder(tmp_path) is not None


def test_damaged_lock_file_is_written_anew(tmp_path: Path) -> None:
    (tmp_path / lock.LOCK_NAME).write_bytes(b"\xff not json")

    with lock.hold(tmp_path):
        assert lock.holder(tmp_path) == lock.Holder(pid=os.getpid())


def test_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(RasadError, match="missing"), lock.hold(tmp_path / "missing"):
        pass
