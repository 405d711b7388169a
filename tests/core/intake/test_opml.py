"""Lists of sources: what other programs write, what ours do, and what attackers do."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasad_core.documents.sources import Source, SourceKind
from rasad_core.errors import Reason, Unprocessable
from rasad_core.intake.clean import clean
from rasad_core.intake.opml import Outline, read_opml, write_opml

NOW = datetime(2026, 3, 10, tzinfo=UTC)


def opml(body: str, head: str = "") -> bytes:
    return f'<?xml version="1.0"?>{head}\n<opml version="1.0"><body>{body}</body></opml>'.encode()


def one(body: str) -> Outline:
    [outline], refusals = read_opml(opml(body))
    assert not refusals
    return outline


def test_outline_gives_address_name_language_and_categories() -> None:
    outline = one(
        '<outline text="t" title="Post" type="rss" xmlUrl="https://post.example/feed" '
        'language="ar" country="eg" category="/World/Sea, tide"/>'
    )

    assert outline == Outline(
        url="https://post.example/feed", name="Post", language="ar", country="EG",
        tags=("World/Sea", "tide"), line=2,
    )  # fmt: skip


def test_folders_around_an_outline_are_its_tags() -> None:
    inner = '<outline text="P" xmlurl="https://post.example/feed"/>'

    assert one(f'<outline text="News"><outline title="Sea">{inner}</outline></outline>').tags == (
        "News", "Sea",
    )  # fmt: skip


def test_source_in_two_folders_is_one_source_with_both_tags() -> None:
    inner = '<outline text="P" xmlUrl="https://post.example/feed"/>'
    body = "".join(f'<outline text="{name}">{inner}</outline>' for name in ("a", "b"))

    assert one(body).tags == ("a", "b")


@pytest.mark.parametrize(("written", "kind"), [("RSS", "feed"), ("atom", "feed"), ("", "feed"),
                                               ("sitemap", "sitemap"), ("page", "page")])  # fmt: skip
def test_kind_is_a_feed_unless_it_is_one_of_our_own(written: str, kind: SourceKind) -> None:
    assert one(f'<outline type="{written}" xmlUrl="https://post.example/f"/>').kind == kind


def test_outline_that_is_no_source_is_refused_with_its_line_and_the_others_are_read() -> None:
    outlines, refusals = read_opml(
        opml(
            '\n<outline text="none"/>\n<outline xmlUrl="javascript:alert(1)"/>'
            f'\n<outline xmlUrl="https://post.example/{"x" * 5000}"/>'
            '\n<outline xmlUrl="https://post.example/feed"/>'
        )
    )

    assert [each.url for each in outlines] == ["https://post.example/feed"]
    assert [(each.reason, each.line) for each in refusals] == [
        (Reason.NO_LINK, 3), (Reason.BAD_URL, 4), (Reason.TOO_LARGE, 5),
    ]  # fmt: skip


def test_list_that_is_cut_gives_what_came() -> None:
    outlines, _ = read_opml(opml('<outline xmlUrl="https://post.example/a"/>')[:-16])

    assert len(outlines) == 1


def test_list_without_outlines_is_empty() -> None:
    assert read_opml(opml("")) == ((), ())


@pytest.mark.parametrize("data", [b"", b"no list", b"<rss/>", b"<html><body/></html>", b"\x00\xff"])
def test_what_is_no_list_is_refused(data: bytes) -> None:
    with pytest.raises(Unprocessable) as caught:
        read_opml(data)

    assert caught.value.reason is Reason.MALFORMED


@pytest.mark.parametrize(
    "declared",
    [
        '<!ENTITY f SYSTEM "file:///etc/hostname">',
        '<!ENTITY f "x">',
        '<!ENTITY e "' + "x" * 1000 + '"><!ENTITY f "' + "&e;" * 1000 + '">',
    ],
)
def test_entities_are_refused(declared: str) -> None:
    body = '<outline text="&f;" xmlUrl="https://post.example/feed"/>' * 100

    with pytest.raises(Unprocessable, match=r"entities|no OPML"):
        read_opml(opml(body, f"<!DOCTYPE opml [{declared}]>"))


def test_list_too_large_is_refused_unread() -> None:
    with pytest.raises(Unprocessable) as caught:
        read_opml(opml(" " * 5_000_001))

    assert caught.value.reason is Reason.TOO_LARGE


def test_folders_ten_thousand_deep_do_no_harm() -> None:
    read_opml(opml('<outline text="a">' * 10_000))


_WORDS = st.text(max_size=30).map(lambda text: " ".join(clean(text).split()))
_TAGS = st.lists(st.sampled_from(["sea", "البحر", "a b", "x/y", "&<\"'"]), unique=True)


@given(
    name=_WORDS, tags=_TAGS, kind=st.sampled_from(["feed", "sitemap", "page"]),
    path=st.text(alphabet="abc/?&=%é\"'", max_size=20),
)  # fmt: skip
def test_what_is_written_is_read_again(
    name: str, tags: list[str], kind: SourceKind, path: str
) -> None:
    source = Source(
        source_id="so_1", team_id="te_1", url=f"https://post.example/{path}", kind=kind, name=name,
        country="FR", language="fr", tags=tuple(tags), created_at=NOW, updated_at=NOW,
    )  # fmt: skip

    [outline], refusals = read_opml(write_opml([source]))

    assert not refusals
    assert (outline.url, outline.kind, outline.tags) == (source.url, kind, source.tags)
    assert (outline.country, outline.language) == ("FR", "fr")
    assert outline.name == (name or None)


def test_same_list_is_written_the_same() -> None:
    assert write_opml([]) == write_opml([])
