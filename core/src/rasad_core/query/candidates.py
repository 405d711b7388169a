"""Which of many queries an article may match: a superset, found by terms that every match has.

Stands where a compiled engine will stand; the evaluator decides about what it gives.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet

from msgspec.structs import replace

from rasad_core.query.anchors import (
    BEGINNINGS,
    LONGEST_ADDRESS,
    PARTS,
    Part,
    alternatives,
    anchored,
)
from rasad_core.query.ast import And, InRange, Node, Not, Or
from rasad_core.query.document import SearchDocument
from rasad_core.text.tokens import Tokens


class Candidates:
    """Queries by key, found by their anchors; they come and go at any time."""

    def __init__(self) -> None:
        self._queries: dict[str, Part] = {}
        self._always: set[str] = set()
        self._tables: dict[str, dict[str, set[str]]] = {}

    def add(self, key: str, node: Node) -> None:
        """Take in a query, in place of one of the same key."""
        self.remove(key)
        query = anchored(node)
        self._queries[key] = query
        wanted = alternatives(query)
        for place, text in wanted:
            self._tables.setdefault(place, {}).setdefault(text, set()).add(key)
        if not wanted:
            self._always.add(key)

    def remove(self, key: str) -> None:
        """Forget a query; nothing happens if it is not there."""
        query = self._queries.pop(key, None)
        if query is None:
            return
        self._always.discard(key)
        for place, text in alternatives(query):
            table = self._tables[place]
            table[text].discard(key)
            if not table[text]:
                del table[text]
            if not table:
                del self._tables[place]

    def of(self, document: SearchDocument) -> dict[str, Node]:
        """Give at least those queries that match the document, in the order of their keys.

        Each comes without the alternatives and exclusions that are nowhere in the document: there
        the evaluator says the same of it as of the whole query, highlights included.
        """
        terms = _Terms(document)
        found = set(self._always)
        for place, table in self._tables.items():
            for text in terms.among(place, table):
                found |= table[text]
        left = ((key, terms.left_of(self._queries[key])) for key in sorted(found))
        return {key: node for key, node in left if node is not None}


class _Terms:
    """The terms of one article, by place; each place is worked out when it is asked for."""

    def __init__(self, document: SearchDocument) -> None:
        self._document = document
        self._sets: dict[str, AbstractSet[str]] = {}
        self._joined: dict[str, str] = {}

    def among(self, place: str, wanted: Mapping[str, object]) -> Iterable[str]:
        """Give those of the wanted that the article has."""
        if place in PARTS:
            joined = self._letters_of(place)
            return [text for text in wanted if text in joined]
        return wanted.keys() & self._terms_of(place)

    def left_of(self, part: Part) -> Node | None:
        """Give what may still match of a query; None if nothing."""
        node, anchors, parts, _ = part
        for place, text in anchors:
            if text not in (self._letters_of(place) if place in PARTS else self._terms_of(place)):
                return None
        match node:
            case And():
                return self._all_left(parts)
            case Or():
                return self._any_left(part)
            case InRange():
                child = self.left_of(parts[0])
                return None if child is None else replace(node, child=child)
        return node

    def _any_left(self, part: Part) -> Node | None:
        folded = self._terms_of("folded")
        left = [node for word, nodes in part.words.items() if word in folded for node in nodes]
        left += [each for each in map(self.left_of, part.parts) if each is not None]
        return Or(children=tuple(left)) if len(left) > 1 else next(iter(left), None)

    def _all_left(self, parts: Iterable[Part]) -> Node | None:
        left: list[Node] = []
        for part in parts:
            if isinstance(part.node, Not):
                excluded = self.left_of(part.parts[0])
                if excluded is not None:
                    left.append(Not(child=excluded))
                continue
            child = self.left_of(part)
            if child is None:
                return None
            left.append(child)
        return left[0] if len(left) == 1 else And(children=tuple(left))

    def _letters_of(self, place: str) -> str:
        """Give all words in one line; no part of a word holds a space."""
        if place not in self._joined:
            self._joined[place] = " ".join(self._terms_of(PARTS[place]))
        return self._joined[place]

    def _terms_of(self, place: str) -> AbstractSet[str]:
        if place not in self._sets:
            self._sets[place] = self._worked_out(place)
        return self._sets[place]

    def _worked_out(self, place: str) -> AbstractSet[str]:
        document = self._document
        match place:
            case "folded":
                return _folded((document.title, document.text))
            case "exact":
                return {*document.title.exact, *document.text.exact}
            case "beginning":
                words = self._terms_of("folded")
                return {word[:length] for word in words for length in BEGINNINGS}
            case "url":
                return {document.url[:length] for length in range(LONGEST_ADDRESS + 1)}
            case "domain":
                labels = document.domain.split(".")
                return {".".join(labels[at:]) for at in range(len(labels))}
        if place in document.words:
            return _folded(document.words[place])
        return document.values.get(place, frozenset())


def _folded(texts: Iterable[Tokens]) -> AbstractSet[str]:
    found: set[str] = set()
    for tokens in texts:
        found.update(tokens.folded, *tokens.readings.values())
    return found
