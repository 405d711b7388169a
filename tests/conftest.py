"""What every test begins with, and what a run says of the tests it left out."""

import threading
import time
from collections.abc import Iterator

import pytest
import structlog
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

import live_servers

# What is made once for all tests whose names begin so takes longer than most of them.
_TOGETHER = ("tests/rasad/", "tests/web/", "tests/e2e/test_hostile.py", "tests/e2e/test_live.py")

# A thread that waits for a broker that is away gives up after ten.
_ENDING_SECONDS = 15.0


class OneByOne(LoadScopeScheduling):  # type: ignore[misc]
    """Gives a worker the next test, or all that go together.

    xdist's `loadgroup` would do, but writes its groups where pytest 9.2 does not look.
    """

    def _split_scope(self, nodeid: str) -> str:
        return next(filter(nodeid.startswith, _TOGETHER), nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> OneByOne:
    """Have xdist hand out tests so."""
    return OneByOne(config, log)


@pytest.fixture(autouse=True, scope="module")
def _leaves_no_client_of_kafka() -> Iterator[None]:
    """Have whoever opens one close it: its thread looks for its broker in every later test."""
    before = set(threading.enumerate())
    yield
    opened = [each for each in threading.enumerate() if "kafka" in each.name and each not in before]
    deadline = time.monotonic() + _ENDING_SECONDS
    for thread in opened:
        thread.join(max(0.0, deadline - time.monotonic()))
    left = [each.name for each in opened if each.is_alive()]
    assert not left, f"clients of Kafka that nobody closed: {left}"


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
