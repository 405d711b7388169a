"""The documents of a store out to one file and in again: what an installation alone knows.

A file is gzipped lines of JSON: a head, a line for each document, and an end that counts them, so
that half a file is never taken for a whole one.
"""

import gzip
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from rasad_core import kinds
from rasad_core.errors import Reason, Unprocessable
from rasad_core.events import Frozen
from rasad_core.ports import DocumentWrite, Store

FORMAT = "rasad-documents/1"
# Who works at the moment, and what became of pushes of the last days, is no loss.
_LEFT_OUT = {kinds.LEASES, kinds.OUTCOMES}
COPIED: tuple[str, ...] = tuple(
    value
    for name, value in vars(kinds).items()
    if name.isupper() and isinstance(value, str) and value not in _LEFT_OUT
)
_PAGE = 500


class _Head(Frozen, frozen=True, kw_only=True):
    format: str
    at: datetime
    kinds: tuple[str, ...]


class _Line(Frozen, frozen=True, kw_only=True):
    kind: str
    key: str
    team_id: str | None = None
    value: msgspec.Raw


class _End(Frozen, frozen=True, kw_only=True):
    documents: int


class Copied(Frozen, frozen=True, kw_only=True):
    """How many documents were written, and how many of a file were there already."""

    documents: int
    kept: int = 0


_encoder = msgspec.json.Encoder()


def copy_out(store: Store, file: Path, now: datetime) -> Copied:
    """Write every document to a new file, a page in memory at a time; while others write.

    What is written meanwhile is in it or not. Raises `FileExistsError`, `Unavailable`.
    """
    part = file.with_name(f"{file.name}.part")
    count = 0
    with file.open("xb"):  # nobody else makes it meanwhile
        pass
    try:
        with gzip.open(part, "wb", compresslevel=6) as out:
            out.write(_encoder.encode(_Head(format=FORMAT, at=now, kinds=COPIED)) + b"\n")
            for line in _documents(store):
                out.write(_encoder.encode(line) + b"\n")
                count += 1
            out.write(_encoder.encode(_End(documents=count)) + b"\n")
        part.replace(file)
    except BaseException:
        part.unlink(missing_ok=True)
        file.unlink(missing_ok=True)
        raise
    return Copied(documents=count)


def copy_in(store: Store, file: Path) -> Copied:
    """Write the documents of a file that are not there; those that are stay as they are.

    The file is read to its end first. Raises `Unprocessable` for one that is no such file, or not
    whole, and has written nothing then.
    """
    for _ in _read(file):
        pass
    made = kept = 0
    batch: list[_Line] = []
    for line in _read(file):
        if batch and (line.kind != batch[0].kind or len(batch) == _PAGE):
            made, kept = _write(store, batch, made, kept)
            batch = []
        batch.append(line)
    if batch:
        made, kept = _write(store, batch, made, kept)
    return Copied(documents=made, kept=kept)


def _write(store: Store, lines: Sequence[_Line], made: int, kept: int) -> tuple[int, int]:
    writes = [
        DocumentWrite(
            key=line.key, value=bytes(line.value), team_id=line.team_id, expected_version=0
        )
        for line in lines
    ]
    done = sum(store.write_many(lines[0].kind, writes))
    return made + done, kept + len(lines) - done


def _documents(store: Store) -> Iterator[_Line]:
    for kind in COPIED:
        after = ""
        while page := store.list(kind, after=after, limit=_PAGE):
            for each in page:
                value = msgspec.Raw(each.value)
                yield _Line(kind=kind, key=each.key, team_id=each.team_id, value=value)
            after = page[-1].key


def _read(file: Path) -> Iterator[_Line]:
    """Give the documents of a file; raises at its end where there is none."""
    count, ended = 0, False
    try:
        with gzip.open(file, "rb") as lines:
            head = msgspec.json.decode(next(lines, b""), type=_Head)
            if head.format != FORMAT:
                raise _refused(file, f"its format is `{head.format}`, and this reads `{FORMAT}`")
            for written in lines:
                if written.startswith(b'{"documents":'):
                    ended = msgspec.json.decode(written, type=_End).documents == count
                    break
                count += 1
                yield msgspec.json.decode(written, type=_Line)
    except (EOFError, gzip.BadGzipFile, msgspec.DecodeError) as error:
        raise _refused(file, str(error) or "it ends in the middle") from error
    if not ended:
        raise _refused(file, f"it ends after {count} documents, before its end")


def _refused(file: Path, why: str) -> Unprocessable:
    return Unprocessable(Reason.MALFORMED, f"{file} is no backup of a cluster: {why}")
