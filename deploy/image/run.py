"""The start of an image: `python -m` the program it was built for.

The exec form of an entry point expands no variable, and an image needs no shell otherwise.
"""

import os
import sys

if __name__ == "__main__":
    service = os.environ["SERVICE"]
    module = "rasad" if service == "operate" else f"rasad_{service}"
    os.execv(sys.executable, [sys.executable, "-m", module, *sys.argv[1:]])  # noqa: S606  no shell
