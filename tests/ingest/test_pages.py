"""Pages: whose address they have, and what is left out of them."""

import pytest

from ingest_reader import Reader


def page(head: str = "", body: str = "<p>Words here.</p>") -> str:
    return f"<!doctype html><html><head><title>T</title>{head}</head><body>{body}</body></html>"


@pytest.mark.parametrize(
    "head",
    ['<link rel="canonical" href="https://post.example/1">',
     '<meta property="og:url" content="https://post.example/1">'],
)  # fmt: skip
def test_saved_page_has_the_address_it_states(reader: Reader, head: str) -> None:
    assert reader.one(page(head), "x.html").url == "https://post.example/1"


@pytest.mark.parametrize("href", ["/relative", "", "javascript:alert(1)"])
def test_stated_address_that_is_none_is_not_taken(reader: Reader, href: str) -> None:
    assert reader.one(page(f'<link rel="canonical" href="{href}">'), "x.html").url is None


def test_linked_data_is_kept_and_other_scripts_are_not(reader: Reader) -> None:
    head = (
        '<script type="application/ld+json">{"headline": "H"}</script><script>bad()</script>'
        "<style>p{}</style>"
    )
    body = '<p onclick="x">Words <svg><path d="M0"/></svg>here.</p><img src="data:image/png;base64,AA">'

    html = reader.one(page(head, body), "x.html").html

    assert html is not None
    assert '"headline"' in html
    for gone in ("bad()", "p{}", "<svg", "base64"):
        assert gone not in html
    assert "here." in html


def test_page_too_large_even_slimmed_keeps_its_title(reader: Reader) -> None:
    article = reader.one(page(body="<p>word </p>" * 200_000), "x.html")

    assert (article.title, article.html) == ("T", None)
    assert [problem.reason for problem in article.problems] == ["too_large"]


def test_page_of_ten_thousand_nested_elements_does_not_crash(reader: Reader) -> None:
    items = reader.read(page(body="<div>" * 10_000 + "Words"), "x.html")

    assert len(items) == 1


def test_front_page_is_not_taken_for_the_address_of_a_page(reader: Reader) -> None:
    head = (
        '<link rel="canonical" href="https://post.example/">'
        '<meta property="og:url" content="https://post.example/1">'
    )

    assert reader.one(page(head), "x.html").url == "https://post.example/1"


def test_control_characters_beside_what_is_taken_out_do_no_harm(reader: Reader) -> None:
    html = reader.one(page(body="<p>Words<!-- x -->\x1b here\x00.</p>"), "x.html").html

    assert html is not None
    assert "<p>Words here.</p>" in html


@pytest.mark.parametrize("dropped", ["<!--x-->", "<script>1</script>", "<svg></svg>", "<?x?>"])
def test_hundred_thousand_things_to_take_out_do_not_take_time_by_their_square(
    reader: Reader, dropped: str
) -> None:
    html = reader.one(page(body="<p>w" + f"{dropped}w" * 100_000), "x.html").html

    assert html is not None
    assert "w" * 100_001 in html
