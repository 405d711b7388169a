"""What SQLite says of a query by itself, what it leaves to the evaluator, and what it refuses."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rasad_core.adapters.sqlite.file import Database
from rasad_core.adapters.sqlite.index import SqliteArticleIndex
from rasad_core.adapters.sqlite.query import Plan, plan
from rasad_core.adapters.sqlite.terms import Terms
from rasad_core.events import ArticleEnriched
from rasad_core.ports import SearchRequest
from rasad_core.query.errors import Code, QueryRefused
from rasad_core.query.parse import parse

NOW = datetime(2026, 3, 10, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "rasad.db")
    yield opened
    opened.close()


@pytest.fixture
def search(database: Database) -> Callable[[str], set[str]]:
    def found(query: str) -> set[str]:
        request = SearchRequest(now=NOW, query=parse(query).node, limit=100)
        hits = SqliteArticleIndex(database).search(request).hits
        return {hit.article.article_id for hit in hits}

    return found


def write(database: Database, *texts: str, language: str = "en") -> None:
    SqliteArticleIndex(database).write(
        [
            ArticleEnriched(
                trace_id="t",
                article_id=text,
                form="record",
                fetched_at=NOW,
                published=NOW,
                text=text,
                lead=text,
                language=language,
                revision=1,
                seq=1,
                story_id="s",
                month="2026.03",
            )
            for text in texts
        ]
    )


def planned(database: Database, query: str) -> Plan:
    with database.read() as connection:
        return plan(parse(query).node, now=NOW, terms=Terms(connection))


@pytest.mark.parametrize(
    "query",
    [
        "port NEAR/5 strike",
        "(port OR harbour*) NEAR/5 (strike OR walkout)",
        '"port authority" NEAR strike AND NOT (a1 NEAR b1)',
        "lead:(ميناء NEAR إضراب)",
        "case(Port NEAR Strike)",
        "atleast1(port)",
        "~strike AND ~port",
    ],
)
def test_what_fts5_says_exactly_needs_no_verification(database: Database, query: str) -> None:
    write(database, "The port strike", "Port authority: strikes")

    assert planned(database, query).doubtful is None


@pytest.mark.parametrize(
    "query",
    [
        "port ONEAR/5 strike",
        "port NEAR port*",
        "(port NEAR strike) NEAR today",
        "port NOT NEAR strike",
        "atleast2(port)",
        '~"port strike" OR ~port NEAR strike',
    ],
)
def test_what_fts5_says_roughly_is_verified(database: Database, query: str) -> None:
    write(database, "The port strike")

    assert planned(database, query).doubtful is not None


def test_only_articles_with_both_near_are_verified_for_not_near(
    database: Database,
) -> None:
    write(database, "Apple rises", "Apple pie", "Apple of a far and very distant pie")
    found = planned(database, "Apple NOT NEAR/3 pie")
    with database.read() as connection:
        enough, certain = (
            {row for (row,) in connection.execute("SELECT rowid FROM index_words(?)", (said,))}
            for said in (found.expression, found.certain)
        )

    assert (len(enough), len(certain)) == (3, 2)


def test_stems_are_those_of_the_language_of_an_article(
    database: Database, search: Callable[[str], set[str]]
) -> None:
    write(database, "die Häuser", "das Haus", language="de")
    write(database, "many houses", "a house", "der haus in english", language="en")
    write(database, "houses", language="xx")

    assert search("~haus") == {"die Häuser", "das Haus", "der haus in english"}
    assert search("~houses") == {"many houses", "a house", "houses"}
    assert search('~"many house" OR a NEAR ~houses') == {"many houses", "a house"}


def test_words_of_a_stem_without_a_common_beginning_are_found_at_the_end_of_a_text(
    database: Database, search: Callable[[str], set[str]]
) -> None:
    write(database, "a yxa", language="sv")
    write(database, "قال الكتاب", language="ar")

    assert search("atleast1(كتاب) OR قال ONEAR ~كتاب") == {"قال الكتاب"}


def test_one_character_of_an_exact_wildcard_may_fold_to_two(
    database: Database, search: Callable[[str], set[str]]
) -> None:
    write(database, "die Straße", "die Strasse", "die STRASSE")

    assert search("=Stra?e") == {"die Straße"}
    assert search("=Stra*e NEAR die") == {"die Straße", "die Strasse"}


def test_too_many_candidates_are_refused_with_the_clause_and_its_place(
    database: Database,
) -> None:
    write(database, "port, a strike", "port: strike", "port")
    query = "port AND (a NEAR b OR port ONEAR/2 strike)"
    node = parse(query).node
    index = SqliteArticleIndex(database, max_candidates=1)

    with pytest.raises(QueryRefused, match="must be checked in 2 articles") as refused:
        index.count(SearchRequest(now=NOW, query=node))
    (error,) = refused.value.errors

    assert error.code == Code.TOO_BROAD
    assert query[error.start : error.end] == "port ONEAR/2 strike"
    assert "`port ONEAR/2 strike`" in error.message


def test_wildcard_of_too_many_words_is_refused_with_its_place(database: Database) -> None:
    write(database, " ".join(f"{number}ship" for number in range(5_001)))
    query = "port OR *ship"

    with pytest.raises(QueryRefused) as refused:
        SqliteArticleIndex(database).count(SearchRequest(now=NOW, query=parse(query).node))
    (error,) = refused.value.errors

    assert (error.code, query[error.start : error.end]) == (Code.TOO_BROAD, "*ship")


def test_thousands_of_words_beside_hundreds_of_wildcards_are_answered(
    database: Database, search: Callable[[str], set[str]]
) -> None:
    write(database, "word17 near the port", "port, and at last word18x", "word19")
    words = " OR ".join(f"word{number}" for number in range(3_000))
    wild = " OR ".join(f"w?rd{number}*" for number in range(300))

    assert search(f"({words}) NEAR/2 port") == {"word17 near the port"}
    assert len(search(f"port AND ({words} OR {wild})")) == 2


def test_near_of_large_groups_of_phrases_is_answered(
    database: Database, search: Callable[[str], set[str]]
) -> None:
    write(database, "left 3 and right 4", "left 3 a b c d right 4", "right 19 left 79")
    left = " OR ".join(f'"left {number}"' for number in range(80))
    right = " OR ".join(f'"right {number}"' for number in range(20))

    assert search(f"({left}) NEAR/3 ({right})") == {"left 3 and right 4", "right 19 left 79"}
