"""What every document store must do, whatever it is made of."""

import itertools
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import live_store
from live_store import LiveStore
from rasad_core.adapters.elasticsearch.store import ElasticsearchStore
from rasad_core.adapters.memory.store import MemoryStore
from rasad_core.adapters.sqlite.file import Database
from rasad_core.adapters.sqlite.store import SqliteStore
from rasad_core.errors import Conflict
from rasad_core.ports import DocumentWrite, Store

_KINDS = ("alerts", "aliases", "sources")


@pytest.fixture(
    params=[
        "memory",
        "sqlite",
        pytest.param("elasticsearch", marks=pytest.mark.live("elasticsearch")),
    ]
)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "elasticsearch":
        yield request.getfixturevalue("emptied")
        return
    if request.param == "memory":
        yield MemoryStore()
        return
    database = Database(tmp_path / "rasad.db")
    yield SqliteStore(database)
    database.close()


@pytest.fixture(scope="module")
def shared() -> Iterator[LiveStore]:
    """Give one set of indices for all tests: to make them takes longer than a test."""
    with live_store.opened() as live:
        yield live


@pytest.fixture
def emptied(shared: LiveStore) -> ElasticsearchStore:
    for kind in _KINDS:
        shared.empty(kind)
    return shared.store


def listed(store: Store, **filters: str) -> list[str]:
    return [document.key for document in store.list("alerts", **filters)]  # type: ignore[arg-type]


def test_document_is_read_back_with_version_and_team(store: Store) -> None:
    version = store.put("alerts", "a", b"\x00\xff", team_id="t")

    document = store.get("alerts", "a")

    assert document is not None
    assert (document.key, document.value, document.version, document.team_id) == (
        "a", b"\x00\xff", version, "t",
    )  # fmt: skip


def test_what_was_never_written_is_not_there(store: Store) -> None:
    store.put("alerts", "a", b"1")

    assert store.get("alerts", "b") is None
    assert store.get("sources", "a") is None


def test_versions_rise_with_every_write(store: Store) -> None:
    versions = [store.put("alerts", "a", b"1") for _ in range(3)]

    assert versions == sorted(set(versions))
    assert versions[0] > 0


def test_write_at_the_expected_version_wins(store: Store) -> None:
    first = store.put("alerts", "a", b"1")

    assert store.put("alerts", "a", b"2", expected_version=first) > first


@pytest.mark.parametrize("expected", ["never", "the one before", "one above", "1"])
def test_write_at_another_version_is_a_conflict_and_changes_nothing(
    store: Store, expected: str
) -> None:
    before = store.put("alerts", "a", b"1")
    now = store.put("alerts", "a", b"2")
    versions = {"never": 0, "the one before": before, "one above": now + 1, "1": 1}

    with pytest.raises(Conflict):
        store.put("alerts", "a", b"3", expected_version=versions[expected])

    document = store.get("alerts", "a")
    assert document is not None
    assert document.value == b"2"


def test_conditional_write_of_a_missing_document_is_a_conflict(store: Store) -> None:
    with pytest.raises(Conflict):
        store.put("alerts", "a", b"1", expected_version=1)


def test_create_only_never_overwrites(store: Store) -> None:
    assert store.create("aliases", "u", b"1")
    assert not store.create("aliases", "u", b"2")

    document = store.get("aliases", "u")
    assert document is not None
    assert document.value == b"1"


def test_creating_many_writes_the_new_ones_only(store: Store) -> None:
    store.create("aliases", "u", b"1")

    created = store.create_many("aliases", {"u": b"2", "v": b"3", "w": b"4"})

    assert created == 2
    values = {key: each.value for key, each in store.get_many("aliases", ["u", "v", "w"]).items()}
    assert values == {"u": b"1", "v": b"3", "w": b"4"}
    assert store.create_many("aliases", {}) == 0


def test_of_many_creators_exactly_one_wins(store: Store) -> None:
    won: list[bool] = []
    threads = [
        threading.Thread(target=lambda: won.append(store.create("aliases", "u", b"x")))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(won) == [False] * 7 + [True]


def test_of_many_writers_at_one_version_exactly_one_wins(store: Store) -> None:
    version = store.put("alerts", "a", b"0")
    results: list[str] = []

    def write(value: bytes) -> None:
        try:
            store.put("alerts", "a", value, expected_version=version)
            results.append("won")
        except Conflict:
            results.append("lost")

    threads = [threading.Thread(target=write, args=(b"%d" % n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(results) == ["lost"] * 5 + ["won"]


def test_delete_says_whether_something_was_there(store: Store) -> None:
    store.put("alerts", "a", b"1")

    assert store.delete("alerts", "a")
    assert not store.delete("alerts", "a")
    assert store.get("alerts", "a") is None


def test_delete_at_another_version_is_a_conflict(store: Store) -> None:
    version = store.put("alerts", "a", b"1")

    for other in (0, version + 1):
        with pytest.raises(Conflict):
            store.delete("alerts", "a", expected_version=other)

    assert store.get("alerts", "a") is not None
    assert store.delete("alerts", "a", expected_version=version)


def test_delete_at_a_version_of_what_is_not_there_is_a_conflict(store: Store) -> None:
    version = store.put("alerts", "a", b"1")
    store.delete("alerts", "a")

    with pytest.raises(Conflict):
        store.delete("alerts", "a", expected_version=version)
    assert not store.delete("alerts", "a", expected_version=0)


def test_version_of_a_deleted_document_never_comes_back(store: Store) -> None:
    old = store.put("alerts", "a", b"1")
    other = store.put("alerts", "b", b"1")
    store.delete("alerts", "a")
    store.create("alerts", "a", b"another")

    with pytest.raises(Conflict):
        store.put("alerts", "a", b"2", expected_version=old)
    assert store.put("alerts", "b", b"2", expected_version=other) > other


def test_write_at_version_zero_is_for_a_new_document_only(store: Store) -> None:
    store.put("alerts", "a", b"1", expected_version=0)

    with pytest.raises(Conflict):
        store.put("alerts", "a", b"2", expected_version=0)


def test_many_are_read_at_once(store: Store) -> None:
    store.create_many("alerts", {f"{number:04d}": b"x" for number in range(1200)})

    found = store.get_many("alerts", [f"{number:04d}" for number in range(0, 2400, 2)])

    assert len(found) == 600
    assert store.get_many("alerts", []) == {}


def test_list_is_in_key_order_and_pages(store: Store) -> None:
    for key in ("b", "a", "c", "ب"):
        store.put("alerts", key, b"1")
    store.put("sources", "aa", b"1")

    assert listed(store) == ["a", "b", "c", "ب"]
    assert listed(store, after="b") == ["c", "ب"]
    assert [document.key for document in store.list("alerts", limit=2)] == ["a", "b"]


def test_list_by_team_sees_no_other_team(store: Store) -> None:
    store.put("alerts", "a", b"1", team_id="red")
    store.put("alerts", "b", b"1", team_id="blue")
    store.put("alerts", "c", b"1")

    assert listed(store, team_id="red") == ["a"]


@pytest.mark.parametrize(
    "prefix",
    ["%", "_", "a%", "[", "*", "\\", "'", "ا", "\U0001f600", "\ud7ff", "\U0010ffff", "\0", "q\0"],
)
def test_prefix_is_taken_letter_by_letter(store: Store, prefix: str) -> None:
    keys = (prefix, prefix + "x", prefix + "\U0010ffff", "x" + prefix, "ax", "zz")
    store.create_many("alerts", dict.fromkeys(keys, b"1"))

    assert listed(store, prefix=prefix) == [prefix, prefix + "x", prefix + "\U0010ffff"]


@pytest.mark.parametrize(
    "key", ["u" * 512, "u" * 513, "ب" * 4000, "sha256:" + "0" * 64, "/_bulk?a=%00#\0", " ", "_id"]
)
def test_key_may_be_long_and_hold_any_character(store: Store, key: str) -> None:
    assert store.create("aliases", key, b"1")
    assert not store.create("aliases", key, b"2")

    assert [each.key for each in store.list("aliases", after=key[:-1])] == [key]
    assert store.get_many("aliases", [key, key])[key].value == b"1"
    assert store.delete("aliases", key)


_numbers = itertools.count()


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None
)
@given(
    keys=st.sets(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1), max_size=6)
)
def test_paging_one_by_one_gives_every_key_once(store: Store, keys: set[str]) -> None:
    # A part of the kind of its own: to empty it each time would take most of the test.
    part = f"{next(_numbers)}/"
    store.create_many("alerts", {part + key: b"1" for key in keys})

    paged: list[str] = []
    while page := store.list("alerts", prefix=part, after=paged[-1] if paged else "", limit=1):
        paged.append(page[0].key)

    assert paged == [part + key for key in sorted(keys)]


def test_several_writes_each_stand_or_fall_alone(store: Store) -> None:
    old = store.put("alerts", "a", b"1", team_id="red")
    store.put("alerts", "b", b"1")
    store.put("alerts", "b", b"2")
    store.put("alerts", "c", b"1")

    done = store.write_many(
        "alerts",
        [
            DocumentWrite(key="a", value=b"2", team_id="red", expected_version=old),
            DocumentWrite(key="b", value=b"3", expected_version=old),
            DocumentWrite(key="c", value=None),
            DocumentWrite(key="d", value=b"1", team_id="blue", expected_version=0),
            DocumentWrite(key="a\0", value=b"4"),
            DocumentWrite(key="gone", value=None),
        ],
    )
    values = {each.key: (each.value, each.team_id) for each in store.list("alerts")}

    assert list(done) == [True, False, True, True, True, True]
    assert values == {
        "a": (b"2", "red"), "a\0": (b"4", None), "b": (b"2", None), "d": (b"1", "blue"),
    }  # fmt: skip
    assert list(store.write_many("alerts", [])) == []


def test_new_document_is_refused_among_several_where_one_is_there(store: Store) -> None:
    store.put("alerts", "a", b"1")

    done = store.write_many("alerts", [DocumentWrite(key="a", value=b"2", expected_version=0)])

    assert list(done) == [False]
