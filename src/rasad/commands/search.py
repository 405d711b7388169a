"""`rasad search`: find articles in the archive."""

import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from rasad import options, refusals, screen

if TYPE_CHECKING:  # opening SQLite and the analysis chain cost what `rasad --help` need not pay
    from rasad_core.ports import ArticleIndex, FacetValue, Hit, SearchRequest, SearchResult

Sort = Literal["newest", "oldest", "relevance"]
# The index gives a page at a time, so that `--limit 100000` does not hold them all.
_PAGE = 200
Values = list[str] | None


def _only(what: str) -> Any:
    return typer.Option(help=f"Only {what}; repeatable.")


def search(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="'' finds everything; `-`: stdin.")],
    since: options.SinceOption = None,
    until: options.UntilOption = None,
    lang: Annotated[Values, _only("in this language")] = None,
    source: Annotated[Values, _only("of this outlet")] = None,
    country: Annotated[Values, _only("of outlets in this country: TR")] = None,
    topic: Annotated[Values, _only("on this topic, by id or name")] = None,
    entity: Annotated[Values, _only("with this person, organisation or place")] = None,
    story: Annotated[Values, _only("of this story, by id")] = None,
    fold: Annotated[
        Literal["", "story"], typer.Option(metavar="story", help="Each story once.")
    ] = "",
    sort: Annotated[Sort, typer.Option()] = "newest",
    limit: Annotated[int, typer.Option(min=0, help="At most so many hits.")] = 20,
    facets: Annotated[
        str, typer.Option(metavar="F,…", help="Count values: source, language, topic, …")
    ] = "",
    include: Annotated[
        Literal["", "text"], typer.Option(metavar="text", help="Whole texts in --json.")
    ] = "",
    data: options.DataOption = None,
    api: options.ApiOption = None,
    as_json: options.JsonOption = False,
) -> None:
    """Find articles; also finding none is exit status 0."""
    from rasad.pipeline import finished
    from rasad_core.ports import SearchRequest
    from rasad_core.runtime.clock import SystemClock

    now = SystemClock().now()
    asked = SearchRequest(
        now=now,
        since=options.moment(since, "--since", now),
        until=options.moment(until, "--until", now),
        languages=tuple(lang or ()),
        sources=tuple(source or ()),
        countries=tuple(country or ()),
        topics=tuple(topic or ()),
        entities=tuple(entity or ()),
        stories=tuple(story or ()),
        sort=sort,
        limit=min(limit, _PAGE),
        facets=_facet_names(facets),
        fold=fold == "story",
    )
    text = options.argument_or_stdin(query)
    with finished(options.folder_settings(data, api)) as archive:
        started = time.perf_counter()
        request, first = _first_page(archive.index, asked, text, as_json=as_json)
        took_ms = round((time.perf_counter() - started) * 1000, 1)
        for number, hit in enumerate(_hits(archive.index, request, first, limit)):
            _show_hit(hit, as_json=as_json, text=include == "text", first=number == 0)
    if asked.facets:
        _show_facets(first, as_json=as_json)
    _note_total(first, limit, took_ms, as_json=as_json)


def _first_page(
    index: "ArticleIndex", asked: "SearchRequest", query: str, *, as_json: bool
) -> "tuple[SearchRequest, SearchResult]":
    from msgspec.structs import replace

    from rasad_core.query.errors import QueryRefused
    from rasad_core.query.parse import parse

    try:
        request = replace(asked, query=parse(query).node if query.strip() else None)
        return request, index.search(request)
    except QueryRefused as refused:
        refusals.show(query, refused.errors, as_json=as_json)
        raise typer.Exit(1) from None


def _hits(
    index: "ArticleIndex", request: "SearchRequest", first: "SearchResult", limit: int
) -> Iterator["Hit"]:
    from msgspec.structs import replace

    page, left = first, limit
    while True:
        yield from page.hits[:left]
        left -= len(page.hits)
        if left <= 0 or page.next_cursor is None:
            return
        page = index.search(
            replace(request, cursor=page.next_cursor, limit=min(left, _PAGE), facets=())
        )


def _facet_names(written: str) -> tuple[str, ...]:
    from rasad_core.fields import facet_names

    try:
        return facet_names(written.split(","))
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--facets") from None


def _show_hit(hit: "Hit", *, as_json: bool, text: bool, first: bool) -> None:
    from rasad_core.output import hit_json
    from rasad_core.snippet import merged, snippet

    if as_json:
        screen.print_json(hit_json(hit, text=text))
        return
    article = hit.article
    piece = snippet(article.text, hit.highlights)
    titles = merged((h.start, h.end) for h in hit.highlights if h.field == "title")
    about = (
        article.source or article.domain,
        f"{article.published:%Y-%m-%d %H:%M}",
        article.language,
        article.url or article.article_id,
        f"{hit.copies} more of this story" if hit.copies else None,
    )
    if not first:
        screen.print_line()
    screen.print_line(screen.marked(article.title, titles) or screen.dim("(no title)"))
    if piece.text:
        screen.print_line(screen.marked(piece.text, piece.marks))
    screen.print_line(screen.dim(" · ".join(each for each in about if each)))


def _note_total(result: "SearchResult", limit: int, took_ms: float, *, as_json: bool) -> None:
    stories = {} if result.stories is None else {"stories": result.stories}
    if as_json:
        screen.note_json({"total": result.total, **stories, "took_ms": took_ms})
    elif result.stories is None:
        screen.note(f"{min(limit, result.total)} of {result.total} in {took_ms:g} ms")
    else:
        shown = f"{min(limit, result.stories)} of {result.stories} stories"
        screen.note(f"{shown}, {result.total} articles, in {took_ms:g} ms")


def _show_facets(result: "SearchResult", *, as_json: bool) -> None:
    if as_json:
        screen.print_json({"facets": _plain(result.facets), "total": result.total})
        return
    for name, values in result.facets.items():
        screen.print_line(f"\n{screen.bold(name)}")
        for each in values:
            screen.print_line(f"{each.count:>8}  {each.value}")


def _plain(facets: Mapping[str, "tuple[FacetValue, ...]"]) -> Mapping[str, "list[FacetValue]"]:
    return {name: list(values) for name, values in facets.items()}
