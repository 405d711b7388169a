"""One HTML file is one article."""

from urllib.parse import urlsplit

from lxml import html

from rasad_core.errors import Reason, Unprocessable
from rasad_core.events import ArticleFetched, Problem
from rasad_core.identity import canonical_url
from rasad_core.intake.articles import Context, article
from rasad_core.intake.items import Found
from rasad_core.intake.slim import parse_page, slimmed

_OWN_ADDRESS = (
    "//link[@rel='canonical']/@href",
    "//meta[@property='og:url']/@content",
)


def read_page(text: str, context: Context) -> Found:
    """Read a page; raises `Unprocessable`.

    Without a given address its own `rel=canonical` or `og:url` is its address: a saved page has no
    other. A page too large even when slimmed keeps its title.
    """
    root = parse_page(text)
    url = context.url or own_address(root)
    title = root.findtext(".//title") or ""
    try:
        body = slimmed(root, max_bytes=context.limits.max_html_bytes)
    except Unprocessable as error:
        if error.reason is not Reason.TOO_LARGE or not title.strip():
            raise
        return Found(article=_title_only(title, url, context))
    return Found(article=article(context, form="page", url=url, html=body, content=text))


def own_address(root: html.HtmlElement) -> str | None:
    """Give the address a page states of itself, if it is one."""
    for path in _OWN_ADDRESS:
        found = root.xpath(path)
        for value in found if isinstance(found, list) else ():
            address = str(value).strip()
            try:
                parts = urlsplit(canonical_url(address))
            except Unprocessable:
                continue
            # Sites that state their front page on every page mean none of them.
            if parts.path or parts.query:
                return address
    return None


def _title_only(title: str, url: str | None, context: Context) -> ArticleFetched:
    problem = Problem(step="extract", reason=Reason.TOO_LARGE.value)
    return article(
        context, form="page", url=url, title=" ".join(title.split()), problems=(problem,)
    )
