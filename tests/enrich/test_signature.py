import struct
from collections.abc import Callable

from rensa import RMinHash  # type: ignore[import-untyped]  # it ships no types

from rasad_core.events import ArticleFetched, Signature
from rasad_enrich.pipeline import analyse
from rasad_enrich.steps.signature import shingles_of, title_hash

Fetch = Callable[..., ArticleFetched]
TEXT = "The council voted to plant four hundred trees along the river before the summer begins"


def alike(one: Signature | None, other: Signature | None) -> float:
    assert one is not None
    assert other is not None
    pairs = zip(*(struct.unpack("<128I", each.minhash) for each in (one, other)), strict=True)
    return sum(int(a == b) for a, b in pairs) / 128


def test_signatures_do_not_change_between_releases(fetch: Fetch) -> None:
    signature = analyse(fetch(TEXT, title="Trees for the river")).signature

    assert RMinHash.ALGORITHM_VERSION == 2
    assert signature is not None
    assert len(signature.minhash) == 512
    assert struct.unpack("<3I", signature.minhash[:12]) == (1055255871, 3221262223, 3530825988)
    assert signature.shingles == 13
    assert signature.title == 265766863384484765


def test_case_accents_and_spacing_do_not_matter(fetch: Fetch) -> None:
    one = analyse(fetch(TEXT)).signature
    other = analyse(fetch(TEXT.upper().replace(" ", "\n\n", 3))).signature

    assert alike(one, other) == 1.0


def test_a_small_edit_changes_little_and_another_text_everything(fetch: Fetch) -> None:
    long = " ".join(f"{TEXT} number {number}." for number in range(20))
    edited = long.replace("number 7", "number seven")
    other = " ".join(f"Nobody in the valley heard bell {number} ring." for number in range(20))

    signature = analyse(fetch(long)).signature

    assert alike(signature, analyse(fetch(edited)).signature) > 0.8
    assert alike(signature, analyse(fetch(other)).signature) < 0.1


def test_shingles_are_distinct_runs_of_three_words() -> None:
    assert shingles_of(["a", "b", "c", "d"]) == ["a b c", "b c d"]
    assert shingles_of(["a", "a", "a", "a"]) == ["a a a"]
    assert shingles_of(["a", "b"]) == ["a b"]
    assert shingles_of([]) == []


def test_a_title_of_two_words_is_no_sign_of_a_copy() -> None:
    assert title_hash(["live", "blog"]) == 0
    assert title_hash(["trees", "for", "all"]) == title_hash(["trees", "for", "all"]) > 0
