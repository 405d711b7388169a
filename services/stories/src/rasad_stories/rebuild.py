"""Whether the file still is what `stories.state` says, and the state again from there.

Every record there carries the mark of the file it came from; a rebuild gives the file another one,
and writes it there before anything else. So a file holds all that was written under its mark or
before it; a record under another mark after it says that somebody else has gone on.
"""

from collections.abc import Iterable, Iterator
from typing import Protocol

from rasad_core import codec
from rasad_core.ports import LogReader, Message, Outgoing, Publisher
from rasad_core.topics import STORIES_STATE
from rasad_stories.compare import WINDOW_US
from rasad_stories.record import TAKEN_KEY, ArticleState, StateTaken
from rasad_stories.sequence import Stories
from rasad_stories.state import Line, State

MARK = "writer"
_SEEN = "seen"


class Log(LogReader, Publisher, Protocol):
    """Where `stories.state` is read, and taken over."""


class Succession:
    """Keeps one file in step with `stories.state`, which several files may write in turn."""

    def __init__(self, stories: Stories, log: Log) -> None:
        self._stories = stories
        self._log = log
        self._seen = stories.state.fact(_SEEN)
        self._overtaken: tuple[int, ...] = ()

    def follow(self) -> None:
        """Rebuild where somebody else has written, or the log is another; before each batch."""
        if not self._is_current():
            self.rebuild()

    def rebuild(self) -> None:
        """Take the state from the log, in one transaction, and a new mark."""
        end = 0

        def read() -> Iterator[Message]:
            nonlocal end
            for message in self._log.read(STORIES_STATE):
                end = message.offset + 1
                yield message

        with self._stories.transaction():
            self._overtaken = rebuild(self._stories, read())
            self._take()
            self._stories.state.keep_fact(_SEEN, end)
        self._stories.recall()
        self._seen = end

    def _take(self) -> None:
        # Before any article is published: a successor that is killed before its first record, and
        # whoever comes after it, would otherwise not know of each other.
        self._stories.take_mark()
        mark = self._stories.mark
        taken = codec.encode(StateTaken(trace_id="", mark=mark))
        headers = {MARK: mark}
        self._log.publish(
            [Outgoing(topic=STORIES_STATE, key=TAKEN_KEY, value=taken, headers=headers)]
        )

    def keep(self) -> None:
        """Note within a transaction how far it has looked, so that a restart need not."""
        self._stories.state.keep_fact(_SEEN, self._seen)

    def overtaken(self) -> tuple[int, ...]:
        """Give, once, the articles whose last record is not their newest: write them again.

        That comes of a process that was cut off with a round in its hands, and woke up behind
        its successor; compaction would keep what it wrote.
        """
        found, self._overtaken = self._overtaken, ()
        return found

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


def rebuild(stories: Stories, messages: Iterable[Message]) -> tuple[int, ...]:
    """Replace the state, within a transaction, by the newest record of each article.

    Afterwards partition, redirects, revisions and `seq` are what they were with the last record;
    what was in flight is processed again, with the same result. Gives the numbers of articles
    that have an older record after their newest.
    """
    stories.state.clear()
    stories.state.stage(_rows(messages))
    overtaken = []
    for number, (value, is_overtaken) in enumerate(stories.state.staged(), start=1):
        kept = codec.decode(value, ArticleState)
        stories.raise_seq(kept.seq)
        _restore(stories.state, number, kept)
        if is_overtaken:
            overtaken.append(number)
    stories.state.settle_stories()
    return tuple(overtaken)


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
