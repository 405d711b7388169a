"""When the past has to wait for what is live."""

import threading
from collections.abc import Sequence

import pytest

from rasad_core.errors import Unavailable
from rasad_core.ports import Lag
from rasad_enrich.lanes import LIVE_WAY, Gate, group_behind, lags_behind


def lag(messages: int, seconds: float = 0.0, partition: int = 0) -> Lag:
    return Lag(topic="articles.raw", partition=partition, messages=messages, seconds=seconds)


@pytest.mark.parametrize(
    ("lags", "behind"),
    [
        ([], False),
        ([lag(0)], False),
        ([lag(1000, 2.0)], False),
        ([lag(1, 2.1)], True),
        ([lag(600), lag(400, partition=1)], False),
        ([lag(600), lag(401, partition=1)], True),
    ],
)
def test_a_group_is_behind_by_age_or_by_number(lags: Sequence[Lag], behind: bool) -> None:
    assert lags_behind(lags) is behind


@pytest.mark.parametrize("late", [None, *LIVE_WAY])
def test_any_group_on_the_live_way_holds_the_past_back(late: str | None) -> None:
    def lags(group: str, _: Sequence[str]) -> Sequence[Lag]:
        return [lag(1, 3.0 if group == late else 0.0)]

    assert group_behind(lags) == late


class Groups:
    """Gives the lags it is told to, look by look, and stops the watch after the last."""

    def __init__(self, *looks: float | None) -> None:
        self.stop = threading.Event()
        self.open: list[bool] = []
        self._looks = iter(looks)
        self.gate = Gate(self.lags, every_seconds=0.0)

    def lags(self, group: str, _: Sequence[str]) -> Sequence[Lag]:
        if group != "enrich":
            return []
        self.open.append(self.gate.is_open())
        seconds = next(self._looks, None)
        if seconds is None:
            self.stop.set()
            raise Unavailable("kafka is away")
        return [lag(1, seconds)]


def test_a_gate_begins_closed_follows_the_lag_and_stays_as_it_was_while_nobody_knows() -> None:
    groups = Groups(9.0, 0.0, 9.0, 0.0)

    groups.gate.watch(groups.stop)

    assert groups.open == [False, False, True, False, True]
    assert groups.gate.is_open()
