"""Groups: what is told together, and when a story is told again."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from deliver_stage import NOW
from rasad_core.documents.matches import Group
from rasad_deliver.group import open_or_join


def placed(
    group: Group | None,
    matched_at: datetime,
    published: datetime,
    *,
    match: str = "m",
    hours: float = 24,
) -> Group:
    return open_or_join(
        group, alert_id="al", story_id="s", match_id=match, matched_at=matched_at,
        published=published, group_hours=hours,
    )  # fmt: skip


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


OPENED = placed(None, NOW, NOW, match="first")


def test_first_match_opens_a_group_that_continues_nothing() -> None:
    assert (OPENED.start, OPENED.opened_by, OPENED.continues) == (NOW, "first", False)


def test_match_within_a_day_joins() -> None:
    assert placed(OPENED, NOW + hours(21.9), NOW + hours(21.9)) is OPENED


def test_match_after_a_day_less_the_slack_opens_one_that_continues() -> None:
    again = placed(OPENED, NOW + hours(22), NOW)

    assert again.notification_id != OPENED.notification_id
    assert again.continues


def test_page_published_a_day_later_opens_one_although_matched_at_once() -> None:
    assert placed(OPENED, NOW, NOW + hours(22)).continues


def test_article_published_before_the_group_joins() -> None:
    assert placed(OPENED, NOW + hours(1), NOW - hours(240)) is OPENED


def test_opener_finds_its_own_group_again_whatever_the_clocks_say() -> None:
    later = NOW + hours(100)

    assert placed(OPENED, later, later, match="first") is OPENED


def test_groups_opened_in_the_same_microsecond_have_their_own_names() -> None:
    second = placed(OPENED, NOW, NOW + hours(24), match="second")
    third = placed(second, NOW, NOW + hours(48), match="third")

    names = {each.notification_id for each in (OPENED, second, third)}
    assert len(names) == 3


def test_page_that_comes_earlier_every_day_never_falls_silent() -> None:
    group: Group | None = None
    opened = 0
    for day in range(10):
        at = NOW + timedelta(days=day, minutes=-11 * day)
        now = placed(group, at, at, match=f"m{day}")
        opened += now is not group
        group = now

    assert opened == 10


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), max_size=30))
def test_names_of_groups_are_never_used_twice(offsets: list[tuple[int, int]]) -> None:
    group: Group | None = None
    names: list[str] = []
    for number, (matched, published) in enumerate(offsets):
        now = placed(group, NOW + hours(matched), NOW + hours(published), match=f"m{number}")
        if now is not group:
            names.append(now.notification_id)
        group = now

    assert len(names) == len(set(names))
