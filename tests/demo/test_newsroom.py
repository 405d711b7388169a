from datetime import timedelta

from demo_room import NEWSROOM, START, after, outlet, printed, publishing


def slugs(of: str, seconds: float) -> list[str]:
    return [each.slug for each in NEWSROOM.released(outlet(of), after(seconds))]


def test_an_article_is_there_from_its_second_on() -> None:
    assert "mersin-strike-ends" not in slugs("meridian", 7.9)
    assert slugs("meridian", 8.0)[0] == "mersin-strike-ends"


def test_nothing_that_was_published_goes_away() -> None:
    for publisher in publishing():
        before = {each.slug for each in NEWSROOM.released(publisher, START)}
        later = {each.slug for each in NEWSROOM.released(publisher, after(3600))}

        assert before <= later


def test_the_newest_comes_first() -> None:
    for publisher in publishing():
        times = [each.published for each in NEWSROOM.released(publisher, after(3600))]

        assert times == sorted(times, reverse=True)


def test_a_correction_changes_a_number_and_says_so() -> None:
    before = printed("meridian/mersin-mediator", after(89))
    corrected = printed("meridian/mersin-mediator", after(90))

    assert "1,240 containers" in before.paragraphs[2]
    assert "2,140 containers" in corrected.paragraphs[2]
    assert corrected.paragraphs[-1].startswith("Correction: ")
    assert corrected.published == before.published == before.modified
    assert corrected.modified == after(90)


def test_a_copy_of_a_corrected_article_stays_wrong() -> None:
    copy = printed("straitcourier/mersin-mediator-arrives", after(3600))

    assert "1,240 containers" in copy.paragraphs[2]


def test_times_are_in_the_zone_of_the_outlet_and_whole_seconds() -> None:
    article = printed("korfez/kupa-izmirde")

    assert article.published.utcoffset() == timedelta(hours=3)
    assert article.published == after(35)


def test_an_outlet_changed_when_it_last_published_or_corrected() -> None:
    meridian = outlet("meridian")

    assert NEWSROOM.changed_at(meridian, after(10)) == after(8)
    assert NEWSROOM.changed_at(meridian, after(100)) == after(90)
    assert NEWSROOM.changed_at(outlet("ticker"), START) < START
