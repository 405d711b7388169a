"""How many requests ended how, counted in memory, as Prometheus reads it."""

import threading
from collections import Counter


class Requests:
    """Counts answers by method and status. Safe for any threads."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._answered: Counter[tuple[str, int]] = Counter()

    def count(self, method: str, status: int) -> None:
        """Count one answer; a method of somebody's own making counts as `OTHER`."""
        known = method if method in _METHODS else "OTHER"
        with self._turn:
            self._answered[known, status] += 1

    def text(self) -> str:
        """Give the counters in Prometheus' text format."""
        with self._turn:
            counted = sorted(self._answered.items())
        lines = [
            f'rasad_api_requests_total{{method="{method}",status="{status}"}} {count}'
            for (method, status), count in counted
        ]
        return "\n".join([_HEAD, *lines, ""])


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_HEAD = "# HELP rasad_api_requests_total Answers sent.\n# TYPE rasad_api_requests_total counter"
