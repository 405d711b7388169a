"""The lead of an article: the beginning that newsrooms write to stand alone (LANGUAGE 10)."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from rasad_core.text.boundaries import paragraph_ends, sentence_ends
from rasad_core.text.tokenise import is_cjk, tokenise

_WORDS = 60
# A paragraph a little over the limit stays whole rather than lose its last sentence.
_TOLERATED = 75
# A lead of fewer words is a dateline or a cry: then a later sentence end is taken.
_FEWEST = 20
_MOST = 120


def lead_of(text: str) -> str:
    """Give the lead, a prefix of `text`: the first paragraph, cut at about 60 words.

    It ends behind a sentence where one ends near the limit, else behind the 60th word, and holds a
    word whenever the text does. Two letters of a script without spaces count as one word.
    """
    ends = (*paragraph_ends(text), len(text))
    end = next((end for end in ends if len(tokenise(text[:end]))), len(text))
    tokens = tokenise(text[:end])
    counts = list(accumulate(0.5 if is_cjk(token) else 1.0 for token in tokens.folded))
    if not counts or counts[-1] <= _TOLERATED:
        return text[:end].rstrip()
    few, many, most = (
        _start_behind(words, counts, tokens.starts) for words in (_FEWEST, _WORDS, _MOST)
    )
    sentences = [at for at in sentence_ends(text, 0, end) if few <= at <= most]
    near = [at for at in sentences if at <= many]
    behind_word = tokens.ends[bisect_right(counts, _WORDS) - 1]
    return text[: near[-1] if near else sentences[0] if sentences else behind_word].rstrip()


def _start_behind(words: int, counts: Sequence[float], starts: Sequence[int]) -> int:
    """Give the offset of the word behind the first `words`; of the last where there are fewer."""
    return starts[min(bisect_right(counts, words), len(starts) - 1)]
