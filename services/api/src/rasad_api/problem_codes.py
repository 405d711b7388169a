"""The closed list of problems: what each is called and what to do about it."""

from collections.abc import Mapping
from typing import Final, Literal, get_args

ProblemCode = Literal[
    "bad-cursor", "bad-query", "bad-request", "bug", "conflict", "forbidden", "foreign-origin",
    "http-error", "if-match-required", "method-not-allowed", "not-found", "not-offered", "stale",
    "too-large", "too-many-requests", "unauthorized", "unavailable", "unprocessable",
    "unsupported-media-type", "wrong-host",
]  # fmt: skip
# What to do about each; `/docs/problems` shows it.
REMEDIES: Final[Mapping[ProblemCode, str]] = {
    "bad-cursor": "A cursor comes from `next_cursor` of the same list; begin without one.",
    "bad-query": "Each of `errors` says where in the query, and what to write there.",
    "bad-request": "The request could not be read at all; look at its form.",
    "bug": "Our mistake. The program's log has the details; the request may be tried again.",
    "conflict": "The thing is not in a state that allows this.",
    "forbidden": "The key's role does not allow this; ask an admin of your team for another.",
    "foreign-origin": "A page of another site asked in your name; use the pages of Rasad.",
    "http-error": "The status says what is wrong.",
    "if-match-required": "Send the `ETag` of what you read as `If-Match`.",
    "method-not-allowed": "The header `Allow` lists the methods of this address.",
    "not-found": "Nothing is at this address, or it is another team's.",
    "not-offered": "This installation does not do it; the detail names another way.",
    "stale": "Somebody changed it since you read it; read it again and repeat your change.",
    "too-large": "Send less at once.",
    "too-many-requests": "Wait for as long as `Retry-After` says.",
    "unauthorized": "Send a key as `Authorization: Bearer …`, or sign in.",
    "unavailable": "A part of the installation is away; repeat after `Retry-After` seconds.",
    "unprocessable": "Each of `errors` names the field and what is wrong with it.",
    "unsupported-media-type": "Send a media type that the operation names.",
    "wrong-host": "Without keys the API answers to localhost, 127.0.0.1 and [::1] only.",
}
BY_STATUS: Final[Mapping[int, ProblemCode]] = {
    400: "bad-request", 401: "unauthorized", 403: "forbidden", 404: "not-found",
    405: "method-not-allowed", 409: "conflict", 412: "stale", 413: "too-large",
    415: "unsupported-media-type", 422: "unprocessable", 428: "if-match-required",
    429: "too-many-requests", 500: "bug", 501: "not-offered", 503: "unavailable",
}  # fmt: skip
assert set(REMEDIES) == set(get_args(ProblemCode))
