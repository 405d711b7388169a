"""Words, phrases and odd signs of a foreign query: what needs no look at what surrounds it."""

from rasad_core.query.vendors import spelling
from rasad_core.query.vendors.cut import Lexeme, cut
from rasad_core.query.vendors.dialect import Dialect, Field
from rasad_core.query.vendors.joining import Note
from rasad_core.query.vendors.special import slopped
from rasad_core.query.vendors.tree import About, Lost, Tree, Word

UNSEEN_SIGNS = "Signs beside letters are not looked at here."
_SIDE_BY_SIDE = "Words side by side are read as a phrase; AND may have been meant."
_SMALL = frozenset(("and", "or", "not"))
_SMALL_WORDS = "Operators are capitals in Newsdesk; in small letters they are read as words."


class Leaves:
    """Reads single operands; what is said about them without being lost goes to `notes`."""

    def __init__(self, text: str, dialect: Dialect) -> None:
        self.notes: list[Note] = []
        self._text = text
        self._dialect = dialect
        self._lexemes = cut(text, dialect)
        self._at = 0

    def _odd(self, lexeme: Lexeme) -> Tree | None:
        match lexeme.kind:
            case "comment":
                self._note(lexeme, "Comments are not carried over; here they begin with #.")
            case "unclosed":
                self._note(lexeme, "This quotation mark is never closed.")
            case "loose" if lexeme.text[0] == "^":
                self._note(lexeme, "There are no weights here; the same articles are found.")
            case "loose":
                self._note(lexeme, "Only between two words of a phrase is this a distance.")
            case _:
                return Lost(start=lexeme.start, end=lexeme.end, reason="This could not be read.")
        return None

    def _word(self, lexeme: Lexeme, field: Field | None) -> Tree | None:
        """Read a word; where words side by side are a phrase, all of them."""
        if not self._dialect.phrases_of_words:
            return self._leaf(lexeme, lexeme.text, field)
        words, last = [lexeme.text], lexeme
        while (following := self._peek()) is not None and following.kind == "word":
            if self._is_called(self._at):
                break
            words.append(following.text)
            last = following
            self._at += 1
        words = [each for each in words if each != "&"]
        if len(words) <= 1:
            if words and words[0] in _SMALL:
                self._note(lexeme, _SMALL_WORDS)
            return self._leaf(lexeme, words[0], field) if words else None
        whole = Lexeme("phrase", " ".join(words), lexeme.start, last.end)
        small = any(each in _SMALL for each in words)
        self._note(whole, _SMALL_WORDS if small else _SIDE_BY_SIDE)
        return self._leaf(whole, whole.text, field)

    def _phrase(self, lexeme: Lexeme, field: Field | None) -> Tree | None:
        loose = self._peek()
        if loose is None or loose.kind != "loose" or loose.start != lexeme.end:
            return self._leaf(lexeme, lexeme.text, field)
        number = loose.text[1:]
        if loose.text[0] == "~" and number.isdecimal() and field is None:
            read = slopped(lexeme.text, int(number[:9]), lexeme.start, loose.end, self._dialect)
            if read is not None:
                self._at += 1
                self.notes += read.notes
                return read.tree
        return self._leaf(lexeme, lexeme.text, field)

    def _leaf(self, lexeme: Lexeme, text: str, field: Field | None) -> Tree:
        written = spelling.ours(text, self._dialect)
        if "*" in text and self._dialect.without_wildcards and written != text:
            self._note(lexeme, f"{self._dialect.title} has no wildcards; the star is left out.")
        if text[:1] == "$":
            self._note(lexeme, UNSEEN_SIGNS)
        if field is not None and field.to in ("#", "@"):
            written, field = f"{field.to}{written.lstrip('#@')}", None
        if field is not None:
            found = spelling.about(field, text if field.values != "words" else written)
        else:
            found = spelling.word(written) if lexeme.kind == "word" else spelling.phrase(written)
        if not found.text:
            return Lost(start=lexeme.start, end=lexeme.end, reason=found.reason)
        if found.reason:
            self._note(lexeme, found.reason)
        leaf = Word if field is None else About
        return leaf(text=found.text, start=lexeme.start, end=lexeme.end)

    def _is_called(self, at: int) -> bool:
        """Say whether a word has a parenthesis right behind it, as functions have."""
        pair = self._lexemes[at : at + 2]
        return len(pair) > 1 and pair[1].kind == "open" and pair[1].start == pair[0].end

    def _note(self, lexeme: Lexeme, reason: str) -> None:
        self.notes.append(Note(start=lexeme.start, end=lexeme.end, reason=reason))

    def _peek(self) -> Lexeme | None:
        return self._lexemes[self._at] if self._at < len(self._lexemes) else None
