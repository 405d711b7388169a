"""Metadata as the evaluator reads it, rebuilt from its column: the opposite of `streams`."""

from rasad_core.adapters.sqlite.streams import WALL, plain_token
from rasad_core.text.arabic import readings
from rasad_core.text.tokens import Tokens

Described = tuple[dict[str, tuple[Tokens, ...]], dict[str, frozenset[str]], str, str]
NOT_DESCRIBED: Described = ({}, {}, "", "")


def described(column: str) -> Described:
    """Read the metadata back: words by field and value, values by field, domain, address."""
    words: dict[str, list[Tokens]] = {}
    values: dict[str, set[str]] = {}
    run: list[str] = []
    for token in column.split(" "):
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
