"""Logs without bodies, and signals that ask before they end."""

import json
import signal

import pytest
import structlog

from rasad_core.runtime.clock import SystemClock
from rasad_core.runtime.logs import start_logging
from rasad_core.runtime.settings import LogFormat
from rasad_core.runtime.shutdown import stop_on_signals


def test_log_line_is_json_with_level_and_time_and_no_body(
    capsys: pytest.CaptureFixture[str],
) -> None:
    start_logging("info", "json")

    structlog.get_logger().warning(
        "dead letter", stage="enrich", text="what they wrote", title="so", payload=b"{}"
    )
    structlog.get_logger().debug("event handled")

    (line,) = capsys.readouterr().err.splitlines()
    logged = json.loads(line)
    assert logged.pop("timestamp").endswith("Z")
    assert logged == {"event": "dead letter", "level": "warning", "stage": "enrich"}


def test_log_for_people_is_text(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("debug", "text")

    structlog.get_logger().debug("event handled", stage="index")

    assert "stage=index" in capsys.readouterr().err


@pytest.mark.parametrize("form", ["json", "text"])
def test_traceback_in_the_log_shows_no_locals(
    capsys: pytest.CaptureFixture[str], form: LogFormat
) -> None:
    start_logging("info", form)

    def fail() -> None:
        article = "what they " + "wrote"
        raise ValueError(len(article))

    try:
        fail()
    except ValueError:
        structlog.get_logger().exception("bug")

    logged = capsys.readouterr().err
    assert "ValueError" in logged
    assert "what they wrote" not in logged


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_first_signal_asks_to_stop(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with stop_on_signals() as stop:
        assert not stop.wait(0)
        signal.raise_signal(number)
        assert stop.wait(0)

    assert signal.getsignal(number) is before


def test_second_signal_meets_the_handler_of_before() -> None:
    # A shell's background jobs ignore the signal, and so would these tests in one.
    inherited = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with stop_on_signals():
            signal.raise_signal(signal.SIGINT)
            with pytest.raises(KeyboardInterrupt):
                signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, inherited)


def test_clock_is_aware_and_in_utc() -> None:
    offset = SystemClock().now().utcoffset()

    assert offset is not None
    assert not offset
