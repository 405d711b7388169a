"""Places in a text as Elasticsearch finds them: sources of intervals, for phrases and ranges.

A leaf looks in several aligned streams of one text, so its source is any of them by `use_field`.
"""

from collections.abc import Sequence
from typing import TypeAlias

from rasad_core.adapters.elasticsearch.streams import LEAD_END, READINGS, TITLE_END
from rasad_core.query.ast import Pattern, Range

Source: TypeAlias = dict[str, object]

TEXT = "all"


def query_of(field: str, source: Source) -> Source:
    """Ask for articles that have an interval; `field` is a text with streams below it."""
    return {"intervals": {f"{field}.f": source}}


def side_by_side(field: str, patterns: Sequence[Pattern]) -> Source:
    """Give a leaf, or a phrase of leaves."""
    sources = [leaf(field, pattern) for pattern in patterns]
    if len(sources) == 1:
        return sources[0]
    return {"all_of": {"ordered": True, "max_gaps": 0, "intervals": sources}}


def leaf(field: str, pattern: Pattern) -> Source:
    """Give the places of one word, in every stream that it may stand in."""
    return any_of([_in_stream(f"{field}.{stream}", pattern) for stream in streams_of(pattern)])


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
            return ("s",)
    return ("f", *READINGS)


def wildcard(pattern: Pattern) -> str:
    """Write a wildcard pattern; the backslash is the one sign that means something else there."""
    return pattern.text.replace("\\", "\\\\")


def _in_stream(field: str, pattern: Pattern) -> Source:
    if pattern.wildcard:
        return {"wildcard": {"pattern": wildcard(pattern), "use_field": field}}
    return {"match": {"query": pattern.text, "use_field": field}}


def _filtered(source: Source, relation: str, mark: str, stream: str) -> Source:
    reference = {"match": {"query": mark, "use_field": f"{TEXT}.{stream}"}}
    return {"any_of": {"intervals": [source], "filter": {relation: reference}}}
