"""NOT NEAR as spans: intervals cannot say that all places of something are far away.

Words, phrases and OR of them only: spans of different lengths side by side would be wrong.
"""

from typing import TypeAlias

from rasad_core.adapters.elasticsearch.intervals import (
    TEXT,
    letter_by_letter,
    streams_of,
    wildcard,
)
from rasad_core.adapters.elasticsearch.streams import LEAD_END, STEMS, TITLE_END, stems_of
from rasad_core.query.ast import Node, NotNear, Or, Pattern, Range, Words

Spans: TypeAlias = dict[str, object]

_FIELD = f"{TEXT}.f"
# As far apart as two places of one article can be.
_ANYWHERE = 2**31 - 1


def far(node: NotNear, part: Range | None, *, apart: bool = False) -> Spans:
    """Ask for articles with a place of the left that is far from each of the right, in a part."""
    kept, near = spans(node.left, apart=apart), spans(node.right, apart=apart)
    # A span ends behind its last word.
    around = node.distance + 1
    if part == "lead":
        # What stands behind the lead is not looked at, be it ever so near.
        near = _in_lead(near)
    found: Spans = {"span_not": {"include": kept, "exclude": near, "pre": around, "post": around}}
    match part:
        case "title":
            return _in_order(found, _TITLE_END)
        case "body":
            return _in_order(_TITLE_END, found)
        case "lead":
            return _in_order(_TITLE_END, found, _LEAD_END)
    return found


def spans(node: Node, *, apart: bool = False) -> Spans:
    """Give the places of `Words`, or of an `Or` of them."""
    match node:
        case Words():
            words = [_word(pattern, apart=apart) for pattern in node.patterns]
            return words[0] if len(words) == 1 else _in_order(*words, slop=0)
        case Or():
            return _any_of([spans(child, apart=apart) for child in node.children])
    raise AssertionError(node)


def _word(pattern: Pattern, *, apart: bool) -> Spans:
    if pattern.stream == "stem":
        return _any_of([_term(STEMS, each) for each in stems_of(pattern.text)])
    if not pattern.wildcard:
        return _any_of([_term(stream, pattern.text) for stream in streams_of(pattern)])
    return _any_of(
        [each for stream in streams_of(pattern) for each in _wild(stream, pattern, apart=apart)]
    )


def _wild(stream: str, pattern: Pattern, *, apart: bool) -> list[Spans]:
    kind, written = "wildcard", [wildcard(pattern)]
    if apart:
        kind, written = "regexp", list(letter_by_letter(pattern.text))
    return [
        _masked(stream, {"span_multi": {"match": {kind: {f"{TEXT}.{stream}": {"value": each}}}}})
        for each in written
    ]


def _term(stream: str, text: str) -> Spans:
    return _masked(stream, {"span_term": {f"{TEXT}.{stream}": text}})


def _masked(stream: str, found: Spans) -> Spans:
    """Let a span of one stream stand among those of another; the streams are aligned."""
    if stream == "f":
        return found
    return {"span_field_masking": {"field": _FIELD, "query": found}}


def _any_of(found: list[Spans]) -> Spans:
    return found[0] if len(found) == 1 else {"span_or": {"clauses": found}}


def _in_order(*found: Spans, slop: int = _ANYWHERE) -> Spans:
    return {"span_near": {"clauses": list(found), "slop": slop, "in_order": True}}


def _in_lead(found: Spans) -> Spans:
    # The mark stands on the first word behind the lead, so what lies on it is outside.
    inside: Spans = {"span_not": {"include": found, "exclude": _LEAD_END}}
    return {"span_within": {"little": inside, "big": _in_order(_TITLE_END, _LEAD_END)}}


_TITLE_END = _term("f", TITLE_END)
_LEAD_END = _term("z", LEAD_END)
