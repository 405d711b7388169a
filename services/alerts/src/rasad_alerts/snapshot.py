"""Compiled alerts on disk: who starts again goes on with them, and takes in what changed since.

Compiling 100,000 alerts takes some twenty seconds, reading them back one (60 MB). Only a program of
the same sources and libraries takes up what another one left; else, and where the file cannot be
read, the alerts are compiled anew.
"""

import hashlib
import pickle
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import structlog

import rasad_core
from rasad_alerts.armed import ArmedAlerts
from rasad_core.query.engine import engine

NAME = "alerts.snapshot"
# Fewer are compiled before the file is read.
_WORTHWHILE = 1_000
# What forms, numbers and machines are made of.
_LIBRARIES = ("numpy", "numba", "regex", "wordfreq", "pystemmer")


def load(folder: Path) -> ArmedAlerts:
    """Give the alerts of the file in a folder, or none."""
    path = folder / NAME
    try:
        with path.open("rb") as file:
            if file.readline() == _maker():
                # Our own file, in the folder that all else is trusted in.
                found = pickle.load(file)  # noqa: S301
                assert isinstance(found, ArmedAlerts)
                return found
    except FileNotFoundError:
        pass
    except Exception as error:  # noqa: BLE001  pickle raises what it likes
        structlog.get_logger().warning(
            "alerts are compiled anew: their snapshot cannot be read",
            path=str(path), problem=str(error) or repr(error),
        )  # fmt: skip
    return ArmedAlerts(engine("compiled"))


def save(armed: ArmedAlerts, folder: Path) -> None:
    """Write the file, in place of an earlier one; where that fails it is logged."""
    if len(armed) < _WORTHWHILE:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=NAME) as beside:
            written = Path(beside) / NAME
            with written.open("wb") as file:
                file.write(_maker())
                pickle.dump(armed, file, protocol=pickle.HIGHEST_PROTOCOL)
            written.replace(folder / NAME)
    except OSError as error:
        structlog.get_logger().warning("alerts are not kept compiled", problem=str(error))


def _maker() -> bytes:
    """Name the sources and libraries in force, on one line."""
    root = Path(rasad_core.__file__).parent
    sources = hashlib.sha256()
    for path in (*sorted(root.rglob("*.py")), Path(__file__).with_name("armed.py")):
        sources.update(path.read_bytes())
    libraries = " ".join(f"{name} {_version(name)}" for name in _LIBRARIES)
    return f"{sources.hexdigest()} {sys.version.split()[0]} {libraries}\n".encode()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"
