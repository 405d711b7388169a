"""The SQLite index selects what the evaluator selects, whatever operators a query has."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import strategies
from rasad_core.adapters.sqlite.file import Database
from rasad_core.adapters.sqlite.index import SqliteArticleIndex
from rasad_core.events import ArticleEnriched
from rasad_core.ports import SearchRequest
from rasad_core.query.ast import AtLeast, InRange, Near, Node, NotNear, Or, Words
from rasad_core.query.document import search_document
from rasad_core.query.evaluate import highlights, matches

NOW = strategies.NOW


def check(archive: list[ArticleEnriched], queries: Sequence[Node]) -> None:
    documents = {each.article_id: search_document(each) for each in archive}
    with TemporaryDirectory() as folder:
        database = Database(Path(folder) / "rasad.db")
        index = SqliteArticleIndex(database)
        index.write(archive)
        for query in queries:
            request = SearchRequest(now=NOW, query=query, limit=100)
            wanted = {
                name for name, document in documents.items() if matches(query, document, now=NOW)
            }

            result = index.search(request)

            assert {hit.article.article_id for hit in result.hits} == wanted
            assert index.count(request) == result.total == len(wanted)
            for hit in result.hits:
                document = documents[hit.article.article_id]
                assert hit.highlights == highlights(query, document, now=NOW)
        database.close()


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(
    archive=strategies.archives(8),
    queries=st.lists(strategies.trees(), min_size=6, max_size=12),
)
def test_index_and_evaluator_select_the_same_articles_by_every_operator(
    archive: list[ArticleEnriched], queries: list[Node]
) -> None:
    check(archive, queries)


def of_many_words(left: Node, right: Node, distance: int) -> list[Node]:
    near, ordered = (
        Near(left=left, right=right, distance=distance, ordered=each, start=0, end=0)
        for each in (False, True)
    )
    return [
        near,
        InRange(range="lead", child=ordered, start=0, end=0),
        NotNear(left=left, right=right, distance=distance, start=0, end=0),
        AtLeast(times=2, child=Or(children=(left, right)), start=0, end=0),
    ]


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(
    archive=strategies.archives(8),
    left=st.lists(strategies.leaves(strategies.TERMS), min_size=13, max_size=20),
    right=st.lists(strategies.leaves(strategies.TERMS), min_size=2, max_size=20),
    distance=st.integers(0, 3),
)
def test_index_and_evaluator_select_the_same_articles_by_operators_of_many_words(
    archive: list[ArticleEnriched], left: list[Words], right: list[Words], distance: int
) -> None:
    any_of = Or(children=tuple(left)), Or(children=tuple(right))

    check(archive, of_many_words(*any_of, distance))
