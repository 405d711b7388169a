"""All readers of queries at once: the engines, the index and the reference say the same.

Each is held to the reference in tests of its own; here they share articles and queries: many
articles that stay, and a few that come, change and go.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

import article_pool
import brute_force
from rasad_core.adapters.sqlite.file import Database
from rasad_core.adapters.sqlite.index import SqliteArticleIndex
from rasad_core.events import ArticleDeleted, ArticleEnriched, Highlight
from rasad_core.ports import ArticleIndex, SearchRequest
from rasad_core.query.ast import Node
from rasad_core.query.document import SearchDocument, search_document
from rasad_core.query.engine import Engine, engine
from rasad_core.query.evaluate import highlights, matches
from rasad_core.query.explain import explain
from rasad_core.query.highlighting import Highlighter
from rasad_core.query.parse import parse
from rasad_core.query.print import to_text
from strategies import NOW, articles, trees

# Queries and articles by key: given, replaced, or taken away.
changes = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), st.one_of(trees(), trees(), st.none())),
    min_size=1,
    max_size=8,
)
writes = st.lists(
    st.tuples(st.sampled_from("uvwxyz"), st.one_of(articles(), articles(), st.none())),
    min_size=1,
    max_size=5,
)


class Readers:
    """The same queries and articles in every reader."""

    def __init__(self, index: ArticleIndex) -> None:
        self._index = index
        self._engines: Sequence[Engine] = (engine("python"), engine("compiled"))
        self._queries: dict[str, Node] = {}
        self._articles: dict[str, ArticleEnriched] = {}
        self._deleted: set[str] = set()
        self._seq = 0

    def change(self, key: str, query: Node | None) -> None:
        if query is None:
            self._queries.pop(key, None)
        else:
            self._queries[key] = query
        for each in self._engines:
            if query is None:
                each.remove(key)
            else:
                # An alert is kept as text; what is printed is what will be run.
                each.add(key, parse(to_text(query)).node)

    def write(self, article_id: str, article: ArticleEnriched | None) -> None:
        self._seq += 1
        if article is None:
            self._deleted.add(article_id)
            self._articles.pop(article_id, None)
            self._index.write(
                [
                    ArticleDeleted(
                        trace_id="t", article_id=article_id, seq=self._seq, month="2026.03"
                    )
                ]
            )
            return
        made = replace(article, article_id=article_id, seq=self._seq)
        self._index.write([made])
        if article_id not in self._deleted:  # what is deleted stays so
            self._articles[article_id] = made

    def check(self) -> None:
        selected = self._selected()
        for each in self._engines:
            for article_id, article in self._articles.items():
                found = set(each.match(article, now=NOW))
                assert found == {key for key in self._queries if article_id in selected[key]}
        for key, query in self._queries.items():
            result = self._index.search(SearchRequest(now=NOW, query=query, limit=100))
            assert {hit.article.article_id for hit in result.hits} == selected[key]
            for hit in result.hits:
                assert hit.highlights == self._highlights(query, hit.article)

    def _selected(self) -> Mapping[str, set[str]]:
        documents = {name: search_document(each) for name, each in self._articles.items()}
        selected = {
            key: {name for name, each in documents.items() if matches(query, each, now=NOW)}
            for key, query in self._queries.items()
        }
        for key, query in self._queries.items():
            for name, each in documents.items():
                assert (name in selected[key]) is brute_force.selects(query, each)
        return selected

    def _highlights(self, query: Node, article: ArticleEnriched) -> Sequence[Highlight]:
        found = highlights(query, search_document(article), now=NOW)
        told = explain(query, article, now=NOW)
        assert told.matches
        assert told.spans == found
        assert Highlighter(query, now=NOW).highlights(article) == found
        return found


@pytest.mark.slow
@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(rounds=st.lists(st.tuples(changes, writes), min_size=1, max_size=4))
def test_all_readers_select_the_same_while_queries_and_articles_come_and_go(
    rounds: list[tuple[list[tuple[str, Node | None]], list[tuple[str, ArticleEnriched | None]]]],
) -> None:
    with TemporaryDirectory() as folder:
        database = Database(Path(folder) / "rasad.db")
        readers = Readers(SqliteArticleIndex(database))
        for changed, written in rounds:
            for key, query in changed:
                readers.change(key, query)
            for article_id, article in written:
                readers.write(article_id, article)
            readers.check()
        database.close()


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ArticleIndex]:
    database = Database(tmp_path_factory.mktemp("archive") / "rasad.db")
    index = SqliteArticleIndex(database)
    index.write(article_pool.pool())
    yield index
    database.close()


# No fixture: what a test is given is printed when it fails, and this would bury the queries.
@cache
def documents() -> Mapping[str, SearchDocument]:
    return {each.article_id: search_document(each) for each in article_pool.pool()}


@pytest.mark.slow
@settings(deadline=None, max_examples=15, suppress_health_check=list(HealthCheck))
@given(queries=st.lists(trees(), min_size=8, max_size=8))
def test_all_readers_select_the_same_of_many_articles(
    archive: ArticleIndex, queries: list[Node]
) -> None:
    engines = (engine("python"), engine("compiled"))
    wanted: list[set[str]] = []
    for number, query in enumerate(queries):
        found = {name for name, each in documents().items() if matches(query, each, now=NOW)}
        result = archive.search(SearchRequest(now=NOW, query=query, limit=100))
        shown = {hit.article.article_id for hit in result.hits}

        assert shown <= found
        assert result.total == len(found)
        assert len(shown) == min(100, len(found))
        wanted.append(found)
        for each in engines:
            each.add(str(number), query)
    for article in article_pool.pool():
        named = [str(at) for at, found in enumerate(wanted) if article.article_id in found]

        assert [each.match(article, now=NOW) for each in engines] == [named, named]
