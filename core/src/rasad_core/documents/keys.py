"""Keys of people and programs: only their hash is kept."""

import hashlib
import secrets
from datetime import datetime
from typing import Literal

from rasad_core.events import Frozen

Role = Literal["viewer", "analyst", "admin", "operator"]


class Key(Frozen, frozen=True, kw_only=True):
    """A named key; the key itself is shown once and kept as its hash."""

    key_id: str
    name: str
    team_id: str
    role: Role
    key_hash: str
    created_at: datetime
    expires_at: datetime | None = None


def new_key() -> tuple[str, str]:
    """Give an id and a key, `rk_<id>_<secret>`; 32 random bytes need no slow hash."""
    key_id = secrets.token_hex(6)
    return key_id, f"rk_{key_id}_{secrets.token_urlsafe(32)}"


def key_id_of(key: str) -> str | None:
    """Give the id inside a key, or None for what is none."""
    parts = key.split("_", 2)
    return parts[1] if len(parts) == 3 and parts[0] == "rk" else None


def hash_of(key: str) -> str:
    """Give what is kept of a key."""
    return hashlib.sha256(key.encode()).hexdigest()
