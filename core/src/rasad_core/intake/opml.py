"""OPML, the list of sources that every feed reader writes and reads."""

import re
from collections.abc import Iterable, Iterator, Sequence

from lxml import etree
from msgspec.structs import replace

from rasad_core.documents.sources import Source, SourceKind
from rasad_core.errors import Reason, Unprocessable
from rasad_core.events import Frozen
from rasad_core.identity import canonical_url
from rasad_core.intake.clean import clean
from rasad_core.intake.items import Refused, refused

# The largest list we have seen has 10,000 feeds in 2 MB.
_MAX_BYTES = 5_000_000
# Addresses that browsers take have 2,000 characters; names and categories have fewer.
_MAX_ATTRIBUTE_CHARACTERS = 4000
# `type` is written in many ways, all of which mean a feed, but for these two of ours.
_OTHER_KINDS: dict[str, SourceKind] = {"sitemap": "sitemap", "page": "page"}
_COUNTRY = re.compile("[A-Za-z]{2}")


class Outline(Frozen, frozen=True, kw_only=True):
    """A source as a list names it; `tags` are its categories and the folders it is in."""

    url: str
    kind: SourceKind = "feed"
    name: str | None = None
    country: str | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    line: int | None = None


def read_opml(data: bytes) -> tuple[Sequence[Outline], Sequence[Refused]]:
    """Give the sources of a list, each once, and the outlines that are none, with their lines.

    Raises `Unprocessable`: `too_large`, and `malformed` when it is no OPML or declares entities.
    """
    found: dict[tuple[str, str], Outline] = {}
    refusals: list[Refused] = []
    for element, folders in _leaves(_body(data)):
        try:
            outline = _outline(element, folders)
        except Unprocessable as error:
            url = _attribute(element, "xmlUrl")
            refusals.append(refused(error, line=_line(element), url=url and url[:200]))
            continue
        key = (outline.url, outline.kind)
        known = found.get(key, outline)
        found[key] = replace(known, tags=tuple(dict.fromkeys((*known.tags, *outline.tags))))
    return tuple(found.values()), tuple(refusals)


def write_opml(sources: Iterable[Source]) -> bytes:
    """Write a list that `read_opml` gives back, and other programs read; in the order given."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "Sources"
    body = etree.SubElement(root, "body")
    for source in sources:
        name = source.name or source.url
        written = {
            "type": "rss" if source.kind == "feed" else source.kind,
            "text": name,
            "title": name if source.name else None,
            "xmlUrl": source.url,
            "language": source.language,
            "country": source.country,
            # A comma parts categories, and none of them can hold one.
            "category": ",".join(tag.replace(",", " ") for tag in source.tags) or None,
        }
        attributes = {key: clean(value) for key, value in written.items() if value is not None}
        etree.SubElement(body, "outline", attributes)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)


def _body(data: bytes) -> "etree._Element":
    if len(data) > _MAX_BYTES:
        message = f"the list has {len(data)} bytes; {_MAX_BYTES} are allowed: split it"
        raise Unprocessable(Reason.TOO_LARGE, message)
    reader = etree.XMLParser(recover=True, resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(data.strip(), parser=reader)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None or _name(root) != "opml":
        raise Unprocessable(Reason.MALFORMED, "this is no OPML: there is no `opml` around it all")
    declared = root.getroottree().docinfo.internalDTD
    # The stubs do not know what a DTD can tell.
    if declared is not None and any(declared.iterentities()):  # type: ignore[union-attr]
        message = "the list declares entities, which no list needs; write the characters themselves"
        raise Unprocessable(Reason.MALFORMED, message)
    return next((each for each in root if _name(each) == "body"), root)


def _leaves(body: "etree._Element") -> Iterator[tuple["etree._Element", tuple[str, ...]]]:
    """Give the outlines that are no folders, in their order, with the names of their folders."""
    left: list[tuple[etree._Element, tuple[str, ...]]] = []
    left.extend((each, ()) for each in reversed(_outlines(body)))
    while left:
        element, folders = left.pop()
        inner = _outlines(element)
        if not inner or _attribute(element, "xmlUrl"):
            yield element, folders
        name = _attribute(element, "title") or _attribute(element, "text")
        deeper = (*folders, name) if name else folders
        left.extend((each, deeper) for each in reversed(inner))


def _outlines(element: "etree._Element") -> "list[etree._Element]":
    return [each for each in element if _name(each) == "outline"]


def _outline(element: "etree._Element", folders: tuple[str, ...]) -> Outline:
    for name, value in element.attrib.items():
        if len(value) > _MAX_ATTRIBUTE_CHARACTERS:
            message = f"`{clean(str(name))[:50]}` has {len(value)} characters; "
            message += f"{_MAX_ATTRIBUTE_CHARACTERS} are allowed"
            raise Unprocessable(Reason.TOO_LARGE, message)
    url = _attribute(element, "xmlUrl")
    if url is None:
        raise Unprocessable(Reason.NO_LINK, "the outline has no `xmlUrl`")
    canonical_url(url)
    country = _attribute(element, "country") or ""
    return Outline(
        url=url,
        kind=_OTHER_KINDS.get((_attribute(element, "type") or "").lower(), "feed"),
        name=_named(_attribute(element, "title") or _attribute(element, "text"), url),
        country=country.upper() if _COUNTRY.fullmatch(country) else None,
        language=_attribute(element, "language"),
        tags=tuple(dict.fromkeys((*_categories(element), *folders))),
        line=_line(element),
    )


def _named(name: str | None, url: str) -> str | None:
    """Take no address for a name: it is written where there is none, as OPML demands `text`."""
    return None if name == url else name


def _categories(element: "etree._Element") -> Iterator[str]:
    for each in (_attribute(element, "category") or "").split(","):
        if category := each.strip().strip("/"):
            yield category


def _attribute(element: "etree._Element", name: str) -> str | None:
    """Give an attribute, however its name is capitalised: writers do as they like."""
    for key, value in element.attrib.items():
        if str(key).lower() == name.lower() and (cleaned := clean(str(value)).strip()):
            return " ".join(cleaned.split())
    return None


def _line(element: "etree._Element") -> int | None:
    line: int | None = element.sourceline  # type: ignore[assignment]  # the stubs say `...`
    return line


def _name(element: "etree._Element") -> str:
    """Name an element without its namespace; comments have no name."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""
