"""What people make of matches: seen, acknowledged, muted, with a note."""

from rasad_api.ports import Ports
from rasad_api.problems import bad_field, not_found
from rasad_core.documents.matches import Match, Triage, TriageState
from rasad_core.documents.table import Held, Table
from rasad_core.intake.clean import clean
from rasad_core.kinds import MATCHES, TRIAGE

_MOST_LETTERS = 2_000


def match_of(ports: Ports, team_id: str, match_id: str) -> Match:
    """Give a match; raises `Problem` 404 for one that is not there or is another team's."""
    held = Table(ports.store, MATCHES, Match).get(match_id)
    if held is None or held.value.team_id != team_id:
        raise not_found(f"match `{match_id}`")
    return held.value


def triage_of(ports: Ports, match_id: str) -> Held[Triage] | None:
    """Give what was made of a match, None where nobody has looked."""
    return Table(ports.store, TRIAGE, Triage).get(match_id)


def set_triage(  # noqa: PLR0917  what, of whose, how: all of it every time
    ports: Ports,
    team_id: str,
    match_id: str,
    state: TriageState,
    note: str,
    by: str,
    *,
    expected_version: int | None = None,
) -> Triage:
    """Say what a match is to its readers; the last word counts.

    `expected_version` is that of the stored triage, 0 where there is none; raises `Conflict` at
    another, and `Problem` 404 and 422.
    """
    match_of(ports, team_id, match_id)
    plain = clean(note).strip()
    if len(plain) > _MOST_LETTERS:
        raise bad_field("/note", f"a note has at most {_MOST_LETTERS} letters", code="too_large")
    triage = Triage(state=state, note=plain, at=ports.clock.now(), by=by)
    table = Table(ports.store, TRIAGE, Triage)
    table.put(match_id, triage, team_id=team_id, expected_version=expected_version)
    return triage
