"""What stories remembers, in a SQLite file of its own (or in memory): rows, and nothing decided."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rasad_core.errors import Unavailable
from rasad_core.events import Form, Frozen
from rasad_stories.compare import Text
from rasad_stories.line import Fetch
from rasad_stories.record import Claim, Sample

VERSION = 1
_SCHEMA = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
-- number: order of first arrival; story: the number of the article that founded it
CREATE TABLE articles (
    number INTEGER PRIMARY KEY, article_id TEXT NOT NULL UNIQUE, story INTEGER NOT NULL,
    first_seq INTEGER NOT NULL, seq INTEGER NOT NULL, revision INTEGER NOT NULL,
    month TEXT NOT NULL, deleted INTEGER NOT NULL, form TEXT NOT NULL,
    fetched_us INTEGER NOT NULL, content_hash TEXT NOT NULL, text_length INTEGER NOT NULL,
    stated INTEGER NOT NULL, reprocess INTEGER NOT NULL);
CREATE TABLE samples (
    sample INTEGER PRIMARY KEY, article INTEGER NOT NULL, week INTEGER NOT NULL,
    low_us INTEGER NOT NULL, high_us INTEGER NOT NULL, shingles INTEGER NOT NULL,
    title INTEGER NOT NULL, content INTEGER NOT NULL, minhash BLOB NOT NULL);
CREATE INDEX samples_by_article ON samples (article);
CREATE INDEX samples_by_week ON samples (week);
CREATE TABLE claims (
    claim INTEGER PRIMARY KEY, target TEXT NOT NULL, article INTEGER NOT NULL,
    content INTEGER NOT NULL, UNIQUE (target, article));
CREATE INDEX claims_by_article ON claims (article);
-- the messages handled last, each with what was to be published for it
CREATE TABLE done (
    topic TEXT NOT NULL, partition INTEGER NOT NULL, offset INTEGER NOT NULL,
    fingerprint INTEGER NOT NULL, handled BLOB NOT NULL, PRIMARY KEY (topic, partition, offset));
"""
# Held by another process, or the disk is full, failing or away: waiting may help.
_PASSING = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
}
_TABLES = ("facts", "articles", "samples", "claims", "done")
_LINE = (
    "number, article_id, first_seq, seq, revision, month, deleted, "
    "form, fetched_us, content_hash, text_length, stated, reprocess"
)
_SAMPLE = "low_us, high_us, minhash, shingles, title, content"
_LineRow = tuple[int, str, int, int, int, str, int, Form, int, str, int, int, int]
_SampleRow = tuple[int, int, bytes, int, int, int]


class Line(Frozen, frozen=True, kw_only=True):
    """An article's line of life so far; its story is in `group.Groups`."""

    number: int
    article_id: str
    first_seq: int
    seq: int
    revision: int
    month: str
    fetch: Fetch
    deleted: bool = False


class State:
    """The rows. One writer; not for two threads at once.

    Every write needs `transaction`, durable when it ends (WAL, `synchronous=FULL`).
    """

    def __init__(self, path: Path | None) -> None:
        """Open or create the file; raises `Unavailable` where it cannot be, or is too new."""
        target = ":memory:" if path is None else str(path)
        with _explained():
            self._sql = sqlite3.connect(target, isolation_level=None, check_same_thread=False)
            self._sql.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;")
            (version,) = self._sql.execute("PRAGMA user_version").fetchone()
            if version == 0:
                self._create()
            elif version != VERSION:
                message = f"{target} has version {version}; this program reads {VERSION}"
                raise Unavailable(message)

    def close(self) -> None:
        """Close the file."""
        self._sql.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make all writes within durable together, or none of them when it raises.

        A full disk or a locked file is `Unavailable`: the caller waits, and loses nothing.
        """
        with _explained():
            self._sql.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._sql.execute("COMMIT")
            except BaseException:
                if self._sql.in_transaction:
                    self._sql.execute("ROLLBACK")
                raise

    def clear(self) -> None:
        """Forget everything but the highest seq ever given."""
        for table in _TABLES[1:]:
            self._sql.execute(f"DELETE FROM {table}")

    # facts

    def fact(self, name: str) -> int:
        """Give a number kept under a name, 0 if there is none."""
        found = self._sql.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return 0 if found is None else int(found[0])

    def keep_fact(self, name: str, value: int) -> None:
        """Keep a number under a name."""
        self._sql.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    # articles

    def line(self, article_id: str) -> Line | None:
        """Give an article by its id."""
        query = f"SELECT {_LINE} FROM articles WHERE article_id = ?"
        found = self._sql.execute(query, (article_id,)).fetchone()
        return None if found is None else _line(found)

    def numbered(self, number: int) -> Line:
        """Give an article by its number; raises KeyError for one that was never given."""
        query = f"SELECT {_LINE} FROM articles WHERE number = ?"
        found = self._sql.execute(query, (number,)).fetchone()
        if found is None:
            raise KeyError(number)
        return _line(found)

    def keep_line(self, line: Line, story: int) -> None:
        """Write an article, new or known."""
        fetch = line.fetch
        self._sql.execute(
            f"INSERT OR REPLACE INTO articles ({_LINE}, story) VALUES "
            "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (line.number, line.article_id, line.first_seq, line.seq, line.revision, line.month,
             line.deleted, fetch.form, fetch.fetched_us, fetch.content_hash, fetch.text_length,
             fetch.stated, fetch.reprocess, story),
        )  # fmt: skip

    def stories(self) -> Iterator[int]:
        """Give the stories of the articles in the order of their numbers."""
        for (story,) in self._sql.execute("SELECT story FROM articles ORDER BY number"):
            yield story

    # rebuilding

    def stage(self, records: Iterable[tuple[str, int, int, str, bytes]]) -> None:
        """Lay records aside: article_id, seq, first_seq, story_id, value.

        The one with the highest seq stands; of equal ones the last.
        """
        self._sql.execute("DROP TABLE IF EXISTS temp.staged")
        self._sql.execute(
            "CREATE TEMP TABLE staged (article_id TEXT PRIMARY KEY, seq INTEGER, "
            "first_seq INTEGER, story_id TEXT, value BLOB, overtaken INTEGER DEFAULT 0)"
        )
        self._sql.executemany(
            "INSERT INTO staged (article_id, seq, first_seq, story_id, value) "
            "VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
            "first_seq = iif(excluded.seq < seq, first_seq, excluded.first_seq), "
            "story_id = iif(excluded.seq < seq, story_id, excluded.story_id), "
            "value = iif(excluded.seq < seq, value, excluded.value), "
            "overtaken = excluded.seq < seq, seq = max(seq, excluded.seq)",
            records,
        )

    def staged(self) -> Iterator[bytes]:
        """Give the values laid aside, by age of their articles."""
        for (value,) in self._sql.execute("SELECT value FROM staged ORDER BY first_seq"):
            yield value

    def settle_stories(self) -> list[tuple[int, str]]:
        """Turn the story names laid aside into numbers; a redirect is followed to its end.

        Gives number and story name of those whose last record does not say what is so.
        """
        self._sql.execute(
            "UPDATE articles SET story = coalesce((SELECT founder.number FROM staged "
            "JOIN articles AS founder ON founder.article_id = staged.story_id "
            "WHERE staged.article_id = articles.article_id), number)"
        )
        # Records of one merge can be half published; a founder always knows more than its members.
        follow = (
            "UPDATE articles SET story = (SELECT founder.story FROM articles AS founder "
            "WHERE founder.number = articles.story) WHERE story <> (SELECT founder.story "
            "FROM articles AS founder WHERE founder.number = articles.story)"
        )
        while self._sql.execute(follow).rowcount:
            pass
        wrong = self._sql.execute(
            "SELECT articles.number, staged.story_id FROM articles JOIN staged USING (article_id) "
            "JOIN articles AS founder ON founder.number = articles.story "
            "WHERE staged.overtaken OR staged.story_id <> founder.article_id "
            "ORDER BY articles.number"
        ).fetchall()
        self._sql.execute("DROP TABLE staged")
        return wrong

    # samples

    def keep_sample(self, article: int, week: int, sample: Sample) -> None:
        """Add a sample."""
        text = sample.text
        self._sql.execute(
            f"INSERT INTO samples (article, week, {_SAMPLE}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (article, week, sample.low_us, sample.high_us, text.minhash, text.shingles,
             text.title, text.content),
        )  # fmt: skip

    def widen_sample(self, key: int, low_us: int, high_us: int) -> None:
        """Change the span of a sample."""
        update = "UPDATE samples SET low_us = ?, high_us = ? WHERE sample = ?"
        self._sql.execute(update, (low_us, high_us, key))

    def samples_of(self, article: int) -> list[tuple[int, int, Sample]]:
        """Give key, week and sample of each text of an article, oldest first."""
        query = f"SELECT sample, week, {_SAMPLE} FROM samples WHERE article = ? ORDER BY sample"
        found = self._sql.execute(query, (article,))
        return [(key, week, _sample(row)) for key, week, *row in found]

    def samples_in(self, week: int) -> Iterator[tuple[int, Sample]]:
        """Give the samples of a week, each with its article, oldest first."""
        query = f"SELECT article, {_SAMPLE} FROM samples WHERE week = ? ORDER BY sample"
        for article, *row in self._sql.execute(query, (week,)):
            yield article, _sample(row)

    def drop_samples(self, article: int) -> None:
        """Forget the texts and claims of an article."""
        self._sql.execute("DELETE FROM samples WHERE article = ?", (article,))
        self._sql.execute("DELETE FROM claims WHERE article = ?", (article,))

    # claims

    def claims_on(self, target: str) -> list[tuple[int, int]]:
        """Give (article, content) of those that claim an address, the first first."""
        query = "SELECT article, content FROM claims WHERE target = ? ORDER BY claim"
        return self._sql.execute(query, (target,)).fetchall()

    def claims_of(self, article: int) -> tuple[Claim, ...]:
        """Give what an article claims."""
        query = "SELECT target, content FROM claims WHERE article = ? ORDER BY claim"
        found = self._sql.execute(query, (article,))
        return tuple(Claim(target=target, content=content) for target, content in found)

    def keep_claim(self, article: int, claim: Claim) -> None:
        """Note a claim; the first of an article on an address stays."""
        insert = "INSERT OR IGNORE INTO claims (target, article, content) VALUES (?, ?, ?)"
        self._sql.execute(insert, (claim.target, article, claim.content))

    # messages done

    def done(self, topic: str, partition: int, offset: int) -> tuple[int, bytes] | None:
        """Give fingerprint and result of a message that was handled not long ago."""
        query = "SELECT fingerprint, handled FROM done WHERE (topic, partition, offset) = (?, ?, ?)"
        found: tuple[int, bytes] | None = self._sql.execute(
            query, (topic, partition, offset)
        ).fetchone()
        return found

    def done_range(self, topic: str, partition: int) -> tuple[int, int] | None:
        """Give the first and the last offset that `done` knows of a partition."""
        query = "SELECT min(offset), max(offset) FROM done WHERE (topic, partition) = (?, ?)"
        first, last = self._sql.execute(query, (topic, partition)).fetchone()
        return None if first is None else (first, last)

    def keep_done(
        self, topic: str, partition: int, offset: int, fingerprint: int, handled: bytes
    ) -> None:
        """Note a message as handled."""
        self._sql.execute(
            "INSERT OR REPLACE INTO done VALUES (?, ?, ?, ?, ?)",
            (topic, partition, offset, fingerprint, handled),
        )

    def drop_done(self, topic: str, partition: int, *, below: int) -> None:
        """Forget results below an offset."""
        query = "DELETE FROM done WHERE topic = ? AND partition = ? AND offset < ?"
        self._sql.execute(query, (topic, partition, below))

    def _create(self) -> None:
        # One transaction: a crash in between leaves version 0 and no table.
        self._sql.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {VERSION}; COMMIT;")


def _line(row: _LineRow) -> Line:
    return Line(
        number=row[0],
        article_id=row[1],
        first_seq=row[2],
        seq=row[3],
        revision=row[4],
        month=row[5],
        deleted=bool(row[6]),
        fetch=Fetch(
            form=row[7],
            fetched_us=row[8],
            content_hash=row[9],
            text_length=row[10],
            stated=row[11],
            reprocess=row[12],
        ),
    )


def _sample(row: list[object]) -> Sample:
    low, high, minhash, shingles, title, content = row
    text = Text(minhash=minhash, shingles=shingles, title=title, content=content)  # type: ignore[arg-type]
    return Sample(text=text, low_us=low, high_us=high)  # type: ignore[arg-type]


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in _PASSING:
            raise
        raise Unavailable(f"the state of stories cannot be read or written: {error}") from error
