"""Connections that reach the address that was checked, and end in time whatever the peer does."""

import socket
import ssl
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from ipaddress import ip_address
from threading import Thread

import httpcore

from rasad_core.events import Frozen
from rasad_core.net.failure import Failure, FetchFailed
from rasad_core.net.host import Ip

# Looks a name up: every address, the preferred first. Blocks; raises OSError.
Resolve = Callable[[str], Sequence[Ip]]


def resolve_name(name: str) -> Sequence[Ip]:
    """Ask the system."""
    found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(ip_address(address[0]) for *_, address in found))


class Deadline:
    """The moment when a fetch must be over."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Give the seconds that are left; raises `FetchFailed` (`timed_out`) when none are."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise self.over()
        return left

    def over(self) -> FetchFailed:
        """Give the error to raise when the time is over."""
        return FetchFailed(Failure.TIMED_OUT, f"it was not done in {self._seconds:g} s")


def resolve_in_time(resolve: Resolve, name: str, deadline: Deadline) -> Sequence[Ip]:
    """Look a name up; raises `FetchFailed` (`unresolved`, `timed_out`)."""
    answer: Future[Sequence[Ip]] = Future()

    def ask() -> None:
        try:
            answer.set_result(resolve(name))
        except BaseException as error:  # noqa: BLE001  raised again where the answer is awaited
            answer.set_exception(error)

    # The system's lookup knows no timeout. Where it hangs, the thread is left to end by itself,
    # and does not keep the program from ending.
    Thread(target=ask, name=f"lookup of {name}", daemon=True).start()
    try:
        found = answer.result(deadline.left())
    except TimeoutError:
        raise deadline.over() from None
    except OSError:
        found = ()
    if not found:
        raise FetchFailed(Failure.UNRESOLVED, f"`{name}` leads to no address")
    return found


class Peer(Frozen, frozen=True, kw_only=True):
    """Whom to connect to. `name` is what people call it."""

    name: str
    addresses: Sequence[Ip]
    port: int


# Headers are read in small portions, as the last one may bring the begin of the body along; with
# 64 KiB of headers that stays under the 100 KiB where h11 gives up with a less telling error.
_HEAD_READ_BYTES = 16_384


class Watch:
    """What the streams of one exchange share: its deadline, and what has come so far."""

    def __init__(self, deadline: Deadline, max_header_bytes: int) -> None:
        self.deadline = deadline
        self.ended = False
        self._head_left: int | None = max_header_bytes + _HEAD_READ_BYTES

    def portion(self, max_bytes: int) -> int:
        """Give how much to read at once."""
        return max_bytes if self._head_left is None else min(max_bytes, _HEAD_READ_BYTES)

    def came(self, data: bytes) -> None:
        """Note what was read; raises `FetchFailed` (`too_large`) if headers do not end."""
        self.ended = not data
        if self._head_left is not None:
            self._head_left -= len(data)
            if self._head_left < 0:
                raise FetchFailed(Failure.TOO_LARGE, "the headers of the answer do not end")

    def head_done(self) -> None:
        """Note that what follows is the body."""
        self._head_left = None


class Stream(httpcore.NetworkStream):
    """A socket under a watch. Of httpcore's own timeouts, which count anew each time, none."""

    def __init__(self, connected: socket.socket, watch: Watch, server_name: str) -> None:
        self._socket = connected
        self._watch = watch
        self._server_name = server_name

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002  theirs
        """Give what has come, at least a byte; nothing at the end."""
        self._socket.settimeout(self._watch.deadline.left())
        try:
            data = self._socket.recv(self._watch.portion(max_bytes))
        except TimeoutError:
            raise self._watch.deadline.over() from None
        except OSError as error:
            raise httpcore.ReadError(str(error)) from error
        self._watch.came(data)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002  theirs
        """Send all of it."""
        rest = memoryview(buffer)
        try:
            while rest:
                self._socket.settimeout(self._watch.deadline.left())
                rest = rest[self._socket.send(rest) :]
        except TimeoutError:
            raise self._watch.deadline.over() from None
        except OSError as error:
            raise httpcore.WriteError(str(error)) from error

    def close(self) -> None:
        """Let go, without a farewell that could wait for an answer."""
        self._socket.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,  # noqa: ARG002  in brackets, for IPv6
        timeout: float | None = None,  # noqa: ARG002  theirs
    ) -> httpcore.NetworkStream:
        """Give the stream inside this one, where the peer has shown that it bears the name."""
        try:
            return Stream(self._shake_hands(ssl_context), self._watch, self._server_name)
        except BaseException:
            self.close()
            raise

    def _shake_hands(self, context: ssl.SSLContext) -> ssl.SSLSocket:
        name = self._server_name
        try:
            self._socket.settimeout(self._watch.deadline.left())
            return context.wrap_socket(self._socket, server_hostname=name)
        except TimeoutError:
            raise self._watch.deadline.over() from None
        except ssl.SSLCertVerificationError as error:
            message = f"the certificate of `{name}` is not trusted: {error.verify_message}"
            raise FetchFailed(Failure.TLS, message) from None
        except ssl.SSLError:
            raise FetchFailed(Failure.TLS, f"`{name}` does not speak TLS as we do") from None
        except OSError as error:
            raise httpcore.ReadError(str(error)) from error


class Dialler(httpcore.NetworkBackend):
    """Connects to the addresses it was given, whatever name it is asked for.

    They were looked up and checked once; to look again is what rebinding waits for.
    """

    def __init__(self, peer: Peer, watch: Watch, *, server_name: str, failure: Failure) -> None:
        self._peer = peer
        self._watch = watch
        self._server_name = server_name
        self._failure = failure

    def connect_tcp(
        self,
        host: str,  # noqa: ARG002  see above
        port: int,  # noqa: ARG002  see above
        timeout: float | None = None,  # noqa: ARG002  theirs
        local_address: str | None = None,  # noqa: ARG002  none is asked for
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002  the same
    ) -> httpcore.NetworkStream:
        """Try one address after the other; each has its share of the time that is left."""
        addresses, deadline = self._peer.addresses, self._watch.deadline
        for tried, address in enumerate(addresses):
            share = deadline.left() / (len(addresses) - tried)
            try:
                connected = socket.create_connection((str(address), self._peer.port), share)
            except OSError:
                continue
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return Stream(connected, self._watch, self._server_name)
        deadline.left()
        raise FetchFailed(self._failure, f"nothing answers at `{self._peer.name}`")
