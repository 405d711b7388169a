"""What one more fetch of an article means."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from rasad_core.errors import Reason, Unprocessable
from rasad_core.events import ArticleAnalysed, Signature
from rasad_core.instants import microseconds
from rasad_stories.line import Fetch, fetch_of, judge, month_of
from rasad_stories.sequence import Placement, Stories
from story_articles import START, article


def place_all(*events: ArticleAnalysed) -> list[Placement]:
    stories = Stories(None)
    placed = [stories.place(event) for event in events]
    stories.close()
    return placed


def told(*events: ArticleAnalysed) -> list[tuple[str, str | None, int | None]]:
    return [
        (
            placed.detail,
            placed.event.change if placed.event else None,
            placed.event.revision if placed.event else None,
        )
        for placed in place_all(*events)
    ]


def test_the_first_fetch_is_revision_one_without_a_change() -> None:
    assert told(article("a", range(50))) == [("new", None, 1)]


def test_the_same_content_again_is_unchanged() -> None:
    again = article("a", range(50), fetched=1, day=3, form="page")
    assert told(article("a", range(50), form="page"), again)[1] == ("unchanged", None, None)


def test_other_content_later_is_a_correction() -> None:
    assert told(article("a", range(50)), article("a", range(51), fetched=1))[1] == (
        "revised", "corrected", 2,
    )  # fmt: skip


def test_an_older_fetch_is_stale_even_with_other_content() -> None:
    assert told(article("a", range(50), fetched=1), article("a", range(51)))[1][0] == "stale"


def test_a_page_completes_a_feed_entry_and_the_entry_never_comes_back() -> None:
    assert told(
        article("a", range(10), form="entry"),
        article("a", range(50), form="page", fetched=0.1),
        article("a", range(10), form="entry", fetched=0.2),
        article("a", range(9), form="entry", fetched=0.3),
        article("a", range(51), form="page", fetched=0.4),
    ) == [
        ("new", None, 1),
        ("revised", "completed", 2),
        ("unchanged", None, None),
        ("unchanged", None, None),
        ("revised", "corrected", 3),
    ]


def test_a_page_with_less_text_than_its_feed_entry_does_not_replace_it() -> None:
    stub = article("a", range(10), form="page", fetched=1)
    assert told(article("a", range(50), form="entry"), stub)[1] == ("unchanged", None, None)


def test_a_record_with_less_text_than_a_feed_entry_corrects_it() -> None:
    record = article("a", range(10), form="record", fetched=1)
    assert told(article("a", range(50), form="entry"), record)[1] == ("revised", "corrected", 2)


def test_a_record_that_states_other_metadata_is_a_correction_and_a_page_is_not() -> None:
    for form, detail in (("record", "revised"), ("page", "unchanged")):
        first = article("a", range(50), form=form, author="Ada Kaya")  # type: ignore[arg-type]
        again = replace(first, author="Ada Yildiz", fetched_at=first.fetched_at + timedelta(1))
        assert told(first, again)[1][0] == detail


def test_a_record_without_a_date_of_its_own_stays_unchanged_when_it_is_read_again() -> None:
    first = article("a", range(50))
    first = replace(first, published=first.fetched_at)
    later = first.fetched_at + timedelta(days=1)
    assert told(first, replace(first, fetched_at=later, published=later))[1][0] == "unchanged"


def test_a_reprocessed_article_is_a_revision_once_whatever_its_content() -> None:
    live = article("a", range(50))
    again = replace(live, origin="reprocess", analyser={"chain": "2"})
    other = replace(again, text="better extracted", content_hash="0" * 32, trace_id="t2")
    assert [each[:2] for each in told(live, again, again, other, live)] == [
        ("new", None),
        ("revised", "reprocessed"),
        ("unchanged", None),
        ("revised", "reprocessed"),
        ("revised", "corrected"),
    ]


def test_the_month_is_that_of_the_first_revision_for_ever() -> None:
    first, second = place_all(article("a", range(50)), article("a", range(51), day=60, fetched=70))
    assert first.event is not None
    assert second.event is not None
    assert first.event.month == second.event.month == "2024.05"


def test_a_month_is_counted_in_utc() -> None:
    assert month_of(datetime(2024, 1, 1, 1, tzinfo=timezone(timedelta(hours=3)))) == "2023.12"


def test_seq_rises_over_all_events_and_follows_the_clock_when_it_is_ahead() -> None:
    stories = Stories(None)
    seqs = []
    for number, now in enumerate((START, START, START - timedelta(days=1), START + timedelta(1))):
        placed = stories.place(article(f"a{number}", range(number * 100, 50)), now=now)
        assert placed.event is not None
        seqs.append(placed.event.seq)
    start = microseconds(START)
    assert seqs == [start, start + 1, start + 2, microseconds(START + timedelta(days=1))]
    stories.close()


def test_the_event_keeps_every_field_it_came_with() -> None:
    came = replace(article("a", range(50), author="Ada Kaya"), tags=("harbour",), extra={"n": 1})
    event = place_all(came)[0].event
    assert event is not None
    for name in came.__struct_fields__:
        assert getattr(event, name) == getattr(came, name)


def test_a_copy_names_the_oldest_article_it_resembles() -> None:
    placed = place_all(*(article(f"a{n}", range(50 + n), day=n) for n in range(3)))
    assert [each.detail for each in placed] == ["new", "copy", "copy"]
    assert placed[2].event is not None
    assert placed[2].event.copy_of == article("a0").article_id


def test_a_signature_of_the_wrong_size_is_refused() -> None:
    bad = replace(article("a", range(50)), signature=Signature(minhash=b"short", shingles=9))
    stories = Stories(None)
    with pytest.raises(Unprocessable) as refused:
        stories.place(bad)
    assert refused.value.reason is Reason.BAD_FIELD
    stories.close()


def test_articles_without_a_signature_are_kept_and_join_only_by_content() -> None:
    bare = [replace(article(f"a{n}", range(50)), signature=None) for n in range(2)]
    bare.append(replace(article("b", range(60)), signature=None))
    assert [each.detail for each in place_all(*bare)] == ["new", "copy", "new"]


def test_a_deleted_article_stays_deleted_and_joins_nothing() -> None:
    stories = Stories(None)
    first = article("a", range(50))
    stories.place(first)
    with stories.transaction():
        gone = stories.delete(first.article_id, trace_id="t", now=first.fetched_at)
        again = stories.delete(first.article_id, trace_id="t", now=START + timedelta(900))
    assert gone is not None
    assert gone == again
    assert stories.place(article("a", range(60), fetched=3)).detail == "deleted"
    assert stories.place(article("b", range(50))).detail == "new"
    assert stories.delete("never seen", trace_id="t", now=START) is None
    stories.close()


FETCHES = st.builds(
    Fetch,
    form=st.sampled_from(["entry", "page", "text", "record"]),
    fetched_us=st.integers(0, 3),
    content_hash=st.sampled_from(["a", "b"]),
    text_length=st.integers(0, 3),
    stated=st.integers(0, 1),
    reprocess=st.integers(0, 1),
)


@given(kept=FETCHES)
def test_the_kept_fetch_again_is_unchanged(kept: Fetch) -> None:
    assert judge(kept, kept).detail == "unchanged"


@given(kept=FETCHES, fetch=FETCHES)
def test_a_kept_revision_is_never_older_than_the_one_before(kept: Fetch, fetch: Fetch) -> None:
    verdict = judge(kept, fetch)
    assert (verdict.detail == "revised") == (verdict.change is not None)
    assert verdict.detail != "revised" or fetch.fetched_us >= kept.fetched_us


def test_the_fetch_of_an_event_is_the_same_in_every_time_zone() -> None:
    utc = article("a", range(50))
    east = utc.fetched_at.astimezone(timezone(timedelta(hours=3)))
    assert fetch_of(replace(utc, fetched_at=east)) == fetch_of(utc)
    assert utc.fetched_at.tzinfo is UTC
