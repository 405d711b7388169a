"""Sources in lists: OPML in, with what became of each outline."""

from rasad_api.ports import Ports
from rasad_api.problems import Problem
from rasad_api.sources import SourceDraft, add_source
from rasad_core.documents.sources import source_id
from rasad_core.events import Frozen
from rasad_core.intake.opml import Outline, read_opml


class NotAdded(Frozen, frozen=True, kw_only=True, omit_defaults=False):
    """An outline that is no source, and why."""

    line: int | None
    url: str | None
    code: str
    detail: str


class ImportedList(Frozen, frozen=True, kw_only=True, omit_defaults=False):
    """The ids of what was added, those that were there already, and what was refused."""

    added: tuple[str, ...]
    existing: tuple[str, ...]
    refused: tuple[NotAdded, ...]


def add_list(ports: Ports, team_id: str, content: bytes) -> ImportedList:
    """Add every source of a list; one that is wrong never stops the rest.

    Raises `Unprocessable` for what is no OPML.
    """
    outlines, unread = read_opml(content)
    added: list[str] = []
    existing: list[str] = []
    refused = [
        NotAdded(line=each.line, url=each.url, code=each.reason.value, detail=each.message)
        for each in unread
    ]
    for outline in outlines:
        try:
            added.append(add_source(ports, team_id, _draft(outline)).source_id)
        except Problem as problem:
            if problem.status_code == 409:
                existing.append(source_id(team_id, outline.url, outline.kind))
            else:
                refused.append(_not_added(outline, problem))
    return ImportedList(added=tuple(added), existing=tuple(existing), refused=tuple(refused))


def _draft(outline: Outline) -> SourceDraft:
    return SourceDraft(
        url=outline.url,
        kind=outline.kind,
        name=outline.name,
        country=outline.country,
        language=outline.language,
        tags=outline.tags,
    )


def _not_added(outline: Outline, problem: Problem) -> NotAdded:
    code = problem.errors[0].code if problem.errors else problem.code
    return NotAdded(line=outline.line, url=outline.url, code=code, detail=str(problem.detail))
