"""One article of a list, as pages show it."""

from msgspec.structs import replace

from rasad_api.searches import SearchAsked
from rasad_api.web.interface import direction_of
from rasad_api.web.marking import Pieces, marked, marked_title
from rasad_api.web.searching import link
from rasad_core.events import ArticleEnriched, Frozen
from rasad_core.output import ArticleJson
from rasad_core.ports import Hit
from rasad_core.snippet import snippet


class HitView(Frozen, frozen=True, kw_only=True):
    """An article, what matched in it, and where its links lead."""

    article: ArticleEnriched | ArticleJson
    direction: str
    title: Pieces
    snippet: Pieces
    href: str
    outside: str | None
    copies: int | None = None
    story_href: str = ""


def hit_view(hit: Hit, asked: SearchAsked) -> HitView:
    """Show an article found; its link carries the query, so that it is marked there too."""
    article = hit.article
    piece = snippet(article.text, hit.highlights)
    plain = SearchAsked(q=asked.q) if asked.q.strip() else SearchAsked()
    story = replace(asked, story=(article.story_id,), fold="", cursor=None)
    return HitView(
        article=article,
        direction=direction_of(article.language),
        title=marked_title(article, hit.highlights),
        snippet=marked(piece.text, piece.marks),
        href=link(plain, f"/articles/{article.article_id}"),
        outside=outside(article.url),
        copies=hit.copies,
        story_href=link(story),
    )


def outside(url: str | None) -> str | None:
    """Give an address that a page may lead to; other schemes than http(s) could run code."""
    return url if url and url.lower().startswith(("http://", "https://")) else None
