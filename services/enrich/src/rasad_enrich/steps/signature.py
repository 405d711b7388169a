"""What an article is compared with others by: MinHashes of its word shingles.

Results never change under one `SIGNATURE_VERSION`: stories compares signatures made years apart.
"""

import hashlib
import struct
from collections.abc import Sequence

from msgspec.structs import replace
from rensa import RMinHash  # type: ignore[import-untyped]  # it ships no types

from rasad_core.events import Signature
from rasad_enrich.draft import Draft

# rensa names its hash functions by `RMinHash.ALGORITHM_VERSION`; a test holds their values.
SIGNATURE_VERSION = "minhash-1"
_HASHES = 128
_SEED = 42
_SHINGLE_WORDS = 3
# A title of one or two words ("Opinion", "Live blog") heads many articles that are not copies.
_MIN_TITLE_WORDS = 3


def sign_article(draft: Draft) -> Draft:
    """Set the signature over the folded text; an article without text is signed by its title."""
    words = draft.text_tokens.folded or draft.title_tokens.folded
    shingles = shingles_of(words)
    hashes = RMinHash(_HASHES, _SEED)
    hashes.update(shingles)
    signature = Signature(
        minhash=struct.pack(f"<{_HASHES}I", *hashes.digest()),
        shingles=len(shingles),
        title=title_hash(draft.title_tokens.folded),
    )
    return replace(draft, signature=signature)


def shingles_of(words: Sequence[str]) -> list[str]:
    """Give the distinct runs of three words, in order; fewer than three words are one run."""
    if len(words) < _SHINGLE_WORDS:
        return [" ".join(words)] if words else []
    triples = zip(words, words[1:], words[2:], strict=False)
    return list(dict.fromkeys(map(" ".join, triples)))


def title_hash(words: Sequence[str]) -> int:
    """Hash the folded title to 63 bits; 0 for a title of fewer than three words."""
    if len(words) < _MIN_TITLE_WORDS:
        return 0
    digest = hashlib.blake2b(" ".join(words).encode("utf-8", "surrogatepass"), digest_size=8)
    return int.from_bytes(digest.digest(), "little") >> 1
