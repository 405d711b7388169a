"""LexisNexis: read from left to right, with segments of the document and ! for any ending."""

from rasad_core.query.vendors.dialect import Dialect, Field
from rasad_core.query.vendors.fields import PLAIN, TONE

_INDEX = Field(note="Index terms of LexisNexis are not here; `topic:` and `entity:` come nearest.")
_NAMED = Field(
    to="entity", note="LexisNexis has its own index of names; here any name of the thing counts."
)
_EITHER = Field(note="Words are compared as typed here, in singular and plural apart.")

LEXISNEXIS = Dialect(
    title="LexisNexis",
    precedence="in-turn",
    mixed="Read from left to right, as Newsdesk does; other LexisNexis services read OR first.",
    distances=frozenset({"W", "PRE", "NEAR", "ONEAR", ""}),
    counts="LexisNexis may count up to the word itself, and here it is the words between: "
    "this reaches at most one word further.",
    phrases_of_words=True,
    wildcards={"!": "*", "*": "?"},
    fields={**PLAIN, **TONE},
    functions={
        "headline": Field(to="title"),
        "title": Field(to="title"),
        "lead": Field(to="lead"),
        "hlead": Field(to="headlead"),
        "body": Field(to="body"),
        "text": Field(to="body"),
        "byline": Field(to="author"),
        "author": Field(to="author"),
        "publication": Field(to="source"),
        "source": Field(to="source"),
        "pub": Field(to="source"),
        "section": Field(to="section"),
        "language": Field(to="lang", values="language"),
        "country": Field(to="country", values="country"),
        "company": _NAMED,
        "person": _NAMED,
        "organization": _NAMED,
        "allcaps": "upper",
        "caps": "capital",
        "nocaps": "lower",
        "plural": _EITHER,
        "singular": _EITHER,
        "subject": _INDEX,
        "term": _INDEX,
        "terms": _INDEX,
        "industry": _INDEX,
        "geographic": _INDEX,
        "city": _INDEX,
        "state": _INDEX,
        "ticker": _INDEX,
    },
)
