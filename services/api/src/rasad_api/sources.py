"""What a team reads: added, changed, removed and listed with its health, for API and pages."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec.structs import replace

from rasad_api.ports import Ports
from rasad_api.problems import Problem, bad_field, not_found
from rasad_api.source_drafts import SourceChange, SourceDraft, described
from rasad_core.documents.sources import (
    FeedState,
    HealthState,
    Source,
    SourceKind,
    feed_id,
    source_id,
)
from rasad_core.documents.table import Held, Table
from rasad_core.errors import Conflict
from rasad_core.events import Frozen
from rasad_core.kinds import FEED_STATES, SOURCES
from rasad_core.net.failure import Forbidden

__all__ = [
    "HealthJson",
    "SourceChange",
    "SourceDraft",
    "SourceJson",
    "add_source",
    "all_sources",
    "ask_poll",
    "change_source",
    "held_source",
    "list_sources",
    "readable_url",
    "remove_source",
    "source_json",
    "source_of",
]

# Who names no version takes any; each try loses only to a write that came between.
_TRIES = 5


class HealthJson(Frozen, frozen=True, kw_only=True, omit_defaults=False):
    """How a source is doing, and since when; `new` is one that was never polled."""

    state: HealthState
    since: datetime
    reason: str | None
    next_poll_at: datetime | None


class SourceJson(Frozen, frozen=True, kw_only=True, omit_defaults=False):
    """A source and its health."""

    source_id: str
    team_id: str
    url: str
    kind: SourceKind
    name: str | None
    country: str | None
    language: str | None
    tags: tuple[str, ...]
    health: HealthJson
    created_at: datetime
    updated_at: datetime
    poll_asked_at: datetime | None


def add_source(ports: Ports, team_id: str, draft: SourceDraft) -> Source:
    """Read an address from now on.

    Raises `Problem`: 422 for what is wrong, 409 where the team reads it as this kind already.
    """
    url = readable_url(ports, draft.url)
    now = ports.clock.now()
    bare = Source(
        source_id=source_id(team_id, url, draft.kind), team_id=team_id, url=url, kind=draft.kind,
        created_at=now, updated_at=now,
    )  # fmt: skip
    given = SourceChange(
        name=draft.name, country=draft.country, language=draft.language, tags=draft.tags
    )
    source = described(bare, given)
    if not _table(ports).create(source.source_id, source, team_id=team_id):
        raise Problem(409, "conflict", f"it is read already, as source `{source.source_id}`")
    return source


def readable_url(ports: Ports, written: str) -> str:
    """Give an address that may be read, as far as can be seen at once; raises `Problem` 422."""
    url = written.strip()
    try:
        ports.source_rules.check_url(url)
    except Forbidden as error:
        raise bad_field("/url", error.message, code=error.code) from None
    return url


def change_source(
    ports: Ports,
    team_id: str,
    source_id: str,
    change: SourceChange,
    *,
    expected_version: int | None = None,
) -> Source:
    """Change what goes to its articles from now on.

    Raises `Problem` 404 and 422, and `Conflict` unless its document is at the expected version.
    """
    held = held_source(ports, team_id, source_id)
    changed = described(held.value, change)
    if changed == held.value:
        return changed
    return _written(ports, held, changed, expected_version)


def ask_poll(ports: Ports, team_id: str, source_id: str) -> Source:
    """Ask ingest to poll it soon, whenever it was to be polled. Raises `Problem` 404."""
    for _ in range(_TRIES):
        held = held_source(ports, team_id, source_id)
        asked = replace(held.value, poll_asked_at=ports.clock.now())
        try:
            return _written(ports, held, asked, None)
        except Conflict:
            continue
    raise Conflict(f"source `{source_id}` was changed meanwhile")


def remove_source(
    ports: Ports, team_id: str, source_id: str, *, expected_version: int | None = None
) -> None:
    """Read it no more; its articles stay. Raises like `change_source`."""
    held_source(ports, team_id, source_id)
    ports.store.delete(SOURCES, source_id, expected_version=expected_version)


def source_of(ports: Ports, team_id: str, source_id: str) -> SourceJson:
    """Give a source with its health; raises `Problem` 404 for another team's."""
    return source_json(ports, held_source(ports, team_id, source_id).value)


def list_sources(
    ports: Ports, team_id: str, *, after: str = "", limit: int = 1000
) -> Sequence[SourceJson]:
    """Give the team's sources with their health, by their ids, from the first above `after`."""
    page = _table(ports).page(team_id=team_id, after=after, limit=limit)
    return _joined(ports, [each.value for each in page])


def all_sources(ports: Ports, team_id: str) -> Iterable[Source]:
    """Give every source of the team."""
    return (each.value for each in _table(ports).all(team_id=team_id))


def source_json(ports: Ports, source: Source) -> SourceJson:
    """Give a source in its public form."""
    (shown,) = _joined(ports, [source])
    return shown


def held_source(ports: Ports, team_id: str, source_id: str) -> Held[Source]:
    """Give a source and the version of its document; raises `Problem` 404 for another team's."""
    held = _table(ports).get(source_id)
    if held is None or held.value.team_id != team_id:
        raise not_found(f"source `{source_id}`")
    return held


def _written(
    ports: Ports, held: Held[Source], changed: Source, expected_version: int | None
) -> Source:
    source = replace(changed, version=held.value.version + 1, updated_at=ports.clock.now())
    expected = held.version if expected_version is None else expected_version
    _table(ports).put(held.key, source, team_id=source.team_id, expected_version=expected)
    return source


def _joined(ports: Ports, sources: Sequence[Source]) -> Sequence[SourceJson]:
    ids = {each.source_id: feed_id(each.url, each.kind) for each in sources}
    states = Table(ports.store, FEED_STATES, FeedState).get_many(sorted(set(ids.values())))
    return [_json(each, states.get(ids[each.source_id])) for each in sources]


def _json(source: Source, feed: FeedState | None) -> SourceJson:
    return SourceJson(
        source_id=source.source_id, team_id=source.team_id, url=source.url, kind=source.kind,
        name=source.name, country=source.country, language=source.language, tags=source.tags,
        health=_health(source, feed), created_at=source.created_at, updated_at=source.updated_at,
        poll_asked_at=source.poll_asked_at,
    )  # fmt: skip


def _health(source: Source, feed: FeedState | None) -> HealthJson:
    if feed is None or feed.polled_at is None:
        return HealthJson(state="new", since=source.created_at, reason=None, next_poll_at=None)
    return HealthJson(
        state=feed.health.state,
        since=feed.health.since,
        reason=feed.health.reason,
        # Polled no more.
        next_poll_at=None if feed.health.state == "gone" else feed.next_poll_at,
    )


def _table(ports: Ports) -> Table[Source]:
    return Table(ports.store, SOURCES, Source)
