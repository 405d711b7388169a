"""What a person names to items: files, folders, standard input, addresses; never raises."""

import uuid
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from msgspec.structs import replace

from rasad_core.errors import Reason
from rasad_core.events import Origin
from rasad_core.intake.articles import Context
from rasad_core.intake.items import As, Found, Item, Limits, Refused
from rasad_core.net.fetch import Fetcher
from rasad_ingest.addresses import read_address
from rasad_ingest.content import guarded, sayable
from rasad_ingest.folders import files_of


def read(
    what: str,
    *,
    form: As,
    url: str | None,
    origin: Origin,
    now: datetime,
    limits: Limits,
    stdin: BinaryIO,
    fetcher: Fetcher | None = None,
) -> Iterator[Item]:
    """Give the items of a file, a folder (recursively, in the order of names), `-` or an address.

    Without a `fetcher` addresses are refused.
    `url` is the address the input came from; of many articles in one input it is that of none.
    Bad items come as `Refused`, in their place.
    """
    context = Context(
        now=now, origin=origin, limits=limits, url=url, new_trace_id=lambda: uuid.uuid4().hex
    )
    if what == "-":
        items = _standard_input(stdin, form, context)
    elif names_address(what):
        items = _address(what, form, context, fetcher)
    else:
        items = _named(what, form, context)
    yield from map(sayable, items)


def names_address(what: str) -> bool:
    """Say whether a WHAT is fetched rather than opened."""
    return what.lower().startswith(("http://", "https://"))


def _address(what: str, form: As, context: Context, fetcher: Fetcher | None) -> Iterator[Item]:
    if fetcher is None:
        message = "nothing is fetched here; name a file, or take the address in with `rasad ingest`"
        yield Refused(reason=Reason.UNSUPPORTED, message=message, url=what)
        return
    yield from read_address(what, form=form, context=context, fetcher=fetcher)


def _standard_input(stdin: BinaryIO, form: As, context: Context) -> Iterator[Item]:
    try:
        yield from guarded(stdin, "", form, context)
    except OSError as error:
        message = f"standard input cannot be read: {error.strerror}"
        yield Refused(reason=Reason.UNREADABLE, message=message)


def _named(what: str, form: As, context: Context) -> Iterator[Item]:
    try:
        path = Path(what)
        folder = path.is_dir()
        exists = folder or path.exists()
    except (OSError, ValueError):  # longer than names can be, or with a NUL in it
        exists = False
    if not what or not exists:
        yield Refused(reason=Reason.NOT_FOUND, message=f"there is no file `{what[:200]}`")
    elif folder and context.url is not None:
        message = f"{what} is a folder: one address cannot be that of many files"
        yield Refused(reason=Reason.BAD_FIELD, message=message, url=context.url)
    else:
        for each in files_of(path):
            yield from [each] if isinstance(each, Refused) else _file(each, form, context)


def _file(path: Path, form: As, context: Context) -> Iterator[Item]:
    try:
        if path.exists() and not path.is_file():
            yield Refused(reason=Reason.UNSUPPORTED, message=f"{path} is no file or folder")
            return
        with path.open("rb") as stream:
            suffix = path.with_suffix("").suffix if path.suffix == ".gz" else path.suffix
            for item in guarded(stream, suffix.lower(), form, context):
                yield _placed(item, path)
    except FileNotFoundError:
        yield Refused(reason=Reason.NOT_FOUND, message=f"there is no file {path}")
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}"
        yield Refused(reason=Reason.UNREADABLE, message=message)


def _placed(item: Item, path: Path) -> Item:
    """Name the file in a refusal, so that its message stands alone."""
    if isinstance(item, Found):
        return item
    line = "" if item.line is None else f":{item.line}"
    return replace(item, message=f"{path}{line}: {item.message}")
