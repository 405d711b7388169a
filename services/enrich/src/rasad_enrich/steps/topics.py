"""What an article is about: the top-level IPTC media topics, by the words it uses."""

import importlib
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

from msgspec.structs import replace

from rasad_core.events import Frozen, Topic
from rasad_core.media_topics import MEDIA_TOPICS
from rasad_core.text.normalise import fold
from rasad_core.text.tokens import Tokens
from rasad_enrich.draft import Draft

TOPICS_VERSION = "keywords-1"
_LANGUAGES = frozenset({"ar", "en", "fr", "tr"})
# A headline is written to say what it is about: one of its words counts as this many.
_TITLE_WEIGHT = 3.0
# Later paragraphs are background; what comes after this many words is not looked at.
_MAX_WORDS = 600
# Evidence that makes a score of one half where no other topic has any.
_HALF = 4.0
_ENOUGH = 0.12
_MAX_TOPICS = 3
_SHORTEST_BEGINNING = 2

Evidence = dict[str, float]  # what each word says for one topic
Weights = tuple[tuple[int, float], ...]  # (number of the topic in MEDIA_TOPICS, weight)


class Lexicon(Frozen, frozen=True, kw_only=True):
    """One language's entries: whole words, beginnings of words, phrases joined by a space."""

    words: Mapping[str, Weights]
    beginnings: Mapping[str, Weights]
    phrases: Mapping[str, Weights]
    phrase_heads: frozenset[str]


def assign_topics(draft: Draft) -> Draft:
    """Set up to three topics, best first; none where the language has no lexicon."""
    if draft.language not in _LANGUAGES:
        return draft
    evidence = [Evidence() for _ in MEDIA_TOPICS]
    _collect(evidence, draft.title_tokens, draft.language, _TITLE_WEIGHT)
    _collect(evidence, draft.text_tokens, draft.language, 1.0)
    # A single word may be a metaphor; each further one halves the doubt.
    sums = [sum(words.values()) * (1 - 0.5 ** len(words)) for words in evidence]
    total = sum(sums) + _HALF
    scored = sorted(((value / total, -number) for number, value in enumerate(sums)), reverse=True)
    topics = [
        Topic(id=MEDIA_TOPICS[-number].id, name=MEDIA_TOPICS[-number].name, score=round(score, 3))
        for score, number in scored[:_MAX_TOPICS]
        if score >= _ENOUGH and score >= scored[0][0] / 2
    ]
    return replace(draft, topics=tuple(topics))


def _collect(evidence: Sequence[Evidence], tokens: Tokens, language: str, factor: float) -> None:
    words = _plain_words(tokens)
    seen = Counter(words)
    seen.update(_phrases(words, language))
    for word, times in seen.items():
        for topic, weight in _weights(word, language):
            # The tenth "bank" says little more than the third.
            said = factor * weight * (1 + math.log(times))
            evidence[topic][word] = evidence[topic].get(word, 0.0) + said


def _plain_words(tokens: Tokens) -> Sequence[str]:
    """Give the folded words, of Arabic ones the form with everything taken off that can be."""
    words = list(tokens.folded[:_MAX_WORDS])
    for index, readings in tokens.readings.items():
        if index < len(words):
            words[index] = readings[-1]
    return words


def _phrases(words: Sequence[str], language: str) -> list[str]:
    lexicon = _lexicon(language)
    found = []
    for index, word in enumerate(words):
        if word in lexicon.phrase_heads:
            for length in (2, 3, 4):
                phrase = " ".join(words[index : index + length])
                if phrase in lexicon.phrases:
                    found.append(phrase)
    return found


@lru_cache(maxsize=100_000)
def _weights(word: str, language: str) -> Weights:
    lexicon = _lexicon(language)
    exact = lexicon.words.get(word) or lexicon.phrases.get(word)
    if exact is not None:
        return exact
    for length in range(len(word), _SHORTEST_BEGINNING, -1):
        begun = lexicon.beginnings.get(word[:length])
        if begun is not None:
            return begun
    return ()


@cache
def _lexicon(language: str) -> Lexicon:
    module = importlib.import_module(f"rasad_enrich.lexicon.{language}")
    entries: dict[str, list[tuple[int, float]]] = {}
    for number, topic in enumerate(MEDIA_TOPICS):
        for written in module.WORDS[topic.id.removeprefix("medtop:")].split():
            weight = 2.0 if written.startswith("+") else 1.0
            entry = _entry(written.removeprefix("+"), language)
            entries.setdefault(entry, []).append((number, weight))
    weighed = {entry: tuple(weights) for entry, weights in entries.items()}
    phrases = {entry.rstrip("*"): weights for entry, weights in weighed.items() if " " in entry}
    single = {entry: weights for entry, weights in weighed.items() if " " not in entry}
    return Lexicon(
        words={entry: weights for entry, weights in single.items() if not entry.endswith("*")},
        beginnings={
            entry[:-1]: weights for entry, weights in single.items() if entry.endswith("*")
        },
        phrases=phrases,
        phrase_heads=frozenset(phrase.partition(" ")[0] for phrase in phrases),
    )


def _entry(written: str, language: str) -> str:
    words = fold(written.removesuffix("*")).split("_")
    if language == "ar":  # as the words of a text: without the article
        words = [_without_article(word) for word in words]
    return " ".join(words) + ("*" if written.endswith("*") else "")


def _without_article(word: str) -> str:
    from rasad_core.text.arabic import readings

    return (word, *readings(word))[-1]
