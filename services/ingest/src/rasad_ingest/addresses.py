"""An address that a person names, fetched once, to the items that a file of its kind has."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from msgspec.structs import replace

from rasad_core.documents.sources import PageTask
from rasad_core.errors import Reason, Unprocessable
from rasad_core.events import ArticleFetched
from rasad_core.intake.articles import Context
from rasad_core.intake.items import As, Found, Item, Refused, refused
from rasad_core.net.fetch import Failure, Fetcher, FetchFailed, Request, Response
from rasad_ingest.charset import decode
from rasad_ingest.content import items_of, unzipped
from rasad_ingest.detect import refuse_binary
from rasad_ingest.live.asking import charset_of
from rasad_ingest.page_tasks import page_task

# What a file of the media type is called. Types that say too little, such as octet-stream, are not
# here: the end of the address says more.
_SUFFIXES = {
    "text/html": ".html", "application/xhtml+xml": ".xhtml", "application/rss+xml": ".rss",
    "application/atom+xml": ".atom", "application/rdf+xml": ".rdf", "application/xml": ".xml",
    "text/xml": ".xml", "application/feed+json": ".json", "application/json": ".json",
    "application/x-ndjson": ".jsonl", "application/jsonl": ".jsonl", "text/csv": ".csv",
    "text/x-opml": ".opml",
}  # fmt: skip
_GONE = (404, 410)


def read_address(url: str, *, form: As, context: Context, fetcher: Fetcher) -> Iterator[Item]:
    """Fetch an address once and give its items; a fetch that fails is an item, `Refused`.

    Robots are not asked and no host is waited for: a person wants this one address now. Links are
    resolved against the address that redirects end at, which is also that of a page, unless the
    context names another.
    """
    try:
        response = fetch(url, fetcher)
        data = readable(response, context.limits.max_bytes)
    except Unprocessable as error:
        yield refused(error, url=url)
        return
    context = replace(context, url=context.url or response.url)
    for item in items_of(data, form, context, suffix=suffix_of(response)):
        yield _linked(item, url) if response.url != url else item


def fetch(url: str, fetcher: Fetcher) -> Response:
    """Give what an address holds; raises `Unprocessable` saying why it cannot be had.

    Reasons: `bad_url`, `forbidden`, `too_large`, `not_found` and, for all else, `fetch_failed`.
    """
    try:
        response = fetcher.fetch(Request(url=url))
    except FetchFailed as error:
        if error.reason is Failure.FORBIDDEN:  # what it says names the address, and no password
            reason = Reason.BAD_URL if error.code == "bad_host" else Reason.FORBIDDEN
            raise Unprocessable(reason, error.message) from None
        too_large = error.reason is Failure.TOO_LARGE
        reason = Reason.TOO_LARGE if too_large else Reason.FETCH_FAILED
        raise Unprocessable(reason, f"{url[:200]}: {error.message}") from None
    if not 200 <= response.status < 300:
        reason = Reason.NOT_FOUND if response.status in _GONE else Reason.FETCH_FAILED
        raise Unprocessable(reason, f"{url[:200]} answers {response.status}")
    return response


def readable(response: Response, max_bytes: int) -> bytes:
    """Give the body unzipped and, where its server declares a charset, as UTF-8."""
    data = unzipped(response.body, max_bytes)
    refuse_binary(data)
    declared = charset_of(response)
    return decode(data, declared=declared).encode("utf-8", "replace") if declared else data


def suffix_of(response: Response) -> str:
    """Give how a file with this content would be called: by media type, then by address."""
    media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type in _SUFFIXES:
        return _SUFFIXES[media_type]
    path = PurePosixPath(urlsplit(response.url).path.lower())
    return path.with_suffix("").suffix if path.suffix == ".gz" else path.suffix


def tasks_of(articles: Sequence[ArticleFetched], now: datetime) -> Sequence[PageTask]:
    """Give what completes those articles that are entries, by their pages, due now.

    Of articles as published: under the ids that `resolve` gave them.
    """
    # Named by a person, in no feed that is polled.
    tasks = (page_task(each, feed_id="", due_at=now) for each in articles if each.form == "entry")
    return [task for task in tasks if task is not None]


def _linked(item: Item, url: str) -> Item:
    """Remember the address that led to a page."""
    if isinstance(item, Refused) or item.article.form != "page":
        return item
    return Found(article=replace(item.article, links=(*item.article.links, url)), line=item.line)
