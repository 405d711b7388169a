"""Talkwalker: a minus excludes, and sites are named in quotation marks."""

from rasad_core.query.vendors.dialect import Dialect, Field
from rasad_core.query.vendors.fields import PLAIN, POSTS, SMALLER_PLACES, TONE

_SITE = Field(to="domain", values="site")

TALKWALKER = Dialect(
    title="Talkwalker",
    mixed="Talkwalker does not say whether AND or OR binds first; AND is read first here.",
    words_alone="Talkwalker looks for words typed without operators near each other; here they may "
    "stand anywhere.",
    sites_are_either=True,
    signs=True,
    distances=frozenset({"NEAR", "ONEAR"}),
    fields={
        **PLAIN, **POSTS, **TONE, **SMALLER_PLACES,
        "domain_url": _SITE,
        "host_url": _SITE,
        "content": Field(to="body"),
        "sourcecountry": Field(to="country", values="country"),
        "sourcelang": Field(to="lang", values="language"),
        "tag": Field(note="Tags of a Talkwalker project are not here."),
    },
    functions={},
)  # fmt: skip
