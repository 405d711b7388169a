"""An article's token streams as FTS5 columns.

FTS5's `ascii` tokenizer splits at ASCII white space and takes everything else we name as part of
a token; it folds A–Z, so those letters are written as a private-use mark and the small letter.
"""

import re

from rasad_core.adapters.sqlite.offsets import pack
from rasad_core.events import ArticleEnriched, Frozen
from rasad_core.query.document import (
    compared_url,
    lead_tokens,
    metadata_values,
    metadata_words,
)
from rasad_core.text.tokenise import tokenise
from rasad_core.text.tokens import Tokens

# Every ASCII sign but letters and digits, which are part of tokens anyway.
TOKEN_SIGNS = "".join(chr(code) for code in range(33, 127) if not chr(code).isalnum())
CAPITAL = "\ue000"
# Stands for a position without a reading.
NONE = "_"
# Between values in the `about` columns: no phrase runs over it.
WALL = "\ue002"
_CAPITAL_LETTERS = re.compile("[A-Z]")
# ASCII white space and control characters, which part tokens, are moved to the private use area.
PARTING = {code: 0xE100 + code for code in (*range(33), 127)}
_MARKED = re.compile(f"{CAPITAL}(.)")
_PARTED = {moved: code for code, moved in PARTING.items()}
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
    marked = _CAPITAL_LETTERS.sub(lambda letter: CAPITAL + letter[0].lower(), token)
    return marked.translate(PARTING)


def plain_token(written: str) -> str:
    """Give back what `encode_token` wrote."""
    if written.isalnum():
        return written
    return _MARKED.sub(lambda mark: mark[1].upper(), written.translate(_PARTED))


def about_token(field: str, value: str) -> str:
    """Write a metadata word or value as one token of the `about` column."""
    return encode_token(f"{field}={value}")


class Streams(Frozen, frozen=True, kw_only=True):
    """An article as the index keeps it: `columns` are in the order of `COLUMNS`.

    `lead` is how many tokens of the text are its lead, `length` how many title and text have.
    """

    columns: tuple[str, ...]
    lead: int
    length: int
    offsets: bytes


def streams_of(article: ArticleEnriched) -> Streams:
    """Analyse an article for the index."""
    title = tokenise(article.title, article.language)
    text = tokenise(article.text, article.language)
    lead = lead_tokens(text, article.lead)
    columns = (
        *_text_columns(title),
        *_text_columns(text),
        *_text_columns(_beginning(text, lead)),
        *_about_columns(article),
    )
    return Streams(
        columns=columns, lead=lead, length=len(title) + len(text), offsets=pack(title, text)
    )


def _beginning(tokens: Tokens, count: int) -> Tokens:
    return Tokens(
        folded=tokens.folded[:count],
        exact=tokens.exact[:count],
        readings={at: forms for at, forms in tokens.readings.items() if at < count},
    )


def _text_columns(tokens: Tokens) -> tuple[str, ...]:
    exact = " ".join(tokens.exact)
    if _CAPITAL_LETTERS.search(exact):
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
            about += [about_token(field, word) for word in tokens.folded] + [WALL]
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
