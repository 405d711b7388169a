"""Articles and queries for property tests: small vocabularies, so that hits are common.

Words were picked for what goes wrong with them: proclitics, letters that fold, apostrophes, words
of several tokens, scripts without spaces, hashtags, numbers.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache

from hypothesis import strategies as st

from rasad_core.events import ArticleEnriched, Entity, Mention, Topic
from rasad_core.query.ast import (
    And,
    AtLeast,
    InRange,
    Near,
    Node,
    Not,
    NotNear,
    Or,
    Pattern,
    Range,
    Stream,
    Words,
)
from rasad_core.query.parse import parse
from rasad_core.query.places import meaning
from rasad_core.query.print import to_text
from rasad_core.text.tokenise import is_cjk, query_tokens

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
WORDS = (
    *("Turkey", "turkey", "Türkiye'de", "climate", "change", "e-mail", "U.S.", "C++", "C", "#tag"),
    *("tag", "1,000", "1000", "STRASSE", "Straße", "ığdır", "Banks", "@Bank", "bank", "banking"),
    *("تركيا", "وتركيا", "لتركيا", "الجيش", "للجيش", "وبالجيش", "جيش", "الجيشين", "وزير", "مدرسة"),
    *("أنقرة", "بأنقرة", "و29", "29", "وBank", "الbank", "لله", "الله", "للجنة"),
    *("東京都", "東", "京都", "ไทย", "한국"),
)
TERMS = (
    *WORDS,
    *("ترك*", "الجيش*", "bank*", "b?nk", "*nk", "ba*g", "=Turkey", "=turkey", "=الجيش", "=Ban*"),
    *('"climate change"', '"change climate"', '"الجيش تركيا"', '"turkey bank*"', '"bank* turkey"'),
    *('"وزير ال*"', '"bank تركيا"', '"تركيا الجيش جيش"', '"change bank*"', "لجنة", '"الجيش 29*"'),
    *('"東京都"', '="Turkey climate"', '"تركيا 29"', "Türkiye", "chang*", "كيا", "انقره"),
)
METADATA = (
    *("lang:ar", "lang:en", "country:TR", "source:post", 'source:"harbour post"', "source:harb*"),
    *('source:"post harbour"', "domain:example.com", "domain:news.example.com", "section:sport"),
    *("url:example.com/a", "author:kaya", "tags:budget", 'tags:"state budget"', "tags:الميزانية"),
    *('tags:"budget cup"', "entity:Ankara", "entity:أنقرة", "entity:gn:323786", "topic:sport"),
    *("topic:15000000", "origin:live", "story:s1", "length:>3", "length:2..4", "published:2026-03"),
    *("published:-3d", "published:>=2026-03-05", "published:today", "published:<2026-03-05"),
)
# Few words for texts and for what stands near what: with more, little would ever stand near.
ENGLISH = ("bank", "Bank", "banks", "banking", "climate", "change")
ARABIC = ("تركيا", "وتركيا", "الجيش", "للجيش", "وبالجيش", "جيش")
OTHERS = ("kitap", "kitaplar", "Häuser", "Häusern", "کتاب", "東京都", "東", "ไทย", "한국")
PLACES = (
    (
        *("bank", "climate", "change", "banks", "bank*", "*ban*", "~bank", "~banking", "=Bank"),
        *('"climate change"', '"bank climate"', '"change climate bank"', '"bank bank"'),
        *('"bank* climate"', '"change *nk*"', '="Bank climate"', '~"banks climate"', "=bank"),
    ),
    (
        *("تركيا", "الجيش", "جيش", "وتركيا", "ترك*", "*جيش", "~جيش", "~وتركيا", "=الجيش"),
        *('"تركيا الجيش"', '"الجيش جيش"', '"جيش تركيا جيش"', '"ترك* *جيش"', '~"تركيا جيش"'),
    ),
    (
        *("kitap", "~kitap", "kitap*", "~Häuser", "hauser", "=Häuser", "کتاب", "東", "東京", "京都"),
        *("東京都", "ไทย", "ทย", "한국", "~東京", '"東 kitap"', '"kitap 東京都"', '"häuser* ไทย"', "~کتاب"),
    ),
)  # fmt: skip

# What the words of one article are picked from.
VOCABULARIES = (ENGLISH, ARABIC, ENGLISH, (*ENGLISH, *ARABIC), OTHERS, WORDS, ENGLISH, WORDS)
ANKARA = Entity(
    id="gn:323786",
    type="place",
    name="Ankara",
    names={"ar": "أنقرة"},
    mentions=(Mention(field="text", start=0, end=1, text="Ankara"),),
)
# en and ar come oftener: they are what most words are stemmed by.
LANGUAGES = (
    *("en", "ar", "en", "ar", "tr", "de", "und", "fa", "zh", "th", "fa-IR", "en-GB", "FAO"),
)
SPORT = Topic(id="medtop:15000000", name="sport", score=0.5)


@st.composite
def articles(draw: st.DrawFn, *, number: int = 0) -> ArticleEnriched:
    """Build an article; articles of different numbers have different ids and seqs."""
    words = st.sampled_from(draw(st.sampled_from(VOCABULARIES)))
    # Sizes of their own: lists of any size are mostly empty or short, and nothing would match.
    sizes = st.sampled_from([0, 3, 6, 9, 14, 20])
    sentences = sizes.flatmap(lambda size: st.lists(words, min_size=size, max_size=size + 2))
    paragraphs = st.lists(sentences.map(" ".join), min_size=1, max_size=3)
    text = draw(paragraphs.map("\n\n".join))
    lead = text[: draw(st.integers(0, len(text)))] if draw(st.booleans()) else text
    host = draw(st.sampled_from(["example.com", "news.example.com", "other.example"]))
    return ArticleEnriched(
        trace_id="t",
        article_id=f"a{number}",
        form="record",
        fetched_at=NOW,
        published=NOW - draw(st.sampled_from([0, 1, 2, 5, 6, 40])) * timedelta(days=1, seconds=7),
        url=f"https://www.{host}/a/{number}",
        domain=host,
        title=draw(sentences.map(" ".join)),
        text=text,
        lead=lead,
        language=draw(st.sampled_from(LANGUAGES)),
        source=draw(st.sampled_from([None, "Harbour Post", "post", "The harbour", "صحيفة Post"])),
        author=draw(st.sampled_from([None, "Ada Kaya", "kaya"])),
        country=draw(st.sampled_from([None, "TR", "EG"])),
        section=draw(st.sampled_from([None, "sport", "Sport "])),
        tags=draw(st.sampled_from([(), ("budget", "cup"), ("State Budget",), ("الميزانية",)])),
        entities=draw(st.sampled_from([(), (ANKARA,)])),
        topics=draw(st.sampled_from([(), (SPORT,)])),
        revision=1,
        seq=number + 1,
        story_id=draw(st.sampled_from(["s1", "s2"])),
        month="2026.03",
    )


def archives(size: int = 6) -> st.SearchStrategy[list[ArticleEnriched]]:
    """Build a few articles with different ids."""
    return st.tuples(*(articles(number=number) for number in range(size))).map(list)


def words_of(text: str, *, cased: bool = False) -> Words:
    """Build the leaf of a word or phrase as typed; `cased` is one typed in `case(…)`."""
    mark = text[0] if text[0] in "=~" else ""
    inside = text.removeprefix(mark).strip('"')
    patterns = tuple(
        Pattern(text=token.text, stream=_stream(mark, token.text), wildcard=token.wildcard)
        for token in query_tokens(inside, exact=mark == "=")
    )
    written = text.removeprefix("=") if cased else text
    return Words(patterns=patterns, written=written, start=0, end=len(written))


def _stream(mark: str, token: str) -> Stream:
    if mark == "~":
        return "folded" if is_cjk(token) else "stem"
    return "exact" if mark == "=" else "folded"


def leaves(terms: Sequence[str]) -> st.SearchStrategy[Words]:
    """Give the leaf of one of a few words and phrases."""
    return st.builds(words_of, st.sampled_from(terms), cased=st.booleans())


def alternatives_of(place: Node) -> int:
    """Count the alternatives of a place as LANGUAGE 24 does."""
    match place:
        case Near():
            both = alternatives_of(place.left) * alternatives_of(place.right)
            return both if place.ordered else 2 * both
        case Or():
            longer = [each for each in place.children if not _is_one_word(each)]
            single = len(longer) < len(place.children)
            return single + sum(map(alternatives_of, longer))
    return 1


def _is_one_word(node: Node) -> bool:
    return isinstance(node, Words) and len(node.patterns) == 1


def _level(kind: type[And] | type[Or], operands: Sequence[Node]) -> And | Or:
    """Put nodes on one level, where those of the same kind are as one with it."""
    children: list[Node] = []
    for each in operands:
        children += each.children if isinstance(each, kind) else (each,)
    return kind(children=tuple(children))


zero = st.just(0)
# Those that let something match come first, since the first is drawn oftenest.
DISTANCES = st.sampled_from([4, 100, 2, 6, 1, 3, 0, 5, 1, 2, 0])


@st.composite
def _near(draw: st.DrawFn, operands: st.SearchStrategy[Node]) -> Near:
    left = draw(operands)
    # The same operand on both sides needs two places: most ways to get that wrong show only here.
    same = draw(st.integers(1, 100)) > 88
    right = left if same else draw(operands)
    distance, ordered = draw(DISTANCES), draw(st.booleans())
    return Near(left=left, right=right, distance=distance, ordered=ordered, start=0, end=0)


def places(terms: Sequence[str] = PLACES[0]) -> st.SearchStrategy[Node]:
    """Build what has places: words, phrases, OR and NEAR of them, nested."""
    return st.recursive(
        leaves(terms),
        lambda parts: _near(parts) | st.lists(parts, min_size=2, max_size=3).map(_any_of),
        max_leaves=6,
    ).filter(lambda place: alternatives_of(place) <= 256)


def _any_of(operands: Sequence[Node]) -> Node:
    return _level(Or, operands)


def spatial(terms: Sequence[str] = PLACES[0]) -> st.SearchStrategy[Node]:
    """Build places, NOT NEAR and atleastN of them."""
    some = places(terms)
    apart = st.builds(NotNear, left=some, right=some, distance=DISTANCES, start=zero, end=zero)
    often = st.builds(AtLeast, times=st.integers(1, 4), child=some, start=zero, end=zero)
    return st.one_of(
        some,
        _near(leaves(terms)),
        _near(some).filter(lambda near: alternatives_of(near) <= 256),
        apart.filter(lambda node: meaning(node.left) != meaning(node.right)),
        often,
    )


def _logic(parts: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(parts, min_size=1, max_size=2)
    without = st.builds(Not, child=parts)
    return st.one_of(
        st.tuples(several, several).map(lambda each: _level(And, [*each[0], *each[1]])),
        st.tuples(several, several).map(lambda each: _any_of([*each[0], *each[1]])),
        st.tuples(several, without).map(lambda each: _level(And, [*each[0], each[1]])),
    )


def _ranged(parts: st.SearchStrategy[Node]) -> st.SearchStrategy[InRange]:
    ranges: st.SearchStrategy[Range] = st.sampled_from(["title", "lead", "body"])
    return st.builds(InRange, range=ranges, child=parts, start=zero, end=zero)


@cache
def trees() -> st.SearchStrategy[Node]:
    """Build trees of all nodes, as the parser would: ranges around text, places below NEAR."""
    return st.sampled_from([*PLACES, PLACES[0], PLACES[0]]).flatmap(_trees_of)


@cache
def _trees_of(terms: tuple[str, ...]) -> st.SearchStrategy[Node]:
    metadata = st.sampled_from(METADATA).map(lambda text: parse(text).node)
    in_text = spatial(terms)
    other = st.one_of(leaves(TERMS), metadata)
    ranged = _ranged(in_text | st.recursive(in_text, _logic, max_leaves=2))
    parts = st.one_of(in_text, ranged, in_text, other)
    return st.one_of(parts, st.recursive(parts, _logic, max_leaves=3), in_text)


def _grouped(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(children, min_size=2, max_size=3)
    ranges = st.sampled_from(["title", "lead", "body"])
    terms = st.lists(st.sampled_from(TERMS), min_size=1, max_size=2).map(" OR ".join)
    return st.one_of(
        several.map(lambda each: f"({' AND '.join(each)})"),
        several.map(lambda each: f"({' OR '.join(each)})"),
        st.tuples(children, children).map(lambda each: f"({each[0]} AND NOT {each[1]})"),
        st.tuples(ranges, terms).map(lambda each: f"{each[0]}:({each[1]})"),
    )


# Query texts that parse, wherever an operand may stand.
queries = st.one_of(
    st.recursive(st.sampled_from(TERMS + METADATA), _grouped, max_leaves=5),
    trees().map(lambda tree: f"({to_text(tree)})"),
)


def _spelled(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    # A space behind a line's end: `#tag` in the first column would be a comment (LANGUAGE 7).
    ands = st.sampled_from([" AND ", " ", ", ", "\n ", " و ", "، ", "  AND\t", " # why\n "])
    ors = st.sampled_from([" OR ", " أو ", " او ", "\nOR "])
    nots = st.sampled_from([" NOT ", " AND NOT ", " ليس ", " AND (NOT ", " و ليس "])
    several = st.lists(children, min_size=2, max_size=3)
    fields = st.sampled_from(["title:", "lead:", "TITLE: ", "body:"])
    words = st.lists(st.sampled_from(TERMS), min_size=2, max_size=3)
    metadata = st.sampled_from(["source:", "author:", "tags:", "Tags: "])
    plain = st.lists(st.sampled_from(["post", "kaya", "bud*", '"state budget"', "ميزانية"]),
                     min_size=2, max_size=3)  # fmt: skip
    words_apart = st.lists(st.sampled_from(PLACES[0]), min_size=2, max_size=3, unique=True)
    nears = st.sampled_from([" NEAR ", " NEAR/2 ", " ONEAR/3\n", " NEAR/0 ", " NEAR/100 "])
    cased = st.sampled_from(["case(bank)", "CASE(Bank, climate)", "case(“Bank climate” OR chan*)"])
    return st.one_of(
        st.tuples(nears, words_apart).map(lambda each: f"({each[0].join(each[1])})"),
        words_apart.map(lambda each: f"({each[0]} NOT NEAR/2 {each[1]})"),
        words_apart.map(lambda each: f"AtLeast2({' OR '.join(each)})"),
        cased,
        st.tuples(ands, several).map(lambda each: f"({each[0].join(each[1])})"),
        st.tuples(ors, several).map(lambda each: f"（{each[0].join(each[1])}）"),
        st.tuples(children, nots, children).map(
            lambda each: f"({each[0]}{each[1]}{each[2]}{')' * each[1].count('(')})"
        ),
        st.tuples(fields, ors, words).map(lambda each: f"{each[0]}({each[1].join(each[2])})"),
        st.tuples(metadata, ors, plain).map(lambda each: f"{each[0]}({each[1].join(each[2])})"),
        st.sampled_from(
            ["“climate change”", "«الجيش تركيا»", "„turkey bank*“", "＂C++＂", '"#tag"']
        ),
    )


# The same with every spelling of operators, quotation marks, separators and comments.
spelled_queries = st.recursive(st.sampled_from(TERMS + METADATA), _spelled, max_leaves=6)
# Mostly not queries at all: pieces of the language in any order.
PIECES = (
    *("AND", "OR", "NOT", "NEAR/5", "ONEAR", "(", ")", '"', "“", "»", "title:", "source:", "foo:"),
    *(
        "lang:",
        "published:",
        "length:",
        "entity:",
        "=",
        "~",
        "-",
        "+",
        "!",
        "&&",
        "||",
        "*",
        "?",
        "#",
    ),
    *(
        "case(",
        "atleast3(",
        "atleast(",
        "W/5",
        "\n",
        " ",
        ",",
        "،",
        "و",
        "أو",
        "ليس",
        ":",
        "//",
        "/",
    ),
    *(
        "bank",
        "تركيا",
        "東",
        "10:30",
        "-7d",
        "2024-05",
        "..",
        ">",
        "{",
        "}",
        "^9",
        "'",
        "\u200f",
        "é",
    ),
)
scraps = st.lists(st.sampled_from(PIECES), max_size=12).flatmap(
    lambda pieces: st.sampled_from(["", " "]).map(lambda joint: joint.join(pieces))
)
