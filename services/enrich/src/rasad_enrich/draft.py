"""What the steps hand on to each other: an article on its way from fetched to analysed."""

from datetime import datetime

from rasad_core.events import (
    ArticleFetched,
    DateMention,
    Entity,
    Frozen,
    Keyphrase,
    Problem,
    Signature,
    Topic,
)
from rasad_core.text.tokens import Tokens

NO_TOKENS = Tokens(folded=(), exact=())


class Draft(Frozen, frozen=True, kw_only=True):
    """The article so far. A step gives a new draft with more filled in and changes nothing else.

    Title and text are final once `read_input` is done, so that offsets found later stay true.
    """

    fetched: ArticleFetched
    title: str = ""
    text: str = ""
    lead: str = ""
    language: str = "und"
    declared_language: str | None = None
    published: datetime | None = None
    source: str | None = None
    author: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    title_tokens: Tokens = NO_TOKENS
    text_tokens: Tokens = NO_TOKENS
    entities: tuple[Entity, ...] = ()
    topics: tuple[Topic, ...] = ()
    keyphrases: tuple[Keyphrase, ...] = ()
    dates: tuple[DateMention, ...] = ()
    signature: Signature | None = None
    problems: tuple[Problem, ...] = ()
