"""What every test begins with."""

import pytest
import structlog


@pytest.fixture(autouse=True)
def _own_logging() -> None:
    """Undo what a program run within an earlier test set up: it holds for the whole process."""
    structlog.reset_defaults()
