"""What a person says of a source, and everything that may be wrong with it."""

import re
from typing import Annotated

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from rasad_api.problems import bad_field
from rasad_core.documents.sources import Source, SourceKind
from rasad_core.events import Frozen
from rasad_core.intake.clean import clean

_COUNTRY = re.compile(r"[A-Za-z]{2}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_MOST_LETTERS = 200
_Tags = Annotated[tuple[str, ...], msgspec.Meta(max_length=50)]


class SourceDraft(Frozen, frozen=True, kw_only=True):
    """What to read; name, country, language and tags go to its articles."""

    url: Annotated[str, msgspec.Meta(max_length=4096)]
    kind: SourceKind = "feed"
    name: str | None = None
    country: str | None = None
    language: str | None = None
    tags: _Tags = ()


class SourceChange(Frozen, frozen=True, kw_only=True):
    """What to change; what is not named stays. Another address is another source."""

    url: str | UnsetType = UNSET
    kind: SourceKind | UnsetType = UNSET
    name: str | UnsetType | None = UNSET
    country: str | UnsetType | None = UNSET
    language: str | UnsetType | None = UNSET
    tags: _Tags | UnsetType = UNSET


def described(source: Source, change: SourceChange) -> Source:
    """Give the source as changed; raises `Problem` 422 for what cannot be."""
    for name in ("url", "kind"):
        if getattr(change, name) not in {UNSET, getattr(source, name)}:
            raise bad_field(f"/{name}", "another address or kind is another source: add it")
    country = _word("country", change.country, source.country)
    if country and not _COUNTRY.fullmatch(country):
        raise bad_field("/country", "a country is its ISO 3166 code of two letters")
    language = _word("language", change.language, source.language)
    if language and not _LANGUAGE.fullmatch(language):
        raise bad_field("/language", "a language is its BCP 47 tag: `ar`, `tr`, `zh-Hant`")
    tags = source.tags if change.tags is UNSET else change.tags
    return replace(
        source,
        name=_word("name", change.name, source.name),
        country=country and country.upper(),
        language=language,
        tags=tuple(dict.fromkeys(filter(None, (_plain("tags", each) for each in tags)))),
    )


def _word(name: str, given: str | UnsetType | None, held: str | None) -> str | None:
    if given is UNSET:
        return held
    return _plain(name, given) or None if given is not None else None


def _plain(name: str, given: str) -> str:
    plain = " ".join(clean(given).split())
    if len(plain) > _MOST_LETTERS:
        raise bad_field(f"/{name}", f"`{name}` has more than {_MOST_LETTERS} letters")
    return plain
