"""Lexemes to the tree of what was meant; nothing in it depends on what ours can say."""

import re

from msgspec.structs import replace

from rasad_core.query.vendors.cut import DASHES, Kind, Lexeme
from rasad_core.query.vendors.dialect import Case, Dialect, Field
from rasad_core.query.vendors.forms import is_place
from rasad_core.query.vendors.joining import SPACE, Join, Note, Operand, joined
from rasad_core.query.vendors.leaves import UNSEEN_SIGNS, Leaves
from rasad_core.query.vendors.special import (
    compared,
    distance,
    is_apart,
    slopped,
    spelled_in_case,
)
from rasad_core.query.vendors.tree import Lost, Often, Range, Tree, Within, Without

# Programs that write queries like redundant parentheses; ours itself has 25 levels.
_MAX_LEVELS = 40
_COUNTED = re.compile(r"(near|repeat)(\d{1,4})")
_RANGES: dict[str, Range] = {
    "title": "title", "lead": "lead", "body": "body", "headlead": "headlead",
}  # fmt: skip
_JOINS = frozenset(("and", "or", "near"))
_NAMED_ALONE = "Nothing stands behind it."
_SIGNS = re.compile(r"[^\w\s()\"“”*?#@]")
_WRITTEN = Field(to="case")
_CAPITAL = (
    "A capital letter anywhere in the word is asked for; here it is the first or all of them."
)


class Reader(Leaves):
    """Reads one query; what is said about it without being lost goes to `notes`."""

    def __init__(self, text: str, dialect: Dialect) -> None:
        super().__init__(text, dialect)
        self._levels = 0

    def query(self) -> Tree:
        """Read all of it."""
        operands, joins = self._level(None)
        while (lexeme := self._peek()) is not None:
            self._note(lexeme, "This parenthesis closes nothing.")
            self._at += 1
            more, gaps = self._level(None)
            operands += more
            joins += gaps
        if len(operands) > 1 and all(each.kind == "word" for each in self._lexemes):
            self._note_all(operands)
        return self._joined(operands, joins)

    def _note_all(self, operands: list[Operand]) -> None:
        if self._dialect.words_alone:
            start, end = operands[0].start, operands[-1].end
            self.notes.append(Note(start=start, end=end, reason=self._dialect.words_alone))

    def _joined(self, operands: list[Operand], joins: list[Join]) -> Tree:
        tree, notes = joined(operands, joins[1:], self._dialect)
        self.notes += notes
        return tree

    def _level(self, field: Field | None) -> tuple[list[Operand], list[Join]]:
        """Read up to a closing parenthesis; each operand has the join before it."""
        operands: list[Operand] = []
        joins: list[Join] = []
        pending: Lexeme | None = None
        negations: list[Lexeme] = []
        while (lexeme := self._peek()) is not None and lexeme.kind != "close":
            self._at += 1
            if lexeme.kind in _JOINS:
                self._all_idle(negations)
                if pending is not None and pending.kind == "and" and is_apart(lexeme):
                    pending = lexeme  # AND NOT W/5 says what NOT W/5 does
                elif pending is not None or not operands:
                    self._note(lexeme, "Nothing stands before it.")
                else:
                    pending = lexeme
            elif self._excludes(lexeme):
                negations.append(lexeme)
            elif (tree := self._operand(lexeme, field)) is not None:
                before = operands[-1] if operands and not negations else None
                joins.append(self._join(pending, before, tree))
                if negations and isinstance(tree, Lost):
                    tree = replace(tree, start=negations[0].start)
                negated, end = len(negations) % 2 == 1, self._lexemes[self._at - 1].end
                operands.append(Operand(tree, negated, lexeme.start, end))
                pending, negations = None, []
        self._all_idle([*negations, *([pending] if pending else [])])
        return operands, joins

    def _excludes(self, lexeme: Lexeme) -> bool:
        return lexeme.kind == "not" or (
            lexeme.kind == "sign" and lexeme.text in DASHES and self._dialect.signs
        )

    def _all_idle(self, lexemes: list[Lexeme]) -> None:
        for lexeme in lexemes:
            self._note(lexeme, _NAMED_ALONE)
        lexemes.clear()

    def _join(self, pending: Lexeme | None, before: Operand | None, tree: Tree) -> Join:
        """Give what stands between what is before a tree and the tree, which was just read."""
        if pending is None:
            if before is None or not self._dialect.phrases_of_words:
                return SPACE
            if not (is_place(before.tree) and is_place(tree)):
                return SPACE
            end = self._lexemes[self._at - 1].end
            return Join("near", before.start, end, distance=0, ordered=True)
        if pending.kind != "near":
            return Join("or" if pending.kind == "or" else "and", pending.start, pending.end)
        join, notes = distance(pending, self._dialect)
        self.notes += notes
        return join

    def _operand(self, lexeme: Lexeme, field: Field | None) -> Tree | None:
        """Read what begins with a lexeme that is taken already; None where it is only noted."""
        match lexeme.kind:
            case "word" if self._is_called(self._at - 1):
                return self._unknown(lexeme)
            case "word":
                return self._word(lexeme, field)
            case "phrase":
                return self._phrase(lexeme, field)
            case "braces":
                kind: Kind = "phrase" if " " in lexeme.text.strip() else "word"
                leaf = self._leaf(lexeme._replace(kind=kind), lexeme.text.strip(), field)
                return spelled_in_case(leaf, "written")
            case "open":
                return self._group(lexeme, field)
            case "field" | "function":
                return self._named(lexeme)
            case "compared":
                return compared(lexeme, self._dialect)
            case "sign":
                return self._signed(lexeme, field)
            case _:
                return self._odd(lexeme)

    def _group(self, opening: Lexeme, field: Field | None) -> Tree | None:
        if self._levels >= _MAX_LEVELS:
            return self._too_deep(opening)
        self._levels += 1
        operands, joins = self._level(field)
        self._levels -= 1
        closing = self._peek()
        if closing is None:
            self._note(opening, "This parenthesis is never closed.")
        self._at += closing is not None
        if not operands:
            end = opening.end if closing is None else closing.end
            whole = Lexeme("open", "()", opening.start, end)
            if closing is not None:
                self._note(whole, "There is nothing to search for between these parentheses.")
            return None
        return self._joined(operands, joins)

    def _too_deep(self, opening: Lexeme) -> Tree:
        depth, end = int(opening.kind == "open"), opening.end
        while depth and (lexeme := self._peek()) is not None:
            depth += {"open": 1, "close": -1}.get(lexeme.kind, 0)
            end = lexeme.end
            self._at += 1
        reason = f"This stands more than {_MAX_LEVELS} levels deep."
        return Lost(start=opening.start, end=end, reason=reason)

    def _named(self, lexeme: Lexeme) -> Tree | None:
        """Read a field or function and the one operand that it holds for."""
        name = lexeme.text.lower()
        if lexeme.kind == "function" and name not in self._dialect.functions:
            child = self._value(None)
            return child and self._often(lexeme, int(name.lstrip("atles")[:9]), child)
        if self._dialect.counted_fields and (counted := _COUNTED.fullmatch(name)):
            return self._counted(lexeme, counted[1], int(counted[2]))
        table = self._dialect.fields if lexeme.kind == "field" else self._dialect.functions
        spec = table.get(name)
        if spec is None:
            title = self._dialect.title
            spec = Field(note=f"`{lexeme.text}:` is not known here as a field of {title}.")
        if isinstance(spec, str):
            return self._in_case(lexeme, spec)
        return self._in_field(lexeme, spec)

    def _unknown(self, lexeme: Lexeme) -> Tree | None:
        """Leave out what looks like a function that is in no table."""
        title = self._dialect.title
        reason = (
            f"`{lexeme.text}(` is not known here as a function of {title}; a space parts words."
        )
        return self._in_field(lexeme, Field(note=reason))

    def _in_field(self, lexeme: Lexeme, spec: Field) -> Tree | None:
        notes = len(self.notes)
        text = spec.to in _RANGES or spec.to in ("", _WRITTEN.to)
        child = self._value(None if text else spec)
        end = self._lexemes[self._at - 1].end
        if not spec.to:
            # What is said about its inside is of no interest any more.
            del self.notes[notes:]
            return Lost(start=lexeme.start, end=end, reason=spec.note)
        if child is None:
            self._note(lexeme, _NAMED_ALONE)
            return None
        if spec.note:
            self.notes.append(Note(start=lexeme.start, end=end, reason=spec.note))
        if spec.to in _RANGES:
            place = _RANGES[spec.to]
            return Within(range=place, child=child, start=lexeme.start, end=lexeme.end)
        if spec.to != _WRITTEN.to:
            return child
        if _SIGNS.search(self._text, lexeme.end, end):
            self._note(lexeme._replace(end=end), UNSEEN_SIGNS)
        return spelled_in_case(child, "written")

    def _in_case(self, lexeme: Lexeme, case: Case) -> Tree | None:
        child = self._value(None)
        if child is None:
            self._note(lexeme, _NAMED_ALONE)
            return None
        if case == "capital":
            self._note(lexeme, _CAPITAL)
        return spelled_in_case(child, case)

    def _value(self, field: Field | None) -> Tree | None:
        negated = False
        while (following := self._peek()) is not None and self._excludes(following):
            negated = not negated
            self._at += 1
        if following is None or following.kind == "close" or following.kind in _JOINS:
            return None
        self._at += 1
        if self._levels >= _MAX_LEVELS:
            return self._too_deep(following)
        self._levels += 1
        one_word = following.kind == "word" and field is not None
        if one_word and not self._is_called(self._at - 1):
            child: Tree | None = self._leaf(following, following.text, field)
        else:
            child = self._operand(following, field)
        self._levels -= 1
        return Without(child=child) if negated and child is not None else child

    def _often(self, lexeme: Lexeme, times: int, child: Tree) -> Tree:
        end = self._lexemes[self._at - 1].end
        return Often(times=times, child=child, start=lexeme.start, end=end)

    def _counted(self, lexeme: Lexeme, name: str, number: int) -> Tree | None:
        following = self._peek()
        if name == "near" and following is not None and following.kind == "phrase":
            read = slopped(following.text, number, lexeme.start, following.end, self._dialect)
            if read is not None:
                self._at += 1
                self.notes += read.notes
                return read.tree
        child = self._value(None)
        if child is None:
            self._note(lexeme, _NAMED_ALONE)
            return None
        if name == "near":
            self._note(lexeme, "Only between two words of a phrase is this a distance.")
            return child
        return self._often(lexeme, number, child)

    def _signed(self, sign: Lexeme, field: Field | None) -> Tree | None:
        """Read a sign that excludes nothing here: every word is demanded anyway, or it is odd."""
        if sign.text == "+":
            return None
        notes = len(self.notes)
        self._value(field)
        del self.notes[notes:]
        end = self._lexemes[self._at - 1].end
        reason = f"{self._dialect.title} documents no `{sign.text}` before a word; write NOT."
        return Lost(start=sign.start, end=end, reason=reason)
