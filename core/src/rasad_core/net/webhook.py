"""One attempt of a webhook, signed as Standard Webhooks 1.0.0 says, for who sends and who tests."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from standardwebhooks import Webhook

from rasad_core.net.messages import Request


def signed_request(
    url: str, secrets: Sequence[str], message_id: str, body: bytes, at: datetime
) -> Request:
    """Give one attempt: id and body as at every other, time and signatures its own.

    A signature per secret, so that one may be changed while its receiver still knows the other.
    """
    text = body.decode()
    signatures = [Webhook(secret).sign(message_id, at, text) for secret in secrets]
    return Request(
        url=url,
        method="POST",
        headers={
            "content-type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": " ".join(signatures),
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
