"""Pages of ids from the lists that are kept newest first beside the documents."""

from collections.abc import Sequence

import msgspec

from rasad_core.ports import Store


def listed(
    store: Store, kind: str, owner: str, *, after: str, limit: int
) -> tuple[Sequence[str], str | None]:
    """Give up to `limit` ids of an owner, and the key to go on after, None at the end."""
    # One more than wanted tells whether there is a next page.
    found = store.list(kind, prefix=f"{owner}/", after=after, limit=limit + 1)
    ids = [msgspec.json.decode(each.value, type=str) for each in found[:limit]]
    return ids, found[limit - 1].key if len(found) > limit else None
