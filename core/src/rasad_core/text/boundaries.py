"""Where paragraphs and sentences end, by punctuation alone, in any script."""

import re

# A dot behind one letter (J. Smith, U.S., د. سامي), behind a title or before a small letter ends
# no sentence. A row of dots is looked at once: long ones must not be slow. The sign comes first and
# what stands before it is looked at after: a search that starts with a set of letters is ten times
# as fast.
_SENTENCE = re.compile(
    r"""
    [.!?؟…۔।。！？｡]
    (?: (?<=[.!?؟…۔।]) (?<![.!?؟…۔।].)
        (?: (?<!\.) | (?=\.)
            | (?<!\b\w\.)(?<!\b[DM]r\.)(?<!\bM[rm][se]\.)(?<!\bSt\.)(?<!\bGen\.)(?<!\bProf\.) )
        [.!?؟…۔।]*+ ["'”’»)\]]*+ (?= \s++(?![a-z]) | \Z )
      | (?<=[。！？｡]) [。！？｡]*+ ["'”’」』）]*+ )
    """,
    re.VERBOSE,
)
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*|\u2029")
_LINE = re.compile(r"[\n\u2028\u2029]\s*")


def paragraph_ends(text: str) -> list[int]:
    """Give the offsets where a paragraph ends, the last one left out.

    Blank lines part paragraphs where the text has any, line ends do otherwise.
    """
    begin, end = len(text) - len(text.lstrip()), len(text.rstrip())
    blank = [found.start() for found in _BLANK_LINE.finditer(text, begin, end)]
    return blank or [found.start() for found in _LINE.finditer(text, begin, end)]


def sentence_ends(text: str, start: int = 0, end: int | None = None) -> list[int]:
    """Give the offsets just behind the closing punctuation of sentences in `text[start:end]`."""
    stop = len(text) if end is None else end
    return [found.end() for found in _SENTENCE.finditer(text, start, stop)]
