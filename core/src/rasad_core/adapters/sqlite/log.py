"""The event log in SQLite: topics of one partition, groups with offsets, retention.

`position` orders all messages of the file, so that a group that reads several topics gets the
oldest first. A compacted topic keeps the newest value of a key; an empty value removes the key.
"""

import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from rasad_core.adapters.sqlite.file import Database
from rasad_core.events import utc
from rasad_core.instants import microseconds, moment_of
from rasad_core.ports import Clock, Lag, Message, Outgoing
from rasad_core.topics import BY_NAME, TOPICS

# Another process's publish is noticed after this; publishes of our own wake a poll at once.
_RECHECK_SECONDS = 0.25
# Rows per transaction of trimming: under 50 ms.
_PAGE = 500
# Rows held at once by an unbounded read; a message may be 1 MiB.
_READ_PAGE = 100
_DEAD_LETTER_DAYS = 30
_headers = msgspec.json.Decoder(dict[str, str])
_COLUMNS = "topic, offset, key, value, headers, at_us"


class SqliteLog:
    """Publisher and LogReader over one file; every topic has the one partition 0."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def publish(self, messages: Sequence[Outgoing]) -> None:
        """Append in one transaction, durable on return; raises KeyError for an unknown topic."""
        for message in messages:
            _ = BY_NAME[message.topic]
        if messages:
            with self._database.write() as connection:
                self.publish_in(connection, messages)

    def publish_in(self, connection: sqlite3.Connection, messages: Sequence[Outgoing]) -> None:
        """Append within a transaction of the caller."""
        at_us = microseconds(self._clock.now())
        ends = {topic: _end(connection, topic) for topic in {each.topic for each in messages}}
        for message in messages:
            compacted = BY_NAME[message.topic].compacted
            if compacted:
                gone = "DELETE FROM log_messages WHERE topic = ? AND key = ?"
                connection.execute(gone, (message.topic, message.key))
            if message.value or not compacted:
                connection.execute(
                    f"INSERT INTO log_messages ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)",
                    (
                        message.topic,
                        ends[message.topic],
                        message.key,
                        message.value,
                        msgspec.json.encode(message.headers),
                        at_us,
                    ),
                )
            ends[message.topic] += 1
        connection.executemany(
            "INSERT INTO log_ends VALUES (?1, ?2) ON CONFLICT DO UPDATE SET next_offset = ?2",
            ends.items(),
        )

    def read(self, topic: str, *, offset: int = 0, partition: int = 0) -> Iterator[Message]:
        """Give the messages from `offset` to the end as of the call, in order.

        Each page is a snapshot of its own, so that a slow caller holds none.
        """
        _ = BY_NAME[topic]
        with self._database.read() as connection:
            end = _end(connection, topic) if partition == 0 else 0
        return self._pages(topic, offset, end)

    def end_of(self, topic: str, *, partition: int = 0) -> int:
        """Give the offset that the next message will have."""
        _ = BY_NAME[topic]
        with self._database.read() as connection:
            return _end(connection, topic) if partition == 0 else 0

    def _pages(self, topic: str, at: int, end: int) -> Iterator[Message]:
        while at < end:
            with self._database.read() as connection:
                page = _page(connection, topic, at, end, _READ_PAGE)
            yield from (message for _, message in page)
            at = page[-1][1].offset + 1 if len(page) == _READ_PAGE else end

    def partitions_of(self, topic: str) -> int:
        """Give how many partitions a topic has: one."""
        _ = BY_NAME[topic]
        return 1

    def follow(self, places: Mapping[tuple[str, int], int]) -> "SqliteFollower":
        """Read on from these places, as messages come."""
        return SqliteFollower(self._database, {topic: at for (topic, _), at in places.items()})

    def subscriber(self, group: str, topics: Sequence[str]) -> "SqliteSubscriber":
        """Join a group; it begins at the oldest message it has not committed."""
        for topic in topics:
            _ = BY_NAME[topic]
        return SqliteSubscriber(self._database, self._clock, group, topics)

    def trim(self, *, retention_days: int = 3, max_bytes: int = 1_000_000_000) -> int:
        """Forget old messages; give how many.

        Kept are `retention_days`, at most `max_bytes` of values, and in any case what a group that
        reads the topic has not committed. Dead letters are kept 30 days, compacted topics whole.
        """
        removed = 0
        for spec in TOPICS:
            if spec.compacted:
                continue
            days = retention_days if spec.consumers else _DEAD_LETTER_DAYS
            before = utc(self._clock.now()) - timedelta(days=days)
            removed += self._trim_topic(spec.name, before, grouped=bool(spec.consumers))
        removed += self._trim_bytes(max_bytes)
        if removed:
            self._database.shrink()
        return removed

    def _trim_topic(self, topic: str, before: datetime, *, grouped: bool) -> int:
        at_us = microseconds(before)
        removed = 0
        while True:
            with self._database.write() as connection:
                limit = _committed(connection, topic) if grouped else _end(connection, topic)
                cursor = connection.execute(
                    "DELETE FROM log_messages WHERE position IN (SELECT position FROM log_messages"
                    " WHERE topic = ? AND offset < ? AND at_us < ? ORDER BY offset LIMIT ?)",
                    (topic, limit, at_us, _PAGE),
                )
            removed += cursor.rowcount
            if cursor.rowcount < _PAGE:
                return removed

    def _trim_bytes(self, max_bytes: int) -> int:
        """Drop the oldest committed messages until the rest fits."""
        removed = 0
        with self._database.read() as connection:
            sizes = "SELECT coalesce(sum(length(value)), 0) FROM log_messages WHERE topic = ?"
            topics = [spec.name for spec in TOPICS if spec.consumers and not spec.compacted]
            total = sum(connection.execute(sizes, (topic,)).fetchone()[0] for topic in topics)
        while total > max_bytes:
            with self._database.write() as connection:
                oldest = _oldest_committed(connection, topics)
                for position, _ in oldest:
                    connection.execute("DELETE FROM log_messages WHERE position = ?", (position,))
            if not oldest:
                return removed
            total -= sum(size for _, size in oldest)
            removed += len(oldest)
        return removed


class SqliteFollower:
    """Reads topics on from given offsets."""

    def __init__(self, database: Database, places: Mapping[str, int]) -> None:
        self._database = database
        self._next = dict(places)

    def poll(self, max_messages: int, *, timeout_seconds: float) -> Sequence[Message]:
        """Give the next messages, oldest first over all topics; empty after the timeout."""
        deadline = time.monotonic() + timeout_seconds
        while True:
            writes = self._database.writes
            messages = self._fetch(max_messages)
            left = deadline - time.monotonic()
            if messages or left <= 0:
                return messages
            self._database.wait(writes, timeout_seconds=min(left, _RECHECK_SECONDS))

    def close(self) -> None:
        """Nothing is held between calls."""

    def _fetch(self, max_messages: int) -> Sequence[Message]:
        with self._database.read() as connection:
            found = [
                each
                for topic, at in self._next.items()
                for each in _page(connection, topic, at, _end(connection, topic), max_messages)
            ]
        found.sort(key=lambda each: each[0])
        messages = [message for _, message in found[:max_messages]]
        for message in messages:
            self._next[message.topic] = message.offset + 1
        return messages


class SqliteSubscriber(SqliteFollower):
    """One member of a group; it alone reads the group's topics."""

    def __init__(self, database: Database, clock: Clock, group: str, topics: Sequence[str]) -> None:
        super().__init__(database, {})
        self._clock = clock
        self._group = group
        self._topics = tuple(topics)
        self._join()
        self.rewind()

    def commit(self, messages: Sequence[Message]) -> None:
        """Move the group behind these messages, durably; never backwards."""
        ends: dict[str, int] = {}
        for message in messages:
            ends[message.topic] = max(ends.get(message.topic, 0), message.offset + 1)
        if not ends:
            return
        with self._database.write() as connection:
            connection.executemany(
                "UPDATE log_groups SET next_offset = max(next_offset, ?)"
                " WHERE consumer_group = ? AND topic = ?",
                [(end, self._group, topic) for topic, end in ends.items()],
            )

    def rewind(self) -> None:
        """Go back to what is committed."""
        with self._database.read() as connection:
            self._next = {
                topic: _committed(connection, topic, self._group) for topic in self._topics
            }

    def lag(self) -> Sequence[Lag]:
        """Give the distance to the end of each topic."""
        now = utc(self._clock.now())
        with self._database.read() as connection:
            return [self._lag(connection, topic, now) for topic in self._topics]

    def _lag(self, connection: sqlite3.Connection, topic: str, now: datetime) -> Lag:
        committed, end = _committed(connection, topic, self._group), _end(connection, topic)
        ahead = _page(connection, topic, committed, end, 1)
        seconds = (now - ahead[0][1].at).total_seconds() if ahead else 0.0
        return Lag(
            topic=topic,
            partition=0,
            messages=end - ahead[0][1].offset if ahead else 0,
            seconds=max(0.0, seconds),
        )

    def _join(self) -> None:
        with self._database.read() as connection:
            known = {
                topic
                for (topic,) in connection.execute(
                    "SELECT topic FROM log_groups WHERE consumer_group = ?", (self._group,)
                )
            }
        if set(self._topics) <= known:
            return
        with self._database.write() as connection:
            connection.executemany(
                "INSERT OR IGNORE INTO log_groups VALUES (?, ?, 0)",
                [(self._group, topic) for topic in self._topics],
            )


def _page(
    connection: sqlite3.Connection, topic: str, offset: int, end: int, limit: int
) -> list[tuple[int, Message]]:
    rows = connection.execute(
        f"SELECT position, {_COLUMNS} FROM log_messages"
        " WHERE topic = ? AND offset >= ? AND offset < ? ORDER BY offset LIMIT ?",
        (topic, offset, end, limit),
    )
    return [(position, _message(*columns)) for position, *columns in rows]


def _message(  # noqa: PLR0917  the columns of a row, in their order
    topic: str, offset: int, key: str, value: bytes, headers: bytes, at_us: int
) -> Message:
    return Message(
        topic=topic,
        partition=0,
        offset=offset,
        key=key,
        value=value,
        headers=_headers.decode(headers),
        at=moment_of(at_us),
    )


def _end(connection: sqlite3.Connection, topic: str) -> int:
    row = connection.execute(
        "SELECT next_offset FROM log_ends WHERE topic = ?", (topic,)
    ).fetchone()
    return 0 if row is None else int(row[0])


def _committed(connection: sqlite3.Connection, topic: str, group: str | None = None) -> int:
    """Give a group's next offset, or the lowest of all groups; 0 where nobody has read."""
    where, arguments = (
        ("", [topic]) if group is None else (" AND consumer_group = ?", [topic, group])
    )
    row = connection.execute(
        f"SELECT coalesce(min(next_offset), 0) FROM log_groups WHERE topic = ?{where}", arguments
    ).fetchone()
    return int(row[0])


def _oldest_committed(
    connection: sqlite3.Connection, topics: Sequence[str]
) -> list[tuple[int, int]]:
    """Give position and size of the oldest messages that every group is done with."""
    found: list[tuple[int, int]] = []
    for topic in topics:
        found += connection.execute(
            "SELECT position, length(value) FROM log_messages"
            " WHERE topic = ? AND offset < ? ORDER BY offset LIMIT ?",
            (topic, _committed(connection, topic), _PAGE),
        ).fetchall()
    return sorted(found)[:_PAGE]
