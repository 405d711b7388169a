"""The article index on Elasticsearch: months of articles behind one alias."""

import time
from collections.abc import Sequence
from functools import partial

from elasticsearch import Elasticsearch, NotFoundError

from rasad_core.adapters.elasticsearch import lifecycle
from rasad_core.adapters.elasticsearch.bulk import Pause
from rasad_core.adapters.elasticsearch.connection import explained
from rasad_core.adapters.elasticsearch.documents import article_of
from rasad_core.adapters.elasticsearch.months import Names
from rasad_core.adapters.elasticsearch.searching import Searcher
from rasad_core.adapters.elasticsearch.versions import KnownVersions
from rasad_core.adapters.elasticsearch.writing import Bodies, Outcomes, Writer, grouped
from rasad_core.events import ArticleEnriched
from rasad_core.ports import Clock, Write, WriteOutcome
from rasad_core.runtime.clock import SystemClock


class ElasticsearchIndex(Searcher):
    """ArticleIndex over one cluster. `refresh` makes every write findable at once, for tests.

    Without it a write is findable within a second. `write` is for one thread, the rest for any.
    """

    def __init__(
        self,
        client: Elasticsearch,
        prefix: str = "",
        *,
        clock: Clock | None = None,
        refresh: bool = False,
        pause: Pause = time.sleep,
    ) -> None:
        self._client = client
        self._names = Names(prefix=prefix)
        super().__init__(client, self._names.alias)
        self._versions = KnownVersions(partial(lifecycle.installed, client, prefix))
        self._writer = partial(
            Writer,
            client,
            self._names,
            clock=clock or SystemClock(),
            refresh=refresh,
            pause=pause,
        )
        self._writers: dict[int, Writer] = {}
        self._begun: set[str] = set()

    def write(
        self, batch: Sequence[Write], *, bodies: Bodies | None = None
    ) -> Sequence[WriteOutcome]:
        """Apply in order; durable on return, findable after the next refresh.

        Articles are written in any order among each other. After an error some of a batch may be
        written; the same writer gives those the outcome they had when it writes them again.
        Raises `Unprocessable` for an event that can never be written, then it is to be tried alone.
        `bodies` are analysed already, as far as they go.
        """
        groups, bodies, outcomes = grouped(batch), bodies or Bodies(), Outcomes()
        versions = self._versions.current()
        for version in versions.written:
            months = {self._names.index(version, group.month) for group in groups}
            if versions.switching:
                self._hold_back(months)
            # The readers' version comes last, and its outcomes are the ones to tell.
            outcomes = self._writer_of(version).write(
                groups, bodies, before_each=partial(self._versions.hold_to, versions)
            )
            self._begun |= months
        told = {article_id: iter(found) for article_id, found in outcomes.items()}
        return [next(told[event.article_id]) for event in batch]

    def get(self, article_id: str) -> ArticleEnriched | None:
        """Give the held revision, or None.

        Its month is looked for, and a new article may take a second to be found so; what is then
        read is the document as it is now: revisions, moves and deletions never lag.
        """
        try:
            with explained():
                found = self._client.search(
                    index=self._names.alias,
                    query={"ids": {"values": [article_id]}},
                    source=False,
                    size=1,
                    allow_partial_search_results=False,
                )["hits"]["hits"]
                if not found:
                    return None
                answer = self._client.get(index=found[0]["_index"], id=article_id)
        except NotFoundError:
            # Gone since, or nothing was ever written.
            return None
        return article_of(answer["_source"])

    def _writer_of(self, version: int) -> Writer:
        if version not in self._writers:
            self._writers[version] = self._writer(version)
        return self._writers[version]

    def _hold_back(self, months: set[str]) -> None:
        """Let no month begin while readers go from one version to the next."""
        for index in months - self._begun:
            lifecycle.require(self._client, index)
