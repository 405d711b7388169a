"""The news as written: `news/outlets.toml`, and one text file of articles for each outlet.

An article is a line `# Title`, lines `name: value`, and its paragraphs, each a line of its own.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Literal, get_args

import msgspec

from rasad_core.errors import RasadError
from rasad_core.events import Frozen

NEWS = Path(__file__).parent / "news"
# rss: summaries that pages complete. rss-full, atom-full, json: whole texts. sitemap: links and
# titles. broken: an RSS feed as no program should write it. failing: a server that is broken.
FeedKind = Literal["rss", "rss-full", "atom", "atom-full", "rdf", "json", "sitemap", "broken",
                   "failing"]  # fmt: skip
Defect = Literal["", "unclosed", "ampersand", "wrong-date", "linkless"]
_DEFECTS: tuple[Defect, ...] = get_args(Defect)

_ARTICLE = re.compile(r"^# ", re.MULTILINE)
_HEADER = re.compile(r"([a-z]+): *(.*)")
_OFFSET = re.compile(r"([+-])(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
_CORRECTION = re.compile(r"(\S+) (.+) → (.+)")
_NAMES = frozenset(
    ("slug", "published", "author", "section", "tags", "copy", "dateline", "cut", "correction",
     "note", "happens", "defect")
)  # fmt: skip


class Unwritable(RasadError):
    """A manuscript says something that cannot be printed; the message names the place."""


class Outlet(Frozen, frozen=True, kw_only=True):
    """A fictional publisher. `encoding` is that of its pages and feed."""

    slug: str
    name: str
    language: str
    country: str
    city: str
    tagline: str
    feed: FeedKind
    utc_offset_hours: int = 0
    tags: tuple[str, ...] = ()
    encoding: str = "utf-8"
    tracked: bool = False  # the links of its feed carry campaign parameters


class Correction(Frozen, frozen=True, kw_only=True):
    """What an article says from some moment on; `after` counts from the start."""

    after: timedelta
    wrong: str
    right: str
    note: str


class Article(Frozen, frozen=True, kw_only=True):
    """An article as it lies in the newsroom. `published` counts from the start.

    `copy_of` is the `outlet/slug` of the article it was taken from; `happens` tells who watches the
    demonstration what its release will do.
    """

    outlet: str
    slug: str
    title: str
    published: timedelta
    paragraphs: tuple[str, ...]
    author: str = ""
    section: str = ""
    tags: tuple[str, ...] = ()
    copy_of: str = ""
    correction: Correction | None = None
    happens: str = ""
    defect: Defect = ""

    @property
    def key(self) -> str:
        """Name the article among those of all outlets."""
        return f"{self.outlet}/{self.slug}"


class _Written(Frozen, frozen=True, kw_only=True):
    """One article of a file, its headers unread."""

    place: str
    outlet: str
    title: str
    headers: Mapping[str, str]
    paragraphs: tuple[str, ...]


class News(Frozen, frozen=True, kw_only=True):
    """Everything there is to publish."""

    outlets: tuple[Outlet, ...]
    articles: tuple[Article, ...]


def read_news(folder: Path = NEWS) -> News:
    """Read all manuscripts; raises `Unwritable`."""
    listed = tomllib.loads((folder / "outlets.toml").read_text(encoding="utf-8"))
    outlets = msgspec.convert(listed["outlet"], tuple[Outlet, ...])
    written = [
        each
        for outlet in outlets
        if (path := folder / f"{outlet.slug}.md").exists()
        for each in read_manuscript(outlet.slug, path.read_text(encoding="utf-8"))
    ]
    return News(outlets=outlets, articles=_articles(written))


def read_manuscript(outlet: str, text: str) -> Iterable[_Written]:
    """Take a file apart; what stands before its first article is for whoever writes in it."""
    for part in _ARTICLE.split(text)[1:]:
        title, *lines = part.splitlines()
        headers: dict[str, str] = {}
        while lines and (found := _HEADER.fullmatch(lines[0])):
            headers[found[1]] = found[2].strip()
            lines = lines[1:]
        place = f"{outlet}.md, “{title}”"
        if wrong := sorted(headers.keys() - _NAMES):
            raise Unwritable(f"{place}: `{wrong[0]}` is none of {', '.join(sorted(_NAMES))}")
        paragraphs = tuple(line.strip() for line in lines if line.strip())
        yield _Written(
            place=place, outlet=outlet, title=title, headers=headers, paragraphs=paragraphs
        )


def _articles(written: Iterable[_Written]) -> tuple[Article, ...]:
    everything = [(each, _article(each)) for each in written]
    originals = {article.key: article for _, article in everything if not article.copy_of}
    return tuple(
        _copied(each, article, originals) if article.copy_of else article
        for each, article in everything
    )


def _article(each: _Written) -> Article:
    headers = each.headers
    if not headers.get("slug") or not headers.get("published"):
        raise Unwritable(f"{each.place}: an article needs `slug` and `published`")
    return Article(
        outlet=each.outlet,
        slug=headers["slug"],
        title=each.title,
        published=_offset(headers["published"], each.place),
        paragraphs=each.paragraphs,
        author=headers.get("author", ""),
        section=headers.get("section", ""),
        tags=tuple(tag.strip() for tag in re.split("[,،]", headers.get("tags", "")) if tag.strip()),
        copy_of=headers.get("copy", ""),
        correction=_correction(each),
        happens=headers.get("happens", ""),
        defect=_defect(headers.get("defect", ""), each.place),
    )


def _copied(each: _Written, article: Article, originals: Mapping[str, Article]) -> Article:
    """Print another outlet's article under our dateline, its last paragraphs cut."""
    original = originals.get(article.copy_of)
    if original is None:
        raise Unwritable(f"{each.place}: there is no original `{article.copy_of}`")
    first, *rest = original.paragraphs
    cut = each.headers.get("cut", "0")
    if not cut.isdecimal():
        raise Unwritable(f"{each.place}: `{cut}` is no number of paragraphs to cut")
    kept = rest[: max(len(rest) - int(cut), 0)]
    dateline = each.headers.get("dateline", "")
    return msgspec.structs.replace(
        article,
        paragraphs=(f"{dateline} {first}".strip(), *kept, *article.paragraphs),
        section=article.section or original.section,
        tags=article.tags or original.tags,
    )


def _correction(each: _Written) -> Correction | None:
    written = each.headers.get("correction")
    if written is None:
        return None
    found = _CORRECTION.fullmatch(written)
    if found is None:
        raise Unwritable(f"{each.place}: a correction is written `+90s wrong words → right words`")
    if sum(one.count(found[2]) for one in each.paragraphs) != 1:
        raise Unwritable(f"{each.place}: `{found[2]}` must stand in it once")
    after = _offset(found[1], each.place)
    return Correction(
        after=after, wrong=found[2], right=found[3], note=each.headers.get("note", "")
    )


def _defect(written: str, place: str) -> Defect:
    for known in _DEFECTS:
        if written == known:
            return known
    raise Unwritable(f"{place}: `{written}` is none of {', '.join(filter(None, _DEFECTS))}")


def _offset(written: str, place: str) -> timedelta:
    """Read `-1d2h` or `+35s`: how long before or after the start."""
    found = _OFFSET.fullmatch(written)
    if found is None or not any(found.groups()[1:]):
        raise Unwritable(f"{place}: `{written}` is no time such as -1d2h or +35s")
    days, hours, minutes, seconds = (int(number or 0) for number in found.groups()[1:])
    length = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    return -length if found[1] == "-" else length
