"""What hostile sites send, and what finds the harm that it did."""

import zlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from lxml import etree, html

from live_site import Desk, feed
from loopback import Visit

MIB = 1024 * 1024
OPEN_ENDED = b"HTTP/1.1 200 So\r\nContent-Type: application/rss+xml\r\nConnection: close\r\n\r\n"
# What turns the direction of the text around it.
BIDI = frozenset("\u202a\u202b\u202d\u202e\u2066\u2067\u2068")
BANNED = {"iframe", "object", "embed", "base", "style"}
RUNNING = {"javascript", "vbscript", "data"}
POISON = (
    "<script>alert(1)</script><img src=x onerror=alert(1)><svg onload=alert(1)></svg>"
    '<a href="javascript:alert(1)" onclick="alert(1)">antidote</a>'
    '<p style="width:expression(alert(1))">\u202eserum\u2066</p>'
    "<iframe srcdoc='<script>alert(1)</script>'></iframe></main></title></textarea>"
)


def peaks_mib(pid: int) -> Iterator[float]:
    """Give the most memory that a process and its children ever had, of those that are there."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("utf-8")
    except OSError:
        return
    (peak,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    yield int(peak) / 1024
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text("utf-8").split():
            yield from peaks_mib(int(child))


def active(document: str) -> list[str]:
    """Name everything in a page that runs, or that changes how its own parts look."""
    found: list[str] = []
    for element in html.document_fromstring(document).iter(etree.Element):
        name = str(element.tag)
        foreign = not str(element.get("src", "")).startswith("/assets/")
        if name in BANNED or (name == "script" and (foreign or element.text)):
            found.append(name)
        for key, value in ((str(key), str(value)) for key, value in element.items()):
            scheme = "".join(value.split()).lower().partition(":")[0]
            if key.startswith("on") or key in {"style", "srcdoc"} or scheme in RUNNING:
                found.append(f"{name} {key}={value}")
    return found


def turning(document: str) -> list[str]:
    """Name every text of a page that could turn what stands around it, as nothing holds it in."""
    (body,) = html.document_fromstring(document).iter("body")
    return [
        str(element.tag)
        for element in body.iter(etree.Element)
        if BIDI & {*(element.text or ""), *"".join(each.tail or "" for each in element)}
        and not any(
            each.get("dir") or each.tag in {"bdi", "option", "textarea"}
            for each in (element, *element.iterancestors())
            if each.tag != "html"
        )
    ]


def unended(visit: Visit) -> None:
    visit.send(OPEN_ENDED + b"<rss><channel>")
    for _ in range(50):
        visit.send(b" " * MIB)


def bomb(visit: Visit) -> None:
    packer = zlib.compressobj(9, wbits=31)
    packed = b"".join(packer.compress(bytes(MIB)) for _ in range(200)) + packer.flush()
    visit.send(feed(packed, "Content-Encoding: gzip"))


def entity_bomb() -> str:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    head = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY e0 "lol">{levels}]>'
    item = "<item><title>Lol &e9;</title><link>http://127.0.1.1/lol</link></item>"
    return f'{head}<rss version="2.0"><channel><title>Lol</title>{item}</channel></rss>'


def escaped(markup: str) -> str:
    """Write markup as the text of an element."""
    return f"<![CDATA[{markup}]]>"


def bodies(news: Desk, alert_id: str, article_ids: list[str]) -> dict[str, str]:
    """Give every page that shows what others wrote."""
    asked = [
        "/search?q=venom", f"/search?q={quote(POISON)}", "/inbox", "/alerts", "/sources",
        f"/alerts/{alert_id}", *(f"/articles/{each}" for each in article_ids),
    ]  # fmt: skip
    answers = {
        path: news.program.client.get(path, headers={"accept": "text/html"}) for path in asked
    }
    assert {each.status_code for each in answers.values()} <= {200, 422}
    return {path: each.text for path, each in answers.items()}
