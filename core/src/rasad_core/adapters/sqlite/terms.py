"""The folded words of all texts: which a pattern fits, may be read as a word, or have its stem."""

import sqlite3
from collections.abc import Mapping, Sequence

from rasad_core.adapters.sqlite.stems import stem_of
from rasad_core.adapters.sqlite.streams import encode_token
from rasad_core.query.errors import Code, refuse
from rasad_core.text.arabic import beginnings, readings, spellings

# A wildcard that fits more words than this says little, and costs seconds.
_MAX_EXPANSION = 5_000
# Beginnings of more words than this make too many phrases.
_MAX_SPELLINGS = 100
_HIGHEST = "\U0010ffff"


class Terms:
    """The words that a query can find, as one connection sees them; answers are remembered.

    Words are given as the index has them, `encode_token` done.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._fitting: dict[str, Sequence[str]] = {}
        self._spelled: dict[tuple[str, bool], Sequence[str] | None] = {}
        self._stemmed: dict[str, Mapping[str, frozenset[str]]] = {}
        self._languages: Sequence[str] | None = None

    def fitting(self, pattern: str, place: tuple[int, int] = (0, 0)) -> Sequence[str]:
        """Give the words that a wildcard pattern fits.

        Raises `QueryRefused` if they are too many; the pattern stands at `place` in the query.
        """
        if pattern not in self._fitting:
            found = self._like(pattern)
            if len(found) > _MAX_EXPANSION:
                message = (
                    f"`{pattern}` fits more than {_MAX_EXPANSION} words; write more of its letters."
                )
                raise refuse(Code.TOO_BROAD, message, *place)
            self._fitting[pattern] = found
        return self._fitting[pattern]

    @property
    def languages(self) -> Sequence[str]:
        """The languages of articles in which words have stems."""
        if self._languages is None:
            rows = self._connection.execute("SELECT language FROM index_languages")
            self._languages = [language for (language,) in rows]
        return self._languages

    def stemmed(self, word: str) -> Mapping[str, frozenset[str]]:
        """Give, by language, the words that have the stem of a folded word there."""
        if word not in self._stemmed:
            self._stemmed[word] = {each: self._of_stem(word, each) for each in self.languages}
        return self._stemmed[word]

    def named(self, word: str, *, beginning: bool = False) -> str | None:
        """Give `@word`, or the beginning of names that begin so, if there is one."""
        name = encode_token(f"@{word}")
        last = name + _HIGHEST if beginning else name
        (found,) = self._connection.execute(
            "SELECT EXISTS (SELECT 1 FROM index_terms WHERE term BETWEEN ? AND ?)", (name, last)
        ).fetchone()
        return name if found else None

    def spelled(self, word: str, *, beginning: bool = False) -> Sequence[str] | None:
        """Give the other words that may be read as `word`, or as one with this beginning.

        None if they are too many.
        """
        if (word, beginning) not in self._spelled:
            found = self._that_begin(word) if beginning else self._spellings(word)
            self._spelled[word, beginning] = found
        return self._spelled[word, beginning]

    def _like(self, pattern: str) -> Sequence[str]:
        # GLOB takes brackets for a set of letters.
        glob = pattern.replace("[", "[[]")
        rows = self._connection.execute(
            "SELECT term FROM index_terms WHERE term GLOB ? LIMIT ?", (glob, _MAX_EXPANSION + 1)
        )
        return [term for (term,) in rows]

    def _of_stem(self, word: str, language: str) -> frozenset[str]:
        wanted = stem_of(encode_token(word), language)
        rows = self._connection.execute(
            "SELECT term FROM index_stems WHERE language = ? AND stem = ?", (language, wanted)
        )
        found = {term for (term,) in rows}
        # Words that are their own stem are not written down.
        return frozenset(found | ({wanted} if stem_of(wanted, language) == wanted else set()))

    def _spellings(self, word: str) -> Sequence[str]:
        _, *others = map(encode_token, spellings(word))
        holes = ", ".join("?" * len(others))
        rows = self._connection.execute(
            f"SELECT term FROM index_terms WHERE term IN ({holes})", others
        )
        return [term for (term,) in rows]

    def _that_begin(self, prefix: str) -> Sequence[str] | None:
        _, *others = map(encode_token, beginnings(prefix))
        ranges = " OR ".join(["(term >= ? AND term < ?)"] * len(others))
        rows = self._connection.execute(
            f"SELECT term FROM index_terms WHERE {ranges} LIMIT ?",
            [*(end for each in others for end in (each, each + _HIGHEST)), _MAX_SPELLINGS + 1],
        ).fetchall()
        if len(rows) > _MAX_SPELLINGS:
            return None
        begun = encode_token(prefix)
        return [
            term
            for (term,) in rows
            if not term.startswith(begun)
            and any(form.startswith(prefix) for form in readings(term))
        ]
