"""The start of an image: `python -m` the program it was built for.

The exec form of an entry point expands no variable, and an image needs no shell otherwise.
"""

import os
import shutil
import sys
from pathlib import Path

# Machine code of the matching engine, where the image has it. It is only used from a folder that
# can be written to.
BUILT, KEPT = Path("/opt/rasad/numba"), Path("/tmp/numba")  # noqa: S108  the image's own

if __name__ == "__main__":
    service = os.environ["SERVICE"]
    if BUILT.is_dir():
        shutil.copytree(BUILT, KEPT, dirs_exist_ok=True)
        os.environ["NUMBA_CACHE_DIR"] = str(KEPT)
    module = "rasad" if service == "operate" else f"rasad_{service}"
    os.execv(sys.executable, [sys.executable, "-m", module, *sys.argv[1:]])  # noqa: S606  no shell
