"""The reference evaluator: what a query means, written to be obviously right.

Every other reader must select the same articles; property tests hold them to it.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from rasad_core.events import Highlight
from rasad_core.query.ast import (
    And,
    AtLeast,
    InRange,
    MetaNumber,
    MetaTime,
    MetaValue,
    MetaWords,
    Moment,
    Near,
    Node,
    Not,
    NotNear,
    Or,
    Words,
)
from rasad_core.query.document import SearchDocument
from rasad_core.query.spans import Span, Text, disjoint, far, occurrences, places


def matches(node: Node, document: SearchDocument, *, now: datetime) -> bool:
    """Say whether an article is selected; `now` is what `today` and `-7d` count from."""
    return _matches(node, document, now, _texts(document, None))


def highlights(node: Node, document: SearchDocument, *, now: datetime) -> tuple[Highlight, ...]:
    """Give the places that made the query match, in order; none when it does not match.

    A phrase is one place; of NEAR those words and phrases have places that stand near enough, of
    NOT NEAR those that stand far enough. What is excluded, or lies in an alternative that does not
    match, is no reason and has none.
    """
    texts = _texts(document, None)
    if not _matches(node, document, now, texts):
        return ()
    found = set(_found(node, document, now, texts))
    return tuple(sorted(found, key=lambda at: (at.field != "title", at.start, at.end, at.clause)))


def _texts(document: SearchDocument, within: str | None) -> list[Text]:
    language = document.language
    title = Text("title", document.title, len(document.title), language)
    match within:
        case "title":
            return [title]
        case "lead":
            return [Text("text", document.text, document.lead_tokens, language)]
    text = Text("text", document.text, len(document.text), language)
    return [text] if within == "body" else [title, text]


def _matches(node: Node, document: SearchDocument, now: datetime, texts: list[Text]) -> bool:
    match node:
        case Words():
            return any(next(occurrences(node.patterns, text), None) is not None for text in texts)
        case And():
            return all(_matches(child, document, now, texts) for child in node.children)
        case Or():
            return any(_matches(child, document, now, texts) for child in node.children)
        case Not():
            return not _matches(node.child, document, now, texts)
        case InRange():
            return _matches(node.child, document, now, _texts(document, node.range))
        case Near() | NotNear():
            return any(_spans(node, text) for text in texts)
        case AtLeast():
            return sum(disjoint(_spans(node, text)) for text in texts) >= node.times
        case _:
            return _matches_metadata(node, document, now)


def _spans(node: Words | Near | NotNear | AtLeast, text: Text) -> Sequence[Span]:
    match node:
        case NotNear():
            return far(places(node.left, text), places(node.right, text), node.distance)
        case AtLeast():
            return places(node.child, text)
    return places(node, text)


def _found(
    node: Node, document: SearchDocument, now: datetime, texts: list[Text]
) -> Iterator[Highlight]:
    match node:
        case Words() | Near() | NotNear() | AtLeast():
            for text in texts:
                starts, ends = text.tokens.starts, text.tokens.ends
                for span in _spans(node, text):
                    for first, last, clause in span.leaves:
                        yield Highlight(
                            field=text.field, start=starts[first], end=ends[last], clause=clause
                        )
        case And() | Or():
            for child in node.children:
                if not isinstance(child, Not) and _matches(child, document, now, texts):
                    yield from _found(child, document, now, texts)
        case InRange():
            yield from _found(node.child, document, now, _texts(document, node.range))


def _matches_metadata(
    node: MetaWords | MetaValue | MetaNumber | MetaTime, document: SearchDocument, now: datetime
) -> bool:
    match node:
        case MetaWords():
            return any(
                next(occurrences(node.patterns, Text("text", tokens, len(tokens), "")), None)
                is not None
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
