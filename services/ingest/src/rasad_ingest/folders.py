"""A name to the files it stands for."""

import os
from collections.abc import Iterator
from pathlib import Path

from rasad_core.errors import Reason
from rasad_core.intake.items import Refused


def files_of(path: Path) -> Iterator[Path | Refused]:
    """Give a file, or the files of a folder and its folders in the order of names, not the hidden.

    Links to folders are not followed, so that none can lead in a circle. What cannot be listed,
    and a folder without files, come as `Refused`.
    """
    if not path.is_dir():
        yield path
        return
    seen = False
    for each in _walk(path):
        seen = True
        yield each
    if not seen:
        yield Refused(reason=Reason.EMPTY, message=f"there are no files in {path}")


def _walk(top: Path) -> Iterator[Path | Refused]:
    waiting = [top]
    while waiting:
        path = waiting.pop()
        if path != top and (path.is_symlink() or not path.is_dir()):
            if not (path.is_symlink() and path.is_dir()):
                yield path
            continue
        try:
            names = sorted(os.listdir(path), reverse=True)  # noqa: PTH208  names, not paths, are sorted
        except OSError as error:
            message = f"the folder {path} cannot be read: {error.strerror}"
            yield Refused(reason=Reason.UNREADABLE, message=message)
            continue
        waiting.extend(path / name for name in names if not name.startswith("."))
