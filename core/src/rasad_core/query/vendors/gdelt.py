"""GDELT: the DOC 2.0 service, whose OR stands in parentheses only."""

from rasad_core.query.vendors.dialect import Dialect, Field

_THEME = Field(note="Themes of GDELT are not here; `topic:` names subjects of the IPTC.")
_TONE = Field(note="The tone of an article is not measured here.")
_IMAGE = Field(note="Images are not looked at here.")

GDELT = Dialect(
    title="GDELT",
    mixed="GDELT takes OR in parentheses only; AND is read first here.",
    signs=True,
    counted_fields=True,
    without_wildcards=True,
    fields={
        "domain": Field(to="domain", values="site"),
        "domainis": Field(
            to="domain", values="site", note="`domain:` finds the sites below this one as well."
        ),
        "sourcecountry": Field(to="country", values="fips"),
        "sourcelang": Field(to="lang", values="language"),
        "theme": _THEME,
        "tone": _TONE,
        "toneabs": _TONE,
        **dict.fromkeys(
            ("imagetag", "imagewebtag", "imagewebcount", "imageocrmeta", "imagefacetone"), _IMAGE
        ),
        "imagenumfaces": _IMAGE,
    },
    functions={},
)
