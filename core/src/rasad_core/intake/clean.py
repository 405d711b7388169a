"""Strings that every later reader can take: no control characters, no halves of surrogate pairs."""

import math
import re
from typing import Any

from rasad_core.errors import Reason, Unprocessable

# What no text means, and what JSON, UTF-8 or XML cannot carry.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?")
# Every stage decodes an event again, one of them inside other calls: far below the interpreter's
# limit of 1,000, far above what people nest.
_MAX_DEPTH = 100


def clean(text: str) -> str:
    """Take out control characters and lone surrogates; tabs and line ends stay."""
    return _UNPRINTABLE.sub("", text)


def clean_markup(text: str) -> str:
    """Clean HTML or XML, of numeric references to such characters too."""
    return _REFERENCE.sub(_possible, clean(text))


def clean_json(value: Any, *, depth: int = 0) -> Any:
    """Clean the strings of a JSON value, keys too; raises `Unprocessable(too_deep)`.

    Numbers that JSON has no form for, such as NaN, become null.
    """
    if depth > _MAX_DEPTH:
        raise Unprocessable(Reason.TOO_DEEP, f"nested more than {_MAX_DEPTH} levels deep")
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list):
        return [clean_json(each, depth=depth + 1) for each in value]
    if isinstance(value, dict):
        return {clean(name): clean_json(each, depth=depth + 1) for name, each in value.items()}
    return value


def _possible(reference: re.Match[str]) -> str:
    """Keep a numeric reference to a character that there is."""
    digits = reference[1] or reference[2]
    code = int(digits, 16 if reference[1] else 10) if len(digits) < 10 else 0
    there_is = 0 < code < 0x110000 and clean(chr(code))
    return reference[0] if there_is else ""
