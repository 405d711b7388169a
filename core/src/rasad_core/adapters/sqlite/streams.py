"""An article's token streams as FTS5 columns, and back.

FTS5's `ascii` tokenizer splits at ASCII white space and takes everything else we name as part of
a token; it folds A–Z, so those letters are written as a private-use mark and the small letter.
"""

import re
from collections.abc import Mapping, Sequence

from rasad_core.events import ArticleEnriched
from rasad_core.instants import moment_of
from rasad_core.query.document import (
    SearchDocument,
    compared_url,
    lead_tokens,
    metadata_values,
    metadata_words,
)
from rasad_core.text.arabic import readings
from rasad_core.text.tokenise import tokenise
from rasad_core.text.tokens import Tokens

# Every ASCII sign but letters and digits, which are part of tokens anyway.
TOKEN_SIGNS = "".join(chr(code) for code in range(33, 127) if not chr(code).isalnum())
_CAPITAL = "\ue000"
# Stands for a position without a reading.
NONE = "_"
# Between values in the `about` columns: no phrase runs over it.
_WALL = "\ue002"
_CAPITALS = re.compile("[A-Z]")
# ASCII white space and control characters, which part tokens, are moved to the private use area.
_PARTING = {code: 0xE100 + code for code in (*range(33), 127)}
_PARTED = {moved: code for code, moved in _PARTING.items()}
# Every article has it: what is left when a query only excludes.
ANY = "any="

# Folded, exact, and the readings of Arabic words, aligned. The lead is the beginning of the text
# once more, a tenth of it, so that `lead:` needs no evaluator.
READING_STREAMS = ("_1", "_2", "_3")
TEXT_STREAMS = ("", "_x", *READING_STREAMS)
RANGES = ("title", "text", "lead")
COLUMNS: tuple[str, ...] = (
    *(f"{name}{stream}" for name in RANGES for stream in TEXT_STREAMS),
    "about",
    "about_r",
)


def encode_token(token: str) -> str:
    """Write a token so that the tokenizer gives it back unchanged."""
    marked = _CAPITALS.sub(lambda letter: _CAPITAL + letter[0].lower(), token)
    return marked.translate(_PARTING)


def about_token(field: str, value: str) -> str:
    """Write a metadata word or value as one token of the `about` column."""
    return encode_token(f"{field}={value}")


def columns_of(article: ArticleEnriched) -> tuple[tuple[str, ...], int, int]:
    """Give the columns of an article in the order of `COLUMNS`, its lead's tokens, its length."""
    title = tokenise(article.title, article.language)
    text = tokenise(article.text, article.language)
    lead = lead_tokens(text, article.lead)
    columns = (
        *_text_columns(title),
        *_text_columns(text),
        *_text_columns(_beginning(text, lead)),
        *_about_columns(article),
    )
    return columns, lead, len(title) + len(text)


def _beginning(tokens: Tokens, count: int) -> Tokens:
    return Tokens(
        folded=tokens.folded[:count],
        exact=tokens.exact[:count],
        readings={at: forms for at, forms in tokens.readings.items() if at < count},
    )


def _text_columns(tokens: Tokens) -> tuple[str, ...]:
    exact = " ".join(tokens.exact)
    if _CAPITALS.search(exact):
        exact = " ".join(map(encode_token, tokens.exact))
    return (" ".join(tokens.folded), exact, *_reading_columns(tokens))


def _reading_columns(tokens: Tokens) -> list[str]:
    if not tokens.readings:
        return ["", "", ""]
    columns: list[list[str]] = [[], [], []]
    for position in range(len(tokens)):
        found = tokens.readings.get(position, ())
        for number, column in enumerate(columns):
            column.append(found[number] if number < len(found) else NONE)
    # The tail says nothing, and the second and third streams are mostly tail.
    return [" ".join(column).rstrip(f" {NONE}") for column in columns]


def _about_columns(article: ArticleEnriched) -> tuple[str, str]:
    about: list[str] = []
    read: list[str] = []
    for field, texts in metadata_words(article).items():
        for tokens in filter(len, texts):
            about += [about_token(field, word) for word in tokens.folded] + [_WALL]
            read += [
                about_token(field, each) for forms in tokens.readings.values() for each in forms
            ]
    for field, values in metadata_values(article).items():
        if field != "story":
            about += [about_token(field, value) for value in sorted(values)]
    if article.domain:
        labels = article.domain.split(".")
        about += [about_token("domain", ".".join(labels[at:])) for at in range(len(labels))]
    about += [about_token("url", compared_url(article)), ANY]
    return " ".join(about), " ".join(read)


def document_of(
    columns: Mapping[str, str], *, lead: int, published_us: int, story_id: str
) -> SearchDocument:
    """Build what the evaluator reads from stored columns: no offsets, no second analysis.

    A column that is left out is empty.
    """
    words, values, domain, url = _about(columns.get("about", ""))
    return SearchDocument(
        title=_tokens(columns, "title"),
        text=_tokens(columns, "text"),
        lead_tokens=lead,
        published=moment_of(published_us),
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
    if _CAPITAL in exact:
        exact = _MARKED.sub(lambda mark: mark[1].upper(), exact)
    return Tokens(folded=_split(columns[name]), exact=_split(exact), readings=found)


_MARKED = re.compile(f"{_CAPITAL}(.)")


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
        if token == _WALL:
            field = run[0].partition("=")[0]
            words.setdefault(field, []).append(_words([each.partition("=")[2] for each in run]))
            for each in run:
                values.pop(each.partition("=")[0], None)
            run = []
            continue
        field, _, value = token.partition("=")
        run.append(token)
        values.setdefault(field, set()).add(_plain(value))
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
    plain = [_plain(word) for word in folded]
    found = {at: forms for at, word in enumerate(plain) if (forms := readings(word))}
    return Tokens(folded=plain, exact=plain, readings=found)


def _plain(value: str) -> str:
    return _MARKED.sub(lambda mark: mark[1].upper(), value.translate(_PARTED))
