"""Reading an input in a thread of its own, so that a slow one holds up no report."""

import queue
import threading
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Self

from rasad_core.intake.items import Item

Read = tuple[str, Item]
# Read ahead: enough that the next batch is there when the last is published, few enough that
# articles of 1 MiB do not fill the memory.
_AHEAD = 32
# How late a stop is noticed while the other side is busy.
_RECHECK_SECONDS = 0.2


class Reader:
    """Runs through `items` while its block lasts; `stop` ends it after the item at hand."""

    def __init__(self, items: Iterable[Read], stop: threading.Event) -> None:
        self._items = items
        self._stop = stop
        self._left = threading.Event()
        self._queue: queue.Queue[Read] = queue.Queue(maxsize=_AHEAD)
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="reader", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._left.set()
        self._thread.join()

    def read(self, *, pause_seconds: float) -> Iterator[Read | None]:
        """Give what was read, None where nothing came for a while; raises what reading raised."""
        while not self._stop.is_set():
            try:
                yield self._queue.get(timeout=pause_seconds)
            except queue.Empty:
                if not self._thread.is_alive() and self._queue.empty():
                    break
                yield None
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        try:
            for item in self._items:
                while not self._done():
                    try:
                        self._queue.put(item, timeout=_RECHECK_SECONDS)
                        break
                    except queue.Full:
                        continue
                if self._done():
                    return
        except Exception as error:  # noqa: BLE001  carried over to the thread that reads
            self._failure = error

    def _done(self) -> bool:
        return self._stop.is_set() or self._left.is_set()
