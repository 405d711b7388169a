"""Articles and queries of a monitoring agency, made up from word lists with a seed.

    python bench/workload.py [--queries 10000] [--wildcards 0.38] [--articles 500]

Articles have 400 to 600 words, 32 % of them Arabic with vowel signs and tatweel here and there.
Words come by their frequency in wordfreq's lists; an article keeps to a topic, whose words it
repeats, and many words draw their usual neighbour after them. Queries are text in the language of
this program, in the shapes of `SHAPES`; they ask for the same topics and neighbours, so that words
asked for together stand together in articles, too. Articles to match are held out: phrases are cut
from others. Of 100 articles a query meets about 0.18 on average, 0.2 where 38 % have a wildcard.
"""

import argparse
import random
import re
import statistics
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from itertools import accumulate

import wordfreq

from rasad_core.events import ArticleEnriched, Frozen
from rasad_core.text.normalise import fold

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
OUTLETS = 200
ARABIC_ARTICLES = 0.32
ARABIC_QUERIES = 0.28
# Of Arabic queries: with a word in Latin letters, as names of companies are.
MIXED = 0.06
# In percent. A query of the shape `wildcard` is one alone; there are no more of them than queries
# that may have one.
SHAPES = {
    "word": 14,
    "any": 18,
    "brand and topic": 25,
    "near": 16,
    "and not": 12,
    "agency": 5,
    "field": 5,
    "wildcard": 3,
    "common": 1.5,
}
_LISTED = 100_000
_TOPICS = 400
_TOPIC_WORDS = 60
_NEIGHBOURS = 15_000  # for each language
# Of the words of an article: from its topic, and followed by their neighbour where they have one.
_OF_TOPIC = 0.25
_FOLLOWED = 0.35
_OTHERS = 300
_HARAKAT = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652"
_TATWEEL = "\u0640"
# Standing alone these are operators; nobody asks for them as words.
_OPERATORS = frozenset(("و", "أو", "او", "ليس", "and", "or", "not", "near"))
_ASKED = {"en": re.compile("[a-z]{3,}"), "ar": re.compile("[ء-غف-ي]{3,}")}


class Language(Frozen, frozen=True, kw_only=True):
    """Words, commonest first; those that people ask for; topics; and usual neighbours."""

    words: Sequence[str]
    weights: Sequence[float]
    asked: Sequence[str]
    common: frozenset[str]
    topics: Sequence[Sequence[str]]
    neighbours: dict[str, str]


@cache
def language(name: str) -> Language:
    """Give the words of `en` or `ar`, the same at each call and in each process."""
    chance = random.Random(f"words {name}")
    words = wordfreq.top_n_list(name, _LISTED)
    weights = list(accumulate(wordfreq.word_frequency(word, name) for word in words))
    asked = [word for word in words if _ASKED[name].fullmatch(word) and word not in _OPERATORS]
    topics = [
        [asked[_log_uniform(chance, 300, 25_000)] for _ in range(_TOPIC_WORDS)]
        for _ in range(_TOPICS)
    ]
    firsts = chance.sample(asked[1_000:], _NEIGHBOURS)
    neighbours = {word: asked[_log_uniform(chance, 1_000, len(asked))] for word in firsts}
    return Language(
        words=words,
        weights=weights,
        asked=asked,
        common=frozenset(words[:3_000]),
        topics=topics,
        neighbours=neighbours,
    )


def _log_uniform(chance: random.Random, low: int, high: int) -> int:
    """Give a rank: each tenfold of them as often as the next."""
    return min(int(low * (high / low) ** chance.random()), high - 1)


def articles(count: int, seed: int = 1) -> Iterator[ArticleEnriched]:
    """Give articles, each the same whatever the count."""
    return (_article(number, random.Random(f"article {seed} {number}")) for number in range(count))


def _article(number: int, chance: random.Random) -> ArticleEnriched:
    name = "ar" if chance.random() < ARABIC_ARTICLES else "en"
    words = _running(name, chance, chance.randint(400, 600))
    title, body = words[:10], words[10:]
    paragraphs = [
        " ".join(_sentences(body[at : at + 60], chance)) for at in range(0, len(body), 60)
    ]
    outlet = chance.randrange(OUTLETS)
    return ArticleEnriched(
        trace_id="bench",
        article_id=f"{number:032d}",
        form="record",
        fetched_at=NOW,
        published=NOW,
        url=f"https://outlet{outlet}.example/{number}",
        domain=f"outlet{outlet}.example",
        source=f"Outlet {outlet}",
        title=" ".join(title).capitalize(),
        text="\n\n".join(paragraphs),
        lead=paragraphs[0],
        language=name,
        revision=1,
        seq=number,
        story_id=f"s{number}",
        month="2026.03",
    )


def _running(name: str, chance: random.Random, count: int) -> list[str]:
    spoken = language(name)
    topic = spoken.topics[_topic(chance)]
    common = iter(chance.choices(spoken.words, cum_weights=spoken.weights, k=count))
    found: list[str] = []
    while len(found) < count:
        # The first words of a topic are most of it.
        of_topic = chance.random() < _OF_TOPIC
        word = topic[int(len(topic) * chance.random() ** 3)] if of_topic else next(common)
        found.append(word)
        if word in spoken.neighbours and chance.random() < _FOLLOWED:
            found.append(spoken.neighbours[word])
    return [_vowelled(word, chance) for word in found] if name == "ar" else found


def _topic(chance: random.Random) -> int:
    """Give the number of a topic; some are in the news more often."""
    return int(_TOPICS * chance.random() ** 1.5)


def _vowelled(word: str, chance: random.Random) -> str:
    if len(word) < 3 or chance.random() > 0.05:
        return word
    at = chance.randint(1, len(word) - 1)
    return word[:at] + (chance.choice(_HARAKAT) if chance.random() < 0.8 else _TATWEEL) + word[at:]


def _sentences(words: Sequence[str], chance: random.Random) -> Iterator[str]:
    at = 0
    while at < len(words):
        more = chance.randint(8, 24)
        first, *rest = words[at : at + more]
        at += more
        yield " ".join([first.capitalize(), *rest]) + "."


def queries(count: int, wildcards: float = 0.38, seed: int = 1) -> list[str]:
    """Give queries, that share of them with a wildcard; no two runs differ."""
    chance = random.Random(f"queries {seed} {wildcards}")
    cut = [
        article.text.replace(".", "").lower().split() for article in articles(_OTHERS, seed=-seed)
    ]
    asking = _Asking(chance, cut, wildcards)
    return [asking.query() for _ in range(count)]


class _Asking:
    """One query after the other."""

    def __init__(
        self, chance: random.Random, cut: Sequence[Sequence[str]], wildcards: float
    ) -> None:
        self._chance = chance
        self._cut = {
            "ar": [words for words in cut if not words[0].isascii()],
            "en": [words for words in cut if words[0].isascii()],
        }
        self._wildcards = wildcards
        self._name = "en"
        self._topic: Sequence[str] = ()
        self._wild = False  # whether this one has a wildcard
        self._shapes: dict[str, Callable[[], str]] = {
            "word": self._brand,
            "any": lambda: self._any(self._brand, self._size()),
            "brand and topic": self._brand_and_topic,
            "near": self._near,
            "and not": self._and_not,
            "agency": self._agency,
            "field": self._field,
            "wildcard": self._brand,
            "common": self._common,
        }

    def query(self) -> str:
        chance = self._chance
        self._name = "ar" if chance.random() < ARABIC_QUERIES else "en"
        self._topic = language(self._name).topics[_topic(chance)]
        only = min(SHAPES["wildcard"] / 100, self._wildcards)
        drawn = chance.random()
        self._wild = drawn < self._wildcards
        if drawn < only:
            shape = "wildcard"
        else:
            named = {name: share for name, share in SHAPES.items() if name != "wildcard"}
            if self._wild:  # neither of these has one
                named = {**named, "common": 0}
            shape = chance.choices(list(named), weights=list(named.values()))[0]
        text = self._shapes[shape]()
        while self._wild and not is_wild(text):
            text = self._shapes[shape]()
        if self._name == "ar" and shape == "any" and chance.random() < MIXED * 100 / SHAPES["any"]:
            text += f" OR {chance.choice(language('en').asked[2_000:])}"
        return text

    def _brand_and_topic(self) -> str:
        chance = self._chance
        brands = self._any(self._brand, chance.randint(1, 8))
        topics = [
            self._any(self._of_topic, chance.randint(2, 6))
            for _ in range(1 if chance.random() < 0.8 else 2)
        ]
        return " AND ".join(map(_grouped, (brands, *topics)))

    def _near(self) -> str:
        left = self._any(self._of_topic, self._chance.randint(1, 3))
        right = self._any(self._of_topic, self._chance.randint(1, 3), but=left)
        operator = "ONEAR" if self._chance.random() < 0.2 else "NEAR"
        distance = self._chance.choice((2, 3, 5, 5, 10, 10, 20))
        return f"{_grouped(left)} {operator}/{distance} {_grouped(right)}"

    def _and_not(self) -> str:
        left = self._any(self._brand, self._chance.randint(1, 5))
        right = self._any(self._of_topic, self._chance.randint(1, 4), but=left)
        return f"{_grouped(left)} AND NOT {_grouped(right)}"

    def _agency(self) -> str:
        chance = self._chance
        brands = self._any(self._brand, chance.randint(25, 80))
        topics = self._any(self._of_topic, chance.randint(5, 20))
        without = self._any(self._of_topic, chance.randint(3, 12))
        return f"({brands}) AND ({topics}) AND NOT ({without})"

    def _field(self) -> str:
        asked = self._any(self._brand, self._chance.randint(1, 5))
        outlet = self._chance.randrange(OUTLETS)
        kinds = (
            f"lang:{self._name} AND {self._of_topic()} AND ",
            f'source:"Outlet {outlet}" AND ',
            f"domain:outlet{outlet}.example AND ",
            f"title:{self._of_topic()} AND ",
            "title:",
        )
        return self._chance.choice(kinds) + _grouped(asked)

    def _common(self) -> str:
        words = self._chance.sample(language(self._name).asked[50:400], 3)
        return " AND ".join(words)

    def _size(self) -> int:
        """Draw the number of alternatives: mostly a few, seldom very many."""
        return min(3 + int(self._chance.paretovariate(1.0) * 3.2), 190)

    def _any(self, word: Callable[[], str], count: int, but: str = "") -> str:
        """Give alternatives, none twice nor in `but`, so that no side of a NEAR meets itself."""
        seen, found = set(map(_same, but.split(" OR "))), []
        for _ in range(count):
            asked = word()
            while _same(asked) in seen:
                asked = word()
            seen.add(_same(asked))
            found.append(asked)
        return " OR ".join(found)

    def _brand(self) -> str:
        """Give a name: any rank of the list as often as another, or rare ones oftener."""
        chance, asked = self._chance, language(self._name).asked
        if chance.random() < 0.12:
            return self._phrase()
        if chance.random() < 0.5:
            return self._written(asked[chance.randrange(30_000, len(asked))])
        return self._written(asked[_log_uniform(chance, 25_000, len(asked))])

    def _of_topic(self) -> str:
        chance = self._chance
        if chance.random() < 0.08:
            return self._phrase()
        return self._written(chance.choice(self._topic))

    def _phrase(self) -> str:
        """Cut a phrase from an article, or from the habits of the language."""
        chance, spoken = self._chance, language(self._name)
        if chance.random() < 0.6:
            first = chance.choice(self._topic)
            words: Sequence[str] = (first, spoken.neighbours.get(first, chance.choice(self._topic)))
        else:
            words = self._cut_words()
        return f'"{" ".join(words)}"'

    def _cut_words(self) -> Sequence[str]:
        """Give two or three words of an article, not all of which are everywhere."""
        chance, common = self._chance, language(self._name).common
        while True:
            text = chance.choice(self._cut[self._name])
            at = chance.randrange(len(text) - 3)
            words = text[at : at + chance.choice((2, 2, 3))]
            if not common.issuperset(words):
                return words

    def _written(self, word: str) -> str:
        """Give a word as asked for, with a wildcard where this query is to have one."""
        chance = self._chance
        if not self._wild or len(word) < 7 or chance.random() < 0.5:
            return word
        if chance.random() < 0.02:
            at = chance.randrange(3, len(word) - 1)
            return chance.choice(
                (f"*{word[2:]}", f"*{word[1:-1]}*", f"{word[:at]}?{word[at + 1 :]}")
            )
        return f"{word[: len(word) - chance.choice((0, 0, 0, 1, 1, 2))]}*"


def _grouped(text: str) -> str:
    return f"({text})" if " OR " in text else text


def _same(word: str) -> str:
    return fold(word.strip("*"))[:5]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--queries", type=int, default=10_000)
    parser.add_argument("--articles", type=int, default=500)
    parser.add_argument("--wildcards", type=float, default=0.38)
    asked = parser.parse_args()
    made = queries(asked.queries, asked.wildcards)
    sizes = sorted(terms(text) for text in made)
    words = [article.text.split() for article in articles(asked.articles)]
    print(f"{len(made):,} queries: {statistics.mean(sizes):.1f} terms on average,"
          f" median {sizes[len(sizes) // 2]}, p90 {sizes[len(sizes) * 9 // 10]}, most {sizes[-1]};"
          f" {statistics.mean(map(is_wild, made)):.1%} with a wildcard,"
          f" {sum(not text.isascii() for text in made) / len(made):.0%} Arabic")  # fmt: skip
    print(f"{len(words):,} articles: {statistics.mean(map(len, words)):.0f} words in the text,"
          f" {statistics.mean(len(set(each)) for each in words):.0f} of them distinct")  # fmt: skip


def is_wild(query: str) -> bool:
    return "*" in query or "?" in query


def terms(query: str) -> int:
    """Count the words and phrases of a query."""
    return len(re.findall(r'"[^"]*"|[^\s()"]+', re.sub(r"\b(AND|OR|NOT|O?NEAR/\d+)\b", " ", query)))


if __name__ == "__main__":
    main()
