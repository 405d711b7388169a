"""Ask the program beside it whether it is ready: `python ready.py PORT [PATH]`; exit status 0 or 1.

For health checks in a container, where there is no curl. What it prints stands in the engine's
record of the check.
"""

import sys
import urllib.error
import urllib.request

# Shorter than the engine's own limit, so that the reason is printed.
_TIMEOUT_SECONDS = 4.0


def main(port: str, path: str = "/readyz") -> int:
    """Give 0 if the answer is 200."""
    try:
        with urllib.request.urlopen(
            f"http://127.0.0.1:{int(port)}{path}", timeout=_TIMEOUT_SECONDS
        ) as answer:
            status, body = answer.status, answer.read()
    except urllib.error.HTTPError as error:
        status, body = error.code, error.read()
    except OSError as error:
        status, body = 0, str(error).encode()
    sys.stdout.write(body[:2000].decode(errors="replace") + "\n")
    return 0 if status == 200 else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
