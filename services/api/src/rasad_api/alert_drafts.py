"""What a person asks of an alert, and everything that may be wrong with it."""

from typing import Annotated, Literal

import msgspec

from rasad_api.ports import Ports
from rasad_api.problem_codes import ProblemCode
from rasad_api.problems import Problem, ProblemError, bad_query
from rasad_core.documents.alerts import (
    GROUP_HOURS,
    MAX_AGE_HOURS,
    GroupBy,
    valid_secret,
)
from rasad_core.events import Frozen
from rasad_core.intake.clean import clean
from rasad_core.net.failure import Forbidden
from rasad_core.query.errors import QueryRefused
from rasad_core.query.parse import parse

_MOST_LETTERS = 200
# A notification is sent to each; more than any team we know of has places to be told at.
_MOST_CHANNELS = 20
# A year.
_Hours = Annotated[float, msgspec.Meta(gt=0, le=8760)]
_LATER = "comes later; `every` is there"


class WebhookDraft(Frozen, frozen=True, kw_only=True, tag="webhook"):
    """A target of Standard Webhooks; without a secret one is made, or the address's own kept."""

    url: Annotated[str, msgspec.Meta(max_length=4096)]
    secret: str | None = None


class EmailDraft(Frozen, frozen=True, kw_only=True, tag="email"):
    """A mailbox; comes later."""

    address: str = ""


class AppriseDraft(Frozen, frozen=True, kw_only=True, tag="apprise"):
    """A chat; comes later."""

    url: str = ""


ChannelDraft = WebhookDraft | EmailDraft | AppriseDraft


class KindDraft(Frozen, frozen=True, kw_only=True):
    """When to tell: `every` match; other kinds come later."""

    type: str = "every"


class AlertDraft(Frozen, frozen=True, kw_only=True):
    """What a person chooses of an alert."""

    name: str
    query: str
    state: Literal["armed", "draft", "paused"] = "armed"
    kind: KindDraft = KindDraft()
    group_by: GroupBy = "story"
    group_hours: _Hours = GROUP_HOURS
    max_age_hours: _Hours = MAX_AGE_HOURS
    channels: tuple[ChannelDraft, ...] = ()

    @property
    def plain_name(self) -> str:
        """The name as it is kept."""
        return " ".join(clean(self.name).split())


def check_draft(ports: Ports, draft: AlertDraft) -> tuple[WebhookDraft, ...]:
    """Give the channels that can be told; raises `Problem` 422 that names everything wrong."""
    errors = [*_of_name(draft), *_of_query(draft), *_of_kind(draft), *_of_channels(ports, draft)]
    if errors:
        only_query = all(each.pointer == "/query" for each in errors)
        code: ProblemCode = "bad-query" if only_query else "unprocessable"
        raise Problem(422, code, "; ".join(each.detail for each in errors), errors=errors)
    return tuple(each for each in draft.channels if isinstance(each, WebhookDraft))


def _of_name(draft: AlertDraft) -> list[ProblemError]:
    if not draft.plain_name:
        return [_error("/name", "an alert needs a name", "empty")]
    if len(draft.plain_name) > _MOST_LETTERS:
        detail = f"the name has more than {_MOST_LETTERS} letters"
        return [_error("/name", detail, "too_large")]
    return []


def _of_query(draft: AlertDraft) -> list[ProblemError]:
    try:
        parse(draft.query)
    except QueryRefused as refused:
        return list(bad_query(refused, "/query").errors)
    return []


def _of_kind(draft: AlertDraft) -> list[ProblemError]:
    if draft.kind.type == "every":
        return []
    return [_error("/kind/type", f"`{clean(draft.kind.type)[:50]}` {_LATER}", "unsupported")]


def _of_channels(ports: Ports, draft: AlertDraft) -> list[ProblemError]:
    if len(draft.channels) > _MOST_CHANNELS:
        return [_error("/channels", f"an alert has at most {_MOST_CHANNELS} channels", "too_large")]
    errors: list[ProblemError] = []
    told: set[str] = set()
    for at, channel in enumerate(draft.channels):
        if not isinstance(channel, WebhookDraft):
            kind = "email" if isinstance(channel, EmailDraft) else "apprise"
            detail = f"channels of type `{kind}` come later; `webhook` is there"
            errors.append(_error(f"/channels/{at}/type", detail, "unsupported"))
            continue
        if channel.url.strip() in told:
            errors.append(_error(f"/channels/{at}/url", "this address is there twice", "duplicate"))
        told.add(channel.url.strip())
        errors += _of_webhook(ports, channel, f"/channels/{at}")
    return errors


def _of_webhook(ports: Ports, channel: WebhookDraft, pointer: str) -> list[ProblemError]:
    errors: list[ProblemError] = []
    try:
        ports.target_rules.check_url(channel.url.strip())
    except Forbidden as error:
        errors.append(_error(f"{pointer}/url", error.message, error.code))
    if channel.secret is not None and not valid_secret(channel.secret):
        detail = "a secret is `whsec_` and base64 of 24 to 64 bytes; leave it out to have one made"
        errors.append(_error(f"{pointer}/secret", detail, "bad_field"))
    return errors


def _error(pointer: str, detail: str, code: str) -> ProblemError:
    return ProblemError(pointer=pointer, code=code, detail=detail)
