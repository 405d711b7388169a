"""What the API depends on, where the program that runs it does not say otherwise."""

from typing import Final

from rasad_core.kinds import KEYS
from rasad_core.ports import ArticleIndex, Store
from rasad_core.runtime.readiness import Dependency

# The event log's name, where it is something of its own.
LOG: Final = "kafka"


def store_and_index(store: Store, index: ArticleIndex) -> tuple[Dependency, ...]:
    """Give what every installation depends on."""
    return (
        Dependency(name="store", check=lambda: store.get(KEYS, "-")),
        Dependency(name="index", check=lambda: index.get("-")),
    )
