"""What is matched against: the highest version, from wherever it was heard of."""

import pytest
from structlog.testing import capture_logs

from alert_stage import Stage, article
from rasad_core.events import AlertState

TIDE = article("The tide is high.")
EBB = article("The ebb is low.")


def test_announced_alert_is_matched_by_the_next_article() -> None:
    stage = Stage()

    assert stage.fired(TIDE) == []

    stage.announce("a1", "tide")

    assert stage.fired(TIDE) == ["a1"]
    assert len(stage.definitions.armed) == 1


def test_alert_made_before_the_start_is_known_though_its_announcement_was_lost() -> None:
    stage = Stage()
    stage.keep("a1", "tide")

    assert stage.fired(TIDE) == ["a1"]


def test_lost_announcement_heals_within_30_seconds() -> None:
    stage = Stage()
    stage(TIDE)
    stage.keep("a1", "tide")
    stage.clock.forward(29)

    assert stage.fired(TIDE) == []

    stage.clock.forward(1)

    assert stage.fired(TIDE) == ["a1"]


@pytest.mark.parametrize("state", ["paused", "draft", "deleted"])
def test_lost_announcement_of_an_end_heals_too(state: AlertState) -> None:
    stage = Stage()
    stage.announce("a1", "tide")
    stage(TIDE)
    stage.keep("a1", "tide", version=2, state=state)
    stage.clock.forward(30)

    assert stage.fired(TIDE) == []
    assert len(stage.definitions.armed) == 0


def test_alert_that_the_store_lacks_stays() -> None:
    stage = Stage()
    stage.announce("a1", "tide")
    stage(TIDE)
    stage.clock.forward(60)

    assert stage.fired(TIDE) == ["a1"]


def test_edit_counts_at_once_and_the_version_before_is_forgotten() -> None:
    stage = Stage()
    stage.announce("a1", "tide")
    stage(TIDE)
    stage.announce("a1", "ebb", version=2)

    assert stage.fired(TIDE) == []
    (match,) = stage.matches(EBB)
    assert match.alert_version == 2


def test_older_version_is_ignored_wherever_it_comes_from() -> None:
    stage = Stage()
    stage.announce("a1", "ebb", version=3)
    stage(TIDE)
    stage.announce("a1", "tide", version=2)
    stage.keep("a1", "tide", version=1)
    stage.clock.forward(30)

    assert stage.fired(TIDE) == []
    assert stage.fired(EBB) == ["a1"]


def test_older_document_does_not_undo_a_newer_announcement_at_the_start() -> None:
    stage = Stage()
    stage.keep("a1", "tide", version=1)
    stage.announce("a1", "ebb", version=2)

    assert stage.fired(TIDE) == []
    assert stage.fired(EBB) == ["a1"]


def test_deleted_alert_stays_away_though_an_old_event_comes_later() -> None:
    stage = Stage()
    stage.announce("a1", "tide", version=1)
    stage.announce("a1", "tide", version=3, state="deleted")
    stage(TIDE)
    stage.announce("a1", "tide", version=2)

    assert stage.fired(TIDE) == []


def test_paused_alert_fires_again_when_it_is_resumed() -> None:
    stage = Stage()
    stage.announce("a1", "tide")
    stage.announce("a1", "tide", version=2, state="paused")

    assert stage.fired(TIDE) == []

    stage.announce("a1", "tide", version=3)

    assert stage.fired(TIDE) == ["a1"]


def test_offsets_of_the_compacted_topic_may_have_gaps() -> None:
    stage = Stage()
    for version in range(1, 6):
        stage.announce("a1", "ebb", version=version)
    stage(TIDE)
    stage.announce("a1", "ebb", version=6)
    stage.announce("a2", "tide")

    assert stage.fired(TIDE) == ["a2"]


def test_broken_query_is_named_and_the_others_go_on() -> None:
    stage = Stage()
    stage.announce("a1", "tide AND")
    stage.announce("a2", "tide")

    with capture_logs() as logs:
        fired = stage.fired(TIDE)

    assert fired == ["a2"]
    assert [(each["alert_id"], each["log_level"]) for each in logs] == [("a1", "error")]


def test_edit_that_breaks_a_query_takes_the_alert_out() -> None:
    stage = Stage()
    stage.announce("a1", "tide")
    stage(TIDE)
    stage.announce("a1", "tide OR", version=2)

    with capture_logs() as logs:
        fired = stage.fired(TIDE)

    assert fired == []
    assert len(logs) == 1


def test_definition_that_cannot_be_read_is_named_once_and_the_others_go_on() -> None:
    stage = Stage()
    stage.announce_bytes("a1", b"{}")
    stage.announce("a2", "tide")

    with capture_logs() as logs:
        assert stage.fired(TIDE) == ["a2"]
        assert stage.fired(TIDE) == ["a2"]

    assert [each["alert_id"] for each in logs] == ["a1"]


def test_kind_of_channel_of_a_newer_program_does_not_stop_matching() -> None:
    stage = Stage()
    stage.store.put(
        "alerts",
        "a1",
        b'{"alert_id":"a1","team_id":"x","name":"n","query":"tide","version":1,'
        b'"channels":[{"type":"pigeon","loft":3}],"created_at":"2026-03-10T12:00:00Z"}',
    )

    (match,) = stage.matches(TIDE)

    assert (match.alert_id, match.team_id) == ("a1", "x")
