"""The terms of an article's metadata: of the fields that queries ask for, and of no others."""

from collections.abc import Callable, Mapping
from functools import lru_cache

from rasad_core.events import ArticleAnalysed, ArticleEnriched
from rasad_core.query.document import compared_url, entity_names, topic_names
from rasad_core.query.engine.vocabulary import Asked, Vocabulary
from rasad_core.text.normalise import fold_value
from rasad_core.text.tokenise import tokenise

# The values of word fields that are remembered: sources come again, authors do, tags mostly.
_REMEMBERED_VALUES = 10_000
# The names of entities come again in many articles.
_folded = lru_cache(maxsize=50_000)(fold_value)

_WHOLE: Mapping[str, Callable[[ArticleAnalysed], tuple[str | None, ...]]] = {
    "lang": lambda article: (article.language,),
    "country": lambda article: (article.country,),
    "section": lambda article: (article.section,),
    "origin": lambda article: (article.origin,),
    "story": lambda article: (article.story_id if isinstance(article, ArticleEnriched) else None,),
    "entity": entity_names,
    "topic": topic_names,
    "outlet": lambda article: (article.source,),
}
_WORDS: Mapping[str, Callable[[ArticleAnalysed], tuple[str | None, ...]]] = {
    "source": lambda article: (article.source,),
    "author": lambda article: (article.author,),
    "tags": lambda article: article.tags,
}


class MetadataTerms:
    """What finds the terms of metadata in an article."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._remembered: dict[tuple[str, str], list[tuple[int, ...]]] = {}
        self._version = 0

    def of(self, article: ArticleAnalysed) -> tuple[list[int], list[int]]:
        """Give terms and their places."""
        terms: list[int] = []
        places: list[int] = []
        for field, known in self._vocabulary.values.items():
            found = {known[value] for value in _values(field, known, article) if value in known}
            terms += found
            places += [0] * len(found)
        at = 0
        for field in self._vocabulary.fields:
            for value in _WORDS[field](article) if field in _WORDS else ():
                # A place left free parts it from the value before.
                at += 2
                for fitting in self._tokens(field, value) if value else ():
                    terms += fitting
                    places += [at] * len(fitting)
                    at += 1
        return terms, places

    def _tokens(self, field: str, value: str) -> list[tuple[int, ...]]:
        fields = self._vocabulary.fields
        version = sum(len(words) + len(asked.log) for words, asked in fields.values())
        if version != self._version or len(self._remembered) > _REMEMBERED_VALUES:
            self._remembered.clear()
            self._version = version
        found = self._remembered.get((field, value))
        if found is None:
            found = self._remembered[field, value] = _terms_of(value, *fields[field])
        return found


def _terms_of(value: str, words: Mapping[str, int], asked: Asked) -> list[tuple[int, ...]]:
    tokens = tokenise(value)
    found: list[tuple[int, ...]] = []
    for at, (folded, exact) in enumerate(zip(tokens.folded, tokens.exact, strict=True)):
        readings = tokens.readings.get(at, ())
        whole = [words[form] for form in (folded, *readings) if form in words]
        patterns = asked.fitting((folded, exact, readings, ""))
        found.append(tuple(dict.fromkeys((*whole, *patterns))))
    return found


def _values(field: str, known: Mapping[str, int], article: ArticleAnalysed) -> list[str]:
    match field:
        case "domain":
            domain = article.domain or ""
            ends = [at + 1 for at, letter in enumerate(domain) if letter == "."]
            return [domain, *(domain[at:] for at in ends)]
        case "url":
            url = compared_url(article)
            return [url[:length] for length in {*map(len, known)} if length <= len(url)]
    values = _WHOLE[field](article) if field in _WHOLE else ()
    return [_folded(value) for value in values if value]
