"""The lead of an article: the beginning that newsrooms write to stand alone (LANGUAGE 10)."""

from rasad_core.text.boundaries import paragraph_ends, sentence_ends
from rasad_core.text.tokenise import is_cjk, tokenise

_WORDS = 60
# A paragraph a little over the limit stays whole rather than lose its last sentence.
_TOLERATED = 75
# Shorter than this, a first sentence is a dateline or a cry, and the next one is looked for.
_FEWEST = 20


def lead_of(text: str) -> str:
    """Give the lead, a prefix of `text`: the first paragraph, cut at about 60 words.

    It ends behind a sentence where there is one near the limit. It holds a word whenever the
    text does. Two characters of a script without spaces count as one word.
    """
    ends = (*paragraph_ends(text), len(text))
    paragraph = next((end for end in ends if len(tokenise(text[:end]))), len(text))
    tokens = tokenise(text[:paragraph])
    weights = [0.5 if is_cjk(token) else 1.0 for token in tokens.folded]
    if sum(weights) <= _TOLERATED:
        return text[:paragraph].rstrip()
    counted = 0.0
    cut = few = far = paragraph
    for weight, start, end in zip(weights, tokens.starts, tokens.ends, strict=True):
        counted += weight
        if counted <= _FEWEST:
            few = start
        if counted <= _WORDS:
            cut = end
        if counted <= 2 * _WORDS:
            far = end
    before = [end for end in sentence_ends(text, 0, paragraph) if few <= end <= far]
    near = [end for end in before if end <= cut + 1]
    return text[: near[-1] if near else before[0] if before else cut].rstrip()
