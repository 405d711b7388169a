"""An article as queries see it: tokens of title and text, and folded metadata."""

from bisect import bisect_left
from collections.abc import Mapping
from datetime import datetime

from rasad_core import identity
from rasad_core.errors import Unprocessable
from rasad_core.events import ArticleAnalysed, ArticleEnriched, Frozen
from rasad_core.media_topics import names_of
from rasad_core.query.metadata import prefix_value
from rasad_core.text.normalise import fold_value
from rasad_core.text.tokenise import tokenise
from rasad_core.text.tokens import Tokens


class SearchDocument(Frozen, frozen=True, kw_only=True):
    """What the evaluator reads; an index may build it from streams it stored.

    `lead_tokens` is how many tokens of `text` the lead has; `language` decides on stems. `words`
    holds the values of fields of kind `words`, each a text of its own, so that no phrase runs from
    one tag into the next.
    `values` holds folded values of fields of kind `code` and `name`, every name of an entity or
    topic among them. Offsets are needed for highlights only.
    """

    title: Tokens
    text: Tokens
    lead_tokens: int
    published: datetime
    language: str = "und"
    words: Mapping[str, tuple[Tokens, ...]] = {}
    values: Mapping[str, frozenset[str]] = {}
    domain: str = ""
    url: str = ""

    @property
    def length(self) -> int:
        """Count the words of title and text."""
        return len(self.title) + len(self.text)


def search_document(article: ArticleAnalysed) -> SearchDocument:
    """Take an article through the analysis chain."""
    text = tokenise(article.text, article.language)
    return SearchDocument(
        title=tokenise(article.title, article.language),
        text=text,
        lead_tokens=lead_tokens(text, article.lead),
        published=article.published,
        language=article.language,
        words=metadata_words(article),
        values=metadata_values(article),
        domain=article.domain or "",
        url=compared_url(article),
    )


def lead_tokens(text: Tokens, lead: str) -> int:
    """Count the tokens of `text` that lie in its lead."""
    return bisect_left(text.starts, len(lead))


def metadata_words(article: ArticleAnalysed) -> Mapping[str, tuple[Tokens, ...]]:
    """Give the tokens of the fields that are searched by words."""
    values = {
        "source": (article.source,),
        "author": (article.author,),
        "tags": article.tags,
    }
    return {
        name: tuple(tokenise(value) for value in each if value) for name, each in values.items()
    }


def metadata_values(article: ArticleAnalysed) -> Mapping[str, frozenset[str]]:
    """Give the folded values of the fields that are compared whole."""
    values = {
        "lang": (article.language,),
        "country": (article.country,),
        "section": (article.section,),
        "origin": (article.origin,),
        "story": (article.story_id if isinstance(article, ArticleEnriched) else None,),
        "entity": entity_names(article),
        "topic": topic_names(article),
        "outlet": (article.source,),
    }
    return {
        name: frozenset(folded for value in each if value and (folded := fold_value(value)))
        for name, each in values.items()
    }


def entity_names(article: ArticleAnalysed) -> tuple[str, ...]:
    """Give the ids of an article's entities and everything they are called in it."""
    names: list[str] = []
    for entity in article.entities:
        names += [entity.id, entity.name, *entity.names.values()]
        names += [mention.text for mention in entity.mentions]
    return tuple(names)


def topic_names(article: ArticleAnalysed) -> tuple[str, ...]:
    """Give the ids of an article's topics, with and without prefix, and their labels."""
    names: list[str] = []
    for topic in article.topics:
        names += [topic.id, topic.id.removeprefix("medtop:"), topic.name, *names_of(topic.id)]
    return tuple(names)


def compared_url(article: ArticleAnalysed) -> str:
    """Give the address as `url:` compares it: what begins with it, its own last slash included."""
    try:
        url = prefix_value(identity.canonical_url(article.url)) if article.url else ""
    except Unprocessable:
        return ""
    return url if "?" in url or not url else f"{url}/"
