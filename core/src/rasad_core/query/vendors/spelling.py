"""Words, phrases and values of other systems, as ours are written; or why they cannot be."""

import re
from functools import lru_cache
from typing import NamedTuple

from rasad_core.query.ast import MetaNumber, MetaTime, MetaValue, MetaWords, Words
from rasad_core.query.errors import QueryRefused
from rasad_core.query.metadata import site_value
from rasad_core.query.parse import parse
from rasad_core.query.print import to_text
from rasad_core.query.vendors.countries import country_code, fips_country_code
from rasad_core.query.vendors.dialect import Dialect, Field, Values
from rasad_core.query.vendors.languages import language_code

# Written as they are, without asking the parser: nearly all words there are.
_SURE = re.compile(
    r"(?!AND|BUT|OR|NOT|O?NEAR|WITHIN)[A-Za-z0-9]+"
    r"|(?!ليس)[\u0621-\u0647\u0649\u064a][\u0621-\u064a]{2,}"
)
_ABOUT = (MetaWords, MetaValue, MetaNumber, MetaTime)
_QUOTES = re.compile(r"[\"“”„‟＂«»\s]+")
_SCHEME = re.compile(r"\A[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_ENDING = re.compile(r"(?<=[^\W_])!(?!\w)")


class Spelled(NamedTuple):
    """What to write; `reason` says what differs, or, where `text` is empty, why nothing."""

    text: str
    reason: str = ""


@lru_cache(maxsize=50_000)
def word(written: str) -> Spelled:
    """Spell a word; as a phrase where the bare word would say something else here."""
    if _SURE.fullmatch(written):
        return Spelled(written)
    if written[:1] not in "=~":
        found = _spelled(written, (Words,))
        if found.text:
            return found
    return phrase(written)


@lru_cache(maxsize=50_000)
def phrase(inside: str) -> Spelled:
    """Spell a phrase by what stands in its quotation marks, which one word does not need."""
    bare = _bare(inside)
    return Spelled(bare) if _SURE.fullmatch(bare) else _spelled(f'"{bare}"', (Words,))


def exact(text: str) -> str:
    """Ask for what is spelled exactly as written."""
    return text if text[:1] == "=" else f"={text}"


def ours(written: str, dialect: Dialect) -> str:
    """Write the wildcards of their words as ours are, or leave out what is none there."""
    if dialect.without_wildcards:
        return written if "://" in written else re.sub(r"[*?]+", " ", written).strip()
    if not dialect.wildcards:
        return written
    # The one letter first: the sign for it here is the one for any ending there.
    changed = written.replace("*", dialect.wildcards["*"])
    return _ENDING.sub(dialect.wildcards["!"], changed)


def about(field: Field, written: str) -> Spelled:
    """Spell a value of a field about the article."""
    name, value = field.to, _bare(written)
    match field.values:
        case "country" | "fips" | "language":
            return _known(field, value)
        case "site":
            name, value = _site(value)
        case "address":
            value = value.rstrip("*")  # it is the beginning anyway
    if not value:
        return Spelled("", f"`{written}` names nothing that `{name}:` could be.")
    found = _spelled(f'{name}:"{value}"', _ABOUT)
    if not found.text or re.search(r"\s", value):
        return found
    # Without its quotation marks where it says the same without.
    bare = _spelled(f"{name}:{value}", _ABOUT)
    return bare if bare.text else found


def _known(field: Field, value: str) -> Spelled:
    values: Values = field.values
    names = {"country": country_code, "fips": fips_country_code, "language": language_code}
    code = names[values](value)
    if code is None:
        what = "language" if values == "language" else "country"
        return Spelled("", f"`{value}` is not known here as the code or name of a {what}.")
    if values == "language" and "-" in code:
        reason = "Languages have no region here, and no script."
        return Spelled(f"{field.to}:{code.partition('-')[0]}", reason)
    return Spelled(f"{field.to}:{code}")


def _site(value: str) -> tuple[str, str]:
    """Tell a site from an address on it, and take off the wildcards that say subdomains."""
    bare = _SCHEME.sub("", value).removeprefix("*.").strip("*")
    _, slash, path = bare.partition("/")
    if slash and path:
        return "url", bare
    return "domain", bare if "*" in bare else site_value(bare) or bare


def _bare(inside: str) -> str:
    return _QUOTES.sub(" ", inside).strip()


def _spelled(text: str, kinds: tuple[type, ...]) -> Spelled:
    try:
        node = parse(text).node
    except QueryRefused as refused:
        return Spelled("", refused.errors[0].message)
    if not isinstance(node, kinds):
        return Spelled("", f"`{text}` would say several things here.")
    return Spelled(to_text(node))
