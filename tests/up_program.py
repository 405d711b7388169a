"""`rasad up` run as a program by a test: started, asked over HTTP, killed in part, ended."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

# Far above what anything here takes on a busy machine; only a defect waits so long.
PATIENCE_SECONDS = 90.0


@dataclass
class Program:
    """A running `rasad up`."""

    process: subprocess.Popen[str]
    address: str
    client: httpx.Client = field(repr=False)

    def get(self, path: str) -> Any:
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, value: object) -> Any:
        answer = self.client.post(path, json=value)
        assert answer.is_success, answer.text
        return answer.json()

    def child(self, module: str) -> int | None:
        """Give the process that runs `rasad.up.<module>`, if it is there now."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        for pid in map(int, listed.split()):
            try:
                command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if f"rasad.up.{module}".encode() in command:
                return pid
        return None

    def kill(self, module: str) -> bool:
        """Kill a child with SIGKILL; False where it is being replaced."""
        pid = self.child(module)
        if pid is None:
            return False
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True


@contextmanager
def running(folder: Path, *options: str, environ: Mapping[str, str] = {}) -> Iterator[Program]:
    """Run the program on a folder until the block ends; if it still runs, it ends in 10 s."""
    command = [sys.executable, "-m", "rasad", "up", "--data", str(folder), "--port", "0", *options]
    given = {"RASAD_LOG_LEVEL": "error", "RASAD_LOG_FORMAT": "json", **environ}
    process = subprocess.Popen(
        command, env={**os.environ, **given}, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        address = _address(process.stdout.readline())
        with httpx.Client(base_url=address, timeout=30.0, trust_env=False) as client:
            yield Program(process, address, client)
        if process.poll() == -signal.SIGKILL:
            return
        process.terminate()
        asked = time.monotonic()
        assert process.wait(timeout=15) == 0
        assert time.monotonic() - asked < 10
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def until(answer: Callable[[], Any], *, patience_seconds: float = PATIENCE_SECONDS) -> Any:
    """Ask again until the answer is true, and give it."""
    deadline = time.monotonic() + patience_seconds
    while not (given := answer()):
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.05)  # between two questions; nothing is guessed by it
    return given


def _address(line: str) -> str:
    found = re.search(r"http://\S+", line)
    assert found, f"no address in {line!r}"
    return found[0].rstrip("/")


def pushed(program: Program, *records: Mapping[str, Any]) -> list[str]:
    """Push articles; give the ids of those that were accepted."""
    body = "\n".join(json.dumps(record, ensure_ascii=False) for record in records)
    answer = program.client.post(
        "/v1/articles", content=body.encode(), headers={"content-type": "application/x-ndjson"}
    )
    assert answer.status_code == 202, answer.text
    return [each["article_id"] for each in answer.json()["accepted"]]
