"""What only the SQLite index has to get right; the rest is in its contract."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from rasad_core.adapters.sqlite.file import Database
from rasad_core.adapters.sqlite.index import SqliteArticleIndex
from rasad_core.adapters.sqlite.streams import TOKEN_SIGNS, encode_token
from rasad_core.events import ArticleEnriched
from rasad_core.ports import SearchRequest
from rasad_core.query.parse import parse

NOW = datetime(2026, 3, 10, tzinfo=UTC)


def article(article_id: str, *, seq: int = 1, text: str = "") -> ArticleEnriched:
    return ArticleEnriched(
        trace_id="t",
        article_id=article_id,
        form="record",
        fetched_at=NOW,
        published=NOW,
        text=text,
        revision=1,
        seq=seq,
        story_id="s",
        month="2026.03",
    )


def total(index: SqliteArticleIndex, query: str) -> int:
    return index.search(SearchRequest(now=NOW, query=parse(query).node)).total


@pytest.mark.parametrize("token", ["Ab", "a\x01b", "a b", "a\x00", *TOKEN_SIGNS, "ÉA", "東"])
def test_every_token_comes_back_from_fts5_as_it_went_in(tmp_path: Path, token: str) -> None:
    database = Database(tmp_path / "rasad.db")
    with database.write() as connection:
        connection.execute("INSERT INTO index_words (title) VALUES (?)", (encode_token(token),))
        connection.execute("CREATE VIRTUAL TABLE temp.seen USING fts5vocab(main, index_words, row)")
        terms = [term for (term,) in connection.execute("SELECT term FROM temp.seen")]
    database.close()

    assert terms == [encode_token(token)]


def test_words_of_a_write_that_failed_are_found_once_it_succeeds(tmp_path: Path) -> None:
    database = Database(tmp_path / "rasad.db")
    index = SqliteArticleIndex(database)
    with pytest.raises(OverflowError):
        index.write([article("a1", text="zebra"), article("a2", seq=2**70)])

    index.write([article("a1", text="zebra")])

    assert total(index, "*ebra") == 1
    database.close()


def test_two_programs_share_one_index(tmp_path: Path) -> None:
    first, second = Database(tmp_path / "rasad.db"), Database(tmp_path / "rasad.db")
    index, other = SqliteArticleIndex(first), SqliteArticleIndex(second)
    index.write([article("a1", text="zebra")])
    other.write([article("a2", text="zebra crossing")])

    assert total(index, "ze*a") == total(other, "ze*a") == 2
    first.close()
    second.close()
