"""Who is not told, and why."""

from datetime import timedelta

import pytest

from deliver_stage import NOW, alert, article, matched
from rasad_core.documents.matches import WithheldReason
from rasad_core.events import AlertState, Origin
from rasad_deliver.decide import withheld_reason


def test_fresh_article_of_an_armed_alert_is_told() -> None:
    assert withheld_reason(matched(), alert()) is None


@pytest.mark.parametrize("state", ["paused", "draft", "deleted"])
def test_alert_that_is_no_longer_armed_withholds(state: AlertState) -> None:
    assert withheld_reason(matched(), alert(state=state)) == state


def test_alert_that_is_gone_withholds() -> None:
    assert withheld_reason(matched(), None) == "deleted"


@pytest.mark.parametrize("origin", ["backfill", "reprocess"])
def test_article_that_is_not_live_is_withheld(origin: Origin) -> None:
    assert withheld_reason(matched(whole=article(origin=origin)), alert()) == origin


@pytest.mark.parametrize(("hours", "reason"), [(48, None), (48.01, "old"), (-5, None)])
def test_age_counts_from_publication_to_fetching(
    hours: float, reason: WithheldReason | None
) -> None:
    late = article(published=NOW - timedelta(hours=hours))

    assert withheld_reason(matched(whole=late), alert()) == reason


def test_alert_sets_its_own_age() -> None:
    late = article(published=NOW - timedelta(hours=2))

    assert withheld_reason(matched(whole=late), alert(max_age_hours=1)) == "old"
