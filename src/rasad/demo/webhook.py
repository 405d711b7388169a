"""The target of the demonstration's webhook: what came, and whether it was signed by its sender.

Signatures are those of Standard Webhooks 1.0.0.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime

from rasad_core.events import Frozen

# Known to everybody, as the demonstration itself is; it protects nothing.
SECRET = "whsec_" + base64.b64encode(b"news of fictional newsrooms").decode()


class Received(Frozen, frozen=True, kw_only=True):
    """One POST; the names of headers are in small letters."""

    at: datetime
    headers: Mapping[str, str]
    body: bytes

    @property
    def signed(self) -> bool:
        """Whether one of its signatures is made with our secret."""
        named = (self.headers.get("webhook-id", ""), self.headers.get("webhook-timestamp", ""))
        content = ".".join(named).encode() + b"." + self.body
        key = base64.b64decode(SECRET.removeprefix("whsec_"))
        right = hmac.new(key, content, hashlib.sha256).digest()
        given = self.headers.get("webhook-signature", "").split()
        return any(hmac.compare_digest(right, _decoded(each)) for each in given)


def listing(received: Iterable[Received]) -> str:
    """Write what came for a person, newest first."""
    parts = [
        f"{each.at.isoformat(timespec='seconds')}  {each.headers.get('webhook-id', 'no id')}  "
        f"{'signature right' if each.signed else 'signature missing or wrong'}\n"
        f"{each.body.decode('utf-8', 'replace')}\n"
        for each in reversed(list(received))
    ]
    return "\n".join(parts) or "Nothing was posted here yet.\n"


def _decoded(signature: str) -> bytes:
    try:
        return base64.b64decode(signature.removeprefix("v1,"), validate=True)
    except binascii.Error:
        return b""
