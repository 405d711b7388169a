"""One attempt of a webhook, signed as Standard Webhooks 1.0.0 says, for who sends and who tests."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from rasad_core.net.messages import Request


def signed_request(
    url: str, secrets: Sequence[str], message_id: str, body: bytes, at: datetime
) -> Request:
    """Give one attempt: id and body as at every other, time and signatures its own.

    A signature per secret, so that one may be changed while its receiver still knows the other.
    """
    timestamp = str(int(at.timestamp()))
    content = f"{message_id}.{timestamp}.".encode() + body
    return Request(
        url=url,
        method="POST",
        headers={
            "content-type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": timestamp,
            "webhook-signature": " ".join(_signature(secret, content) for secret in secrets),
        },
        body=body,
        follow_redirects=False,
        wants_body=False,
    )


def shown_address(url: str) -> str:
    """Write an address for people: without user, password, query and fragment.

    Those are where services put their tokens; the path stays, as it tells two targets apart.
    """
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _signature(secret: str, content: bytes) -> str:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return "v1," + base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()
