"""Events joined in any order, any number of times, give one state; it goes over as events."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from rasad_core.adapters.elasticsearch.merging import (
    NOTHING,
    Held,
    applied,
    events_of,
    held_of,
    joined,
)
from rasad_core.events import ArticleDeleted, ArticleEnriched, ArticleMoved
from rasad_core.ports import Write
from strategies import NOW


def content(seq: int) -> ArticleEnriched:
    return ArticleEnriched(
        trace_id="t", article_id="a1", form="record", fetched_at=NOW, published=NOW,
        title=f"Title {seq}", revision=1, seq=seq, story_id=f"s{seq}", month="2026.03",
    )  # fmt: skip


def moved(seq: int) -> ArticleMoved:
    return ArticleMoved(
        trace_id="t", article_id="a1", seq=seq, month="2026.03", story_id=f"s{seq}",
        from_story_id="s0",
    )  # fmt: skip


def deleted(seq: int) -> ArticleDeleted:
    return ArticleDeleted(trace_id="t", article_id="a1", seq=seq, month="2026.03")


def event(seq: int, kind: str) -> Write:
    """Make the event of a seq: an article has one event of each."""
    makers: dict[str, Callable[[int], Write]] = {
        "content": content, "moved": moved, "deleted": deleted,
    }  # fmt: skip
    return makers[kind](seq)


kinds = st.sampled_from(["content", "content", "content", "moved", "moved", "deleted"])
histories = st.lists(kinds, min_size=1, max_size=6).map(
    lambda each: [event(seq, kind) for seq, kind in enumerate(each, 1)]
)


def held(events: list[Write]) -> Held:
    return applied(NOTHING, events)[0]


@given(events=histories, data=st.data())
def test_any_order_and_repetition_of_events_gives_the_same_state(
    events: list[Write], data: st.DataObject
) -> None:
    again = data.draw(st.permutations([*events, *data.draw(st.lists(st.sampled_from(events)))]))

    assert held(again) == held(events)


@given(events=histories, data=st.data())
def test_states_of_parts_join_to_the_state_of_all(events: list[Write], data: st.DataObject) -> None:
    some = data.draw(st.lists(st.sampled_from(events)))
    others = data.draw(st.lists(st.sampled_from(events)))

    assert joined(held(some), held(others)) == held([*some, *others])
    assert joined(held(others), held(some)) == held([*some, *others])


@given(events=histories)
def test_state_is_content_of_the_highest_content_and_story_of_the_highest_event(
    events: list[Write],
) -> None:
    made = held(events)
    contents = [each for each in events if isinstance(each, ArticleEnriched)]

    assert made.deleted == any(isinstance(each, ArticleDeleted) for each in events)
    if not made.deleted:
        last = events[-1]
        assert made.content == (contents[-1] if contents else None)
        assert not isinstance(last, ArticleDeleted)
        assert (made.story_seq, made.story_id) == (last.seq, last.story_id)


@given(before=histories, data=st.data())
def test_state_goes_over_as_events_whatever_is_there_already(
    before: list[Write], data: st.DataObject
) -> None:
    there = held(data.draw(st.lists(st.sampled_from(before))))

    carried = events_of("a1", "2026.03", held(before))

    assert applied(there, carried)[0] == joined(there, held(before))


@given(events=histories, data=st.data())
def test_clocks_alone_decide_as_the_whole_state_does(
    events: list[Write], data: st.DataObject
) -> None:
    more = data.draw(st.lists(st.sampled_from(events)))
    whole = held(events[: len(events) // 2])
    light = Held(
        content_seq=whole.content_seq, story_seq=whole.story_seq, story_id=whole.story_id,
        deleted=whole.deleted,
    )  # fmt: skip

    (from_light, told), (from_whole, wanted) = applied(light, more), applied(whole, more)

    assert told == wanted
    assert from_light.clocks == from_whole.clocks
    assert from_light.unread or from_light == from_whole


def test_outcomes_say_what_each_event_did() -> None:
    events: list[Write] = [
        moved(5),
        content(3),
        content(3),
        moved(4),
        deleted(6),
        content(9),
        deleted(10),
    ]

    assert applied(NOTHING, events)[1] == (
        "missing", "written", "stale", "stale", "written", "deleted", "deleted",
    )  # fmt: skip
    assert held_of(deleted(1)) == held_of(deleted(2))
