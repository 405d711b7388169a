"""Whether the file still is what `stories.state` says, and the state again from there.

Every record there carries the mark of the file it came from; a rebuild gives the file another one,
and writes it there before anything else. So a file holds all that was written under its mark or
before it; a record under another mark after it says that somebody else has gone on.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Protocol

from rasad_core import codec
from rasad_core.ports import LogReader, Message, Publisher
from rasad_core.topics import STORIES_STATE
from rasad_stories.compare import WINDOW_US
from rasad_stories.publish import MARK, enriched, record_of, taken_by
from rasad_stories.record import TAKEN_KEY, ArticleState
from rasad_stories.sequence import Stories
from rasad_stories.state import Line, State

_SEEN = "seen"


class Log(LogReader, Publisher, Protocol):
    """Where `stories.state` is read, and taken over."""


class Succession:
    """Keeps one file in step with `stories.state`, which several files may write in turn."""

    def __init__(self, stories: Stories, log: Log) -> None:
        self._stories = stories
        self._log = log
        self._seen = stories.state.fact(_SEEN)

    def follow(self, now: datetime) -> None:
        """Rebuild where somebody else has written, or the log is another; before each batch."""
        if not self._is_current():
            self.rebuild(now)

    def rebuild(self, now: datetime) -> None:
        """Take the state from the log, in one transaction, and say so there.

        What is published says nothing that was not so: it may be published, and this not done.
        """
        end = 0

        def read() -> Iterator[Message]:
            nonlocal end
            for message in self._log.read(STORIES_STATE):
                end = message.offset + 1
                yield message

        with self._stories.transaction():
            wrong = rebuild(self._stories, read())
            self._stories.take_mark()
            # Before any article: a successor that is killed before its first record, and whoever
            # comes after it, would otherwise not know of each other.
            self._log.publish([taken_by(self._stories)])
            self._correct(wrong, now)
            self._stories.state.keep_fact(_SEEN, end)
        self._stories.recall()
        self._seen = end

    def keep(self) -> None:
        """Note within a transaction how far it has looked, so that a restart need not."""
        self._stories.state.keep_fact(_SEEN, self._seen)

    def _correct(self, wrong: Sequence[tuple[int, str]], now: datetime) -> None:
        """Write again what a process wrote that was cut off, and woke up behind its successor.

        Compaction would keep it, and the index would not hear of what its round joined.
        """
        trace_id = f"rebuilt-{self._stories.mark}"
        moved = self._stories.move(wrong, trace_id=trace_id, now=now)
        records = [record_of(self._stories, number, trace_id) for number, _ in wrong]
        for part in ([enriched(event) for event in moved], records):
            if part:
                self._log.publish(part)

    def _is_current(self) -> bool:
        mark, end = self._stories.mark, self._log.end_of(STORIES_STATE)
        if not mark or end < self._seen:
            return False
        if end > self._seen:
            for message in self._log.read(STORIES_STATE, offset=self._seen):
                if message.headers.get(MARK) != mark:
                    return False
                self._seen = message.offset + 1
        return True


def rebuild(stories: Stories, messages: Iterable[Message]) -> list[tuple[int, str]]:
    """Replace the state, within a transaction, by the newest record of each article.

    Afterwards partition, redirects, revisions and `seq` are what they were with the last record;
    what was in flight is processed again, with the same result. Gives number and story name of
    those whose last record does not say what is so.
    """
    stories.state.clear()
    stories.state.stage(_rows(messages))
    for number, value in enumerate(stories.state.staged(), start=1):
        kept = codec.decode(value, ArticleState)
        stories.raise_seq(kept.seq)
        _restore(stories.state, number, kept)
    wrong = stories.state.settle_stories()
    stories.recall_groups()
    return wrong


def _rows(messages: Iterable[Message]) -> Iterator[tuple[str, int, int, str, bytes]]:
    for message in messages:
        if message.value and message.key != TAKEN_KEY:
            kept = codec.decode(message.value, ArticleState)
            yield kept.article_id, kept.seq, kept.first_seq, kept.story_id, message.value


def _restore(state: State, number: int, kept: ArticleState) -> None:
    line = Line(
        number=number,
        article_id=kept.article_id,
        first_seq=kept.first_seq,
        seq=kept.seq,
        revision=kept.revision,
        month=kept.month,
        fetch=kept.fetch,
        deleted=kept.deleted,
    )
    state.keep_line(line, number)
    for sample in kept.samples:
        state.keep_sample(number, sample.low_us // WINDOW_US, sample)
    for claim in kept.claims:
        state.keep_claim(number, claim)
