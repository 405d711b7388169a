"""Lucene Monitor as a peer of the matching engine: the same queries, the same tokens, one thread.

`bench/lucene` is its program; its libraries are fetched with Maven and compiled against, once. Both
analyse alike because only one of them does: Lucene is given folded tokens with their readings.
It is set up as well as we know: words weigh by how few articles have them, queries with wildcards
are found by grams of the words, and where asked by several ways through each query (`passes`).
"""

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from rasad_core.query.ast import (
    And,
    InRange,
    MetaValue,
    MetaWords,
    Near,
    Node,
    Not,
    Or,
    Pattern,
    Words,
)
from rasad_core.query.document import SearchDocument
from rasad_core.text.tokens import Tokens

sys.path.append(str(Path(__file__).parents[1] / "deploy" / "servers"))
from java import find_java

_PROGRAM = Path(__file__).parent / "lucene"
_CACHE = _PROGRAM / ".cache"
_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
_HEAP = "6g"

Tree = list["Tree | str | int | bool"]


class Built(msgspec.Struct, frozen=True, kw_only=True):
    """What it took to take the queries in: `parts` are those into which alternatives are parted."""

    build_seconds: float
    megabytes: float
    parts: int


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """CPU seconds of its thread for each article; queries `run` and `matched`, for one article."""

    seconds: list[float]
    run: float
    matched: float


def why_not() -> str | None:
    """Say what is missing; None if it can be run."""
    if find_java(os.environ) is None:
        return "there is no JDK of 21 or newer"
    return None if shutil.which("mvn") else "there is no Maven"


def write(
    folder: Path,
    nodes: Mapping[str, Node],
    documents: Iterable[SearchDocument],
    sample: Iterable[SearchDocument],
) -> None:
    """Write what the program reads; `sample` is what it learns the rarity of words from."""
    _lines(folder / "queries.jsonl", ([key, tree(node)] for key, node in nodes.items()))
    _lines(folder / "articles.jsonl", map(_fields, documents))
    _lines(folder / "sample.jsonl", map(_fields, sample))


def _lines(file: Path, values: Iterable[object]) -> None:
    with file.open("w", encoding="utf-8") as opened:
        opened.writelines(json.dumps(value, ensure_ascii=False) + "\n" for value in values)


class LuceneMonitor:
    """The program at work; `built` once it is ready."""

    def __init__(self, folder: Path, passes: int) -> None:
        java = find_java(os.environ)
        assert java is not None
        classes, jars = _compiled(java)
        command = [str(java / "bin/java"), f"-Xmx{_HEAP}", "-XX:+UseSerialGC"]
        self._folder = folder
        self._process = subprocess.Popen(
            [*command, "-cp", f"{classes}:{jars}/*", "Bench", str(folder), str(passes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.built = msgspec.json.decode(self._answer(), type=Built)

    def round(self, begin: int, end: int) -> Round:
        """Match the articles from one number up to another."""
        return msgspec.json.decode(self._asked(f"{begin} {end}"), type=Round)

    def matches(self) -> Sequence[set[str]]:
        """Give the keys of the queries that matched, for each article."""
        self._asked("matches")
        with (self._folder / "matches.jsonl").open(encoding="utf-8") as lines:
            return [set(json.loads(line)) for line in lines]

    def _asked(self, line: str) -> str:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> str:
        assert self._process.stdout is not None
        said = self._process.stdout.readline()
        if not said:
            raise RuntimeError(f"Lucene ended with status {self._process.wait()}")
        return said

    def close(self) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.wait(timeout=60)


def _compiled(java: Path) -> tuple[Path, Path]:
    """Give the folders of classes and libraries, made where they are not there."""
    sources = sorted(_PROGRAM.glob("*.java"))
    pom = _PROGRAM / "pom.xml"
    jars = _CACHE / f"jars-{_digest([pom])}"
    if not jars.exists():
        part = jars.with_suffix(f".{os.getpid()}")
        target = f"-DoutputDirectory={part}"
        command = ["mvn", "-q", "-B", "-f", str(pom), _COPY, target, "-DincludeScope=runtime"]
        subprocess.run(command, check=True)
        part.rename(jars)
    classes = _CACHE / f"classes-{_digest([pom, *sources])}"
    if not classes.exists():
        part = classes.with_suffix(f".{os.getpid()}")
        options = ["-d", str(part), "-cp", f"{jars}/*"]
        subprocess.run([str(java / "bin/javac"), *options, *map(str, sources)], check=True)
        part.rename(classes)
    return classes, jars


def _digest(files: Sequence[Path]) -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]


def tree(node: Node, field: str = "all") -> Tree:
    """Give a query as lists: an operator, then operands; raises `ValueError` outside the mix."""
    match node:
        case Words() | MetaWords():
            name = node.field if isinstance(node, MetaWords) else field
            return ["words", name, *map(_written, node.patterns)]
        case MetaValue(field="lang" | "domain"):
            return ["words", node.field, node.value]
        case And() | Or():
            name = "and" if isinstance(node, And) else "or"
            return [name, *(tree(child, field) for child in node.children)]
        case Not():
            return ["not", tree(node.child, field)]
        case InRange(range="title"):
            return tree(node.child, "title")
        case Near():
            both = tree(node.left, field), tree(node.right, field)
            return ["near", field, node.ordered, node.distance, *both]
    raise ValueError(f"this peer has no {type(node).__name__}")


def _written(pattern: Pattern) -> str:
    if pattern.stream != "folded":
        raise ValueError(f"this peer has no stream {pattern.stream}")
    return pattern.text


def _fields(document: SearchDocument) -> dict[str, object]:
    title = " ".join(_read(document.title))
    labels = document.domain.split(".")
    return {
        # Two spaces are a wall.
        "all": f"{title}  {' '.join(_read(document.text))}",
        "title": title,
        "source": "  ".join(" ".join(_read(each)) for each in document.words["source"]),
        "lang": sorted(document.values["lang"]),
        "domain": [".".join(labels[at:]) for at in range(len(labels))],
    }


def _read(tokens: Tokens) -> Iterator[str]:
    for at, word in enumerate(tokens.folded):
        yield "|".join(dict.fromkeys((word, *tokens.readings.get(at, ()))))
