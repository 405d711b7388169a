"""When are two texts the same story: a pure, symmetric question about two samples.

A *sample* is one text of an article with its published time. Two samples are *linked* when they
are published at most seven days apart and are alike (DESIGN 8):

* they share a band of the signature (LSH 42x3) or their title, and Jaccard >= 0.5, or containment
  >= 0.7, or the titles agree and Jaccard >= 0.25; or
* both are too short for a signature, and title and text are the same to the letter.

Nothing here depends on what arrived before, so the links within a set of samples, and with them
the stories, are the same for every order of arrival.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from rasad_core import identity
from rasad_core.errors import Reason, Unprocessable
from rasad_core.events import ArticleAnalysed, Frozen

UInts = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint32]
Flags = npt.NDArray[np.bool_]

WINDOW_US = timedelta(days=7) // timedelta(microseconds=1)
HASHES = 128
BANDS, HASHES_PER_BAND = 42, 3
JACCARD = 0.5
CONTAINMENT = 0.7
JACCARD_WITH_TITLE = 0.25
# Below this a text is a stub ("Read more", a caption): three or four shingles agree by accident of
# phrase, so nothing but the same content joins it.
MIN_SHINGLES = 5
# Containment is worked out from Jaccard, whose estimate from 128 hashes is off by a quarter of
# itself at .1 and by more below: there a stub of boilerplate would be "contained" in every page
# that carries it. The bands find fewer than 5 % of such pairs anyway.
MIN_JACCARD_FOR_CONTAINMENT = 0.1

# A key is 40 bits of hash; the low 24 bits are left free for the number of a row (week.py).
ROW_BITS = 24
_ROW_MASK = np.uint64((1 << ROW_BITS) - 1)
_KEYS = BANDS + 2  # one per band, the title, the content
# Odd multipliers of splitmix64 (the first two) and of MurmurHash3's 64-bit finaliser.
_MIX = tuple(np.uint64(m) for m in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0xFF51AFD7ED558CCD))
_SALTS = np.arange(1, _KEYS + 1, dtype=np.uint64) * _MIX[0]


class Text(Frozen, frozen=True, kw_only=True):
    """What is compared of one text; `title` and `content` are signed 64-bit hashes, 0 for none."""

    minhash: bytes
    shingles: int
    title: int
    content: int

    @property
    def usable(self) -> bool:
        """Whether there is enough text for the signature to say something."""
        return self.shingles >= MIN_SHINGLES


@dataclass(frozen=True, slots=True)
class Columns:
    """Many texts, one per row."""

    minhash: Hashes
    shingles: Ints
    title: Ints
    content: Ints

    def take(self, rows: Ints) -> "Columns":
        """Give these rows, in this order, repeated where repeated."""
        return Columns(
            self.minhash[rows], self.shingles[rows], self.title[rows], self.content[rows]
        )

    def put(self, row: int, text: Text) -> None:
        """Overwrite one row."""
        self.minhash[row] = np.frombuffer(text.minhash, dtype="<u4")
        self.shingles[row] = text.shingles
        self.title[row] = text.title
        self.content[row] = text.content

    def grown(self, rows: int) -> "Columns":
        """Copy into columns of so many rows, the new ones empty."""
        out = Columns.empty(rows)
        held = self.shingles.size
        out.minhash[:held] = self.minhash
        out.shingles[:held] = self.shingles
        out.title[:held] = self.title
        out.content[:held] = self.content
        return out

    @classmethod
    def empty(cls, rows: int) -> "Columns":
        """Make columns of zeros."""
        ints = (np.zeros(rows, dtype=np.int64) for _ in range(3))
        return cls(np.zeros((rows, HASHES), dtype=np.uint32), *ints)


def text_of(event: ArticleAnalysed) -> Text:
    """Take from an event what is compared; raises `Unprocessable(bad_field)` if it cannot be."""
    signature = event.signature
    content = hash_of(content_of(event)) if event.title or event.text else 0
    if signature is None:
        return Text(minhash=bytes(HASHES * 4), shingles=0, title=0, content=content)
    if len(signature.minhash) != HASHES * 4 or not -(1 << 63) <= signature.title < 1 << 64:
        message = f"a signature is {HASHES * 4} bytes and a 64-bit title hash"
        raise Unprocessable(Reason.BAD_FIELD, message)
    return Text(
        minhash=signature.minhash,
        shingles=signature.shingles,
        title=_signed(signature.title),
        content=content,
    )


def content_of(event: ArticleAnalysed) -> str:
    """Give the content hash, worked out where the event does not carry it."""
    return event.content_hash or identity.content_hash(event.title, event.text)


def hash_of(value: str | bytes) -> int:
    """Hash to 64 bits, signed as SQLite and numpy hold them."""
    encoded = value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(encoded, digest_size=8).digest(), "little", signed=True)


def columns(texts: Sequence[Text]) -> Columns:
    """Lay texts out as rows."""
    joined = b"".join(text.minhash for text in texts)
    return Columns(
        np.frombuffer(joined, dtype="<u4").reshape(-1, HASHES),
        np.array([text.shingles for text in texts], dtype=np.int64),
        np.array([text.title for text in texts], dtype=np.int64),
        np.array([text.content for text in texts], dtype=np.int64),
    )


def keys(texts: Columns) -> UInts:
    """Give the keys of each text, one row each; 0 stands for "none".

    Texts that share a key are compared: bands and title of a text with a signature, the content of
    one without. Two that share none are never linked.
    """
    out = np.zeros((len(texts.shingles), _KEYS), dtype=np.uint64)
    used = BANDS * HASHES_PER_BAND
    bands = texts.minhash[:, :used].reshape(-1, BANDS, HASHES_PER_BAND).astype(np.uint64)
    mixed = np.broadcast_to(_SALTS[:BANDS], bands.shape[:2])
    for hashes in np.moveaxis(bands, 2, 0):
        mixed = _mix(mixed ^ hashes)
    usable = texts.shingles >= MIN_SHINGLES
    out[:, :BANDS] = np.where(usable[:, None], mixed, 0)
    title = _mix(_SALTS[BANDS] ^ texts.title.view(np.uint64))
    out[:, BANDS] = np.where(usable & (texts.title != 0), title, 0)
    content = _mix(_SALTS[BANDS + 1] ^ texts.content.view(np.uint64))
    out[:, BANDS + 1] = np.where(~usable & (texts.content != 0), content, 0)
    return out & ~_ROW_MASK


def alike(left: Columns, right: Columns) -> Flags:
    """Compare row by row, time left aside, texts that share a key."""
    # 128 fits a byte; summing as such is twice as fast as `count_nonzero`.
    agreeing = (left.minhash == right.minhash).view(np.uint8).sum(axis=1, dtype=np.uint8)
    jaccard = agreeing / HASHES
    # |A and B| = J (|A| + |B|) / (1 + J), as a share of the shorter text.
    shorter = np.maximum(np.minimum(left.shingles, right.shingles), 1)
    containment = jaccard * (left.shingles + right.shingles) / ((1 + jaccard) * shorter)
    contained = (containment >= CONTAINMENT) & (jaccard >= MIN_JACCARD_FOR_CONTAINMENT)
    same_title = (left.title == right.title) & (left.title != 0)
    similar = (jaccard >= JACCARD) | contained | (same_title & (jaccard >= JACCARD_WITH_TITLE))
    usable = (left.shingles >= MIN_SHINGLES) & (right.shingles >= MIN_SHINGLES)
    same_content = (left.content == right.content) & (left.content != 0)
    verdict: Flags = np.where(usable, similar, same_content)
    return verdict


def _mix(value: UInts) -> UInts:
    value = (value ^ (value >> np.uint64(30))) * _MIX[1]
    value = (value ^ (value >> np.uint64(27))) * _MIX[2]
    return value ^ (value >> np.uint64(31))


def _signed(value: int) -> int:
    return value - (1 << 64) if value >= 1 << 63 else value
