"""Whether enrich moves: a consumer was seen to live, to beat its heart, and to read nothing."""

from typing import Final, Literal

Verdict = Literal["moves", "stands", "dead"]
# An article that hangs has twice 30 s; the first after a start waits for the word lists too.
STANDS_SECONDS: Final = 120.0
# Whoever supervises starts it anew; joining a group anew has always helped so far.
DEAD_SECONDS: Final = 300.0


class Progress:
    """Judges from looks, some seconds apart. Times are monotonic seconds."""

    def __init__(
        self,
        now: float,
        *,
        stands_seconds: float = STANDS_SECONDS,
        dead_seconds: float = DEAD_SECONDS,
    ) -> None:
        self._stands_seconds = stands_seconds
        self._dead_seconds = dead_seconds
        self._moved_at = now
        self._done = 0

    def look(self, now: float, *, done: int, waiting: int, excused: bool) -> Verdict:
        """Judge by how many were done so far, and how many messages wait for this process.

        `excused`: it has no reason to move, since it may not take any, or Kafka is away.
        """
        if done != self._done or not waiting or excused:
            self._done = done
            self._moved_at = now
        stood_seconds = now - self._moved_at
        if stood_seconds >= self._dead_seconds:
            return "dead"
        return "stands" if stood_seconds >= self._stands_seconds else "moves"
