"""What the reference evaluator selects and marks in an article of a title and a text."""

from rasad_core.events import ArticleEnriched
from rasad_core.query.document import search_document
from rasad_core.query.evaluate import highlights, matches
from rasad_core.query.parse import parse
from strategies import NOW


def article(text: str = "", *, title: str = "", lead: str = "") -> ArticleEnriched:
    return ArticleEnriched(
        trace_id="t",
        article_id="a",
        form="record",
        fetched_at=NOW,
        published=NOW,
        title=title,
        text=text,
        lead=lead,
        revision=1,
        seq=1,
        story_id="s",
        month="2026.03",
    )


def found(query: str, text: str = "", *, title: str = "", lead: str = "") -> bool:
    document = search_document(article(text, title=title, lead=lead))
    return matches(parse(query).node, document, now=NOW)


def marked(query: str, text: str = "", *, title: str = "") -> list[tuple[str, str, str]]:
    document = search_document(article(text, title=title))
    stored = {"title": title, "text": text}
    return [
        (each.field, stored[each.field][each.start : each.end], each.clause)
        for each in highlights(parse(query).node, document, now=NOW)
    ]
