"""What every test begins with, and what a run says of the tests it left out."""

import pytest
import structlog

import live_servers


@pytest.fixture(autouse=True)
def _own_logging() -> None:
    """Undo what a program run within an earlier test set up: it holds for the whole process."""
    structlog.reset_defaults()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what needs a server that is not there, with a reason."""
    for item in items:
        wanted = item.get_closest_marker("live")
        if wanted is not None and (missing := live_servers.missing(*wanted.args)):
            item.add_marker(pytest.mark.skip(reason=f"no {' and no '.join(missing)} to test on"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly what was not tested."""
    if missing := live_servers.missing("kafka", "elasticsearch"):
        terminalreporter.section("LIVE TESTS LEFT OUT", sep="!", red=True, bold=True)
        terminalreporter.line(
            f"No {' and no '.join(missing)}: nothing here was tested on real servers. `make test` "
            "starts them where a JDK of 21 or newer and Maven are installed."
        )
