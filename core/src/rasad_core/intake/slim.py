"""HTML without what no step of analysis reads: scripts but JSON-LD, styles, drawings, comments."""

import re

from lxml import etree, html

from rasad_core.errors import Reason, Unprocessable
from rasad_core.intake.clean import clean

_DROPPED = ("style", "svg", "noscript", "iframe", "template", "object", "embed", "canvas")
_LINKED_DATA = "application/ld+json"
# The parser compares every attribute of an element with all before it: 110,000 of them, which fit
# into 1 MB, take three minutes, these take milliseconds. Real pages have some dozens.
_MAX_ATTRIBUTES = 2000
# As browsers take a tag apart; nothing here looks back, so that it is as fast on hostile input.
_ATTRIBUTE = re.compile(
    r"""[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"?+|'[^']*+'?+|[^\s>"'][^\s>]*+)?+)?+"""
)
_TAG = re.compile(rf"<[A-Za-z][^\s/>]*+(?:{_ATTRIBUTE.pattern})*+")


def parse_page(text: str) -> html.HtmlElement:
    """Parse a page, however broken; raises `Unprocessable(empty)` where there is nothing."""
    # lxml refuses text that declares its own charset, and takes no control characters back.
    data = _without_bombs(clean(text))
    reader = html.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        root = html.document_fromstring(data.encode(), parser=reader)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        raise Unprocessable(Reason.EMPTY, "the page has no content") from None
    return root


def _without_bombs(text: str) -> str:
    """Take out tags that are made to take the parser minutes; what they enclose stays."""
    kept: list[str] = []
    end = 0
    for tag in _TAG.finditer(text):
        # No attribute has fewer than two characters, its space included.
        if tag.end() - tag.start() < 2 * _MAX_ATTRIBUTES:
            continue
        if len(_ATTRIBUTE.findall(tag[0])) > _MAX_ATTRIBUTES:
            kept.append(text[end : tag.start()])
            end = tag.end() + text.startswith(">", tag.end())
    return "".join((*kept, text[end:])) if kept else text


def slim(text: str, *, max_bytes: int) -> str:
    """Give the page without what is not read; raises `Unprocessable`: `empty`, `too_large`."""
    root = parse_page(text)
    return slimmed(root, max_bytes=max_bytes)


def slimmed(root: html.HtmlElement, *, max_bytes: int) -> str:
    """Slim a parsed page in place and write it."""
    for script in list(root.iter("script")):
        if (script.get("type") or "").strip().lower() != _LINKED_DATA:
            script.tag = _DROPPED[0]
    # One by one they would take time by the square of their number, and pages may have a million.
    dropped = (*_DROPPED, etree.Comment, etree.ProcessingInstruction)
    etree.strip_elements(root, *dropped, with_tail=False)
    for element in root.iter():
        for name in ("src", "srcset", "style", "href"):
            if (value := element.get(name)) and (value[:5] == "data:" or name == "style"):
                del element.attrib[name]
    written = str(html.tostring(root, encoding="unicode"))
    size = len(written.encode())
    if size > max_bytes:
        message = f"the page has {size} bytes without scripts; {max_bytes} are allowed"
        raise Unprocessable(Reason.TOO_LARGE, message)
    return written
