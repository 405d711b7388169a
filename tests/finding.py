"""What a reader does with the patterns of a query, in its plainest form."""

import re

from rasad_core.text.tokenise import QueryToken, query_tokens, tokenise


def finds(query: str, text: str, *, exact: bool = False) -> bool:
    """Say whether the words of `query`, as a phrase, stand in `text`."""
    return bool(places(query, text, exact=exact))


def places(query: str, text: str, *, exact: bool = False) -> list[int]:
    patterns = query_tokens(query, exact=exact)
    tokens = tokenise(text)
    forms = [
        (tokens.exact[at],) if exact else (tokens.folded[at], *tokens.readings.get(at, ()))
        for at in range(len(tokens))
    ]
    return [
        at
        for at in range(len(forms) - len(patterns) + 1)
        if patterns and all(map(_meets, patterns, forms[at : at + len(patterns)]))
    ]


def _meets(pattern: QueryToken, forms: tuple[str, ...]) -> bool:
    if not pattern.wildcard:
        return pattern.text in forms
    wanted = re.escape(pattern.text).replace(r"\*", ".*").replace(r"\?", ".")
    return any(re.fullmatch(wanted, form, re.DOTALL) for form in forms)
