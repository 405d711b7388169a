"""Servers on loopback that answer, misbehave and remember who asked, for the tests of clients."""

import socket
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from ipaddress import IPv4Address, IPv6Address, ip_address
from threading import Event, Thread


class Names:
    """Looks up a few names, and remembers what it was asked."""

    def __init__(self, known: Mapping[str, list[str]]) -> None:
        self.known = dict(known)
        self.asked: list[str] = []

    def __call__(self, name: str) -> Sequence[IPv4Address | IPv6Address]:
        self.asked.append(name)
        if name not in self.known:
            raise OSError("no such name")
        return [ip_address(written) for written in self.known[name]]


class Visit:
    """One request as it came, and the way to answer it byte by byte."""

    def __init__(self, connection: socket.socket, stopping: Event) -> None:
        self.connection = connection
        self.stopping = stopping
        self.method = self.path = ""
        self.headers: dict[str, str] = {}
        self.body = b""

    def read(self) -> bool:
        """Read the request; False when none came."""
        head, _, begun = self._until(b"\r\n\r\n").partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        self.method, self.path = [*first.split(" "), "", ""][:2]
        self.headers = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines)
        }
        self.body = begun
        while len(self.body) < int(self.headers.get("content-length", "0")):
            self.body += self.connection.recv(65_536)
        return bool(head)

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)

    def drip(self, data: bytes) -> None:
        """Send the same again and again, with short pauses, until nobody listens any more."""
        while not self.stopping.wait(0.01):
            self.send(data)

    def _until(self, mark: bytes) -> bytes:
        read = b""
        while mark not in read and (more := self.connection.recv(65_536)):
            read += more
        return read


Answer = Callable[[Visit], None]


class Server:
    """Answers every connection in a thread of its own, and keeps the visits."""

    def __init__(
        self, answer: Answer, tls: ssl.SSLContext | None, address: str, *, listens: bool
    ) -> None:
        self.visits: list[Visit] = []
        self.connections = 0
        self._answer = answer
        self._tls = tls
        self._listens = listens
        self._stopping = Event()
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._listener = socket.create_server((address, 0), family=family)
        self.port: int = self._listener.getsockname()[1]
        self._threads = [Thread(target=self._accept)]
        self._threads[0].start()

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http{'s' if self._tls else ''}://{host}:{self.port}{path}"

    def close(self) -> None:
        self._stopping.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(5)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            connection.settimeout(5)
            thread = Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            try:
                if self._tls:
                    connection = self._tls.wrap_socket(connection, server_side=True)
                with connection:
                    visit = Visit(connection, self._stopping)
                    if self._listens and not visit.read():
                        return
                    self.visits.append(visit)
                    self._answer(visit)
            except OSError:
                pass  # the client is gone, which is what many of these tests are about


@contextmanager
def serving(
    answer: Answer | Mapping[str, bytes],
    *,
    tls: ssl.SSLContext | None = None,
    address: str = "127.0.0.1",
    listens: bool = True,
) -> Iterator[Server]:
    """Serve answers by path, or whatever a function does with a visit.

    One that does not listen answers at once, whatever it is told.
    """

    def by_path(visit: Visit) -> None:
        assert not callable(answer)
        visit.send(answer.get(visit.path, reply(b"not here", status=404)))

    server = Server(answer if callable(answer) else by_path, tls, address, listens=listens)
    try:
        yield server
    finally:
        server.close()


def reply(body: bytes = b"", *headers: str, status: int = 200, length: int | None = None) -> bytes:
    """Write an answer; `length` is what it claims."""
    claimed = len(body) if length is None else length
    lines = [f"HTTP/1.1 {status} So", f"Content-Length: {claimed}", *headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def moved(to: str, status: int = 302) -> bytes:
    """Write a redirect."""
    return reply(b"<a>moved</a>", f"Location: {to}", status=status)
