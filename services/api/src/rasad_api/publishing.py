"""Publishing that ends in time: a log that hangs makes a request fail, not hang."""

import threading
from collections.abc import Sequence
from concurrent.futures import Future

from rasad_api.ports import Ports
from rasad_core.errors import Unavailable
from rasad_core.ports import Outgoing

_RETRY_AFTER_SECONDS = 5.0


def publish(ports: Ports, messages: Sequence[Outgoing]) -> None:
    """Append in order; on return all are durable.

    Raises `Unavailable`, after `publish_timeout_seconds` at the latest: then the log may hold some,
    or take them yet, and to send the same again is right.
    """
    done: Future[None] = Future()

    def run() -> None:
        try:
            ports.publisher.publish(messages)
        except BaseException as error:  # noqa: BLE001  raised again where the request waits
            done.set_exception(error)
        else:
            done.set_result(None)

    # A daemon: the end of the program does not wait for a log that hangs.
    threading.Thread(target=run, name="publish", daemon=True).start()
    try:
        done.result(timeout=ports.publish_timeout_seconds)
    except TimeoutError:
        if done.done():
            raise  # the publisher's own
        message = f"the log did not take it within {ports.publish_timeout_seconds:g} s"
        raise Unavailable(message, retry_after_seconds=_RETRY_AFTER_SECONDS) from None
