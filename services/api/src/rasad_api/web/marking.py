"""Texts cut into pieces that are marked or not, so that templates need no markup of their own."""

import re
from collections.abc import Iterable, Iterator, Sequence

from rasad_core.events import ArticleEnriched, Frozen, Highlight
from rasad_core.output import ArticleJson
from rasad_core.snippet import merged

_PARAGRAPH = re.compile(r"[^\n]+")
# Of an article without title its beginning stands for one.
_TITLE_LETTERS = 80


class Piece(Frozen, frozen=True, kw_only=True):
    """Some letters, and whether a query matched them."""

    text: str
    marked: bool = False


Pieces = tuple[Piece, ...]


def marked(text: str, spans: Iterable[tuple[int, int]]) -> Pieces:
    """Cut a text at spans, in any order; what lies outside the text is left out."""
    return tuple(_pieces(text, 0, len(text), merged(spans)))


def marked_title(article: ArticleEnriched | ArticleJson, highlights: Sequence[Highlight]) -> Pieces:
    """Give what an article is called: its title, else its beginning, else its address."""
    if article.title.strip():
        return marked(article.title, spans_of(highlights, "title"))
    return (Piece(text=title_of(article)),)


def title_of(article: ArticleEnriched | ArticleJson) -> str:
    """Give the same as plain text."""
    if article.title.strip():
        return article.title
    beginning = " ".join(article.lead.split())
    if beginning:
        cut = beginning[:_TITLE_LETTERS].rstrip()
        return cut if len(cut) == len(beginning) else f"{cut}…"
    return article.url or article.article_id


def marked_paragraphs(text: str, highlights: Sequence[Highlight]) -> tuple[Pieces, ...]:
    """Give the paragraphs of a text, each in pieces."""
    spans = merged(spans_of(highlights, "text"))
    found = (match.span() for match in _PARAGRAPH.finditer(text) if match[0].strip())
    return tuple(tuple(_pieces(text, start, end, spans)) for start, end in found)


def spans_of(highlights: Sequence[Highlight], field: str) -> list[tuple[int, int]]:
    """Give the places in one field."""
    return [(each.start, each.end) for each in highlights if each.field == field]


def _pieces(text: str, start: int, end: int, spans: Sequence[tuple[int, int]]) -> Iterator[Piece]:
    at = start
    for first, last in spans:
        low, high = max(first, start), min(last, end)
        if low >= high:
            continue
        if at < low:
            yield Piece(text=text[at:low])
        yield Piece(text=text[low:high], marked=True)
        at = high
    if at < end:
        yield Piece(text=text[at:end])
