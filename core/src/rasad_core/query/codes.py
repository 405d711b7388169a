"""The codes that articles have, of the fields whose values are codes."""

from typing import get_args

from rasad_core.events import Origin
from rasad_core.query.vendors.countries import country_code
from rasad_core.query.vendors.languages import language_code

_ORIGINS = frozenset(get_args(Origin))


def code_of(field: str, value: str) -> str | None:
    """Give the code that a folded value is, or the one that it seems to mean; None for neither.

    What is no field of codes may have any value.
    """
    match field:
        case "country":
            code = country_code(value)
            return value if code and code.casefold() == value else code
        case "lang" if value != "und":
            code = language_code(value)
            return code and code.partition("-")[0]
        case "origin":
            return value if value in _ORIGINS else None
    return value
