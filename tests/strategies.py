"""Articles and queries for property tests: small vocabularies, so that hits are common.

Words were picked for what goes wrong with them: proclitics, letters that fold, apostrophes, words
of several tokens, scripts without spaces, hashtags, numbers.
"""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from rasad_core.events import ArticleEnriched, Entity, Mention, Topic

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
WORDS = (
    *("Turkey", "turkey", "Türkiye'de", "climate", "change", "e-mail", "U.S.", "C++", "C", "#tag"),
    *("tag", "1,000", "1000", "STRASSE", "Straße", "ığdır", "Banks", "bank", "banking"),
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

sentences = st.lists(st.sampled_from(WORDS), max_size=7).map(" ".join)
ANKARA = Entity(
    id="gn:323786",
    type="place",
    name="Ankara",
    names={"ar": "أنقرة"},
    mentions=(Mention(field="text", start=0, end=1, text="Ankara"),),
)
SPORT = Topic(id="medtop:15000000", name="sport", score=0.5)


@st.composite
def articles(draw: st.DrawFn, *, number: int = 0) -> ArticleEnriched:
    """Build an article; articles of different numbers have different ids and seqs."""
    text = draw(st.lists(sentences, max_size=3).map("\n\n".join))
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
        title=draw(sentences),
        text=text,
        lead=lead,
        language=draw(st.sampled_from(["ar", "en", "fa", "fa-IR", "FAO", "und"])),
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


# Query texts that parse.
queries = st.recursive(st.sampled_from(TERMS + METADATA), _grouped, max_leaves=5)


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
    return st.one_of(
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
