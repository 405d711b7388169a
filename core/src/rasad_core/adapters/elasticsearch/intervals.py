"""Places in a text as Elasticsearch finds them: sources of intervals, for phrases and ranges.

A leaf looks in several aligned streams of one text, so its source is any of them by `use_field`.
"""

from collections.abc import Sequence
from typing import TypeAlias

from rasad_core.adapters.elasticsearch.streams import (
    LEAD_END,
    READINGS,
    STEMS,
    TITLE_END,
    stems_of,
)
from rasad_core.query.ast import Pattern, Range

Source: TypeAlias = dict[str, object]

TEXT = "all"
# Latin and Arabic: most words of any archive begin with one of these behind what is typed.
LETTERS = "abcdefghijklmnopqrstuvwxyzابتثجحخدذرزسشصضطظعغفقكلمنهويءئؤ0123456789"
_SIGNS = {"*": ".*", "?": "."}


def query_of(field: str, source: Source) -> Source:
    """Ask for articles that have an interval; `field` is a text with streams below it."""
    return {"intervals": {f"{field}.f": source}}


def side_by_side(field: str, patterns: Sequence[Pattern], *, apart: bool = False) -> Source:
    """Give a leaf, or a phrase; `apart` takes wildcards apart, see `letter_by_letter`."""
    sources = [leaf(field, pattern, apart=apart) for pattern in patterns]
    if len(sources) == 1:
        return sources[0]
    return {"all_of": {"ordered": True, "max_gaps": 0, "intervals": sources}}


def leaf(field: str, pattern: Pattern, *, apart: bool = False) -> Source:
    """Give the places of one word, in every stream that it may stand in."""
    found: list[Source] = []
    if pattern.stream == "stem":
        name = f"{field}.{STEMS}"
        return any_of([{"match": {"query": each, "use_field": name}}
                       for each in stems_of(pattern.text)])  # fmt: skip
    for stream in streams_of(pattern):
        name = f"{field}.{stream}"
        if not pattern.wildcard:
            found.append({"match": {"query": pattern.text, "use_field": name}})
        elif not apart:
            found.append({"wildcard": {"pattern": wildcard(pattern), "use_field": name}})
        else:
            found += [
                {"regexp": {"pattern": each, "use_field": name}}
                for each in letter_by_letter(pattern.text)
            ]
    return any_of(found)


def any_of(sources: Sequence[Source]) -> Source:
    """Give the places of any of the sources."""
    return sources[0] if len(sources) == 1 else {"any_of": {"intervals": list(sources)}}


def within(part: Range | None, source: Source) -> Source:
    """Keep the places of a source that lie in a part of the article; None keeps all."""
    match part:
        case "title":
            return _filtered(source, "before", TITLE_END, "f")
        case "body":
            return _filtered(source, "after", TITLE_END, "f")
        case "lead":
            # The mark stands at the first place behind the lead.
            in_text = _filtered(source, "after", TITLE_END, "f")
            return _filtered(in_text, "before", LEAD_END, "z")
    return source


def streams_of(pattern: Pattern) -> tuple[str, ...]:
    """Give the streams that a pattern is looked up in.

    A word without an Arabic letter is read behind Arabic proclitics too: `وNokia`.
    """
    match pattern.stream:
        case "exact":
            return ("x",)
        case "stem":
            return (STEMS,)
    return ("f", *READINGS)


def wildcard(pattern: Pattern) -> str:
    """Write a wildcard pattern; the backslash is the one sign that means something else there."""
    return pattern.text.replace("\\", "\\\\")


def letter_by_letter(text: str) -> Sequence[str]:
    """Write a wildcard as several regular expressions, by the letter at its first star.

    A wildcard among intervals may fit some thousand words only; each of these fits fewer.
    """
    before, star, after = text.partition("*")
    if not star:
        return [_regular(text)]
    begin, end = _regular(before), _regular(f"*{after}")
    by_letter = [f"{begin}{letter}{end}" for letter in LETTERS]
    # The star as nothing, or as anything that begins with another letter.
    return [begin + _regular(after), *by_letter, f"{begin}[^{LETTERS}]{end}"]


def _regular(text: str) -> str:
    return "".join(_SIGNS.get(letter) or _escaped(letter) for letter in text)


def _escaped(letter: str) -> str:
    return letter if letter.isalnum() else f"\\{letter}"


def _filtered(source: Source, relation: str, mark: str, stream: str) -> Source:
    reference = {"match": {"query": mark, "use_field": f"{TEXT}.{stream}"}}
    return {"any_of": {"intervals": [source], "filter": {relation: reference}}}
