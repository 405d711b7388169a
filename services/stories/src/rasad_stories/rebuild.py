"""The state again from `stories.state`, when its file was lost or belongs to another log."""

from collections.abc import Iterable, Iterator

from rasad_core import codec
from rasad_core.ports import Message
from rasad_stories.compare import WINDOW_US
from rasad_stories.record import ArticleState
from rasad_stories.sequence import Stories
from rasad_stories.state import Line, State

_REBUILT = "rebuilt"


def is_new(stories: Stories) -> bool:
    """Say whether the file was just made and never rebuilt."""
    return stories.state.fact(_REBUILT) == 0


def rebuild(stories: Stories, messages: Iterable[Message]) -> int:
    """Replace the state by the newest record of each article; give the number of articles.

    One transaction. Afterwards partition, redirects, revisions and `seq` are what they were with
    the last record; what was in flight is processed again, with the same result.
    """
    count = 0
    with stories.transaction():
        stories.state.clear()
        stories.state.stage(_rows(messages))
        for count, value in enumerate(stories.state.staged(), start=1):
            kept = codec.decode(value, ArticleState)
            stories.raise_seq(kept.seq)
            _restore(stories.state, count, kept)
        stories.state.settle_stories()
        stories.state.keep_fact(_REBUILT, 1)
    stories.recall()
    return count


def _rows(messages: Iterable[Message]) -> Iterator[tuple[str, int, str, bytes]]:
    for message in messages:
        if message.value:
            kept = codec.decode(message.value, ArticleState)
            yield kept.article_id, kept.first_seq, kept.story_id, message.value


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
