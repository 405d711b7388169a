"""Templates to bytes, escaped and in the encoding of whoever prints them."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_TEMPLATES = Path(__file__).parent / "templates"


def rendered(template: str, *, encoding: str = "utf-8", **values: object) -> bytes:
    """Fill in a template; letters that the encoding lacks become numeric references."""
    text = _environment().get_template(template).render(encoding=encoding, **values)
    return text.encode(encoding, "xmlcharrefreplace")


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
