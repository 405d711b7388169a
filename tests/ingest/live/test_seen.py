"""What counts as a change, and how much is remembered."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from live_feeds import NOW
from rasad_core.events import ArticleFetched, Problem
from rasad_ingest.live.seen import entry_hash, remembered

ARTICLE = ArticleFetched(
    trace_id="t", article_id="a", form="entry", fetched_at=NOW, url="https://news.example/a",
    title="Tide", published=NOW,
)  # fmt: skip
IDS = st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.text("01", max_size=2))


def test_time_and_run_are_no_change() -> None:
    later = replace(
        ARTICLE, trace_id="u", fetched_at=NOW + timedelta(days=1), published=None,
        origin="backfill", problems=(Problem(step="published", reason="`now` is no time"),),
    )  # fmt: skip

    assert entry_hash(later) == entry_hash(ARTICLE)
    assert len(entry_hash(ARTICLE)) == 16


def test_words_author_and_tags_are_a_change() -> None:
    others = [
        replace(ARTICLE, title="Tides"),
        replace(ARTICLE, author="N. N."),
        replace(ARTICLE, tags=("sea",)),
        replace(ARTICLE, html="<p>x</p>"),
    ]

    assert entry_hash(ARTICLE) not in {entry_hash(each) for each in others}


@given(present=IDS, before=IDS, older=st.integers(0, 5))
def test_all_that_is_present_and_the_last_that_left_is_remembered(
    present: dict[str, str], before: dict[str, str], older: int
) -> None:
    kept = remembered(present, before, older)

    left = [key for key in before if key not in present]
    assert list(kept) == [*present, *left[:older]]
    assert all(kept[key] == value for key, value in present.items())


def test_what_left_long_ago_is_forgotten() -> None:
    before = {f"{number}": "x" for number in range(3000)}

    seen = remembered({"new": "x"}, before)

    assert len(seen) == 2001
    assert list(seen)[:2] == ["new", "0"]
    assert "2000" not in seen
