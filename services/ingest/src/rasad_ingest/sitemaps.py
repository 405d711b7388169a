"""Sitemaps and news sitemaps (sitemaps.org; Google's news extension)."""

from collections.abc import Iterator

from lxml import etree

from rasad_core.errors import Reason, Unprocessable
from rasad_ingest.articles import Context, article
from rasad_ingest.items import Found, Item, Refused, refused
from rasad_ingest.times import parse_time


def read_sitemap(data: bytes, context: Context) -> Iterator[Item]:
    """Give an article per address; an index's sitemaps are refused one by one, with their address.

    Raises `Unprocessable(malformed)` when it is no sitemap. A broken file keeps its good entries.
    """
    reader = etree.XMLParser(recover=True, resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(data, parser=reader)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    name = "" if root is None else etree.QName(root).localname
    if root is None or name not in ("urlset", "sitemapindex"):
        raise Unprocessable(Reason.MALFORMED, "this is no sitemap: no urlset or sitemapindex")
    entries = [each for each in root if isinstance(each.tag, str)]
    for number, entry in enumerate(entries, start=1):
        fields = _fields(entry)
        line = entry.sourceline if isinstance(entry.sourceline, int) else None
        if name == "sitemapindex":
            message = "a sitemap of an index is fetched by the live program; name its file instead"
            yield Refused(reason=Reason.UNSUPPORTED, message=message, url=fields.get("loc"))
        elif not fields.get("loc"):
            message = f"entry {number} has no `loc`"
            yield Refused(reason=Reason.NO_LINK, message=message, line=line)
        else:
            yield _item(fields, line, context)


def _fields(entry: "etree._Element") -> dict[str, str]:
    found: dict[str, str] = {}
    for element in entry.iter():
        if isinstance(element.tag, str) and element.text and element.text.strip():
            found.setdefault(etree.QName(element).localname, element.text.strip())
    return found


def _item(fields: dict[str, str], line: int | None, context: Context) -> Item:
    written = fields.get("publication_date") or fields.get("lastmod") or ""
    keywords = fields.get("keywords", "").split(",")
    try:
        made = article(
            context,
            form="entry",
            url=fields["loc"],
            title=fields.get("title"),
            published=parse_time(written),
            source=fields.get("name"),
            language=fields.get("language"),
            tags=tuple(tag for word in keywords if (tag := word.strip())),
        )
    except Unprocessable as error:
        return refused(error, line=line, url=fields["loc"])
    return Found(article=made, line=line)
