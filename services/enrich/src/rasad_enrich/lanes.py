"""The two lanes of enrich: live articles go first, those of the past give way to them."""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, Literal

import structlog

from rasad_core.errors import Unavailable
from rasad_core.events import Frozen
from rasad_core.ports import Lag
from rasad_core.topics import ANALYSED, ENRICHED, RAW, RAW_BACKFILL

LaneName = Literal["live", "backfill"]
Lags = Callable[[str, Sequence[str]], Sequence[Lag]]


class Lane(Frozen, frozen=True, kw_only=True):
    """What a lane reads, and as which group."""

    group: str
    topic: str


LANES: Final[Mapping[LaneName, Lane]] = {
    "live": Lane(group="enrich", topic=RAW),
    "backfill": Lane(group="enrich-backfill", topic=RAW_BACKFILL),
}
# What a live article still has to pass, group by group.
LIVE_WAY: Final[Mapping[str, tuple[str, ...]]] = {
    "enrich": (RAW,),
    "stories": (ANALYSED,),
    "index": (ENRICHED,),
    "alerts": (ENRICHED,),
}
# DESIGN 2: what a reader of the live stream notices, and what a stage works off in a few seconds.
_MOST_SECONDS, _MOST_MESSAGES = 2.0, 1000
_LOOK_SECONDS = 1.0


def lags_behind(lags: Iterable[Lag]) -> bool:
    """Say whether a group is so far behind that the past has to wait."""
    found = list(lags)
    return (
        sum(lag.messages for lag in found) > _MOST_MESSAGES
        or max((lag.seconds for lag in found), default=0.0) > _MOST_SECONDS
    )


def group_behind(lags: Lags) -> str | None:
    """Name the first group on the live way that is behind; None when the past may pass."""
    return next(
        (name for name, topics in LIVE_WAY.items() if lags_behind(lags(name, topics))), None
    )


class Gate:
    """Open while nothing live is behind. It begins closed; `watch` looks every second.

    While Kafka does not say how far the groups are, it stays as it is.
    """

    def __init__(self, lags: Lags, *, every_seconds: float = _LOOK_SECONDS) -> None:
        self._lags = lags
        self._every_seconds = every_seconds
        self._open = threading.Event()

    def is_open(self) -> bool:
        """Say whether the next articles may be taken."""
        return self._open.is_set()

    def watch(self, stop: threading.Event) -> None:
        """Look until asked to stop."""
        while True:
            try:
                self._look()
            except Unavailable as error:
                structlog.get_logger().debug("lag is not known", problem=str(error))
            if stop.wait(self._every_seconds):
                return

    def _look(self) -> None:
        behind = group_behind(self._lags)
        if (behind is None) == self._open.is_set():
            return
        if behind is None:
            self._open.set()
            structlog.get_logger().info("backfill goes on")
        else:
            self._open.clear()
            structlog.get_logger().info("backfill waits", behind=behind)
