"""Stories are the connected components of all texts ever seen, whatever the order of arrival."""

import itertools
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rasad_core.events import ArticleAnalysed
from rasad_stories import compare
from rasad_stories.sequence import Stories
from story_articles import article

Partition = set[frozenset[str]]


def partition(stories: Stories, events: list[ArticleAnalysed]) -> Partition:
    """What the stories say, read back through every article's own story."""
    found: dict[str | None, set[str]] = {}
    for event in events:
        found.setdefault(stories.resolve(event.article_id), set()).add(event.article_id)
    return {frozenset(members) for members in found.values()}


def linked(left: ArticleAnalysed, right: ArticleAnalysed) -> bool:
    """DESIGN 8 spelled out for one pair, without any index."""
    if abs(left.published - right.published).total_seconds() > 7 * 86400:
        return False
    one, other = left.signature, right.signature
    assert one is not None
    assert other is not None
    if min(one.shingles, other.shingles) < 5:
        short = max(one.shingles, other.shingles) < 5
        return short and left.content_hash == right.content_hash and bool(left.title or left.text)
    a, b = (np.frombuffer(each.minhash, dtype="<u4") for each in (one, other))
    title = one.title == other.title != 0
    banded = any((a[i : i + 3] == b[i : i + 3]).all() for i in range(0, 126, 3))
    jaccard = float((a == b).mean())
    total = one.shingles + other.shingles
    inside = jaccard * total / (1 + jaccard) / min(one.shingles, other.shingles)
    near = jaccard >= 0.5 or (inside >= 0.7 and jaccard >= 0.1) or (title and jaccard >= 0.25)
    return (banded or title) and near


def components(events: list[ArticleAnalysed]) -> Partition:
    """The reference: every pair compared, in one batch."""
    parts = [{event.article_id} for event in events]
    for left, right in itertools.combinations(events, 2):
        if linked(left, right):
            one = next(part for part in parts if left.article_id in part)
            other = next(part for part in parts if right.article_id in part)
            if one is not other:
                one |= other
                parts.remove(other)
    merged: list[set[str]] = []
    for part in parts:  # several texts of one article are one node
        touching = [known for known in merged if known & part]
        merged = [known for known in merged if not known & part]
        merged.append(part.union(*touching))
    return {frozenset(part) for part in merged}


# A text is a piece of one of four stories, somewhat changed: pieces overlap, contain each other,
# or only share a title.
LONG_TEXTS = st.builds(
    lambda story, start, length, changed: [
        *range(story * 1000 + start, story * 1000 + start + length - changed),
        *range(story * 1000 + 500 + start, story * 1000 + 500 + start + changed),
    ],
    st.integers(0, 3),
    st.sampled_from([0, 10, 30, 60]),
    st.sampled_from([4, 5, 20, 40, 60, 100]),
    st.sampled_from([0, 1, 4, 15]),
)
TEXTS = st.one_of(LONG_TEXTS, LONG_TEXTS, LONG_TEXTS, st.sampled_from([[], [1], [1, 2]]))
EVENTS = st.lists(
    st.builds(
        lambda name, shingles, title, day, fetched: article(
            f"{name}", shingles, title=title, day=day, fetched=fetched
        ),
        st.integers(0, 14),
        TEXTS,
        st.sampled_from(["", "Storm closes the harbour", "Budget passes at last"]),
        st.sampled_from([0, 2, 3, 6.9, 7, 7.1, 12, 14, 21]),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=25,
)


def feed(stories: Stories, events: list[ArticleAnalysed], sizes: list[int]) -> None:
    """Assign in batches of these sizes, round and round."""
    at = 0
    for size in itertools.cycle(sizes):
        if at >= len(events):
            return
        with stories.transaction():
            list(stories.assign(events[at : at + size], now=events[0].fetched_at))
        at += size


@settings(deadline=None, max_examples=150)
@given(events=EVENTS, data=st.data())
def test_the_partition_is_that_of_one_batch_for_every_order_and_duplication(
    events: list[ArticleAnalysed], data: st.DataObject
) -> None:
    order = data.draw(st.permutations(events + events[: len(events) // 2]))
    sizes = data.draw(st.lists(st.integers(1, 30), min_size=1, max_size=3))
    stories = Stories(None)
    feed(stories, order, sizes)
    assert partition(stories, events) == components(events)
    stories.close()


def test_the_generated_events_reach_every_kind_of_link() -> None:
    kinds: set[str] = set()

    @settings(deadline=None, max_examples=60, database=None, derandomize=True)
    @given(events=EVENTS)
    def look(events: list[ArticleAnalysed]) -> None:
        for left, right in itertools.combinations(events, 2):
            if left.article_id != right.article_id and linked(left, right):
                pair = compare.columns([compare.text_of(each) for each in (left, right)])
                agreeing = int((pair.minhash[0] == pair.minhash[1]).sum()) / 128
                short = int(pair.shingles.max()) < compare.MIN_SHINGLES
                kinds.add("content" if short else "jaccard" if agreeing >= 0.5 else "other")

    look()
    assert kinds == {"content", "jaccard", "other"}


def test_a_stale_revision_still_links_its_article() -> None:
    first = article("a", range(100))
    newer = article("b", range(500, 600), fetched=2)
    older = article("b", range(100), fetched=1)
    stories = Stories(None)
    stories.place(first)
    stories.place(newer)
    placed = stories.place(older)
    assert placed.detail == "stale"
    assert placed.event is None
    assert [moved.article_id for moved in placed.moved] == [newer.article_id]
    assert stories.resolve(newer.article_id) == first.article_id
    stories.close()


def test_a_late_article_moves_each_member_of_the_younger_story_to_the_older() -> None:
    stories = Stories(None)
    old = [article(f"old{n}", range(100)) for n in range(2)]
    young = [article(f"young{n}", range(100, 200), day=1) for n in range(3)]
    for each in old + young:
        stories.place(each)
    bridge = stories.place(article("bridge", range(200), day=2))
    assert bridge.event is not None
    assert bridge.event.story_id == old[0].article_id
    assert bridge.event.copy_of == old[0].article_id
    assert [moved.article_id for moved in bridge.moved] == [each.article_id for each in young]
    seqs = [bridge.event.seq, *(moved.seq for moved in bridge.moved)]
    assert seqs == sorted(set(seqs))
    assert {(m.from_story_id, m.story_id) for m in bridge.moved} == {
        (young[0].article_id, old[0].article_id)
    }
    assert [(r.from_story_id, r.story_id) for r in bridge.redirects] == [
        (young[0].article_id, old[0].article_id)
    ]
    assert stories.resolve(young[0].article_id) == old[0].article_id
    stories.close()


def test_redirects_of_redirects_lead_to_the_last_survivor() -> None:
    stories = Stories(None)
    for number in range(4):  # four stories in a row, joined from the youngest to the oldest
        stories.place(article(f"s{number}", range(number * 100, number * 100 + 100)))
    for number in (2, 1, 0):
        stories.place(article(f"bridge{number}", range(number * 100, number * 100 + 200)))
    oldest = article("s0").article_id
    for number in range(4):
        assert stories.resolve(article(f"s{number}").article_id) == oldest
    assert stories.resolve("never given") is None
    stories.close()


def test_a_daily_template_page_chains_into_one_story_and_one_every_eight_days_does_not() -> None:
    def pages(step: int) -> list[ArticleAnalysed]:  # the same 80 shingles and 20 fresh ones
        return [
            article(f"{step}-{n}", [*range(80), *range(1000 + 50 * n, 1020 + 50 * n)], day=step * n)
            for n in range(10)
        ]

    stories = Stories(None)
    daily, rare = pages(1), pages(8)
    for each in daily:
        stories.place(each)
    assert len(partition(stories, daily)) == 1
    stories.close()
    stories = Stories(None)
    for each in rare:
        stories.place(each)
    assert len(partition(stories, rare)) == 10
    stories.close()


def test_texts_too_short_to_compare_join_only_by_the_same_content() -> None:
    stories = Stories(None)
    same = [article(f"same{n}", text="Read more", title="Ferry") for n in range(2)]
    other = [
        article("other title", text="Read more", title="Bridge"),
        article("other text", text="Read on", title="Ferry"),
        article("nothing at all"),
        article("nothing either"),
    ]
    for each in same + other:
        stories.place(each)
    assert partition(stories, same + other) == {
        frozenset(each.article_id for each in same),
        *(frozenset([each.article_id]) for each in other),
    }
    stories.close()


def test_weeks_beyond_the_memory_limit_are_read_back_from_the_file(tmp_path: Path) -> None:
    stories = Stories(tmp_path / "stories.db")
    stories._weeks._resident = 5
    events = [
        article(f"{week}-{n}", range(week * 100, week * 100 + 90 + n), day=7 * week)
        for n in range(3)
        for week in range(8)
    ]
    feed(stories, events, [4])
    assert partition(stories, events) == components(events)
    assert sum(week.size for week in stories._weeks._weeks.values()) < len(events)
    stories.close()


def test_an_undated_page_polled_for_a_year_keeps_one_sample_a_week() -> None:
    stories = Stories(None)
    for day in range(365):
        stories.place(article("undated", range(50), day=day, fetched=day, form="page"))
    assert len(stories.state.samples_of(1)) <= 54
    assert stories.place(article("copy", range(50), day=368)).detail == "copy"
    stories.close()


def test_titles_that_agree_join_texts_that_share_only_a_third() -> None:
    for title, detail in (("Storm closes the harbour", "copy"), ("Ferries stay at home", "new")):
        stories = Stories(None)
        stories.place(article("a", range(100), title="Storm closes the harbour"))
        assert stories.place(article("b", range(50, 150), title=title)).detail == detail
        stories.close()


def test_a_text_seen_before_is_still_found_by_its_other_title() -> None:
    stories = Stories(None)
    stories.place(article("a", range(100), title="Storm closes the harbour"))
    stories.place(article("b", range(100), title="Ferries stay at home"))
    third = stories.place(article("c", range(50, 150), title="Ferries stay at home"))
    assert third.detail == "copy"
    stories.close()


def test_a_stub_of_boilerplate_is_not_contained_in_the_pages_that_carry_it() -> None:
    page = compare.columns([compare.text_of(article("page", range(400)))])
    stub = compare.Columns.empty(1)
    stub.minhash[0, :3] = page.minhash[0, :3]  # one band of 42 agrees by chance
    stub.shingles[0] = 5
    assert not compare.alike(stub, page)[0]


def test_the_span_of_a_page_seen_again_is_remembered_in_the_file(tmp_path: Path) -> None:
    with Stories(tmp_path / "stories.db") as stories:
        for day in (3.5, 9.0):  # of one week: it begins on a Thursday
            stories.place(article("undated", range(50), day=day, fetched=day, form="page"))
    with Stories(tmp_path / "stories.db") as stories:
        assert stories.place(article("copy", range(50), day=15.5)).detail == "copy"
        assert stories.place(article("late", range(50), day=23)).detail == "new"
