"""What only the SQLite index has to get right; the rest is in its contract."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from rasad_core import codec
from rasad_core.adapters.sqlite.file import Database
from rasad_core.adapters.sqlite.index import SqliteArticleIndex
from rasad_core.adapters.sqlite.offsets import pack, unpack
from rasad_core.adapters.sqlite.streams import TOKEN_SIGNS, encode_token
from rasad_core.events import ArticleEnriched
from rasad_core.ports import SearchRequest
from rasad_core.query.parse import parse
from rasad_core.text.tokenise import tokenise

NOW = datetime(2026, 3, 10, tzinfo=UTC)


def article(
    article_id: str, *, seq: int = 1, text: str = "", age: int = 0, language: str = "en"
) -> ArticleEnriched:
    return ArticleEnriched(
        trace_id="t",
        article_id=article_id,
        form="record",
        fetched_at=NOW,
        published=NOW - timedelta(seconds=age),
        text=text,
        language=language,
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


def test_file_of_an_earlier_program_is_brought_up_to_date_and_highlights_the_same(
    tmp_path: Path,
) -> None:
    path = tmp_path / "rasad.db"
    database = Database(path)
    SqliteArticleIndex(database).write([article("a1", text="A zebra. وزبرا, zebras")])
    database.close()
    with closing(sqlite3.connect(path)) as connection:
        for table in ("index_offsets", "index_stems", "index_languages"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("PRAGMA user_version=1")
    database = Database(path)
    index = SqliteArticleIndex(database)
    index.write([article("a2", text="A zebra. وزبرا, zebras")])

    old, new = index.search(SearchRequest(now=NOW, query=parse("zebra* OR زبرا").node)).hits

    assert {old.article.article_id, new.article.article_id} == {"a1", "a2"}
    assert [(each.start, each.end) for each in old.highlights] == [(2, 7), (9, 14), (16, 22)]
    assert old.highlights == new.highlights
    assert total(index, "title:~zebra OR ~zebra") == 2
    database.close()


@given(
    st.lists(
        st.sampled_from(["zebra", "東京都", "\n" * 300, " " * 70_000, "لتركيا", "é"]), max_size=9
    )
)
def test_offsets_come_back_as_they_went_in(words: list[str]) -> None:
    title, text = tokenise(" ".join(words[:2])), tokenise(" ".join(words))

    (title_starts, title_ends), (starts, ends) = unpack(pack(title, text), len(title), len(text))

    assert (title_starts, title_ends) == (list(title.starts), list(title.ends))
    assert (starts, ends) == (list(text.starts), list(text.ends))


WRITER = """
import sys
from pathlib import Path
from msgspec.structs import replace
from rasad_core import codec
from rasad_core.adapters.sqlite.file import Database
from rasad_core.adapters.sqlite.index import SqliteArticleIndex
from rasad_core.events import ArticleEnriched

first = codec.decode(sys.stdin.buffer.read(), ArticleEnriched)
for start in range(0, 60, 3):
    database = Database(Path(sys.argv[1]))
    index = SqliteArticleIndex(database)
    index.write([replace(first, article_id=f"a{n}", seq=n) for n in range(start, start + 3)])
    database.close()
"""


def test_search_never_waits_for_a_writer_in_another_process(tmp_path: Path) -> None:
    path = tmp_path / "rasad.db"
    database = Database(path)
    index = SqliteArticleIndex(database)
    seen = []
    with subprocess.Popen([sys.executable, "-c", WRITER, path], stdin=subprocess.PIPE) as writer:
        assert writer.stdin is not None
        writer.stdin.write(codec.encode(article("a0", text="zebra crossing")))
        writer.stdin.close()
        running = True
        while running:
            # Asked before the search, so that one search comes after the last write.
            running = writer.poll() is None
            seen.append(total(index, '"ze?ra crossing"'))
    database.close()

    assert writer.returncode == 0
    assert seen == sorted(seen)
    assert {each % 3 for each in seen} == {0}
    assert seen[-1] == 60


def test_story_that_grows_while_its_result_is_read_is_not_left_out(tmp_path: Path) -> None:
    database = Database(tmp_path / "rasad.db")
    index = SqliteArticleIndex(database)
    stories = {"a1": "s1", "a2": "s2", "a3": "s3"}
    index.write(
        [
            replace(article(name, seq=1, age=10 + n), story_id=story)
            for n, (name, story) in enumerate(stories.items())
        ]
    )
    request = SearchRequest(now=NOW, limit=1, fold=True)
    first = index.search(request)
    index.write([replace(article("a4", seq=1), story_id="s2")])

    second = index.search(replace(request, cursor=first.next_cursor))
    third = index.search(replace(request, cursor=second.next_cursor))

    assert [hit.article.article_id for hit in (*first.hits, *second.hits, *third.hits)] == [
        "a1", "a2", "a3",
    ]  # fmt: skip
    assert (third.total, third.stories, second.hits[0].copies) == (4, 3, 1)
    database.close()
