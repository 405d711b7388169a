"""Files, folders, archives and standard input; what is bad is refused in its place."""

import gzip
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ingest_reader import Reader
from rasad_core.intake.items import As, Found, Limits, Refused

LINE = '{"title": "Harbour reopens", "text": "The harbour reopened on Monday."}'
PAGE = "<!doctype html><html><head><title>T</title></head><body><p>Words here.</p></body></html>"
RSS = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>Post</title>'
    "<item><title>One</title><link>https://post.example/1</link></item></channel></rss>"
)
SITEMAP = (
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    "<url><loc>https://post.example/1</loc></url></urlset>"
)


@pytest.mark.parametrize(
    ("data", "name", "form"),
    [
        (LINE, "x.jsonl", "record"),
        (LINE, "x.json", "record"),
        (LINE, "x", "record"),
        (f"[{LINE}]", "x.json", "record"),
        (LINE.replace(", ", ",\n"), "x.json", "record"),
        (PAGE, "x.html", "page"),
        (PAGE, "x.txt", "page"),
        (PAGE.removeprefix("<!doctype html>"), "x", "page"),
        (RSS, "x.xml", "entry"),
        (RSS, "x.html", "entry"),
        (SITEMAP, "x.xml", "entry"),
        ("Harbour reopens\n\nThe harbour reopened.", "x.txt", "text"),
        ("Harbour reopens", "x", "text"),
    ],
)
def test_file_is_known_by_its_content_before_its_name(
    reader: Reader, data: str, name: str, form: str
) -> None:
    assert reader.one(data, name).form == form


def test_form_that_was_asked_for_wins(reader: Reader) -> None:
    assert reader.one(PAGE, "x.html", form="text").text == PAGE


def test_standard_input_is_read(reader: Reader) -> None:
    assert [article.title for article in reader.articles(f"{LINE}\n{LINE}")] == [
        "Harbour reopens"
    ] * 2


@pytest.mark.parametrize("name", ["x.jsonl.gz", "x.jsonl", "-"])
def test_gzip_is_known_by_its_bytes(reader: Reader, name: str) -> None:
    assert reader.one(gzip.compress(LINE.encode()), name).title == "Harbour reopens"


def test_damaged_gzip_keeps_the_lines_before_the_damage(reader: Reader) -> None:
    lines = "".join(
        f'{{"title": "T{number}", "text": "{os.urandom(500).hex()}"}}\n' for number in range(60)
    )
    packed = gzip.compress(lines.encode())

    items = reader.read(packed[: len(packed) // 2], "x.jsonl.gz")

    assert isinstance(items[0], Found)
    assert isinstance(items[-1], Refused)
    assert items[-1].reason.value == "malformed"


def test_decompression_bomb_is_refused_by_its_size_after_decompression(reader: Reader) -> None:
    reader.limits = replace(Limits(), max_bytes=100_000)

    assert reader.reason(gzip.compress(b"<p>" + b"x" * 5_000_000), "x.html.gz") == "too_large"


def test_folder_is_read_in_order_without_hidden_files(reader: Reader) -> None:
    (reader.folder / "b").mkdir()
    (reader.folder / "b" / "2.jsonl").write_text('{"title": "second"}')
    (reader.folder / "a.jsonl").write_text('{"title": "first"}')
    (reader.folder / ".hidden.jsonl").write_text('{"title": "hidden"}')
    (reader.folder / "b" / "loop").symlink_to(reader.folder)

    items = reader.at(str(reader.folder))

    assert [i.article.title for i in items if isinstance(i, Found)] == ["first", "second"]


def test_missing_file_is_refused_with_its_name(reader: Reader) -> None:
    (item,) = reader.at(str(reader.folder / "gone.jsonl"))

    assert isinstance(item, Refused)
    assert item.reason.value == "not_found"
    assert "gone.jsonl" in item.message


def test_address_is_refused_until_something_fetches(reader: Reader) -> None:
    (item,) = reader.at("https://post.example/feed")

    assert isinstance(item, Refused)
    assert (item.reason.value, item.url) == ("unsupported", "https://post.example/feed")


def test_pipe_or_device_is_refused(reader: Reader) -> None:
    os.mkfifo(reader.folder / "pipe")

    (item,) = reader.at(str(reader.folder / "pipe"))

    assert isinstance(item, Refused)
    assert item.reason.value == "unsupported"


@pytest.mark.parametrize("data", ["", "  \n\n", "\ufeff"])
@pytest.mark.parametrize("name", ["x.txt", "x.html", "x.xml", "x.json"])
def test_empty_file_is_refused_as_empty(reader: Reader, data: str, name: str) -> None:
    assert reader.reason(data, name) in {"empty", "malformed"}


def test_one_bad_line_is_named_and_the_others_go_on(reader: Reader) -> None:
    items = reader.read(f"{LINE}\n{{broken\n\n{LINE}\n[1]\n", "x.jsonl")

    assert [type(item) for item in items] == [Found, Refused, Found, Refused]
    assert [item.line for item in items] == [1, 2, 4, 5]
    assert isinstance(items[1], Refused)
    assert "x.jsonl:2:" in items[1].message


def test_line_that_is_too_long_is_passed_over(reader: Reader) -> None:
    reader.limits = replace(Limits(), max_line_bytes=200)
    long = '{"text": "' + "x" * 5000 + '"}'

    items = reader.read(f"{LINE}\n{long}\n{LINE}", "x.jsonl")

    assert [type(item) for item in items] == [Found, Refused, Found]
    assert isinstance(items[1], Refused)
    assert items[1].reason.value == "too_large"


def test_address_given_for_a_file_is_its_articles_address(reader: Reader) -> None:
    article = reader.one(PAGE, "x.html", url="https://post.example/1")

    assert article.url == "https://post.example/1"


def test_same_text_twice_has_one_id(reader: Reader) -> None:
    first = reader.one("Harbour reopens.\n\nAt last.", "a.txt")
    second = reader.one("Harbour reopens. At last.\n", "b.txt")

    assert first.article_id == second.article_id
    assert first.trace_id != second.trace_id


@pytest.mark.parametrize("what", ["", "a\0b", "x" * 5000, "/dev/null/x"])
def test_impossible_name_is_not_found(reader: Reader, what: str) -> None:
    (item,) = reader.at(what)

    assert isinstance(item, Refused)
    assert item.reason.value == "not_found"


def test_folder_without_files_is_empty(reader: Reader) -> None:
    (item,) = reader.at(str(reader.folder))

    assert isinstance(item, Refused)
    assert item.reason.value == "empty"


def test_one_address_for_a_folder_is_refused(reader: Reader) -> None:
    (reader.folder / "a.html").write_text(PAGE)

    (item,) = reader.at(str(reader.folder), url="https://post.example/1")

    assert isinstance(item, Refused)
    assert item.reason.value == "bad_field"


def test_broken_link_in_a_folder_does_not_stop_the_rest(reader: Reader) -> None:
    (reader.folder / "a.jsonl").symlink_to(reader.folder / "gone")
    (reader.folder / "b.jsonl").write_text(LINE)

    items = reader.at(str(reader.folder))

    assert [type(item) for item in items] == [Refused, Found]


def test_address_given_for_many_records_is_that_of_none(reader: Reader) -> None:
    lines = reader.articles('{"title": "a"}\n{"title": "b"}', url="https://post.example/all")

    assert [article.url for article in lines] == [None, None]
    assert reader.one('{"title": "a"}\n', url="https://post.example/1").url


@pytest.mark.parametrize("charset", ["utf-16", "utf-16-le", "utf-8-sig", "utf-32"])
def test_lines_in_wide_charsets_are_read(reader: Reader, charset: str) -> None:
    data = '{"title": "ميناء"}\n{"title": "Harbour"}\n'.encode(charset)

    assert [article.title for article in reader.articles(data, form="jsonl")] == [
        "ميناء",
        "Harbour",
    ]


@pytest.mark.parametrize("form", ["auto", "text"])
@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"PK\x03\x04rest", b"\x89PNG\r\n\x1a\n"])
def test_document_that_is_no_text_is_unsupported(reader: Reader, data: bytes, form: As) -> None:
    assert reader.reason(data, "x", form=form) == "unsupported"


def test_table_and_list_of_sources_are_no_articles(reader: Reader) -> None:
    assert reader.reason("a,b\n1,2\n", "x.csv") == "unsupported"
    assert reader.reason("<opml><body/></opml>", "x.xml") == "unsupported"
    assert reader.one("a,b\n1,2\n", "x.csv", form="text")


def test_text_over_the_limit_is_refused(reader: Reader) -> None:
    assert reader.reason("word " * 300_000, "x.txt") == "too_large"


def test_line_without_end_ends_the_reading(reader: Reader) -> None:
    reader.limits = replace(Limits(), max_line_bytes=1000, max_bytes=100_000)

    (refusal,) = reader.refusals(gzip.compress(LINE.encode() + b"\n" + b"x" * 5_000_000))

    assert (refusal.reason.value, refusal.line) == ("too_large", 2)
    assert "the rest is not read" in refusal.message


def test_feed_in_damaged_gzip_keeps_what_came(reader: Reader) -> None:
    items = "".join(f"<item><title>{os.urandom(40).hex()}</title></item>" for _ in range(200))
    packed = gzip.compress(RSS.replace("</channel>", items + "</channel>").encode())

    found = reader.read(packed[: len(packed) // 2], "x.xml.gz")

    assert len([item for item in found if isinstance(item, Found)]) > 50
    assert isinstance(found[-1], Refused)
    assert "gzip" in found[-1].message


FORMS: list[As] = ["auto", "feed", "sitemap", "page", "text", "jsonl"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(
    data=st.one_of(
        st.binary(max_size=300),
        st.lists(
            st.sampled_from(
                [b"<rss>", b"<item>", b"<title>", b"</title>", b"<html>", b"<p>", b"{", b"}", b'"a":',
                 b"[", b"]", b"\x00", b"\xff\xfe", b"\x1f\x8b", b"<?xml", b"<!DOCTYPE", b"&", b"x",
                 b"<feed>", b"<entry>", b"<urlset>", b"<url>", b"<loc>", b"\n"]
            ),
            max_size=25,
        ).map(b"".join),
    ),
    form=st.sampled_from(FORMS),
)  # fmt: skip
def test_any_bytes_are_articles_or_reasons(reader: Reader, data: bytes, form: As) -> None:
    items = reader.read(data, form=form)

    assert all(isinstance(item, Found | Refused) for item in items)
