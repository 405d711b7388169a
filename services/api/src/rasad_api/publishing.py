"""Publishing that ends in time: a log that hangs makes a request fail, not hang."""

import asyncio
import threading
from collections.abc import Sequence
from concurrent.futures import Future

from rasad_api.ports import Ports
from rasad_core.errors import Unavailable
from rasad_core.ports import Outgoing

_RETRY_AFTER_SECONDS = 5.0
# Threads, and batches of up to 16 MiB, that a log may keep waiting; then others are told at once.
_MOST_AT_ONCE = 64
_room = threading.BoundedSemaphore(_MOST_AT_ONCE)


def publish(
    ports: Ports, messages: Sequence[Outgoing], *, timeout_seconds: float | None = None
) -> None:
    """Append in order; on return all are durable.

    Raises `Unavailable`, after `publish_timeout_seconds` at the latest or the time given: then the
    log may hold some, or take them yet, and to send the same again is right.
    """
    seconds = timeout_seconds or ports.publish_timeout_seconds
    done = _begun(ports, messages)
    try:
        done.result(timeout=seconds)
    except TimeoutError:
        raise _too_slow(seconds) from None


async def publish_waiting(ports: Ports, messages: Sequence[Outgoing]) -> None:
    """Do the same without a thread of the pool, so that reads go on while the log is away."""
    done = _begun(ports, messages)
    try:
        await asyncio.wait_for(asyncio.wrap_future(done), ports.publish_timeout_seconds)
    except TimeoutError:
        raise _too_slow(ports.publish_timeout_seconds) from None


def _begun(ports: Ports, messages: Sequence[Outgoing]) -> Future[None]:
    if not _room.acquire(blocking=False):
        message = f"{_MOST_AT_ONCE} requests wait for the log already"
        raise Unavailable(message, retry_after_seconds=_RETRY_AFTER_SECONDS)
    done: Future[None] = Future()
    done.set_running_or_notify_cancel()  # so that who gives up waiting cancels nothing

    def run() -> None:
        try:
            ports.publisher.publish(messages)
        except BaseException as error:  # noqa: BLE001  raised again where the request waits
            done.set_exception(error)
        else:
            done.set_result(None)
        finally:
            _room.release()

    # A daemon: the end of the program does not wait for a log that hangs.
    threading.Thread(target=run, name="publish", daemon=True).start()
    return done


def _too_slow(seconds: float) -> Unavailable:
    message = f"the log did not take it within {seconds:g} s"
    return Unavailable(message, retry_after_seconds=_RETRY_AFTER_SECONDS)
