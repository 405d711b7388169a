"""Plain text with a site's template lines still in it: the title, and the article's own lines."""

import re
from collections.abc import Sequence

from msgspec.structs import replace

from rasad_core.text.normalise import fold
from rasad_enrich.draft import Draft
from rasad_enrich.steps.scripts import main_script
from rasad_enrich.steps.templates import is_template

_SPACES = re.compile(r"[^\S\n]+")
_LETTER = re.compile(r"[^\W\d_]")
_SENTENCE_END = re.compile(r"[.!?؟…。؛;:]$")
# A first line longer than this is a paragraph, and the text has no title.
_MAX_TITLE_CHARACTERS = 250
# A line of another script at an edge is a form or a menu up to this length; longer ones are
# quotations. The longest seen has 11 words.
_MAX_FOREIGN_WORDS = 15
# A repeated line this long is the template's (or the publisher's slip), never a refrain.
_MIN_REPEATED_WORDS = 4


def clean_lines(draft: Draft) -> Draft:
    """Take a text apart into title and article; of the article's own lines none is lost.

    Out go: the title said again, lines without a letter, lines said twice, known template
    lines, and, before the first and after the last paragraph, lines of another script.
    """
    fetched = draft.fetched
    lines = _lines(fetched.text or "")
    title = _one_line(fetched.title or "")
    if not title:
        title, lines = _title_and_rest(lines)
    kept = _without_repeats(title, lines)
    kept = [line for line in kept if not is_template(line)]
    kept = _without_foreign_edges(kept, title)
    return replace(draft, title=title, text="\n\n".join(kept))


def tidy_text(text: str) -> str:
    """Unify line ends and trim the end of each line; nothing else of a record is touched."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def _lines(text: str) -> list[str]:
    return [line for one in text.splitlines() if (line := _one_line(one))]


def _one_line(text: str) -> str:
    return _SPACES.sub(" ", text.replace("\n", " ")).strip(" \ufeff\u200b\u200e\u200f")


def _title_and_rest(lines: Sequence[str]) -> tuple[str, list[str]]:
    for number, line in enumerate(lines):
        if not _LETTER.search(line) or is_template(line):
            continue
        alone = number == len(lines) - 1
        if len(line) > _MAX_TITLE_CHARACTERS or (alone and _SENTENCE_END.search(line)):
            return "", list(lines[number:])
        return line, list(lines[number + 1 :])
    return "", []


def _without_repeats(title: str, lines: Sequence[str]) -> list[str]:
    seen = {_key(title)}
    kept: list[str] = []
    for line in lines:
        key = _key(line)
        if not _LETTER.search(line) or (key in seen and (key == _key(title) or _long(line))):
            continue
        seen.add(key)
        kept.append(line)
    return kept


def _key(line: str) -> str:
    return " ".join(re.findall(r"\w+", fold(line)))


def _long(line: str) -> bool:
    return line.count(" ") + 1 >= _MIN_REPEATED_WORDS


def _without_foreign_edges(lines: list[str], title: str) -> list[str]:
    script = main_script("\n".join((title, *lines)))

    def foreign(line: str) -> bool:
        return line.count(" ") < _MAX_FOREIGN_WORDS and main_script(line) not in (script, "")

    first, last = 0, len(lines)
    while first < last and foreign(lines[first]):
        first += 1
    while last > first and foreign(lines[last - 1]):
        last -= 1
    return lines[first:last]
