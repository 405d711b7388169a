"""Matches as people go through them: grouped as they were told, each with why it matched."""

from collections.abc import Iterable, Mapping
from typing import Final, get_args

from rasad_api.ports import Ports
from rasad_api.web.hits import outside
from rasad_api.web.interface import direction_of
from rasad_api.web.marking import Pieces, marked, marked_title
from rasad_core.documents.alerts import Alert
from rasad_core.documents.match_view import MatchJson, read_matches
from rasad_core.documents.matches import TriageState
from rasad_core.events import Frozen

STATES: Final[tuple[TriageState, ...]] = get_args(TriageState)
PAGE: Final = 50
# Matches looked at to fill a page of one state; then the page says where to go on.
_MOST_READ: Final = 500


class MatchView(Frozen, frozen=True, kw_only=True):
    """A match: its article, where it matched and by which clauses."""

    match: MatchJson
    direction: str
    title: Pieces
    snippet: Pieces
    clauses: tuple[str, ...]
    outside: str | None
    alert_name: str


class InboxGroup(Frozen, frozen=True, kw_only=True):
    """Matches told together, the newest first."""

    first: MatchView
    others: tuple[MatchView, ...]


class InboxPage(Frozen, frozen=True, kw_only=True):
    """Some matches; `next_after` is None at the end."""

    matches: tuple[MatchJson, ...]
    next_after: str | None


def read_inbox(
    ports: Ports, team_id: str, *, alert_id: str, state: TriageState | None, after: str
) -> InboxPage:
    """Give the team's matches in one state, or in any; whose alert it is has been looked at."""
    found: list[MatchJson] = []
    read = 0
    following: str | None = after
    while following is not None and read < _MOST_READ:
        page = read_matches(
            ports.store, team_id=team_id, alert_id=alert_id or None, after=following, limit=PAGE
        )
        read += PAGE
        found += [each for each in page.matches if state in {None, each.state}]
        following = page.next_after
        if state is None or len(found) >= PAGE:
            break
    return InboxPage(matches=tuple(found), next_after=following)


def grouped(matches: Iterable[MatchJson], alerts: Mapping[str, Alert]) -> tuple[InboxGroup, ...]:
    """Put together what was told together; what was told to nobody stands alone.

    `alerts` are those that are there; a match of a deleted one is shown without its name.
    """
    groups: dict[str, list[MatchView]] = {}
    for match in matches:
        key = match.notification.notification_id or match.match_id
        groups.setdefault(key, []).append(_view(match, alerts.get(match.alert_id)))
    return tuple(InboxGroup(first=each[0], others=tuple(each[1:])) for each in groups.values())


def _view(match: MatchJson, alert: Alert | None) -> MatchView:
    return MatchView(
        match=match,
        direction=direction_of(match.article.language),
        title=marked_title(match.article, match.spans),
        snippet=marked(match.snippet.text, match.snippet.marks),
        clauses=_clauses(match, alert),
        outside=outside(match.article.url),
        alert_name=alert.name if alert else "",
    )


def _clauses(match: MatchJson, alert: Alert | None) -> tuple[str, ...]:
    """Give what of the query matched; all of it where that stands nowhere in the text."""
    found = tuple(dict.fromkeys(span.clause for span in match.spans))
    if found or alert is None or alert.version != match.alert_version:
        return found
    return (alert.query,)
