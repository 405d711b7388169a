"""Bodies read by msgspec into frozen models; what does not fit is named by a JSON pointer."""

import re
from collections.abc import Awaitable, Callable
from email.message import Message
from typing import Annotated, TypeVar

import msgspec
from fastapi import Depends, Request

from rasad_api.problems import Problem, ProblemError

T = TypeVar("T")
# msgspec's own way to say where: `… - at `$.channels[0].url``.
_PLACE = re.compile(r"^(?P<what>.*) - at `(?:key in )?\$(?P<path>[^`]*)`$", re.DOTALL)
_MISSING = re.compile(r"^Object missing required field `(?P<name>[^`]*)`")
_STEP = re.compile(r"\.([^.\[]+)|\[(\d+)\]|\[\.\.\.\]")


def media_type(request: Request) -> tuple[str, str | None]:
    """Give media type and charset of the body; JSON where nothing is said."""
    header = Message()
    header["content-type"] = request.headers.get("content-type") or "application/json"
    return header.get_content_type(), header.get_content_charset()


def json_body(shape: type[T]) -> Callable[[Request], Awaitable[T]]:
    """Give a dependency that reads the body as this model.

    Raises `Problem`: 415 for another media type, 422 for what does not fit, with its pointer.
    """
    decoder = msgspec.json.Decoder(shape)

    async def read(request: Request) -> T:
        kind, _ = media_type(request)
        if kind != "application/json" and not kind.endswith("+json"):
            raise unsupported(kind, "application/json")
        content = await request.body()
        try:
            return decoder.decode(content)
        except msgspec.ValidationError as error:
            raise _misfit(error) from None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            detail = f"the body is no JSON: {error}"
            errors = [ProblemError(code="malformed", detail=detail)]
            raise Problem(422, "unprocessable", detail, errors=errors) from None

    return read


def unsupported(kind: str, *wanted: str) -> Problem:
    """Build the 415 of a media type."""
    detail = f"`{kind}` is not read here; send {', '.join(wanted)}"
    return Problem(
        415, "unsupported-media-type", detail, headers={"accept-post": ", ".join(wanted)}
    )


def _misfit(error: msgspec.ValidationError) -> Problem:
    found = _PLACE.match(str(error))
    what, path = (found["what"], found["path"]) if found else (str(error), "")
    steps = [name or index or "" for name, index in _STEP.findall(path)]
    if missing := _MISSING.match(what):
        steps.append(missing["name"])
    pointer = "".join(f"/{_escaped(step)}" for step in steps if step)
    detail = f"`{pointer}`: {what}" if pointer else what
    errors = [ProblemError(pointer=pointer, code="bad_field", detail=what)]
    return Problem(422, "unprocessable", detail, errors=errors)


def _escaped(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")


async def _whole(request: Request) -> bytes:
    return await request.body()


RawBody = Annotated[bytes, Depends(_whole)]
