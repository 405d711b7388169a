"""Wildcards of a pattern: `*` is any number of characters, `?` is one."""

import re
from functools import lru_cache


@lru_cache(maxsize=10_000)
def compiled(text: str) -> "re.Pattern[str]":
    """Give the regular expression of a pattern's wildcards; match it with `fullmatch`.

    Atomic groups, as in the standard library's `fnmatch`, keep many stars from backtracking.
    """
    first, *rest = (re.escape(part).replace(r"\?", ".") for part in text.split("*"))
    if not rest:
        return re.compile(f"(?s:{first})")
    middle = "".join(f"(?>.*?{part})" for part in rest[:-1] if part)
    return re.compile(f"(?s:{first}{middle}.*{rest[-1]})")
