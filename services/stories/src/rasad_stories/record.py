"""What `stories.state` keeps of an article: everything needed to go on without the SQLite file.

One record per article, under its id; the newest one counts. The order of first arrival is
`first_seq`, the story is named by its founder's article_id.
"""

from typing import ClassVar

from rasad_core.events import Event, Frozen
from rasad_stories.compare import Text
from rasad_stories.line import Fetch


class StateTaken(Event, frozen=True, kw_only=True):
    """A file goes on from here; it alone, until another says so. Key: `TAKEN_KEY`."""

    schema_name: ClassVar[str] = "state-taken"

    mark: str


# No article's: those are hexadecimal.
TAKEN_KEY = "taken"


class Sample(Frozen, frozen=True, kw_only=True):
    """One text of an article, and when within one week it was published (microseconds)."""

    text: Text
    low_us: int
    high_us: int


class Claim(Frozen, frozen=True, kw_only=True):
    """An address an article calls its own, by the id it would give; `content` is the text's."""

    target: str
    content: int


class ArticleState(Event, frozen=True, kw_only=True):
    """The present state of one article. Key: article_id."""

    schema_name: ClassVar[str] = "article-state"

    article_id: str
    first_seq: int
    seq: int
    revision: int
    month: str
    story_id: str
    fetch: Fetch
    deleted: bool = False
    samples: tuple[Sample, ...] = ()
    claims: tuple[Claim, ...] = ()
