"""Cision: functions round their words, and distances written w/5."""

from rasad_core.query.vendors.dialect import Dialect, Field
from rasad_core.query.vendors.fields import PLAIN, POSTS, TONE

CISION = Dialect(
    title="Cision",
    mixed="Cision does not say whether AND or OR binds first; AND is read first here.",
    distances=frozenset({"W", "NEAR"}),
    fields={**PLAIN, **POSTS, **TONE, "publication": Field(to="source")},
    functions={
        "headline": Field(to="title"),
        "title": Field(to="title"),
        "cs": "written",
        "publication": Field(to="source"),
        "author": Field(to="author"),
        "byline": Field(to="author"),
        "country": Field(to="country", values="country"),
        "language": Field(to="lang", values="language"),
    },
)
