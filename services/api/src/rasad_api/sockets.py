"""The socket that a program listens on, opened first: a port that is taken is told at once."""

import socket

from rasad_core.errors import RasadError


def listening(host: str, port: int, *, remedy: str) -> socket.socket:
    """Open the socket; raises `RasadError` with a way out where that is not possible."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named asyncio sends small answers at once (TCP_NODELAY): 1 ms, not 40.
    opened = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((host, port))
        opened.listen(256)
    except OSError as error:
        opened.close()
        raise RasadError(
            f"cannot serve on {host}, port {port}: {error.strerror}; {remedy}"
        ) from error
    return opened


def address_of(opened: socket.socket) -> str:
    """Write the address of a listening socket as a browser takes it."""
    host, port = opened.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
