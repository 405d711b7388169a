"""Query text to tree: one descent over the lexemes, every refusal with its place (LANGUAGE 1–9)."""

from collections.abc import Callable

from rasad_core.events import Frozen
from rasad_core.query.ast import And, InRange, Node, Not, Or, Range, Words
from rasad_core.query.errors import Code, QueryError, refuse
from rasad_core.query.leaves import build_words
from rasad_core.query.lex import Lexeme, lex
from rasad_core.query.lint import lint
from rasad_core.query.metadata import build_metadata, field_named, unknown_field
from rasad_core.query.print import to_text

MAX_CHARACTERS = 1_000_000
MAX_WORDS = 100_000
MAX_LEVELS = 25
_RANGES: dict[str, Range] = {"title": "title", "lead": "lead", "body": "body"}


class Query(Frozen, frozen=True, kw_only=True):
    """A query understood: its tree, its text as typed, and what is legal in it but unwise."""

    node: Node
    text: str
    warnings: tuple[QueryError, ...] = ()


def parse(text: str) -> Query:
    """Understand a query; raises `QueryRefused`."""
    if len(text) > MAX_CHARACTERS:
        message = f"The query has {len(text)} characters; {MAX_CHARACTERS} are allowed."
        raise refuse(Code.TOO_COMPLEX, message, MAX_CHARACTERS, len(text))
    lexemes = list(lex(text))
    words = [lexeme for lexeme in lexemes if lexeme.kind in ("word", "phrase")]
    if len(words) > MAX_WORDS:
        over = words[MAX_WORDS]
        message = f"The query has {len(words)} words and phrases; {MAX_WORDS} are allowed."
        raise refuse(Code.TOO_COMPLEX, message, over.start, over.end)
    if not lexemes:
        raise refuse(Code.EMPTY, "The query is empty.", 0, len(text))
    node = _Parser(text, lexemes).query()
    return Query(node=node, text=text, warnings=lint(node, lexemes))


# Builds the node of a word or phrase; a metadata field reads its words its own way.
_Build = Callable[[Lexeme], Node]


class _Parser:
    """Reads one level at a time; `_build` says what a word means where the reader stands."""

    def __init__(self, text: str, lexemes: list[Lexeme]) -> None:
        self._text = text
        self._lexemes = lexemes
        self._at = 0
        self._levels = 0
        self._field: Lexeme | None = None
        self._build: _Build = self._words

    def query(self) -> Node:
        node = self._level()
        if self._at < len(self._lexemes):
            closing = self._lexemes[self._at]
            message = "This parenthesis closes nothing."
            raise refuse(Code.UNBALANCED_PARENTHESIS, message, closing.start, closing.end)
        return node

    def _level(self) -> Node:
        """Read operands up to a closing parenthesis or the end."""
        first = self._at
        gaps: list[str] = []
        operands = [self._operand()]
        while self._at < len(self._lexemes) and self._peek().kind != "close":
            operator = self._operator()
            gaps.append("OR" if operator is not None and operator.kind == "or" else "AND")
            operands.append(self._operand(after=operator))
        return self._joined(operands, gaps, self._lexemes[first].start)

    def _operator(self) -> Lexeme | None:
        """Read AND, OR or a comma; None stands for nothing written, which means AND."""
        lexeme = self._peek()
        if lexeme.kind == "later":
            self._refuse_later(lexeme)
        if lexeme.kind in ("and", "or", "comma"):
            self._at += 1
            return lexeme
        return None

    def _joined(self, operands: list[Node], gaps: list[str], start: int) -> Node:
        end = self._lexemes[self._at - 1].end
        excluded = [node for node in operands if isinstance(node, Not)]
        if len(excluded) == len(operands):
            message = "A query, or a group in it, that only excludes would find nearly everything."
            suggestion = f"something AND {self._text[start:end]}"
            raise refuse(Code.ONLY_EXCLUDES, message, start, end, suggestion)
        if "OR" in gaps and "AND" in gaps:
            message = "AND and OR on one level can be read two ways; set parentheses."
            raise refuse(Code.MIXED_OPERATORS, message, start, end, _grouped(operands, gaps))
        if "OR" in gaps and excluded:
            message = "NOT among alternatives would find nearly everything."
            suggestion = _grouped(operands, gaps)
            raise refuse(Code.OR_NOT, message, start, end, suggestion)
        if len(operands) == 1:
            return operands[0]
        kind = Or if gaps[0] == "OR" else And
        flat: list[Node] = []
        for node in operands:
            flat.extend(node.children if isinstance(node, kind) else (node,))
        return kind(children=tuple(flat))

    def _operand(self, after: Lexeme | None = None) -> Node:
        lexeme = self._next(after)
        match lexeme.kind:
            case "not":
                return self._negated(lexeme)
            case "open":
                return self._group(lexeme)
            case "field":
                return self._in_field(lexeme)
            case "word" | "phrase":
                return self._build(lexeme)
            case "later":
                self._refuse_later(lexeme)
        message = f"An operand is missing before `{lexeme.text}`."
        raise refuse(Code.MISSING_OPERAND, message, lexeme.start, lexeme.end)

    def _negated(self, operator: Lexeme) -> Node:
        if self._at < len(self._lexemes) and self._peek().kind == "not":
            message = "NOT NOT says nothing; leave both out."
            raise refuse(Code.DOUBLE_NOT, message, operator.start, self._peek().end)
        return Not(child=self._operand(after=operator))

    def _group(self, opening: Lexeme) -> Node:
        self._levels += 1
        if self._levels > MAX_LEVELS:
            message = f"Parentheses may stand {MAX_LEVELS} deep."
            raise refuse(Code.TOO_COMPLEX, message, opening.start, opening.end)
        if self._at < len(self._lexemes) and self._peek().kind == "close":
            message = "There is nothing between these parentheses."
            raise refuse(Code.EMPTY_GROUP, message, opening.start, self._peek().end)
        node = self._level()
        if self._at >= len(self._lexemes):
            message = "This parenthesis is never closed."
            raise refuse(
                Code.UNBALANCED_PARENTHESIS, message, opening.start, opening.end, self._text + ")"
            )
        self._at += 1
        self._levels -= 1
        return node

    def _in_field(self, lexeme: Lexeme) -> Node:
        if self._field is not None:
            message = f"`{lexeme.text}:` stands inside `{self._field.text}:`; a field holds words."
            raise refuse(Code.NESTED_FIELD, message, lexeme.start, lexeme.end)
        name = lexeme.text.casefold()
        spec = field_named(name)
        if spec is None and name not in _RANGES:
            raise unknown_field(lexeme)
        self._field = lexeme
        if spec is not None:
            self._build = lambda word: build_metadata(spec, word)
        node = self._value(lexeme)
        self._field, self._build = None, self._words
        if spec is not None:
            return node
        return InRange(
            range=_RANGES[name], child=node, start=lexeme.start, end=self._lexemes[self._at - 1].end
        )

    def _value(self, field: Lexeme) -> Node:
        """Read the one operand that a field prefix holds for."""
        if self._at < len(self._lexemes) and self._peek().kind == "not":
            message = f"NOT goes before the field: NOT {field.text}:…"
            raise refuse(Code.MISSING_OPERAND, message, field.start, self._peek().end)
        return self._operand(after=field)

    def _words(self, lexeme: Lexeme) -> Words:
        return build_words(lexeme, self._text)

    def _refuse_later(self, lexeme: Lexeme) -> None:
        message = f"`{lexeme.text}` cannot be searched yet; a phrase or AND comes nearest."
        raise refuse(Code.NOT_SUPPORTED_YET, message, lexeme.start, lexeme.end, "AND")

    def _peek(self) -> Lexeme:
        return self._lexemes[self._at]

    def _next(self, after: Lexeme | None) -> Lexeme:
        if self._at < len(self._lexemes) and self._peek().kind != "close":
            self._at += 1
            return self._lexemes[self._at - 1]
        last = after or self._lexemes[max(self._at - 1, 0)]
        if self._at < len(self._lexemes) and after is None:
            closing = self._peek()
            message = "This parenthesis closes nothing."
            raise refuse(Code.UNBALANCED_PARENTHESIS, message, closing.start, closing.end)
        message = f"Nothing follows `{self._text[last.start : last.end].strip()}`."
        raise refuse(Code.MISSING_OPERAND, message, last.start, last.end)


def _grouped(operands: list[Node], gaps: list[str]) -> str:
    """Write a mix with parentheses: AND binds first, and what is excluded goes to the end."""
    groups: list[list[Node]] = [[]]
    for node, gap in zip(operands, ["AND", *gaps], strict=True):
        if isinstance(node, Not):
            continue
        if gap == "OR" and groups[-1]:
            groups.append([])
        groups[-1].append(node)
    kept = [whole for group in groups if (whole := _all_of(group)) is not None]
    alternatives = kept[0] if len(kept) == 1 else Or(children=tuple(kept))
    left_out = [node for node in operands if isinstance(node, Not)]
    return to_text(And(children=(alternatives, *left_out)) if left_out else alternatives)


def _all_of(nodes: list[Node]) -> Node | None:
    if len(nodes) < 2:
        return nodes[0] if nodes else None
    return And(children=tuple(nodes))
