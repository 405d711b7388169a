"""The reference evaluator: what a query means, written to be obviously right.

Every other reader must select the same articles; property tests hold them to it.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from rasad_core.events import Highlight, TextField
from rasad_core.query.ast import (
    And,
    InRange,
    MetaNumber,
    MetaTime,
    MetaValue,
    MetaWords,
    Moment,
    Node,
    Not,
    Or,
    Pattern,
    Words,
)
from rasad_core.query.document import SearchDocument
from rasad_core.query.wildcards import compiled
from rasad_core.text.tokens import Tokens

# A field of the document and how many of its first tokens count.
Place = tuple[TextField, Tokens, int]


def matches(node: Node, document: SearchDocument, *, now: datetime) -> bool:
    """Say whether an article is selected; `now` is what `today` and `-7d` count from."""
    return _matches(node, document, now, _places(document, None))


def highlights(node: Node, document: SearchDocument, *, now: datetime) -> tuple[Highlight, ...]:
    """Give the places that made the query match, in order; none when it does not match.

    A phrase is one place. What is excluded, or lies in an alternative that does not match, is no
    reason and has none.
    """
    places = _places(document, None)
    if not _matches(node, document, now, places):
        return ()
    found = set(_found(node, document, now, places))
    return tuple(sorted(found, key=lambda at: (at.field != "title", at.start, at.end, at.clause)))


def _places(document: SearchDocument, within: str | None) -> list[Place]:
    title: Place = ("title", document.title, len(document.title))
    match within:
        case "title":
            return [title]
        case "lead":
            return [("text", document.text, document.lead_tokens)]
        case "body":
            return [("text", document.text, len(document.text))]
    return [title, ("text", document.text, len(document.text))]


def _matches(node: Node, document: SearchDocument, now: datetime, places: list[Place]) -> bool:
    match node:
        case Words():
            return any(
                next(occurrences(node.patterns, tokens, end), None) is not None
                for _, tokens, end in places
            )
        case And():
            return all(_matches(child, document, now, places) for child in node.children)
        case Or():
            return any(_matches(child, document, now, places) for child in node.children)
        case Not():
            return not _matches(node.child, document, now, places)
        case InRange():
            return _matches(node.child, document, now, _places(document, node.range))
        case _:
            return _matches_metadata(node, document, now)


def _found(
    node: Node, document: SearchDocument, now: datetime, places: list[Place]
) -> Iterator[Highlight]:
    match node:
        case Words():
            for field, tokens, end in places:
                for at in occurrences(node.patterns, tokens, end):
                    yield Highlight(
                        field=field,
                        start=tokens.starts[at],
                        end=tokens.ends[at + len(node.patterns) - 1],
                        clause=node.written,
                    )
        case And() | Or():
            for child in node.children:
                if not isinstance(child, Not) and _matches(child, document, now, places):
                    yield from _found(child, document, now, places)
        case InRange():
            yield from _found(node.child, document, now, _places(document, node.range))


def occurrences(patterns: Sequence[Pattern], tokens: Tokens, end: int) -> Iterator[int]:
    """Give the positions where the patterns stand side by side within the first `end` tokens.

    Reads no offsets: an index may verify candidates on streams alone.
    """
    # The rest is only looked at around a word, of which there are few; a wildcard fits many.
    anchor = next((at for at, pattern in enumerate(patterns) if not pattern.wildcard), 0)
    for position in _positions(patterns[anchor], tokens):
        first = position - anchor
        if first < 0 or first + len(patterns) > end:
            continue
        if all(
            _is(pattern, tokens, first + after)
            for after, pattern in enumerate(patterns)
            if after != anchor
        ):
            yield first


def _positions(pattern: Pattern, tokens: Tokens) -> Sequence[int]:
    """Give, rising, the positions of tokens that a pattern fits."""
    stream = tokens.exact if pattern.stream == "exact" else tokens.folded
    found: list[int] = []
    if pattern.wildcard:
        fits = compiled(pattern.text).fullmatch
        found = [at for at, form in enumerate(stream) if fits(form)]
    else:
        for _ in range(stream.count(pattern.text)):
            found.append(stream.index(pattern.text, found[-1] + 1 if found else 0))
    if pattern.stream == "exact" or not tokens.readings:
        return found
    read = [
        at
        for at, forms in tokens.readings.items()
        if pattern.text in forms
        or (pattern.wildcard and any(map(compiled(pattern.text).fullmatch, forms)))
    ]
    return sorted({*found, *read}) if read else found


def _is(pattern: Pattern, tokens: Tokens, at: int) -> bool:
    if pattern.stream == "exact":
        return _fits(pattern, tokens.exact[at])
    return _fits(pattern, tokens.folded[at]) or any(
        _fits(pattern, reading) for reading in tokens.readings.get(at, ())
    )


def _fits(pattern: Pattern, form: str) -> bool:
    if pattern.wildcard:
        return compiled(pattern.text).fullmatch(form) is not None
    return pattern.text == form


def _matches_metadata(
    node: MetaWords | MetaValue | MetaNumber | MetaTime, document: SearchDocument, now: datetime
) -> bool:
    match node:
        case MetaWords():
            return any(
                next(occurrences(node.patterns, tokens, len(tokens)), None) is not None
                for tokens in document.words.get(node.field, ())
            )
        case MetaValue(field="domain"):
            return document.domain == node.value or document.domain.endswith(f".{node.value}")
        case MetaValue(field="url"):
            return document.url.startswith(node.value)
        case MetaValue():
            return node.value in document.values.get(node.field, ())
        case MetaNumber():
            low = 0 if node.low is None else node.low
            return low <= document.length and (node.high is None or document.length <= node.high)
        case MetaTime():
            after = node.low is None or moment_at(node.low, now) <= document.published
            return after and (node.high is None or document.published < moment_at(node.high, now))


def moment_at(moment: Moment, now: datetime) -> datetime:
    """Place a moment in time; `now` is aware."""
    if moment.at is not None:
        return moment.at
    at = now - (moment.before_now or timedelta())
    return at.replace(hour=0, minute=0, second=0, microsecond=0) if moment.whole_day else at
