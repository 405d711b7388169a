"""What a writer knows of the versions, and how old that may be; names of indices, there and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from rasad_core.adapters.elasticsearch.months import Month, Names
from rasad_core.adapters.elasticsearch.versions import NOTICED_SECONDS, KnownVersions, Versions
from rasad_core.errors import Unavailable
from strategies import NOW


class Cluster:
    """Versions that change, and a time that passes when a test says so."""

    def __init__(self) -> None:
        self.versions = Versions(reading=1)
        self.asked = 0
        self.seconds = 0.0
        self.known = KnownVersions(self._look_up, elapsed=lambda: self.seconds)

    def _look_up(self) -> Versions:
        self.asked += 1
        return self.versions


def test_versions_are_looked_up_once_a_second() -> None:
    cluster = Cluster()
    for at in (0.0, 0.5, 1.0, 1.5, 2.0):
        cluster.seconds = at
        cluster.known.current()

    assert cluster.asked == 2


def test_no_request_is_sent_on_what_was_known_too_long_ago() -> None:
    cluster = Cluster()
    begun = cluster.known.current()
    cluster.versions = replace(begun, building=2)
    cluster.seconds = 10.0
    cluster.known.hold_to(begun)
    cluster.seconds = 10.1

    with pytest.raises(Unavailable):
        cluster.known.hold_to(begun)
    assert cluster.known.current().written == (2, 1)
    assert NOTICED_SECONDS >= 40


def test_progress_of_a_rebuild_holds_up_no_writer() -> None:
    cluster = Cluster()
    cluster.versions = replace(cluster.versions, building=2)
    begun = cluster.known.current()
    cluster.versions = replace(begun, built={"2026.03": 1}, begun_at=NOW)
    cluster.seconds = 11.0

    cluster.known.hold_to(begun)
    assert cluster.asked == 2


@given(
    prefix=st.from_regex(r"\A(?:[a-z0-9][a-z0-9_-]{0,8})?\Z"),
    version=st.integers(1, 10**6),
    month=st.from_regex(r"\A(?:19|20)\d\d\.(?:0[1-9]|1[0-2])\Z"),
)
def test_name_of_an_index_reads_back(prefix: str, version: int, month: str) -> None:
    names = Names(prefix=prefix)

    assert names.month_of(names.index(version, month)) == Month(version=version, month=month)
    assert names.month_of("x" + names.index(version, month)) is None


@pytest.mark.parametrize("index", ["articles", "articles-state", "articles-v0-2026.03", "other"])
def test_other_indices_are_no_months(index: str) -> None:
    assert Names().month_of(index) is None
    assert Names(prefix="p-").month_of(f"p-{index}") is None
    assert Names(prefix="p-").month_of("articles-v1-2026.03") is None
