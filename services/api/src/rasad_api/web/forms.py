"""What a plain form sends, and what of it was wrong, field by field."""

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Annotated, Final, Literal

from fastapi import Depends, Request
from msgspec.structs import replace
from starlette.datastructures import FormData, UploadFile

from rasad_api.alert_drafts import WebhookDraft
from rasad_api.alerts import AlertDraft
from rasad_api.problems import Problem, ProblemError
from rasad_core.documents.alerts import Alert, GroupBy
from rasad_core.events import Frozen

# Fields of the largest form, the marks of a full inbox page included.
_MOST_FIELDS: Final = 500


async def posted(request: Request) -> AsyncIterator[FormData]:
    """Give the fields of the form, with one file at most, closed at the end."""
    async with request.form(max_files=1, max_fields=_MOST_FIELDS) as form:
        yield form


Posted = Annotated[FormData, Depends(posted)]


def text_of(form: FormData, name: str) -> str:
    """Give what was typed into a field, with the line ends of people who write for machines."""
    value = form.get(name, "")
    return value.replace("\r\n", "\n") if isinstance(value, str) else ""


def content_of(form: FormData, name: str) -> bytes:
    """Give what is in a file that was sent; nothing where none was."""
    sent = form.get(name)
    return sent.file.read() if isinstance(sent, UploadFile) else b""


class AlertForm(Frozen, frozen=True, kw_only=True):
    """What is typed into the form of an alert; `version` is that which was shown, 0 for a new one.

    `draft` is the state of an alert that is not to watch yet.
    """

    name: str = ""
    query: str = ""
    group_by: GroupBy = "story"
    webhooks: str = ""
    draft: bool = False
    version: int = 0

    def drafted(self, held: Alert | None = None) -> AlertDraft:
        """Give the alert that is asked for; what the form does not show stays as it is held."""
        urls = dict.fromkeys(filter(None, map(str.strip, self.webhooks.split("\n"))))
        state: Literal["armed", "draft"] = "draft" if self.draft else "armed"
        draft = AlertDraft(
            name=self.name,
            query=self.query,
            state=state,
            group_by=self.group_by,
            channels=tuple(WebhookDraft(url=url) for url in urls),
        )
        if held is None or held.state == "deleted":
            return draft
        return replace(
            draft,
            state=held.state,
            group_hours=held.group_hours,
            max_age_hours=held.max_age_hours,
        )


def alert_form(form: FormData) -> AlertForm:
    """Read the form of an alert."""
    version = text_of(form, "version")
    return AlertForm(
        name=text_of(form, "name"),
        query=text_of(form, "query"),
        group_by="none" if text_of(form, "group_by") == "none" else "story",
        webhooks=text_of(form, "webhooks"),
        draft=text_of(form, "state") == "draft",
        version=int(version) if version.isascii() and version.isdigit() else 0,
    )


def form_of(alert: Alert) -> AlertForm:
    """Give the form as it shows an alert."""
    return AlertForm(
        name=alert.name,
        query=alert.query,
        group_by=alert.group_by,
        webhooks="\n".join(channel.url for channel in alert.channels),
        draft=alert.state == "draft",
        version=alert.version,
    )


def by_field(problem: Problem, fields: Iterable[str]) -> Mapping[str, tuple[ProblemError, ...]]:
    """Sort what was wrong by the field it is shown at; what belongs to none stands under "".

    A pointer may go deeper than a field: that of the second webhook is shown at the webhooks.
    """
    errors = problem.errors or (ProblemError(code=problem.code, detail=problem.detail),)
    named = set(fields)
    found: dict[str, tuple[ProblemError, ...]] = {}
    for error in errors:
        first = error.pointer.strip("/").split("/")[0]
        name = first if first in named else ""
        found[name] = (*found.get(name, ()), error)
    return found
