"""A TCP proxy that tests put before a real server, to cut it off and let it back."""

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Proxy:
    """Passes bytes both ways; while it is cut, connections break and new ones are refused."""

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._turn = threading.Lock()
        self._pairs: set[socket.socket] = set()
        self._listener = self._listen(0)
        self.port: int = self._listener.getsockname()[1]

    def cut(self) -> None:
        """Break every connection and refuse new ones."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._turn:
            broken, self._pairs = self._pairs, set()
        for each in broken:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def restore(self) -> None:
        """Listen again, on the same port."""
        self._listener = self._listen(self.port)

    def _listen(self, port: int) -> socket.socket:
        listener = socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()
        return listener

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._join, args=(near,), daemon=True).start()

    def _join(self, near: socket.socket) -> None:
        try:
            far = socket.create_connection(self._target)
        except OSError:
            near.close()
            return
        with near, far:
            with self._turn:
                self._pairs |= {near, far}
            with suppress(OSError):
                _pass_on(near, far)
            with self._turn:
                self._pairs -= {near, far}


def _pass_on(near: socket.socket, far: socket.socket) -> None:
    others = {near: far, far: near}
    while True:
        for ready in select.select([near, far], [], [])[0]:
            data = ready.recv(65_536)
            if not data:
                return
            others[ready].sendall(data)


@contextmanager
def proxied(host: str, port: int) -> Iterator[Proxy]:
    """Put a proxy before a server until the block ends."""
    proxy = Proxy((host, port))
    try:
        yield proxy
    finally:
        with suppress(OSError):
            proxy.cut()
