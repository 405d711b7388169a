"""What became of a pushed article, for `GET /v1/articles/{article_id}/outcome`."""

import hashlib
from datetime import datetime
from typing import Literal

from rasad_core.errors import Reason
from rasad_core.events import Frozen
from rasad_core.instants import microseconds

Became = Literal["new", "revised", "unchanged", "copy", "refused"]
# Traces whose outcome is kept.
PUSHED = "push-"


class PushOutcome(Frozen, frozen=True, kw_only=True):
    """The end of one pushed article's way."""

    outcome: Became
    reason: Reason | None = None
    message: str | None = None


def push_trace_id(article_id: str, fetched_at: datetime) -> str:
    """Name the trace of a pushed article so that who knows both finds its outcome again."""
    told = f"{article_id}/{microseconds(fetched_at)}"
    return PUSHED + hashlib.sha256(told.encode()).hexdigest()[:24]


def outcome_key(article_id: str, trace_id: str) -> str:
    """Give the key of an outcome in the store."""
    return f"{article_id}/{trace_id}"
