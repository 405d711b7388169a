"""A TCP proxy that tests put before a real server, to cut it off and let it back."""

import select
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from server import free_ports

# What the server says, and the proxy's port.
Rewrite = Callable[[bytes, int], bytes]


class Proxy:
    """Passes bytes both ways; while it is cut, connections break and new ones are refused.

    `rewrite` is given what the server says, and this proxy's port. While it `hangs`, nothing goes
    through, and nobody is told.
    """

    def __init__(self, target: tuple[str, int], rewrite: Rewrite) -> None:
        self._target = target
        self._rewrite = rewrite
        self._moving = threading.Event()
        self._moving.set()
        self._turn = threading.Lock()
        self._pairs: set[socket.socket] = set()
        self._losing, self._to_lose = b"", 0
        [self.port] = free_ports(1)
        self._listener = self._listen()

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
        self._listener = self._listen()

    def hang(self) -> None:
        """Hold back every byte."""
        self._moving.clear()

    def go_on(self) -> None:
        """Let through what was held back, and all the rest."""
        self._moving.set()

    def lose_answers(self, to: bytes, *, times: int = 1) -> None:
        """Break the connection instead of passing on the answers to requests that hold this."""
        with self._turn:
            self._losing, self._to_lose = to, times

    def _loses(self, request: bytes) -> bool:
        with self._turn:
            if not self._to_lose or self._losing not in request:
                return False
            self._to_lose -= 1
            return True

    def _listen(self) -> socket.socket:
        listener = socket.create_server(("127.0.0.1", self.port))
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
                self._pass_on(near, far)
            with self._turn:
                self._pairs -= {near, far}

    def _pass_on(self, near: socket.socket, far: socket.socket) -> None:
        losing = False
        while True:
            for ready in select.select([near, far], [], [])[0]:
                data = ready.recv(65_536)
                self._moving.wait()
                if not data:
                    return
                if ready is near:
                    losing = losing or self._loses(data)
                    far.sendall(data)
                elif losing:
                    return
                else:
                    near.sendall(self._rewrite(data, self.port))


def as_it_is(said: bytes, _port: int) -> bytes:
    """Change nothing."""
    return said


@contextmanager
def proxied(host: str, port: int, *, rewrite: Rewrite = as_it_is) -> Iterator[Proxy]:
    """Put a proxy before a server until the block ends."""
    proxy = Proxy((host, port), rewrite)
    try:
        yield proxy
    finally:
        proxy.go_on()
        with suppress(OSError):
            proxy.cut()
