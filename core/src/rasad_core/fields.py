"""One table of the fields people search by: the query language, indexes, facets and docs read it.

Adding a field is one line here, its value in `values_of`, and a test.
"""

from collections.abc import Iterable
from typing import Literal

from rasad_core.events import ArticleEnriched, Frozen

# words: matched like text, by words and phrases. code: an exact folded value. site: a domain and
# all below it. prefix: the beginning of an address. name: an id or any name of a thing.
# number, date: ranges.
Kind = Literal["words", "code", "site", "prefix", "name", "number", "date"]


class FieldSpec(Frozen, frozen=True, kw_only=True):
    """A metadata field of the query language."""

    name: str
    kind: Kind
    about: str
    facet: bool = False
    example: str = ""


FIELDS: tuple[FieldSpec, ...] = (
    FieldSpec(name="source", kind="words", about="name of the outlet", facet=True,
              example="source:reuters"),
    FieldSpec(name="domain", kind="site", about="site of the article, subdomains included",
              facet=True, example="domain:example.com"),
    FieldSpec(name="url", kind="prefix", about="beginning of host and path",
              example="url:example.com/sport"),
    FieldSpec(name="author", kind="words", about="author", facet=True, example='author:"Ada Kaya"'),
    FieldSpec(name="country", kind="code", about="country of the outlet, ISO 3166 alpha-2",
              facet=True, example="country:TR"),
    FieldSpec(name="lang", kind="code", about="language, BCP 47", facet=True, example="lang:ar"),
    FieldSpec(name="section", kind="code", about="section of the outlet", facet=True,
              example="section:sport"),
    FieldSpec(name="tags", kind="words", about="tags of the outlet", facet=True,
              example="tags:budget"),
    FieldSpec(name="entity", kind="name", about="person, organisation or place, by id or any name",
              facet=True, example="entity:Ankara"),
    FieldSpec(name="topic", kind="name", about="IPTC topic, by id or label", facet=True,
              example="topic:politics"),
    FieldSpec(name="story", kind="code", about="story id", example="story:0123abcd"),
    FieldSpec(name="origin", kind="code", about="live, backfill or reprocess", facet=True,
              example="origin:live"),
    FieldSpec(name="published", kind="date", about="time of publication",
              example="published:2024-05"),
    FieldSpec(name="length", kind="number", about="words of title and text",
              example="length:>200"),
)  # fmt: skip
FIELD_BY_NAME = {spec.name: spec for spec in FIELDS}
TEXT_FIELDS: tuple[str, ...] = ("title", "lead", "body")
# What `--facets` and `facets=` accept beside the names above.
FACET_ALIASES = {"language": "lang", "topics": "topic", "entities": "entity"}


def values_of(name: str, article: ArticleEnriched) -> tuple[str, ...]:
    """Give an article's values of a facet field, as stored; ids for entities and topics."""
    match name:
        case "entity":
            return tuple(entity.id for entity in article.entities)
        case "topic":
            return tuple(topic.id for topic in article.topics)
        case "tags":
            return article.tags
        case "lang":
            return (article.language,)
        case "story":
            return (article.story_id,)
        case _:
            value = getattr(article, name)
            return () if value is None else (str(value),)


def facet_names(written: Iterable[str]) -> tuple[str, ...]:
    """Give the names to count by, each once; raises ValueError with what can be counted."""
    names = tuple(dict.fromkeys(name.strip() for name in written if name.strip()))
    for name in names:
        spec = FIELD_BY_NAME.get(FACET_ALIASES.get(name, name))
        if spec is None or not spec.facet:
            known = [*(each.name for each in FIELDS if each.facet), *FACET_ALIASES]
            raise ValueError(f"`{name}` cannot be counted; these can: {', '.join(known)}")
    return names
