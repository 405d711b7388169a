"""What the evaluator reads of an article, rebuilt from its streams: the opposite of `streams`."""

import re
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from rasad_core.adapters.sqlite.offsets import unpack
from rasad_core.adapters.sqlite.streams import (
    CAPITAL,
    NONE,
    READING_STREAMS,
    WALL,
    plain_token,
)
from rasad_core.instants import moment_of
from rasad_core.query.document import SearchDocument
from rasad_core.text.arabic import readings
from rasad_core.text.tokens import Tokens

_MARKED = re.compile(f"{CAPITAL}(.)")


def document_of(
    columns: Mapping[str, str],
    *,
    lead: int,
    published_us: int,
    story_id: str,
    language: str | None = None,
    offsets: bytes | None = None,
) -> SearchDocument:
    """Build what the evaluator reads from what is stored: no second analysis.

    A column that is left out is empty. Without `offsets` nothing can be highlighted.
    """
    words, values, domain, url = _about(columns.get("about", ""))
    title, text = _tokens(columns, "title"), _tokens(columns, "text")
    if offsets is not None:
        placed = unpack(offsets, len(title), len(text))
        title, text = (
            replace(tokens, starts=starts, ends=ends)
            for tokens, (starts, ends) in zip((title, text), placed, strict=True)
        )
    return SearchDocument(
        title=title,
        text=text,
        lead_tokens=lead,
        published=moment_of(published_us),
        language=language or "und",
        words=words,
        values={**values, "story": frozenset([story_id])},
        domain=domain,
        url=url,
    )


def _tokens(columns: Mapping[str, str], name: str) -> Tokens:
    first, *further = (_split(columns[name + stream]) for stream in READING_STREAMS)
    found: dict[int, tuple[str, ...]] = {
        at: (form,) for at, form in enumerate(first) if form != NONE
    }
    for column in further:
        for at, form in enumerate(column):
            if form != NONE:
                found[at] = (*found[at], form)
    exact = columns.get(name + "_x", "")
    if CAPITAL in exact:
        exact = _MARKED.sub(lambda mark: mark[1].upper(), exact)
    return Tokens(folded=_split(columns[name]), exact=_split(exact), readings=found)


def _split(column: str) -> Sequence[str]:
    return column.split(" ") if column else ()


def _about(
    column: str,
) -> tuple[dict[str, tuple[Tokens, ...]], dict[str, frozenset[str]], str, str]:
    """Read the metadata back: words by field and value, values by field, domain, address."""
    words: dict[str, list[Tokens]] = {}
    values: dict[str, set[str]] = {}
    run: list[str] = []
    for token in _split(column):
        if token == WALL:
            field = run[0].partition("=")[0]
            words.setdefault(field, []).append(_words([each.partition("=")[2] for each in run]))
            for each in run:
                values.pop(each.partition("=")[0], None)
            run = []
            continue
        field, _, value = token.partition("=")
        run.append(token)
        values.setdefault(field, set()).add(plain_token(value))
    domains = values.pop("domain", {""})
    (url,) = values.pop("url", {""})
    values.pop("any", None)
    return (
        {field: tuple(texts) for field, texts in words.items()},
        {field: frozenset(found) for field, found in values.items()},
        max(domains, key=len),
        url,
    )


def _words(folded: list[str]) -> Tokens:
    plain = [plain_token(word) for word in folded]
    found = {at: forms for at, word in enumerate(plain) if (forms := readings(word))}
    return Tokens(folded=plain, exact=plain, readings=found)
