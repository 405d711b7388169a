"""Asking a store that is away: who asks first waits for it, the others are told at once."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from rasad_core.errors import Unavailable

T = TypeVar("T")
# Threads that a store which hangs holds at once are its limit divided by this: 10 of 40.
_TRY_AGAIN_SECONDS = 1.0


class Fuse:
    """Once a call has failed, lets one a second through until one succeeds. For any threads."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._turn = threading.Lock()
        self._away: Unavailable | None = None
        self._again_at = 0.0

    def call(self, ask: Callable[[], T]) -> T:
        """Give what asking gives; raises `Unavailable`, at once where others found it away."""
        self._wait_for_none()
        try:
            given = ask()
        except Unavailable as error:
            with self._turn:
                self._away = error
                self._again_at = self._monotonic() + _TRY_AGAIN_SECONDS
            raise
        with self._turn:
            self._away = None
        return given

    def _wait_for_none(self) -> None:
        with self._turn:
            if self._away is None:
                return
            now = self._monotonic()
            if now < self._again_at:
                raise Unavailable(str(self._away), retry_after_seconds=self._again_at - now)
            self._again_at = now + _TRY_AGAIN_SECONDS
