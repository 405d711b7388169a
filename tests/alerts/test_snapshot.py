"""Alerts compiled by an earlier program: taken up, brought up to date, or compiled anew."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from alert_stage import Stage, article
from rasad_alerts import snapshot
from rasad_alerts.armed import ArmedAlerts, Standing
from rasad_core.query.engine import engine

TIDE = article("The tide is high.")
MANY = 1_000


def armed(count: int = MANY) -> ArmedAlerts:
    """Give alerts of a word each, and one of the tide."""
    made = ArmedAlerts(engine("compiled"))
    made.take(standing("tide", "tide NEAR/3 high"))
    for number in range(count):
        made.take(standing(f"a{number}", f"word{number}"))
    return made


def standing(alert_id: str, query: str, version: int = 1) -> Standing:
    return Standing(alert_id=alert_id, team_id="t", version=version, query=query)


def matching(alerts: ArmedAlerts) -> list[str]:
    return [alert.alert_id for alert in alerts.matching(TIDE)]


def test_what_was_compiled_is_taken_up_as_it_was(tmp_path: Path) -> None:
    snapshot.save(armed(), tmp_path / "made")
    again = snapshot.load(tmp_path / "made")

    assert len(again) == MANY + 1
    assert matching(again) == ["tide"]

    again.take(standing("a7", "high", version=2))
    again.take(standing("tide", "ebb", version=2))

    assert matching(again) == ["a7"]
    assert [path.name for path in (tmp_path / "made").iterdir()] == [snapshot.NAME]


def test_what_neither_log_nor_store_has_is_forgotten(tmp_path: Path) -> None:
    snapshot.save(armed(), tmp_path)
    stage = Stage(snapshot.load(tmp_path))
    stage.keep("a7", "tide", version=2)
    stage.announce("a8", "high", version=2)

    assert stage.fired(TIDE) == ["a7", "a8"]
    assert len(stage.definitions.armed) == 2


def test_program_of_other_sources_compiles_anew(tmp_path: Path) -> None:
    snapshot.save(armed(), tmp_path)
    path = tmp_path / snapshot.NAME
    path.write_bytes(b"0" + path.read_bytes()[1:])

    assert len(snapshot.load(tmp_path)) == 0


@pytest.mark.parametrize("kept", [0, 100, 10_000])
def test_damaged_file_is_told_of_and_does_no_harm(tmp_path: Path, kept: int) -> None:
    snapshot.save(armed(), tmp_path)
    path = tmp_path / snapshot.NAME
    maker, _, rest = path.read_bytes().partition(b"\n")
    path.write_bytes(maker + b"\n" + rest[:kept])
    with capture_logs() as logs:
        assert len(snapshot.load(tmp_path)) == 0

    assert [each["log_level"] for each in logs] == ["warning"]


def test_few_alerts_leave_no_file_and_no_folder_no_error(tmp_path: Path) -> None:
    snapshot.save(armed(10), tmp_path)
    (tmp_path / "file").write_text("no folder")
    with capture_logs() as logs:
        snapshot.save(armed(), tmp_path / "file")

    assert len(snapshot.load(tmp_path)) == 0
    assert [each["event"] for each in logs] == ["alerts are not kept compiled"]
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
