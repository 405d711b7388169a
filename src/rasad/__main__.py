"""The door: `rasad …` and `python -m rasad …`."""

import os
import sys
from collections.abc import Sequence

from rasad import screen
from rasad.app import app
from rasad_core.errors import InUse, RasadError, Unavailable
from rasad_core.runtime.setting import WrongSetting
from rasad_core.runtime.settings import read_settings

DONE, REFUSED, WRONG_USE, AWAY = 0, 1, 2, 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit status: 0 done, 1 refused, 2 wrong use, 3 away."""
    screen.use_utf8()
    try:
        read_settings(os.environ)
        status = _run(arguments)
        screen.flush()  # here, where a full disk still gets a sentence
    except WrongSetting as error:
        screen.note(f"rasad: {error}")
        return WRONG_USE
    except (InUse, Unavailable) as error:
        screen.note(f"rasad: {error}")
        return AWAY
    except RasadError as error:
        screen.note(f"rasad: {error}")
        return REFUSED
    except OSError as error:  # the output's disk is full, a file is not ours to read
        screen.note(f"rasad: {error}")
        return REFUSED
    return status


def _run(arguments: Sequence[str] | None) -> int:
    try:
        app(args=None if arguments is None else list(arguments), prog_name="rasad")
    except SystemExit as asked:
        return asked.code if isinstance(asked.code, int) else DONE
    return DONE


if __name__ == "__main__":
    sys.exit(main())
