"""Brandwatch: refuses AND and OR on one level, and has filters for what people posted."""

from rasad_core.query.vendors.dialect import Dialect, Field
from rasad_core.query.vendors.fields import LINKED, PLAIN, POSTS, SMALLER_PLACES, TONE

BRANDWATCH = Dialect(
    title="Brandwatch",
    mixed="Brandwatch refuses AND and OR on one level; AND is read first here.",
    distances=frozenset({"NEAR"}),
    braces=True,
    fields={
        **PLAIN, **POSTS, **TONE, **SMALLER_PLACES,
        "links": LINKED,
        "raw": Field(to="case"),
        "hashtags": Field(to="#"),
        "hashtag": Field(to="#"),
        "at_mentions": Field(to="@"),
        "mentions": Field(to="@"),
    },
    functions={},
)  # fmt: skip
