"""The document of an article: streams that stay aligned, and the event back as it was."""

import re
from collections.abc import Mapping, Sequence

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

import strategies
from rasad_core.adapters.elasticsearch import documents, mapping, streams
from rasad_core.adapters.elasticsearch.streams import Streams
from rasad_core.events import ArticleEnriched
from rasad_core.query.document import search_document

# Where Elasticsearch's `whitespace` tokenizer cuts: Java's Character.isWhitespace.
JAVA_WHITE = re.compile(
    "[\t-\r\x1c-\x1f \u1680\u2000-\u2006\u2008-\u200a\u2028\u2029\u205f\u3000]+"
)
MAX_UNITS = 255
anything = st.text(max_size=60) | st.sampled_from(
    ["a\u2028b", "x\u3000y", "\u00a0", "ـ" * 3000, "ﷺ", "𝔘" * 400, "وبالجيش", "a\x1cb", "_ __ #_1"]
)


def cut(value: str) -> list[str]:
    return [token for token in JAVA_WHITE.split(value) if token]


def body_of(article: ArticleEnriched, story_id: str | None = None) -> dict[str, object]:
    story = story_id or article.story_id
    body = documents.content_body(
        article,
        story_id=story,
        story_seq=article.seq,
        derived=documents.derived_of(article, story_id=story),
        indexed_at="2026-03-10T12:00:00+00:00",
    )
    read: dict[str, object] = msgspec.json.decode(body)
    return read


def assert_aligned(made: Streams) -> None:
    counts = {name: [len(cut(value)) for value in values] for name, values in made.items()}

    assert len({tuple(each) for each in counts.values()}) <= 1
    for values in made.values():
        for token in (token for value in values for token in cut(value)):
            assert len(token.encode("utf-16-le")) // 2 <= MAX_UNITS


@given(
    title=anything, text=anything, lead=anything, tags=st.lists(anything, max_size=3).map(tuple),
    language=st.sampled_from(["ar", "en", "fa"]),
)  # fmt: skip
@settings(deadline=None)
def test_every_stream_has_as_many_tokens_in_each_value(
    title: str, text: str, lead: str, tags: tuple[str, ...], language: str
) -> None:
    article = replace(
        A1, title=title, text=text + lead, lead=text, tags=tags, source=lead, language=language
    )
    document = search_document(article)

    assert_aligned(streams.text_streams(document))
    for values in document.words.values():
        assert_aligned(streams.word_streams(values))


@given(article=strategies.articles())
@settings(deadline=None)
def test_streams_of_articles_are_aligned_and_marked_once(article: ArticleEnriched) -> None:
    document = search_document(article)

    made = streams.text_streams(document)

    assert_aligned(made)
    assert [value.split()[-1] for value in made["f"]] == [streams.TITLE_END, streams.TEXT_END]
    (title, text) = (value.split() for value in made["z"])
    assert len(title) == len(document.title) + 1
    assert text.index(streams.LEAD_END) == document.lead_tokens
    assert (title + text).count(streams.LEAD_END) == 1


def test_readings_stand_at_their_word_and_end_with_the_last_article_that_has_them() -> None:
    article = replace(A1, title="", text="قال وبالجيش x", lead="قال")

    made = streams.text_streams(search_document(article))

    assert made["f"] == ["␂T", "قال وبالجيش x ␂R"]
    assert made["p1"] == ["␂T", "_ بالجيش _ ␂R"]
    assert made["p3"] == ["␂T", "_ جيش _ ␂R"]
    assert made["z"] == ["␂T", "_ ␂L _ ␂R"]
    assert set(streams.text_streams(search_document(A1))) == {"f", "x", "s", "z"}


@pytest.mark.parametrize(
    ("language", "stems"),
    [
        ("en-GB", "en|bank en|hous"),
        ("xx", "|banking |houses"),
        ("und", "|banking |houses"),
    ],
)
def test_stems_are_written_behind_their_language_and_words_of_other_languages_behind_none(
    language: str, stems: str
) -> None:
    made = streams.text_streams(
        search_document(replace(A1, title="", text="Banking houses", language=language))
    )

    assert made["s"] == ["␂T", f"{stems} ␂R"]
    assert {*stems.split()} <= {*streams.stems_of("banking"), *streams.stems_of("houses")}


def test_values_without_words_leave_no_empty_value_behind() -> None:
    words = search_document(replace(A1, tags=("!!!", "state budget"))).words

    assert streams.word_streams(words["tags"])["f"] == ["state budget"]
    assert streams.word_streams(words["author"]) == {}


@given(article=strategies.articles(), moved=st.booleans())
@settings(deadline=None)
def test_document_reads_back_as_the_event_with_the_story_in_force(
    article: ArticleEnriched, *, moved: bool
) -> None:
    written = replace(
        article,
        extra={"": 1, "a..b": {".": [2**70, 1.5, None]}},
        unknown={"mood": msgspec.Raw(b'{"x": 1}')},
    )
    body = body_of(written, "s9" if moved else None)
    source = {name: value for name, value in body.items() if name not in mapping.DERIVED}

    read = documents.article_of(source)

    wanted = replace(written, story_id="s9") if moved else written
    assert read is not None
    assert replace(read, unknown={}) == replace(wanted, unknown={})
    assert msgspec.json.decode(read.unknown["mood"]) == {"x": 1}


def test_placeholder_has_no_article() -> None:
    body = documents.placeholder_body(
        "a1", month="2026.03", story_id="s1", story_seq=4, deleted=False, indexed_at="x"
    )

    assert documents.article_of(msgspec.json.decode(body)) is None


def test_no_field_of_the_event_has_a_name_of_ours() -> None:
    fields = {each.encode_name for each in msgspec.structs.fields(ArticleEnriched)}

    assert not fields & (documents.OWN_FIELDS | set(mapping.DERIVED))


def test_every_path_of_a_document_is_mapped() -> None:
    article = replace(
        A1, domain="a.example.com", source="وبالجيش", author="b", tags=("c",), country="TR",
        section="s", url="https://a.example.com/x", entities=(strategies.ANKARA,),
        topics=(strategies.SPORT,), text="وبالجيش",
    )  # fmt: skip
    body = body_of(article)

    known = set(_paths(mapping.mappings()["properties"]))
    for root in mapping.DERIVED:
        for path in _leaves({root: body[root]}):
            assert path in known, path


@pytest.mark.parametrize(
    ("domain", "wanted"),
    [("", []), ("example.com", ["example.com", "com"]), ("a.b.c", ["a.b.c", "b.c", "c"])],
)
def test_domain_is_found_by_each_parent(domain: str, wanted: Sequence[str]) -> None:
    assert documents.domains(domain) == wanted


def _paths(properties: object, above: str = "") -> list[str]:
    assert isinstance(properties, Mapping)
    found: list[str] = []
    for name, about in properties.items():
        if "properties" in about:
            found += _paths(about["properties"], f"{above}{name}.")
        else:
            found.append(above + name)
    return found


def _leaves(value: Mapping[str, object], above: str = "") -> list[str]:
    found: list[str] = []
    for name, below in value.items():
        if isinstance(below, Mapping):
            found += _leaves(below, f"{above}{name}.")
        else:
            found.append(above + name)
    return found


A1 = ArticleEnriched(
    trace_id="t",
    article_id="a1",
    form="record",
    fetched_at=strategies.NOW,
    published=strategies.NOW,
    title="Harbour reopens",
    text="The harbour reopened on Monday. Ships wait.",
    lead="The harbour reopened on Monday.",
    language="en",
    revision=1,
    seq=1,
    story_id="s1",
    month="2026.03",
)
