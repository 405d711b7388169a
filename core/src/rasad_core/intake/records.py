"""One JSON object of the public article format (CONTRACT 1, "In") to an article."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from rasad_core.errors import Reason, Unprocessable
from rasad_core.events import ArticleFetched, Problem
from rasad_core.intake.articles import Context, article
from rasad_core.intake.clean import clean, clean_json
from rasad_core.intake.items import Limits
from rasad_core.intake.slim import slim
from rasad_core.times import parse_time

_STRINGS = ("url", "title", "text", "html", "source", "language", "author", "country", "section")
# What the pipeline works out itself: an exported article may be read in again.
COMPUTED = frozenset(
    """
    article_id revision change copy_of domain lead fetched_at origin story_id entities topics
    keyphrases dates analyser problems highlights snippet story_redirects copies
    """.split()  # noqa: SIM905  words read better than quoted words
)
READ = frozenset((*_STRINGS, "published", "tags", "extra"))
_COUNTRY = re.compile("[A-Za-z]{2}")


def read_record(line: bytes, context: Context) -> ArticleFetched:
    """Read one object; raises `Unprocessable`, naming the field."""
    return build_record(decode_json(line), context)


def decode_json(data: bytes) -> Any:
    """Decode JSON; raises `Unprocessable`: `malformed`, `too_deep`, `bad_encoding`."""
    try:
        return msgspec.json.decode(data)
    except RecursionError:
        raise Unprocessable(Reason.TOO_DEEP, "the JSON is nested too deeply to read") from None
    except UnicodeDecodeError:
        message = "the JSON is not UTF-8; save it as UTF-8 and try again"
        raise Unprocessable(Reason.BAD_ENCODING, message) from None
    except msgspec.DecodeError as error:
        return _leniently(data, error)


def _leniently(data: bytes, error: Exception) -> Any:
    """Try the standard library, which takes lone surrogates, as other programs write them."""
    import json

    try:
        return json.loads(data)
    except RecursionError:
        raise Unprocessable(Reason.TOO_DEEP, "the JSON is nested too deeply to read") from None
    except ValueError:
        raise Unprocessable(Reason.MALFORMED, f"this is no JSON object: {error}") from None


def build_record(record: object, context: Context) -> ArticleFetched:
    """Build an article from a decoded object."""
    if not isinstance(record, dict):
        message = f"an article is a JSON object, this is {_kind(record)}"
        raise Unprocessable(Reason.MALFORMED, message)
    fields = {name: _string(record, name, context.limits) for name in _STRINGS}
    if not any(fields[name] for name in ("title", "text", "html", "url")):
        message = "one of `title`, `text`, `html`, `url` must be there and not empty"
        raise Unprocessable(Reason.EMPTY, message)
    country = fields.pop("country")
    if country and not _COUNTRY.fullmatch(country):
        _bad("country", country, "must be an ISO 3166 code of two letters")
    content = "\n".join(fields[name] or "" for name in ("title", "text", "html"))
    fields["html"], unslimmed = _html(fields, context.limits)
    published, undated = _published(record)
    return article(
        context,
        form="record",
        url=fields.pop("url") or context.url,
        content=content,
        country=country.upper() if country else None,
        published=published,
        problems=(*undated, *unslimmed),
        tags=_tags(record, context.limits),
        extra=_extra(record, context.limits),
        **fields,
    )


def _html(
    fields: Mapping[str, str | None], limits: Limits
) -> tuple[str | None, tuple[Problem, ...]]:
    """Slim the HTML; what cannot be is a problem where the article has something else."""
    if not fields["html"] or fields["text"]:
        return None, ()  # text that is given is the text; the HTML beside it is not read
    try:
        return slim(fields["html"], max_bytes=limits.max_html_bytes), ()
    except Unprocessable as error:
        if not (fields["title"] or fields["url"]):
            raise
        return None, (Problem(step="extract", reason=error.reason.value),)


def _string(record: Mapping[str, object], name: str, limits: Limits) -> str | None:
    value = record.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        _bad(name, value, "must be a string")
    cleaned = clean(str(value)).strip()
    allowed = {"text": limits.max_field_bytes, "html": limits.max_line_bytes}
    _measured(name, len(cleaned.encode()), allowed.get(name, limits.max_name_bytes))
    return cleaned or None


def _measured(name: str, size: int, allowed: int) -> None:
    if size > allowed:
        message = f"`{name}` has {size} bytes; {allowed} are allowed"
        raise Unprocessable(Reason.TOO_LARGE, message)


def _published(record: Mapping[str, object]) -> tuple[Any, tuple[Problem, ...]]:
    value = record.get("published")
    if value is None or value == "":
        return None, ()
    if not isinstance(value, str):
        _bad("published", value, "must be a string such as 2026-03-01T09:30:00Z")
    at = parse_time(str(value))
    if at is None:
        return None, (Problem(step="published", reason=f"`{str(value)[:100]}` is no time we read"),)
    return at, ()


def _tags(record: Mapping[str, object], limits: Limits) -> tuple[str, ...]:
    value = record.get("tags")
    if value is None:
        return ()
    if isinstance(value, str):
        value = re.split("[,،;؛]", value)
    if not isinstance(value, list):
        _bad("tags", value, "must be a list of strings")
    tags: list[str] = []
    for tag in value if isinstance(value, list) else ():
        if not isinstance(tag, str):
            _bad("tags", tag, "must be a list of strings")
        tags.append(clean(str(tag)).strip())
    _measured("tags", sum(len(tag.encode()) for tag in tags), limits.max_name_bytes)
    return tuple(dict.fromkeys(tag for tag in tags if tag))


def _extra(record: Mapping[str, Any], limits: Limits) -> Mapping[str, Any]:
    extra = record.get("extra")
    if extra is not None and not isinstance(extra, dict):
        _bad("extra", extra, "must be an object")
    # Only an exported article has them computed; elsewhere `topics` is a field we do not know.
    computed = COMPUTED if "article_id" in record else frozenset()
    unknown = {name: value for name, value in record.items() if name not in READ | computed}
    kept: Mapping[str, Any] = clean_json({**(extra or {}), **unknown})
    if kept:
        _measured("extra", len(msgspec.json.encode(kept)), limits.max_extra_bytes)
    return kept


def _bad(name: str, value: object, wanted: str) -> None:
    message = f"`{name}` {wanted}, and is {_kind(value)}: {str(value)[:100]}"
    raise Unprocessable(Reason.BAD_FIELD, message)


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a string", bool: "a boolean"}
    return names.get(type(value), "null" if value is None else "a number")
