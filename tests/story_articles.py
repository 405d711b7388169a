"""Analysed articles made of numbered shingles, with signatures worked out here."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

import numpy as np

from rasad_core import identity
from rasad_core.events import ArticleAnalysed, Form, Origin, Signature

DAY = timedelta(days=1)
START = datetime(2024, 5, 6, 8, tzinfo=UTC)
_PRIME = np.uint64((1 << 61) - 1)
_random = np.random.default_rng(7)
_A = _random.integers(1, 1 << 32, 128, dtype=np.uint64)
_B = _random.integers(0, 1 << 60, 128, dtype=np.uint64)


def minhash(shingles: Iterable[int]) -> bytes:
    values = np.array(sorted(set(shingles)), dtype=np.uint64)
    if not values.size:
        return bytes(512)
    mixed = (values + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(36)
    hashed = (mixed[:, None] * _A + _B) % _PRIME & np.uint64(0xFFFFFFFF)
    least: bytes = hashed.min(axis=0).astype("<u4").tobytes()
    return least


def signature(shingles: Iterable[int], title: str = "") -> Signature:
    distinct = set(shingles)
    digest = blake2b(title.encode(), digest_size=8).digest()
    hashed = int.from_bytes(digest, "little") >> 1 if title else 0
    return Signature(minhash=minhash(distinct), shingles=len(distinct), title=hashed)


def article(
    name: str,
    shingles: Iterable[int] = (),
    *,
    title: str = "",
    text: str | None = None,
    day: float = 0.0,
    fetched: float = 0.0,
    form: Form = "record",
    origin: Origin = "live",
    url: str | None = None,
    links: tuple[str, ...] = (),
    author: str | None = None,
    trace_id: str = "",
) -> ArticleAnalysed:
    """`day` and `fetched` count from START; the id is made of the address or the name."""
    distinct = sorted(set(shingles))
    written = " ".join(map(str, distinct)) if text is None else text
    return ArticleAnalysed(
        trace_id=trace_id or f"trace-{name}",
        article_id=identity.article_id(url, content=name),
        form=form,
        fetched_at=START + timedelta(days=20 + fetched),
        published=START + day * DAY,
        origin=origin,
        url=url,
        links=links,
        title=title,
        text=written,
        author=author,
        content_hash=identity.content_hash(title, written),
        signature=signature(distinct, title),
    )
