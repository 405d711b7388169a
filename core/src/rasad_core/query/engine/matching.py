"""The engine: which of many queries match an article; they come and go at any time."""

from collections.abc import Sequence
from datetime import datetime
from heapq import nlargest
from typing import Literal, Protocol

import structlog

from rasad_core.events import ArticleAnalysed
from rasad_core.instants import microseconds
from rasad_core.query.ast import Node
from rasad_core.query.engine.compiler import compile_query
from rasad_core.query.engine.frequencies import Frequencies
from rasad_core.query.engine.interpret import Interpreter
from rasad_core.query.engine.machine import Machine
from rasad_core.query.engine.numbering import Numbering
from rasad_core.query.engine.vocabulary import Vocabulary

Kind = Literal["compiled", "python"]


class Counters:
    """What matching took since the start: articles, and the queries of all of them together.

    `candidates` were looked at because a term of theirs was there; `verified` are those of them
    whose program was run.
    """

    __slots__ = ("articles", "candidates", "matched", "verified")

    def __init__(self) -> None:
        self.articles = 0
        self.candidates = 0
        self.verified = 0
        self.matched = 0


class Engine(Protocol):
    """Queries by key. For one thread. A change holds from the next article on."""

    counters: Counters

    def add(self, key: str, node: Node) -> None:
        """Take in a query, in place of one of the same key."""

    def remove(self, key: str) -> None:
        """Forget a query; nothing happens if it is not there."""

    def __len__(self) -> int: ...

    def match(self, article: ArticleAnalysed, *, now: datetime) -> list[str]:
        """Give the keys of those that `evaluate.matches` selects, sorted."""

    def dearest(self, count: int = 10) -> Sequence[tuple[str, int, float]]:
        """Give the queries that took most: key, how often looked at, and seconds, roughly."""


def engine(kind: Kind = "compiled") -> Engine:
    """Make an empty engine; where numba is missing it is the one in Python, and says so."""
    if kind == "compiled":
        try:
            from rasad_core.query.engine.compiled import Compiled, load_machine_code
        except ImportError as error:
            structlog.get_logger().warning(
                "matching runs in Python, several times slower: numba cannot be imported",
                problem=str(error),
            )
        else:
            load_machine_code()
            vocabulary = Vocabulary()
            return _Engine(vocabulary, Compiled(vocabulary), seconds_per_step=4e-9)
    return _Engine(Vocabulary(), Interpreter(), seconds_per_step=1e-7)


class _Engine:
    """Keys on one side, and on the other a machine that knows queries by number."""

    def __init__(
        self, vocabulary: Vocabulary, machine: Machine, *, seconds_per_step: float
    ) -> None:
        self.counters = Counters()
        self._machine = machine
        self._numbering = Numbering(vocabulary, machine)
        self._terms = Frequencies(vocabulary, machine.met)
        self._seconds_per_step = seconds_per_step
        self._numbers: dict[str, int] = {}
        self._keys: list[str] = []
        self._free: list[int] = []

    def __len__(self) -> int:
        return len(self._numbers)

    def add(self, key: str, node: Node) -> None:
        program = compile_query(node, self._terms)
        self.remove(key)
        if self._free:
            number = self._free.pop()
            self._keys[number] = key
        else:
            number = len(self._keys)
            self._keys.append(key)
        self._numbers[key] = number
        self._machine.add(number, program)

    def remove(self, key: str) -> None:
        number = self._numbers.pop(key, None)
        if number is not None:
            self._machine.remove(number)
            self._free.append(number)

    def match(self, article: ArticleAnalysed, *, now: datetime) -> list[str]:
        numbering = self._numbering
        if numbering.is_full():
            self._machine.forget(numbering.clear())
        numbered = numbering.read(article)
        found = self._machine.match(numbered, numbering.several, numbering.forms, microseconds(now))
        self._terms.articles += 1
        counters = self.counters
        counters.articles += 1
        counters.candidates += found.candidates
        counters.verified += found.verified
        counters.matched += len(found.queries)
        return sorted(map(self._keys.__getitem__, found.queries))

    def dearest(self, count: int = 10) -> Sequence[tuple[str, int, float]]:
        visits = self._machine.visits(list(self._numbers.values()))
        taken = zip(self._numbers, visits, strict=True)
        most = nlargest(count, taken, key=lambda each: each[1][0] * each[1][1])
        return [(key, times, times * size * self._seconds_per_step) for key, (times, size) in most]
