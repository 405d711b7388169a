"""Query text to tree: one descent over the lexemes, every refusal with its place (LANGUAGE 1–9).

The descent goes on behind an error, so that an author sees all of them at once. Parentheses are
the only thing that nests, and those are counted; nothing here can run out of stack.
"""

from rasad_core.events import Frozen
from rasad_core.fields import TEXT_FIELDS, FieldSpec
from rasad_core.query.ast import And, InRange, Node, Not, Or, Pattern, Range, Words
from rasad_core.query.errors import Code, QueryError, QueryRefused, refuse
from rasad_core.query.faults import Faults, too_complex
from rasad_core.query.leaves import build_patterns
from rasad_core.query.lex import Lexed, Lexeme, lex
from rasad_core.query.lint import lint
from rasad_core.query.metadata import build_metadata, field_named, unknown_field
from rasad_core.query.near import read_operator, read_times
from rasad_core.query.operands import MAX_LEVELS, Side, build_at_least, build_near
from rasad_core.query.shape import excludes, flat, rewritten

MAX_CHARACTERS = 1_000_000
MAX_WORDS = 100_000
_RANGES: dict[str, Range] = {"title": "title", "lead": "lead", "body": "body"}
_OPERATORS = frozenset(("and", "or", "near"))
_ENDS = frozenset(("close", "end"))
_NO_OPERAND = _OPERATORS | _ENDS
_BESIDE = frozenset(("near", "not"))
_PIECES = frozenset(("word", "field"))


class Query(Frozen, frozen=True, kw_only=True):
    """A query understood: its tree, and its text as typed."""

    node: Node
    text: str

    @property
    def warnings(self) -> tuple[QueryError, ...]:
        """Say what is legal in it but unwise; worked out anew at each call, as most need it not."""
        return lint(self.node, lex(self.text))


def parse(text: str) -> Query:
    """Understand a query; raises `QueryRefused` with what is wrong, in the order of its places."""
    if len(text) > MAX_CHARACTERS:
        message = f"The query has {len(text):,} characters; {MAX_CHARACTERS:,} are allowed."
        raise too_complex(message, MAX_CHARACTERS, len(text))
    lexed = lex(text)
    return Query(node=_Parser(text, lexed).query(), text=text)


class _Parser:
    """Reads one level at a time. `_field` is the field around, `_spec` what it is if metadata."""

    def __init__(self, text: str, lexed: Lexed) -> None:
        self._text = text
        self._lexemes = [*lexed.lexemes, Lexeme("end", "", len(text), len(text))]
        self._faults = Faults(text, list(lexed.errors))
        self._at = 0
        self._levels = 0
        self._words = 0
        self._field: Lexeme | None = None
        self._spec: FieldSpec | None = None
        self._is_plain = True  # not within case(…)
        for start in lexed.unclosed:
            self._faults.unclosed_quote(start)

    def query(self) -> Node:
        node = self._level(0)
        while (lexeme := self._lexemes[self._at]).kind == "close":
            self._faults.closes_nothing(lexeme)
            self._at += 1
            self._level(lexeme.end)
        if node is None:
            if not self._faults:
                self._faults.empty()
        elif excludes(node) and not self._faults:
            self._faults.only_excludes(0, len(self._text))
        if self._faults or node is None:
            self._faults.refuse()
        return node

    def _level(self, begin: int) -> Node | None:
        """Read operands up to a closing parenthesis or the end; None where there are none."""
        operands: list[Node] = []
        gaps: list[str] = []
        pending: Lexeme | None = None
        lexemes = self._lexemes
        first = self._at
        while (kind := (lexeme := lexemes[self._at]).kind) not in _ENDS:
            if kind in _OPERATORS:
                self._at += 1
                if pending is not None or not operands:
                    self._faults.missing(lexeme, "before")
                pending = lexeme
                continue
            self._at += 1
            # Most are words with nothing near, which need no further call.
            is_word = kind == "word" and lexemes[self._at].kind not in _BESIDE
            operand = self._leaf(lexeme) if is_word else self._chain(lexeme)
            if operand is None:
                continue
            if operands:
                gaps.append("OR" if pending is not None and pending.kind == "or" else "AND")
            operands.append(operand)
            pending = None
        if pending is not None:
            self._faults.missing(pending, "after")
        if not operands:
            return None
        start = lexemes[first].start if lexemes[first].kind != "end" else begin
        return self._joined(operands, gaps, start)

    def _joined(self, operands: list[Node], gaps: list[str], start: int) -> Node:
        if len(operands) == 1:
            return operands[0]
        if "OR" not in gaps:
            return And(children=flat(operands, And))
        if "AND" in gaps:
            self._faults.mixed_operators(start, self._end(), rewritten(operands, gaps))
        elif any(excludes(node) for node in operands if type(node) is not Words):
            self._faults.or_not(start, self._end(), rewritten(operands, gaps))
        return Or(children=flat(operands, Or))

    def _chain(self, lexeme: Lexeme) -> Node | None:
        """Read behind its first lexeme an operand and all that NEAR joins to it, from the left."""
        node = self._operand(lexeme)
        start, end = lexeme.start, self._end()
        while (signs := self._near_signs()) is not None:
            node = self._beside(Side(node or self._refused(start), start, end), *signs)
            end = self._end()
        if node is None or excludes(node) or not self._faults.within(start, end):
            return node
        return self._refused(start)

    def _refused(self, start: int) -> Words:
        """Stand in, as it is written, for what was refused; never leaves the parser."""
        end = self._end()
        return Words(patterns=(), written=self._text[start:end], start=start, end=end)

    def _near_signs(self) -> tuple[Lexeme | None, Lexeme] | None:
        """Take NEAR, or NOT NEAR, if it stands here."""
        first = self._lexemes[self._at]
        if first.kind == "near":
            self._at += 1
            return None, first
        if first.kind == "not" and self._lexemes[self._at + 1].kind == "near":
            self._at += 2
            return first, self._lexemes[self._at - 1]
        return None

    def _beside(self, left: Side, negation: Lexeme | None, near: Lexeme) -> Node:
        start = near.start if negation is None else negation.start
        following = self._lexemes[self._at]
        if following.kind == "not":
            self._at += 1
            self._faults.not_behind_near(near, start, following.end)
            following = self._lexemes[self._at]
        if following.kind in _NO_OPERAND:
            self._faults.missing(near._replace(start=start), "after")
            return left.node
        self._at += 1
        node = self._operand(following) or self._refused(following.start)
        right = Side(node, following.start, self._end())
        try:
            operator = read_operator(near, negated=negation is not None)
            if not self._faults.within(left.start, right.end):
                return build_near(left, operator, right, self._levels)
        except QueryRefused as refused:
            self._faults.note(refused)
        return self._refused(left.start)

    def _operand(self, lexeme: Lexeme) -> Node | None:
        """Read the operand that begins with what was taken; None if an error left nothing of it."""
        match lexeme.kind:
            case "word" | "phrase" | "stem":
                return self._leaf(lexeme)
            case "open":
                return self._group(lexeme)
            case "field":
                return self._in_field(lexeme)
            case "not":
                return self._negated(lexeme)
            case _:
                return self._function(lexeme)

    def _leaf(self, lexeme: Lexeme) -> Node:
        try:
            if self._spec is not None:
                node = build_metadata(self._spec, lexeme)
                self._words += 1
            else:
                _, _, start, end, _ = lexeme
                patterns = build_patterns(lexeme) if self._is_plain else self._patterns(lexeme)
                self._words += len(patterns)
                written = self._text[start:end]
                node = Words(patterns=patterns, written=written, start=start, end=end)
        except QueryRefused as refused:
            self._faults.note(refused)
            return self._refused(lexeme.start)
        if self._words > MAX_WORDS:
            message = f"The query has more than {MAX_WORDS:,} words."
            self._faults.note(too_complex(message, lexeme.start, lexeme.end))
        return node

    def _patterns(self, lexeme: Lexeme) -> tuple[Pattern, ...]:
        if lexeme.kind == "stem":
            message = f"`~{lexeme.text}`: a stem is not compared as written, as case(…) is."
            place = lexeme.start, lexeme.end
            raise refuse(Code.CASE_OPERAND, message, *place, lexeme.text or "leave it out")
        return build_patterns(lexeme if lexeme.exact else lexeme._replace(exact=True))

    def _negated(self, operator: Lexeme) -> Node | None:
        following = self._lexemes[self._at]
        if following.kind == "near":
            self._at += 1
            self._faults.missing(operator._replace(end=following.end), "before")
            return None
        if following.kind == "not":
            self._faults.double_not(operator.start, following.end)
            while (following := self._lexemes[self._at]).kind == "not":
                self._at += 1
        if following.kind in _NO_OPERAND:
            self._faults.missing(operator, "after")
            return None
        self._at += 1
        child = self._chain(following)
        if child is None:
            return None
        if excludes(child):
            self._faults.only_excludes(following.start, self._end())
        return Not(child=child)

    def _function(self, function: Lexeme) -> Node:
        """Read `case(…)` or `atleastN(…)`; the lexer saw the parenthesis."""
        opening = self._lexemes[self._at]
        self._at += 1
        if self._field is not None and self._spec is not None:
            self._faults.function_of_a_value(function)
            return self._group(opening)
        if function.text.casefold() == "case":
            around, self._is_plain = self._is_plain, False
            node = self._group(opening, function.start)
            self._is_plain = around
            return node
        node = self._group(opening, function.start)
        try:
            times = read_times(function)
            if not self._faults.within(function.start, self._end()):
                group = Side(node, opening.start, self._end())
                return build_at_least(times, group, function.start)
        except QueryRefused as refused:
            self._faults.note(refused)
        return self._refused(function.start)

    def _group(self, opening: Lexeme, start: int | None = None) -> Node:
        """Read up to the closing parenthesis; `start` is where a function before it stands."""
        start = opening.start if start is None else start
        self._levels += 1
        if self._levels > MAX_LEVELS:
            message = f"Parentheses may stand {MAX_LEVELS} deep."
            self._faults.note(too_complex(message, opening.start, opening.end))
        node = self._level(opening.end)
        closing = self._lexemes[self._at]
        if closing.kind == "end":
            self._faults.unclosed_parenthesis(start, opening.end)
        elif node is None:
            self._faults.empty_group(start, closing.end)
        self._at += closing.kind == "close"
        self._levels -= 1
        return node or self._refused(start)

    def _in_field(self, field: Lexeme) -> Node | None:
        if self._spec is not None and (value := self._value_with_colon(field)) is not None:
            return self._leaf(value)
        name = field.text.casefold()
        spec = field_named(name)
        if spec is None and name not in TEXT_FIELDS:
            self._faults.note(unknown_field(field, self._text))
            return self._value(field)
        if self._field is not None:
            self._faults.nested_field(field, self._field)
            return self._value(field)
        if spec is not None and not self._is_plain:
            self._faults.field_in_case(field)
        self._field, self._spec = field, spec
        node = self._value(field)
        self._field, self._spec = None, None
        if node is None or spec is not None:
            return node
        end = self._end()
        return InRange(range=_RANGES[name], child=node, start=field.start, end=end)

    def _value(self, field: Lexeme) -> Node | None:
        """Read the one operand that a field prefix holds for."""
        following = self._lexemes[self._at]
        if following.kind in _NO_OPERAND:
            self._faults.missing(field, "after")
            return self._refused(field.start)
        if following.kind == "not":
            self._faults.not_behind_field(field, following.end)
            return None
        self._at += 1
        node = self._operand(following)
        if node is not None and excludes(node):
            self._faults.only_excludes(following.start, self._end())
        self._check_list(field, following)
        return node

    def _value_with_colon(self, piece: Lexeme) -> Lexeme | None:
        """Put together a value such as gn:323786, which looks like a field and a word."""
        if field_named(piece.text.casefold()) or piece.text.casefold() in TEXT_FIELDS:
            return None
        end = piece.end
        while (following := self._lexemes[self._at]).start == end and following.kind in _PIECES:
            end = following.end
            self._at += 1
        return Lexeme("word", self._text[piece.start : end], piece.start, end)

    def _check_list(self, field: Lexeme, value: Lexeme) -> None:
        """Refuse lang:ar,en: its author means either, and a comma means both."""
        end = self._end()
        following = self._lexemes[self._at]
        if (
            self._spec is not None
            and following.kind == "word"
            and following.start == end + 1
            and not self._text[end].isspace()
        ):
            both = f"{self._text[value.start : end]} OR {following.text}"
            self._faults.list_of_values(field, following.end, both)

    def _end(self) -> int:
        return self._lexemes[self._at - 1].end
