"""`/articles/{id}`: one article whole, with what is known of it."""

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from rasad_api.auth import Reader
from rasad_api.ports import Ports, PortsDep
from rasad_api.problems import not_found
from rasad_api.searches import SearchAsked
from rasad_api.web.hits import HitView, hit_view, outside
from rasad_api.web.interface import Interface, direction_of, interface_of
from rasad_api.web.marking import Pieces, marked_paragraphs, marked_title, title_of
from rasad_api.web.rendering import render
from rasad_api.web.searching import link
from rasad_core import codec
from rasad_core.events import ArticleEnriched, Entity, Frozen, Highlight
from rasad_core.kinds import REVISIONS, revision_key
from rasad_core.ports import SearchRequest
from rasad_core.query.document import search_document
from rasad_core.query.errors import QueryRefused
from rasad_core.query.evaluate import highlights
from rasad_core.query.parse import parse

router = APIRouter(include_in_schema=False)
# Others of the story that are named here; the link shows them all.
_MOST_COPIES: Final = 10
# More revisions than anybody compares.
_MOST_REVISIONS: Final = 50


class Link(Frozen, frozen=True, kw_only=True):
    """Something to go on to, and how often it is named."""

    name: str
    href: str
    count: int = 0
    kind: str = ""


class RevisionLink(Frozen, frozen=True, kw_only=True):
    """A state of the article that was kept."""

    revision: int
    href: str
    article: ArticleEnriched
    shown: bool


class ArticleView(Frozen, frozen=True, kw_only=True):
    """The page; `q` is the query whose matches are marked."""

    article: ArticleEnriched
    direction: str
    title: Pieces
    plain_title: str
    paragraphs: tuple[Pieces, ...]
    outside: str | None
    q: str
    back_href: str
    newest_href: str | None
    revisions: tuple[RevisionLink, ...]
    others: tuple[HitView, ...]
    others_total: int
    story_href: str
    entities: tuple[Link, ...]
    topics: tuple[Link, ...]
    keyphrases: tuple[Link, ...]


@router.get("/articles/{article_id}")
def article(request: Request, _: Reader, ports: PortsDep, article_id: str) -> Response:
    """Show an article, its newest revision unless another is named."""
    newest = ports.index.get(article_id)
    if newest is None:
        raise not_found(f"article `{article_id}`")
    asked = SearchAsked(q=request.query_params.get("q", ""))
    shown = _revision(ports, newest, request.query_params.get("revision", ""))
    ui = interface_of(request)
    return render(request, "article.html", _view(ports, ui, newest, shown, asked))


def _view(
    ports: Ports, ui: Interface, newest: ArticleEnriched, shown: ArticleEnriched, asked: SearchAsked
) -> ArticleView:
    places = _places(ports, shown, asked.q)
    others = _story(ports, newest)
    here = f"/articles/{newest.article_id}"
    return ArticleView(
        article=shown,
        direction=direction_of(shown.language),
        title=marked_title(shown, places),
        plain_title=title_of(shown),
        paragraphs=marked_paragraphs(shown.text, places),
        outside=outside(shown.url),
        q=asked.q,
        back_href=link(asked),
        newest_href=link(asked, here) if shown.revision != newest.revision else None,
        revisions=_revisions(ports, newest, shown, asked),
        others=others[0],
        others_total=others[1],
        story_href=link(SearchAsked(story=(newest.story_id,))),
        entities=tuple(_entity(ui, each) for each in shown.entities),
        topics=tuple(
            Link(name=ui.topic_name(each.id, each.name), href=link(SearchAsked(topic=(each.id,))))
            for each in shown.topics
        ),
        keyphrases=tuple(
            Link(name=each.text, href=link(SearchAsked(q=_phrase(each.text))))
            for each in shown.keyphrases
        ),
    )


def _revision(ports: Ports, newest: ArticleEnriched, named: str) -> ArticleEnriched:
    if named in {"", str(newest.revision)}:
        return newest
    key = revision_key(newest.article_id, int(named)) if named.isascii() and named.isdigit() else ""
    held = ports.store.get(REVISIONS, key) if len(named) < 9 and key else None
    if held is None:
        raise not_found(f"revision `{named}` of article `{newest.article_id}`")
    return codec.decode(held.value, ArticleEnriched)


def _revisions(
    ports: Ports, newest: ArticleEnriched, shown: ArticleEnriched, asked: SearchAsked
) -> tuple[RevisionLink, ...]:
    """Give the states that were kept, the newest first; none where there was only one."""
    if newest.revision == 1:
        return ()
    prefix = f"{newest.article_id}/"
    found = ports.store.list(REVISIONS, prefix=prefix, limit=_MOST_REVISIONS)
    kept = {
        each.revision: each
        for each in (codec.decode(held.value, ArticleEnriched) for held in found)
    }
    kept[newest.revision] = newest
    here = f"/articles/{newest.article_id}"
    return tuple(
        RevisionLink(
            revision=number,
            href=link(asked, here, revision=str(number)),
            article=kept[number],
            shown=number == shown.revision,
        )
        for number in sorted(kept, reverse=True)
    )


def _story(ports: Ports, article: ArticleEnriched) -> tuple[tuple[HitView, ...], int]:
    """Give others of its story, the oldest first, and how many there are."""
    request = SearchRequest(
        now=ports.clock.now(), stories=(article.story_id,), sort="oldest", limit=_MOST_COPIES + 1
    )
    found = ports.index.search(request)
    others = [hit for hit in found.hits if hit.article.article_id != article.article_id]
    shown = tuple(hit_view(hit, SearchAsked()) for hit in others[:_MOST_COPIES])
    return shown, max(found.total - 1, len(shown))


def _places(ports: Ports, article: ArticleEnriched, q: str) -> tuple[Highlight, ...]:
    """Give what a query matches; nothing for one without meaning: the article is asked for."""
    try:
        node = parse(q).node if q.strip() else None
    except QueryRefused:
        return ()
    if node is None:
        return ()
    return tuple(highlights(node, search_document(article), now=ports.clock.now()))


def _entity(ui: Interface, entity: Entity) -> Link:
    return Link(
        name=entity.names.get(ui.language, entity.name),
        href=link(SearchAsked(entity=(entity.id,))),
        count=len(entity.mentions),
        kind=entity.type,
    )


def _phrase(text: str) -> str:
    return '"{}"'.format(text.replace('"', " "))
