"""Joining what stages report into one line per item, in the order of the input."""

import threading

from rasad.items import ItemLine, Items
from rasad_core.documents.outcomes import Became
from rasad_core.errors import Reason
from rasad_core.runtime.consume import Outcome, Result
from rasad_core.topics import Stage


def expected(items: Items, *names: str) -> None:
    for name in names:
        item = ItemLine(what="-", article_id=name)
        items.add(item)
        items.expect(f"trace-{name}", item)


def outcome(
    stage: Stage, name: str, detail: str = "", *, key: str = "", result: Result = "done"
) -> Outcome:
    return Outcome(
        stage=stage, result=result, key=key or name, trace_id=f"trace-{name}", detail=detail
    )


def settled(items: Items) -> list[tuple[str | None, Became | None, Reason | None]]:
    return [(each.article_id, each.outcome, each.reason) for each in items.settled()]


def test_kept_article_settles_when_the_index_has_it() -> None:
    items = Items(room=9)
    expected(items, "a")

    items.observe(outcome("enrich", "a", "analysed"))
    items.observe(outcome("stories", "a", "copy"))
    assert settled(items) == []
    items.observe(outcome("index", "a", "written"))

    assert settled(items) == [("a", "copy", None)]


def test_event_that_the_index_had_before_a_kill_counts_as_what_it_was() -> None:
    items = Items(room=9)
    expected(items, "a")

    items.observe(outcome("stories", "a", "new"))
    items.observe(outcome("index", "a", "stale", result="dropped"))

    assert settled(items) == [("a", "new", None)]


def test_dropped_by_stories_settles_at_once() -> None:
    items = Items(room=9)
    expected(items, "a", "b", "c")

    items.observe(outcome("stories", "a", "unchanged", result="dropped"))
    items.observe(outcome("stories", "b", "stale", result="dropped"))
    items.observe(outcome("stories", "c", "deleted", result="dropped"))

    assert settled(items) == [
        ("a", "unchanged", Reason.UNCHANGED),
        ("b", "refused", Reason.STALE),
        ("c", "refused", Reason.DELETED),
    ]


def test_move_of_another_article_with_the_same_trace_settles_nothing() -> None:
    items = Items(room=9)
    expected(items, "a")

    items.observe(outcome("stories", "a", "new"))
    items.observe(outcome("index", "a", "written", key="elsewhere"))

    assert settled(items) == []


def test_what_another_run_left_in_the_log_is_nobodys_item() -> None:
    items = Items(room=9)

    items.observe(outcome("index", "x", "written"))

    assert settled(items) == []


def test_lines_wait_for_those_before_them() -> None:
    items = Items(room=9)
    expected(items, "a", "b")
    refused = ItemLine(what="-", article_id="c")
    items.add(refused)
    items.refuse(refused, Reason.MALFORMED, "no")

    items.observe(outcome("stories", "b", "unchanged"))
    assert settled(items) == []
    items.observe(outcome("stories", "a", "unchanged"))

    assert [name for name, _, _ in settled(items)] == ["a", "b", "c"]


def test_dead_letter_is_a_refusal_with_the_last_line_of_its_message() -> None:
    items = Items(room=9)
    expected(items, "a")
    dead = Outcome(
        stage="enrich", result="dead", key="a", trace_id="trace-a", reason=Reason.BUG,
        message="Traceback:\n  somewhere\nValueError: odd\n",
    )  # fmt: skip

    items.observe(dead)

    (item,) = items.settled()
    assert (item.outcome, item.reason, item.message) == (
        "refused", Reason.BUG, "enrich: ValueError: odd",
    )  # fmt: skip


def test_unfinished_items_are_left_out_when_stopped() -> None:
    items = Items(room=9)
    expected(items, "a", "b")
    items.observe(outcome("stories", "b", "unchanged"))

    assert [each.article_id for each in items.settled(skip_unfinished=True)] == ["b"]
    assert items.on_way() == 1


def test_room_is_waited_for_until_something_settles_or_the_run_is_stopped() -> None:
    items = Items(room=1)
    expected(items, "a")
    waiting = threading.Thread(target=items.wait_for_room, args=(threading.Event(),))
    waiting.start()
    assert waiting.is_alive()

    items.observe(outcome("stories", "a", "unchanged"))
    waiting.join(timeout=5)

    assert not waiting.is_alive()
    expected(items, "b")
    stop = threading.Event()
    stop.set()
    items.wait_for_room(stop)
