"""One active process a name among several, agreed over the store alone.

No two clocks are compared: a version that did not change for long, by one's own clock, is given up.
"""

import secrets
import threading
import time
from collections.abc import Callable

import msgspec

from rasad_core.errors import Conflict, Unavailable
from rasad_core.kinds import LEASES
from rasad_core.ports import Store

RENEW_SECONDS = 2.0
# Three renewals may fail before the work stops.
HELD_SECONDS = 8.0
# Two seconds after the holder stopped by itself: what it had begun is then over (`Sender.run`).
GIVEN_UP_SECONDS = 10.0
# How soon work that ended is noticed; a lease that is lost or a stop is noticed at once.
_LOOK_SECONDS = 0.2


class Lease:
    """The right to do what `name` says. `monotonic` must never stand still.

    At most one holds it at any time, as long as no process sleeps between asking `seconds_left` and
    acting on it for longer than two seconds: what is done must bear being done twice at once.
    """

    def __init__(
        self, store: Store, name: str, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self.name = name
        self._store = store
        self._monotonic = monotonic
        self._token = msgspec.json.encode(secrets.token_hex(8))
        self._until = 0.0
        self._seen: tuple[int, float] | None = None  # another's version, and since when

    @property
    def seconds_left(self) -> float:
        """How long it is held for sure; 0 where it is not."""
        return max(0.0, self._until - self._monotonic())

    def hold(self) -> bool:
        """Take it where it is free or given up, renew it where it is held; say whether it is held.

        Raises `Unavailable`: what was held stays held for the seconds that are left.
        """
        held = self._store.get(LEASES, self.name)
        if held is not None and held.value != self._token and not self._given_up(held.version):
            self._until = 0.0
            return False
        asked_at = self._monotonic()  # before the others can see it
        try:
            version = 0 if held is None else held.version
            self._store.put(LEASES, self.name, self._token, expected_version=version)
        except Conflict:  # another was quicker; or one's own renewal, whose answer was lost
            return self.seconds_left > 0
        self._until = asked_at + HELD_SECONDS
        return True

    def release(self) -> None:
        """Give it to whoever asks next; to be called once the work has ended."""
        self._until = 0.0
        try:
            held = self._store.get(LEASES, self.name)
            if held is not None and held.value == self._token:
                self._store.delete(LEASES, self.name, expected_version=held.version)
        except (Conflict, Unavailable):
            return  # the next waits until it is given up

    def _given_up(self, version: int) -> bool:
        now = self._monotonic()  # after it was read: it was written before
        if self._seen is None or self._seen[0] != version:
            self._seen = (version, now)
        return now - self._seen[1] >= GIVEN_UP_SECONDS


def run_leased(lease: Lease, run: Callable[[threading.Event], None], stop: threading.Event) -> None:
    """Call `run(ended)` in this thread whenever the lease is held, until `stop` or it returns.

    `ended` is set when the lease is lost or `stop` is: then `run` must end within two seconds, or,
    when stopped, whenever it likes: the lease is held until it ends, and released. What it raises
    passes through, and so do bugs of the store.
    """
    while not stop.is_set():
        if not _taken(lease):
            stop.wait(RENEW_SECONDS)
            continue
        keeper = _Keeper(lease, stop)
        try:
            run(keeper.ended)
        finally:
            lost = keeper.close()
            lease.release()
        if not lost:
            return


def _taken(lease: Lease) -> bool:
    try:
        return lease.hold()
    except Unavailable:
        return False


class _Keeper:
    """Renews a lease in one thread, and in another says when it is over.

    In two, for a store that does not answer must not keep the second from speaking in time.
    """

    def __init__(self, lease: Lease, stop: threading.Event) -> None:
        self.ended = threading.Event()
        self._lease = lease
        self._stop = stop
        self._over = threading.Event()
        self._lost = False
        self._bugs: list[Exception] = []
        self._watcher = threading.Thread(target=self._watch, name=f"{lease.name}-lease-watch")
        # A renewal without an answer may take longer than the end of the program.
        self._renewer = threading.Thread(
            target=self._renew, name=f"{lease.name}-lease", daemon=True
        )
        self._watcher.start()
        self._renewer.start()

    def close(self) -> bool:
        """Stop renewing and say whether the lease was lost before."""
        self._over.set()
        self._watcher.join()
        self._renewer.join(RENEW_SECONDS)
        if self._bugs:
            raise self._bugs[0]
        return self._lost

    def _renew(self) -> None:
        while not self._over.wait(RENEW_SECONDS):
            try:
                if not self._lease.hold():
                    return
            except Unavailable:
                continue
            except Exception as error:  # noqa: BLE001  raised where the work is called
                self._bugs.append(error)
                self.ended.set()
                return

    def _watch(self) -> None:
        while not self._over.is_set():
            left = self._lease.seconds_left
            if left <= 0:
                self._lost = True
                self.ended.set()
                return
            if self._stop.is_set():
                self.ended.set()
                self._over.wait(left)
            else:
                self._stop.wait(min(left, _LOOK_SECONDS))
