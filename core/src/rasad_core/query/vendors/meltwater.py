"""Meltwater: NOT before AND before OR, distances that count the words between, as ours do."""

from rasad_core.query.vendors.dialect import Dialect, Field
from rasad_core.query.vendors.fields import PLAIN, POSTS, TONE

MELTWATER = Dialect(
    title="Meltwater",
    small_operators=True,
    distances=frozenset({"NEAR", "ONEAR"}),
    fields={**PLAIN, **POSTS, **TONE, "ingress": Field(to="lead"), "byline": Field(to="author")},
    functions={"title": Field(to="title"), "ingress": Field(to="lead")},
)
