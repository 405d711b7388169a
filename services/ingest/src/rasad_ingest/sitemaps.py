"""Sitemaps and news sitemaps (sitemaps.org; Google's news extension)."""

from collections.abc import Iterator
from datetime import UTC, datetime

from lxml import etree

from rasad_core.errors import Reason, Unprocessable
from rasad_core.events import Frozen, Problem
from rasad_core.intake.articles import Context, article
from rasad_core.intake.clean import clean_markup
from rasad_core.intake.items import Found, Item, Refused, refused
from rasad_core.times import parse_time
from rasad_ingest.charset import decode

Fields = dict[str, str]
_NEVER = datetime.min.replace(tzinfo=UTC)


class Child(Frozen, frozen=True, kw_only=True):
    """A sitemap that an index names."""

    url: str
    changed: datetime | None = None


def read_index(data: bytes) -> tuple[Child, ...]:
    """Give the sitemaps of an index, newest first, undated last; none of what is no index."""
    root = _root(data)
    if root is None or _local(root) != "sitemapindex":
        return ()
    named = [_fields(each) for each in root if isinstance(each.tag, str)]
    children = [
        Child(url=fields["loc"], changed=parse_time(fields.get("lastmod", "")))
        for fields in named
        if "loc" in fields
    ]
    dated = [each for each in children if each.changed]
    undated = [each for each in children if not each.changed]
    return (*sorted(dated, key=lambda each: each.changed or _NEVER, reverse=True), *undated)


def read_sitemap(data: bytes, context: Context) -> Iterator[Item]:
    """Give an article per address; an index's sitemaps are refused one by one, with their address.

    Raises `Unprocessable(malformed)` when it is no sitemap. A broken file keeps its good entries.
    """
    root = _root(data)
    name = "" if root is None else _local(root)
    if root is None or name not in ("urlset", "sitemapindex"):
        raise Unprocessable(Reason.MALFORMED, "this is no sitemap: no urlset or sitemapindex")
    entries = [each for each in root if isinstance(each.tag, str)]
    if not entries:
        raise Unprocessable(Reason.EMPTY, "the sitemap has no entries")
    for number, entry in enumerate(entries[: context.limits.max_entries], start=1):
        line: int | None = entry.sourceline  # type: ignore[assignment]  # the stubs say `...`
        yield _item(number, line, _fields(entry), context, index=name == "sitemapindex")
    if len(entries) > context.limits.max_entries:
        message = f"only the first {context.limits.max_entries} of {len(entries)} are read"
        yield Refused(reason=Reason.TOO_LARGE, message=message)


def _root(data: bytes) -> "etree._Element | None":
    reader = etree.XMLParser(
        encoding="utf-8", recover=True, resolve_entities=False, no_network=True
    )
    try:
        return etree.fromstring(clean_markup(decode(data)).encode(), parser=reader)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _fields(entry: "etree._Element") -> Fields:
    """Give the texts of the entry's own elements and those of its news, not of its pictures."""
    found: Fields = {}
    for child in entry:
        name = _local(child)
        for element in child.iter() if name == "news" else [child]:
            if element.text and element.text.strip():
                found.setdefault(_local(element), element.text.strip())
    return found


def _local(element: "etree._Element") -> str:
    """Name an element without its prefix, which is part of the tag where nothing declares it."""
    tag = str(element.tag)  # of a comment, what makes one; it is no name we look for
    return tag.rpartition("}")[2].rpartition(":")[2]


def _item(number: int, line: int | None, fields: Fields, context: Context, *, index: bool) -> Item:
    url = fields.get("loc")
    if url is None:
        message = f"entry {number} has no `loc`"
        return Refused(reason=Reason.NO_LINK, message=message, line=line)
    if index:
        message = "a sitemap of an index is fetched by the live program; name its file instead"
        return Refused(reason=Reason.UNSUPPORTED, message=message, line=line, url=url)
    published, problems = _published(fields)
    keywords = fields.get("keywords", "").split(",")
    try:
        made = article(
            context,
            form="entry",
            url=url,
            title=fields.get("title"),
            published=published,
            problems=problems,
            source=fields.get("name"),
            language=fields.get("language"),
            tags=tuple(tag for word in keywords if (tag := word.strip())),
        )
    except Unprocessable as error:
        return refused(error, line=line, url=url)
    return Found(article=made, line=line)


def _published(fields: Fields) -> tuple[datetime | None, tuple[Problem, ...]]:
    written = fields.get("publication_date") or fields.get("lastmod")
    if written is None:
        return None, ()
    at = parse_time(written)
    if at is None:
        return None, (Problem(step="published", reason=f"`{written[:100]}` is no time we read"),)
    return at, ()
