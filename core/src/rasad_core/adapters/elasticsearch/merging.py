"""What is held of an article, as a set of events: joined in any order, any number of times.

Pure. Content comes from the highest `seq` of content, the story from the highest of content or
move, and a tombstone wins over both and forgets them.
"""

from collections.abc import Sequence

from rasad_core.events import ArticleDeleted, ArticleEnriched, ArticleMoved, Frozen
from rasad_core.ports import Write, WriteOutcome


class Held(Frozen, frozen=True, kw_only=True):
    """What an index holds of one article; as it stands here, nothing.

    `content` None where `content_seq` is not -1 is content that was not read along.
    """

    content: ArticleEnriched | None = None
    content_seq: int = -1
    story_seq: int = -1
    story_id: str = ""
    deleted: bool = False

    @property
    def unread(self) -> bool:
        """Say that there is content which was not read along."""
        return self.content is None and self.content_seq >= 0

    @property
    def clocks(self) -> tuple[int, int, bool]:
        """Give what two states differ by, if they differ."""
        return self.content_seq, self.story_seq, self.deleted


NOTHING = Held()
TOMBSTONE = Held(deleted=True)


def held_of(event: Write) -> Held:
    """Give what an index holds that saw this event alone."""
    match event:
        case ArticleEnriched():
            return Held(
                content=event, content_seq=event.seq, story_seq=event.seq, story_id=event.story_id
            )
        case ArticleMoved():
            return Held(story_seq=event.seq, story_id=event.story_id)
        case ArticleDeleted():
            return TOMBSTONE


def joined(first: Held, second: Held) -> Held:
    """Give what an index holds that saw the events of both."""
    if first.deleted or second.deleted:
        return TOMBSTONE
    newer = second.content_seq > first.content_seq
    same_but_read = second.content_seq == first.content_seq and first.content is None
    content = second if newer or same_but_read else first
    story = second if second.story_seq > first.story_seq else first
    return Held(
        content=content.content,
        content_seq=content.content_seq,
        story_seq=story.story_seq,
        story_id=story.story_id,
    )


def applied(held: Held, events: Sequence[Write]) -> tuple[Held, tuple[WriteOutcome, ...]]:
    """Write events in order: what is held then, and what each of them did."""
    outcomes: list[WriteOutcome] = []
    for event in events:
        outcomes.append(_outcome(held, event))
        held = joined(held, held_of(event))
    return held, tuple(outcomes)


def _outcome(held: Held, event: Write) -> WriteOutcome:
    if held.deleted:
        return "deleted"
    match event:
        case ArticleEnriched():
            return "stale" if event.seq <= held.content_seq else "written"
        case ArticleMoved() if event.seq <= held.story_seq:
            return "stale"
    return "missing" if held.content_seq < 0 else "written"


def events_of(article_id: str, month: str, held: Held) -> tuple[Write, ...]:
    """Give the fewest events that make an index hold this: how a document goes to another index.

    Content and story each keep their own `seq`, so events that get there first are not undone.
    """
    if held.deleted:
        return (ArticleDeleted(trace_id="", article_id=article_id, seq=0, month=month),)
    events: list[Write] = [] if held.content is None else [held.content]
    if held.story_seq > held.content_seq:
        events.append(
            ArticleMoved(
                trace_id="",
                article_id=article_id,
                seq=held.story_seq,
                month=month,
                story_id=held.story_id,
                from_story_id=held.story_id,
            )
        )
    return tuple(events)
