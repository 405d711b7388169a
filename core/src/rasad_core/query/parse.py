"""Query text to tree: one descent over the lexemes, every refusal with its place (LANGUAGE 1–9).

The descent goes on behind an error, so that an author sees all of them at once. Parentheses are
the only thing that nests, and those are counted; nothing here can run out of stack.
"""

from typing import NoReturn

from rasad_core.events import Frozen
from rasad_core.fields import TEXT_FIELDS, FieldSpec
from rasad_core.query.ast import And, InRange, Node, Not, Or, Range, Words
from rasad_core.query.errors import Code, QueryError, QueryRefused
from rasad_core.query.later import refuse_function, refuse_near, refuse_stem
from rasad_core.query.leaves import build_patterns
from rasad_core.query.lex import Lexed, Lexeme, lex
from rasad_core.query.lint import lint
from rasad_core.query.metadata import build_metadata, field_named, unknown_field
from rasad_core.query.shape import excludes, flat, nothing, rewritten, short

MAX_CHARACTERS = 1_000_000
MAX_WORDS = 100_000
MAX_LEVELS = 25
# A hundred errors of one query help nobody more than ten, and cost their suggestions.
_MAX_ERRORS = 20
_RANGES: dict[str, Range] = {"title": "title", "lead": "lead", "body": "body"}
_OPERATORS = frozenset(("and", "or", "near"))


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
        raise QueryRefused(_too_complex(message, MAX_CHARACTERS, len(text)))
    lexed = lex(text)
    return Query(node=_Parser(text, lexed).query(), text=text)


class _Parser:
    """Reads one level at a time. `_range` and `_spec` are the field around, `_field` its lexeme."""

    def __init__(self, text: str, lexed: Lexed) -> None:
        self._text = text
        self._lexemes = lexed.lexemes
        self._errors = list(lexed.errors)
        self._at = 0
        self._levels = 0
        self._words = 0
        self._field: Lexeme | None = None
        self._spec: FieldSpec | None = None
        for start in lexed.unclosed:
            message = "This quotation mark is never closed."
            self._error(
                Code.UNBALANCED_QUOTE, message, start, start + 1, f'{text[start:].rstrip()}"'
            )

    def query(self) -> Node:
        node = self._level(0)
        while self._at < len(self._lexemes):
            lexeme = self._lexemes[self._at]
            message = "This parenthesis closes nothing."
            self._error(
                Code.UNBALANCED_PARENTHESIS, message, lexeme.start, lexeme.end, "leave it out"
            )
            self._at += 1
            if len(self._errors) > _MAX_ERRORS:
                self._refuse()
            self._level(lexeme.end)
        if node is None:
            if not self._errors:
                message = "The query is empty."
                self._error(Code.EMPTY, message, 0, len(self._text), "a word, such as: climate")
        elif excludes(node):
            self._only_excludes(0, len(self._text))
        if self._errors or node is None:
            self._refuse()
        return node

    def _level(self, begin: int) -> Node | None:
        """Read operands up to a closing parenthesis or the end; None where there are none."""
        operands: list[Node] = []
        gaps: list[str] = []
        pending: Lexeme | None = None
        lexemes = self._lexemes
        first = self._at
        while self._at < len(lexemes) and (lexeme := lexemes[self._at]).kind != "close":
            if len(self._errors) > _MAX_ERRORS:
                self._refuse()
            if lexeme.kind in _OPERATORS:
                self._at += 1
                if lexeme.kind == "near":
                    self._errors.append(refuse_near(lexeme, None))
                if pending is not None or not operands:
                    self._missing(lexeme, "before")
                pending = lexeme
                continue
            operand = self._operand(lexeme)
            if operand is None:
                continue
            if operands:
                gaps.append("OR" if pending is not None and pending.kind == "or" else "AND")
            operands.append(operand)
            pending = None
        if pending is not None:
            self._missing(pending, "after")
        if not operands:
            return None
        start = lexemes[first].start if first < len(lexemes) else begin
        return self._joined(operands, gaps, start, lexemes[self._at - 1].end)

    def _joined(self, operands: list[Node], gaps: list[str], start: int, end: int) -> Node:
        if len(operands) == 1:
            return operands[0]
        if "OR" not in gaps:
            return And(children=flat(operands, And))
        if "AND" in gaps:
            message = "AND and OR on one level can be read two ways; set parentheses."
            self._error(Code.MIXED_OPERATORS, message, start, end, rewritten(operands, gaps))
        elif any(map(excludes, operands)):
            message = "NOT among alternatives would find nearly everything."
            self._error(Code.OR_NOT, message, start, end, rewritten(operands, gaps))
        return Or(children=flat(operands, Or))

    def _operand(self, lexeme: Lexeme) -> Node | None:
        """Read one operand; None where an error left nothing of it."""
        self._at += 1
        match lexeme.kind:
            case "word" | "phrase":
                return self._leaf(lexeme)
            case "open":
                return self._group(lexeme)
            case "field":
                return self._in_field(lexeme)
            case "not":
                return self._negated(lexeme)
            case "stem":
                self._errors.append(refuse_stem(lexeme, self._text))
                following = self._peek()
                return None if lexeme.text == "" and following else nothing(lexeme)
            case _:
                self._errors.append(refuse_function(lexeme, self._text))
                return None

    def _leaf(self, lexeme: Lexeme) -> Node:
        try:
            if self._spec is not None:
                node = build_metadata(self._spec, lexeme)
                self._words += 1
            else:
                patterns = build_patterns(lexeme)
                self._words += len(patterns)
                start, end = lexeme.start, lexeme.end
                written = self._text[start:end]
                node = Words(patterns=patterns, written=written, start=start, end=end)
        except QueryRefused as refused:
            self._errors.extend(refused.errors)
            return nothing(lexeme)
        if self._words > MAX_WORDS:
            message = f"The query has more than {MAX_WORDS:,} words."
            self._give_up(message, lexeme)
        return node

    def _negated(self, operator: Lexeme) -> Node | None:
        following = self._peek()
        if following is not None and following.kind == "near":
            self._at += 1
            self._errors.append(refuse_near(following, operator))
            return None
        if following is not None and following.kind == "not":
            message = "NOT NOT says nothing; leave both out."
            end = following.end
            self._error(Code.DOUBLE_NOT, message, operator.start, end, "leave both out")
            while (following := self._peek()) is not None and following.kind == "not":
                self._at += 1
        if following is None or following.kind == "close" or following.kind in _OPERATORS:
            self._missing(operator, "after")
            return None
        child = self._operand(following)
        if child is None:
            return None
        if excludes(child):
            self._only_excludes(following.start, self._lexemes[self._at - 1].end)
        return Not(child=child)

    def _group(self, opening: Lexeme) -> Node:
        self._levels += 1
        if self._levels > MAX_LEVELS:
            self._give_up(f"Parentheses may stand {MAX_LEVELS} deep.", opening)
        node = self._level(opening.end)
        closing = self._peek()
        if closing is None:
            message = "This parenthesis is never closed."
            whole = f"{self._text[opening.start :].rstrip()})"
            self._error(
                Code.UNBALANCED_PARENTHESIS, message, opening.start, opening.end, short(whole)
            )
        elif node is None:
            message = "There is nothing between these parentheses."
            self._error(Code.EMPTY_GROUP, message, opening.start, closing.end, "leave them out")
        self._at += closing is not None
        self._levels -= 1
        return node or nothing(opening)

    def _in_field(self, field: Lexeme) -> Node | None:
        if self._spec is not None and (value := self._value_with_colon(field)) is not None:
            return self._leaf(value)
        name = field.text.casefold()
        spec = field_named(name)
        if self._field is not None:
            message = f"`{field.text}:` stands inside `{self._field.text}:`; close that one first."
            suggestion = f"{self._field.text}:… AND {field.text}:…"
            self._error(Code.NESTED_FIELD, message, field.start, field.end, suggestion)
            return None
        if spec is None and name not in TEXT_FIELDS:
            self._errors.extend(unknown_field(field, self._text).errors)
            return None
        self._field, self._spec = field, spec
        node = self._value(field)
        self._field, self._spec = None, None
        if node is None or spec is not None:
            return node
        end = self._lexemes[self._at - 1].end
        return InRange(range=_RANGES[name], child=node, start=field.start, end=end)

    def _value(self, field: Lexeme) -> Node | None:
        """Read the one operand that a field prefix holds for."""
        following = self._peek()
        if following is None or following.kind == "close" or following.kind in _OPERATORS:
            self._missing(field, "after")
            return nothing(field)
        if following.kind == "not":
            message = f"NOT goes before the field: NOT {field.text}:…"
            suggestion = f"NOT {field.text}:"
            end = following.end
            self._error(Code.MISSING_OPERAND, message, field.start, end, suggestion)
            return None
        node = self._operand(following)
        if node is not None and excludes(node):
            self._only_excludes(following.start, self._lexemes[self._at - 1].end)
        self._check_list(field, following)
        return node

    def _value_with_colon(self, piece: Lexeme) -> Lexeme | None:
        """Put together a value such as gn:323786, which looks like a field and a word."""
        if field_named(piece.text.casefold()) or piece.text.casefold() in TEXT_FIELDS:
            return None
        end = piece.end
        while (following := self._peek()) and following.start == end and following.kind in (
            "word", "field",
        ):  # fmt: skip
            end = following.end
            self._at += 1
        return Lexeme("word", self._text[piece.start : end], piece.start, end)

    def _check_list(self, field: Lexeme, value: Lexeme) -> None:
        """Refuse lang:ar,en: its author means either, and a comma means both."""
        end = self._lexemes[self._at - 1].end
        following = self._peek()
        if (
            self._spec is not None
            and following is not None
            and following.kind == "word"
            and following.start == end + 1
            and not self._text[end].isspace()
        ):
            both = f"{self._text[value.start : end]} OR {following.text}"
            message = f"`{field.text}:` holds for one value; alternatives stand in parentheses."
            suggestion = f"{field.text}:({both})"
            self._error(Code.BAD_VALUE, message, field.start, following.end, suggestion)

    def _missing(self, lexeme: Lexeme, side: str) -> None:
        if any(error.start == lexeme.start for error in self._errors):
            return
        written = self._text[lexeme.start : lexeme.end]
        message = f"Nothing stands {side} `{written}`."
        self._error(
            Code.MISSING_OPERAND,
            message,
            lexeme.start,
            lexeme.end,
            f'leave it out, or write "{written}"',
        )

    def _only_excludes(self, start: int, end: int) -> None:
        message = "What only excludes would find nearly everything; say what to find as well."
        suggestion = f"something AND {self._text[start:end].strip()}"
        self._error(Code.ONLY_EXCLUDES, message, start, end, suggestion)

    def _error(self, code: Code, message: str, start: int, end: int, suggestion: str) -> None:
        self._errors.append(
            QueryError(
                code=code, message=message, start=start, end=end, suggestion=short(suggestion)
            )
        )

    def _give_up(self, message: str, lexeme: Lexeme) -> NoReturn:
        self._errors.insert(0, _too_complex(message, lexeme.start, lexeme.end))
        self._refuse()

    def _refuse(self) -> NoReturn:
        errors = sorted(self._errors[:_MAX_ERRORS], key=lambda error: (error.start, error.end))
        raise QueryRefused(*errors)

    def _peek(self) -> Lexeme | None:
        return self._lexemes[self._at] if self._at < len(self._lexemes) else None


def _too_complex(message: str, start: int, end: int) -> QueryError:
    return QueryError(
        code=Code.TOO_COMPLEX,
        message=message,
        start=start,
        end=end,
        suggestion="split it into several queries",
    )
