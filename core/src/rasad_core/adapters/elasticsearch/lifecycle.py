"""The life of the months' indices: they begin by a template and end when all of them expired."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from elasticsearch import BadRequestError, Elasticsearch, NotFoundError

from rasad_core.adapters.elasticsearch import versions as state
from rasad_core.adapters.elasticsearch.connection import explained
from rasad_core.adapters.elasticsearch.mapping import MAPPING_VERSION, template
from rasad_core.adapters.elasticsearch.months import Names
from rasad_core.adapters.elasticsearch.versions import Versions
from rasad_core.errors import Unavailable
from rasad_core.instants import microseconds
from rasad_core.runtime.clock import SystemClock

# Above the templates that come with a distribution (100 to 200).
_PRIORITY = 500
# A search or an export that began before a switch may still read the replaced version.
_REPLACED_KEPT = timedelta(hours=1)
_STATE = {
    "settings": {"number_of_shards": 1, "auto_expand_replicas": "0-1"},
    "mappings": {"dynamic": False},
}


def install(client: Elasticsearch, prefix: str = "") -> Versions:
    """Make ready for writing and reading: template, state, and an index behind the alias.

    Repeatable, and safe beside other programs that do it too. Raises `Unavailable`.
    """
    names = Names(prefix=prefix)
    with explained():
        there = client.indices.exists(index=names.state)
    if not there:
        begin(client, names.state, _STATE)
    first = Versions(reading=_read_now(client, names))
    state.create(client, names, first)
    versions = state.look_up(client, names) or first
    put_template(client, names, versions.reading, readable=True)
    with explained():
        there = client.indices.exists_alias(name=names.alias)
    if not there:
        # Any month will do: searches need something behind the alias.
        begin(client, names.index(versions.reading, f"{SystemClock().now():%Y.%m}"))
    return versions


def installed(client: Elasticsearch, prefix: str = "") -> Versions:
    """Give the versions in force, after `install` where that was not done yet."""
    return state.look_up(client, Names(prefix=prefix)) or install(client, prefix)


def outdated(client: Elasticsearch, prefix: str = "") -> bool:
    """Say that articles are read from a mapping older than this program's: rebuild the index."""
    names = Names(prefix=prefix)
    found = state.look_up(client, names)
    return found is not None and _template_mapping(client, names, found.reading) < MAPPING_VERSION


def begin(client: Elasticsearch, index: str, body: Mapping[str, object] | None = None) -> None:
    """Make an index that may be there already."""
    try:
        with explained():
            client.indices.create(index=index, **(body or {}))  # type: ignore[arg-type]
    except BadRequestError as error:
        if error.error != "resource_already_exists_exception":
            raise


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


def drop_template(client: Elasticsearch, names: Names, version: int) -> None:
    """Delete the template of a version; one that is gone is no error."""
    with explained():
        client.options(ignore_status=404).indices.delete_index_template(
            name=names.template(version)
        )


def drop_expired(
    client: Elasticsearch, prefix: str = "", *, now: datetime, retention_days: int | None
) -> Sequence[str]:
    """Delete what nobody may read any more; give the names of the indices that are gone.

    That is each month of which every article is past retention, where there is a retention, and
    versions that nobody reads or builds, an hour after the switch. Repeatable.
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
            _is_replaced(month.version, versions, now)
            or _is_past(client, index, month.month, now, retention_days)
        )
    ]
    for index in dropped:
        drop(client, index)
    for version in {month.version for month in names.months(dropped)} - set(versions.written):
        drop_template(client, names, version)
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


def _read_now(client: Elasticsearch, names: Names) -> int:
    """Give the version behind the alias; 1 where there is no alias yet."""
    try:
        with explained():
            found = client.indices.get_alias(name=names.alias)
    except NotFoundError:
        return 1
    return max((month.version for month in names.months(list(found))), default=1)


def _template_mapping(client: Elasticsearch, names: Names, version: int) -> int:
    """Give the mapping version of a template, 0 where there is none."""
    try:
        with explained():
            found = client.indices.get_index_template(name=names.template(version))
    except NotFoundError:
        return 0
    return int(found["index_templates"][0]["index_template"].get("version", 0))


def _is_past(
    client: Elasticsearch, index: str, month: str, now: datetime, retention_days: int | None
) -> bool:
    if retention_days is None:
        return False
    oldest = now - timedelta(days=retention_days)
    year, number = map(int, month.split("."))
    if datetime(year + number // 12, number % 12 + 1, 1, tzinfo=UTC) > oldest:
        return False
    # A month is that of an article's first revision: a later one may have corrected the date.
    newest = {"newest": {"max": {"field": "facts.published_us"}}}
    with explained():
        found = client.search(index=index, size=0, aggregations=newest)
    newest_us = found["aggregations"]["newest"]["value"]
    return newest_us is None or newest_us < microseconds(oldest)


def _is_replaced(version: int, versions: Versions, now: datetime) -> bool:
    at = versions.switched_at
    return version not in versions.written and at is not None and at + _REPLACED_KEPT <= now
