"""`rasad enrich`: articles in, understood articles out; no store."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from rasad import options, screen

if TYPE_CHECKING:
    from rasad_core.events import ArticleAnalysed, ArticleEnriched
    from rasad_core.output import ArticleJson
    from rasad_stories.sequence import Stories

Form = Literal["auto", "page", "text", "jsonl"]


def enrich(
    file: Annotated[
        list[str] | None, typer.Argument(metavar="[FILE…|-]", help="Files; else standard input.")
    ] = None,
    form: Annotated[
        Form, typer.Option("--as", help="What it is; `auto` looks at its content.")
    ] = "auto",
    _as_json: Annotated[bool, typer.Option("--json", help="The output is JSON anyway.")] = False,
) -> None:
    """Print each article analysed and placed in a story of this input, one JSON object per line.

    An unreadable item gives a line {"refused": …} in its place, and exit status 1.
    """
    from rasad.reading import RefusedLine, read_analysed
    from rasad_core.intake.items import Limits
    from rasad_stories.sequence import Stories

    limits = Limits(max_bytes=options.settings(None).ingest_max_bytes)
    refused = False
    with Stories(None) as stories:
        for item in read_analysed(file or ["-"], form=form, limits=limits):
            if isinstance(item, RefusedLine):
                refused = True
                screen.print_json(item)
            else:
                screen.print_json(_placed(stories, item))
    if refused:
        raise typer.Exit(1)


def _placed(stories: "Stories", article: "ArticleAnalysed") -> "ArticleJson":
    from rasad_core.output import joined_json

    placement = stories.place(article)
    ways = [(redirect.from_story_id, redirect.story_id) for redirect in placement.redirects]
    return joined_json(placement.event or _again(stories, article), ways)


def _again(stories: "Stories", article: "ArticleAnalysed") -> "ArticleEnriched":
    """Give what brought nothing new its line all the same, as the revision it is."""
    from msgspec.structs import asdict

    from rasad_core.events import ArticleEnriched

    line = stories.state.line(article.article_id)
    assert line is not None
    record = stories.record(line.number, trace_id=article.trace_id)
    return ArticleEnriched(
        **asdict(article),
        revision=record.revision,
        seq=record.seq,
        story_id=record.story_id,
        month=record.month,
    )
