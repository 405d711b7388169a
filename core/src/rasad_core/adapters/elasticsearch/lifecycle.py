"""The life of the months' indices: they begin by a template and end when all of them expired."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from elasticsearch import BadRequestError, Elasticsearch, NotFoundError

from rasad_core.adapters.elasticsearch import versions as state
from rasad_core.adapters.elasticsearch.connection import explained
from rasad_core.adapters.elasticsearch.mapping import MAPPING_VERSION, template
from rasad_core.adapters.elasticsearch.months import Names
from rasad_core.adapters.elasticsearch.versions import Versions
from rasad_core.errors import Unavailable
from rasad_core.runtime.clock import SystemClock

# Above the templates that come with a distribution (100 to 200).
_PRIORITY = 500
# A search or an export that began before a switch may still read the replaced version.
_REPLACED_KEPT = timedelta(hours=1)


def install(client: Elasticsearch, prefix: str = "") -> Versions:
    """Make ready for writing and reading: template, state, and an index behind the alias.

    Repeatable, and safe beside other programs that do it too. Raises `Unavailable`.
    """
    names = Names(prefix=prefix)
    with explained():
        if not client.indices.exists(index=names.state):
            _create(client, names.state, _STATE)
    first = Versions(reading=max((1, *_versions_there(client, names))))
    state.create(client, names, first)
    versions = state.look_up(client, names) or first
    put_template(client, names, versions.reading, readable=True)
    with explained():
        if not client.indices.exists_alias(name=names.alias):
            _create(client, names.index(versions.reading, month_at(SystemClock().now())))
    return versions


def installed(client: Elasticsearch, prefix: str = "") -> Versions:
    """Give the versions in force, after `install` where that was not done yet."""
    return state.look_up(client, Names(prefix=prefix)) or install(client, prefix)


def outdated(client: Elasticsearch, prefix: str = "") -> bool:
    """Say that articles are read from a mapping older than this program's: rebuild the index."""
    names = Names(prefix=prefix)
    found = state.look_up(client, names)
    return found is not None and _template_mapping(client, names, found.reading) < MAPPING_VERSION


def require(client: Elasticsearch, index: str) -> None:
    """Raise `Unavailable` unless the index is there: no month may begin now."""
    with explained():
        if not client.indices.exists(index=index):
            raise Unavailable(f"`{index}` begins when the index has been switched")


def put_template(client: Elasticsearch, names: Names, version: int, *, readable: bool) -> None:
    """Write the template of a version; an older mapping's stays, its months have that mapping."""
    held = _template_mapping(client, names, version)
    if held not in {0, MAPPING_VERSION}:
        return
    body = template(
        names.pattern(version),
        alias=names.alias if readable else None,
        version=MAPPING_VERSION,
        priority=_PRIORITY,
    )
    with explained():
        client.indices.put_index_template(name=names.template(version), **body)  # type: ignore[arg-type]


def drop_expired(
    client: Elasticsearch, prefix: str = "", *, now: datetime, retention_days: int | None
) -> Sequence[str]:
    """Delete what nobody may read any more; give the names of the indices that are gone.

    That is each month which is past retention with all its days, where there is a retention, and
    a replaced version an hour after the switch. Repeatable. A month is that of the first revision
    of its articles: one that was dated later by a correction goes with it.
    """
    names = Names(prefix=prefix)
    versions = state.look_up(client, names)
    if versions is None:
        return []
    dropped = [
        index
        for index in indices(client, names)
        if (month := names.month_of(index))
        and (
            _is_past(month.month, now, retention_days) or _is_replaced(month.version, versions, now)
        )
    ]
    for index in dropped:
        drop(client, index)
    if dropped:
        install(client, prefix)
    return dropped


def indices(client: Elasticsearch, names: Names) -> Sequence[str]:
    """Name every month of every version that there is."""
    with explained():
        found = client.indices.get_alias(index=f"{names.prefix}articles-v*", allow_no_indices=True)
    return sorted(index for index in found if names.month_of(index))


def drop(client: Elasticsearch, index: str) -> None:
    """Delete an index that may be gone already."""
    with explained():
        client.indices.delete(index=index, ignore_unavailable=True)


def month_at(moment: datetime) -> str:
    """Give the month of a moment as it stands in names."""
    return f"{moment.astimezone(UTC):%Y.%m}"


_STATE = {
    "settings": {"number_of_shards": 1, "auto_expand_replicas": "0-1"},
    "mappings": {"dynamic": False},
}


def _create(client: Elasticsearch, index: str, body: dict[str, object] | None = None) -> None:
    try:
        client.indices.create(index=index, **(body or {}))  # type: ignore[arg-type]
    except BadRequestError as error:
        if error.error != "resource_already_exists_exception":
            raise


def _versions_there(client: Elasticsearch, names: Names) -> Sequence[int]:
    return [month.version for month in names.months(indices(client, names))]


def _template_mapping(client: Elasticsearch, names: Names, version: int) -> int:
    """Give the mapping version of a template, 0 where there is none."""
    try:
        with explained():
            found = client.indices.get_index_template(name=names.template(version))
    except NotFoundError:
        return 0
    return int(found["index_templates"][0]["index_template"].get("version", 0))


def _is_past(month: str, now: datetime, retention_days: int | None) -> bool:
    if retention_days is None:
        return False
    year, number = map(int, month.split("."))
    end = datetime(year + number // 12, number % 12 + 1, 1, tzinfo=UTC)
    return end + timedelta(days=retention_days) <= now


def _is_replaced(version: int, versions: Versions, now: datetime) -> bool:
    return (
        version == versions.replaced
        and versions.replaced_at is not None
        and versions.replaced_at + _REPLACED_KEPT <= now
    )
