"""The article index in memory: every search asks the evaluator about every article."""

import re
import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial

from msgspec.structs import replace

from rasad_core.errors import Reason, Unprocessable
from rasad_core.events import ArticleDeleted, ArticleEnriched, ArticleMoved, Highlight
from rasad_core.fields import FACET_ALIASES, FIELD_BY_NAME, values_of
from rasad_core.histogram import histogram
from rasad_core.ports import (
    FacetValue,
    Histogram,
    Hit,
    SearchRequest,
    SearchResult,
    WantedInterval,
    Write,
    WriteOutcome,
)
from rasad_core.query.document import search_document
from rasad_core.query.evaluate import highlights, matches

# No longer than a place or a count ever is; int() takes other digits too, and refuses thousands.
_NUMBER = re.compile(r"[0-9]{1,19}")


class MemoryArticleIndex:
    """ArticleIndex; relevance is newest first, since nothing here weighs words."""

    def __init__(self) -> None:
        self._turn = threading.RLock()
        self._contents: dict[str, ArticleEnriched] = {}
        self._stories: dict[str, tuple[int, str]] = {}
        self._deleted: set[str] = set()

    def write(self, batch: Sequence[Write]) -> Sequence[WriteOutcome]:
        """Apply in order, all at once for readers."""
        with self._turn:
            return [self._apply(event) for event in batch]

    def get(self, article_id: str) -> ArticleEnriched | None:
        """Give the held revision, or None."""
        with self._turn:
            article = self._contents.get(article_id)
            if article is None:
                return None
            return replace(article, story_id=self._stories[article_id][1])

    def search(self, request: SearchRequest) -> SearchResult:
        """Find by the meaning of `query.evaluate`."""
        found = self._found(request)
        sizes = Counter(article.story_id for article in found)
        shown = _first_of_each_story(found) if request.fold else found
        at = self._offset(request)
        page = shown[at : at + request.limit]
        more = len(shown) > at + request.limit and page
        return SearchResult(
            total=len(found),
            stories=len(sizes) if request.fold else None,
            hits=tuple(
                self._hit(article, request, sizes[article.story_id] - 1 if request.fold else None)
                for article in page
            ),
            facets={name: _facet(found, FACET_ALIASES.get(name, name)) for name in request.facets},
            next_cursor=f"{request.sort}:{at + len(page)}" if more else None,
        )

    def count(self, request: SearchRequest) -> int:
        """Give the total of the same search."""
        return len(self._found(request))

    def histogram(
        self, request: SearchRequest, *, interval: WantedInterval = "auto", tz: str = "UTC"
    ) -> Histogram:
        """Count the result by time of publication."""
        moments = sorted(article.published for article in self._found(request))
        return histogram(
            (moments[0], moments[-1]) if moments else None,
            partial(bisect_left, moments),
            interval=interval,
            tz=tz,
        )

    def scan(self, request: SearchRequest) -> Iterator[ArticleEnriched]:
        """Give every article of the result in its sort order."""
        yield from self._found(request)

    def _apply(self, event: Write) -> WriteOutcome:
        held = self._contents.get(event.article_id)
        story_seq = self._stories.get(event.article_id, (-1, ""))[0]
        if event.article_id in self._deleted:
            return "deleted"
        match event:
            case ArticleEnriched():
                if held is not None and event.seq <= held.seq:
                    return "stale"
                self._contents[event.article_id] = event
                if event.seq > story_seq:
                    self._stories[event.article_id] = (event.seq, event.story_id)
                return "written"
            case ArticleMoved():
                if event.seq <= story_seq:
                    return "stale"
                self._stories[event.article_id] = (event.seq, event.story_id)
            case ArticleDeleted():
                self._deleted.add(event.article_id)
                self._contents.pop(event.article_id, None)
        return "missing" if held is None else "written"

    def _found(self, request: SearchRequest) -> list[ArticleEnriched]:
        with self._turn:
            held = [each for key in self._contents if (each := self.get(key)) is not None]
        found = [article for article in held if _selected(article, request)]
        newest = request.sort != "oldest"
        return sorted(found, key=lambda each: (each.published, each.article_id), reverse=newest)

    def _offset(self, request: SearchRequest) -> int:
        if request.cursor is None:
            return 0
        sort, _, at = request.cursor.partition(":")
        if sort != request.sort or not _NUMBER.fullmatch(at):
            raise Unprocessable(
                Reason.BAD_FIELD, f"`{request.cursor}` is no cursor of this search; leave it out"
            )
        return int(at)

    def _hit(self, article: ArticleEnriched, request: SearchRequest, copies: int | None) -> Hit:
        found: tuple[Highlight, ...] = ()
        if request.query is not None:
            found = highlights(request.query, search_document(article), now=request.now)
        return Hit(article=article, highlights=found, copies=copies)


def _selected(article: ArticleEnriched, request: SearchRequest) -> bool:
    if request.since is not None and article.published < request.since:
        return False
    if request.until is not None and article.published >= request.until:
        return False
    node = request.narrowed
    return node is None or matches(node, search_document(article), now=request.now)


def _first_of_each_story(found: Sequence[ArticleEnriched]) -> Sequence[ArticleEnriched]:
    firsts: dict[str, ArticleEnriched] = {}
    for article in found:
        firsts.setdefault(article.story_id, article)
    return list(firsts.values())


def _facet(found: Sequence[ArticleEnriched], field: str) -> tuple[FacetValue, ...]:
    if not FIELD_BY_NAME[field].facet:
        raise KeyError(field)
    counts = Counter(value for article in found for value in set(values_of(field, article)))
    ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    return tuple(FacetValue(value=value, count=count) for value, count in ordered)
