"""What a parser has found wrong so far, in the sentences that authors read."""

from typing import NoReturn

from rasad_core.query.errors import Code, QueryError, QueryRefused
from rasad_core.query.lex import Lexeme
from rasad_core.query.shape import short

# A hundred errors of one query help nobody more than ten, and cost their suggestions.
_MOST = 20


class Faults:
    """The errors of one query; the parser goes on behind each, so that all are found.

    Each call but `within` raises `QueryRefused` where more than twenty are found.
    """

    def __init__(self, text: str, found: list[QueryError]) -> None:
        self._text = text
        self._found = found
        self._check()

    def __bool__(self) -> bool:
        """Say whether anything is wrong."""
        return bool(self._found)

    def note(self, refused: QueryRefused) -> None:
        """Note what was refused and go on, unless it is too complex."""
        if refused.errors[0].code is Code.TOO_COMPLEX:
            self._found[:0] = refused.errors
            self.refuse()
        self._found.extend(refused.errors)
        self._check()

    def refuse(self) -> NoReturn:
        """Raise `QueryRefused` with what was found, in the order of its places."""
        errors = sorted(self._found[:_MOST], key=lambda error: (error.start, error.end))
        raise QueryRefused(*errors)

    def within(self, start: int, end: int) -> bool:
        """Say whether something is wrong in a part, of which no more is asked then."""
        return any(start <= error.start < end for error in self._found)

    def empty(self) -> None:
        """Note that nothing is asked for."""
        message, end = "The query is empty.", len(self._text)
        self._add(Code.EMPTY, message, 0, end, "a word, such as: climate")

    def unclosed_quote(self, start: int) -> None:
        """Note a quotation mark that is never closed."""
        message = "This quotation mark is never closed."
        rest = self._text[start:].rstrip()
        whole = f'{rest}"' if any(map(str.isalnum, rest)) else "leave it out"
        self._add(Code.UNBALANCED_QUOTE, message, start, start + 1, whole)

    def unclosed_parenthesis(self, start: int, end: int) -> None:
        """Note a parenthesis that is never closed, from the function before it."""
        message = "This parenthesis is never closed."
        # Those inside it are closed with it; what is nearest to the end was found first.
        inside = [each for each in self._found if each.start > start and each.message == message]
        whole = f"{self._text[start:].rstrip()}){')' * len(inside)}"
        self._add(Code.UNBALANCED_PARENTHESIS, message, start, end, whole)

    def closes_nothing(self, closing: Lexeme) -> None:
        """Note a parenthesis that was never opened."""
        message = "This parenthesis closes nothing."
        start, end = closing.start, closing.end
        self._add(Code.UNBALANCED_PARENTHESIS, message, start, end, "leave it out")

    def empty_group(self, start: int, end: int) -> None:
        """Note parentheses round nothing."""
        message = "There is nothing between these parentheses."
        self._add(Code.EMPTY_GROUP, message, start, end, "leave them out")

    def missing(self, lexeme: Lexeme, side: str) -> None:
        """Note an operator without an operand, where nothing worse was said of it."""
        if any(error.start == lexeme.start for error in self._found):
            return
        start, end = lexeme.start, lexeme.end
        written = self._text[start:end]
        message = f"Nothing stands {side} `{written}`."
        suggestion = f'leave it out, or write "{written}"'
        self._add(Code.MISSING_OPERAND, message, start, end, suggestion)

    def only_excludes(self, start: int, end: int) -> None:
        """Note a part that says only what not to find."""
        message = "What only excludes would find nearly everything; say what to find as well."
        suggestion = f"something AND {self._text[start:end].strip()}"
        self._add(Code.ONLY_EXCLUDES, message, start, end, suggestion)

    def mixed_operators(self, start: int, end: int, rewrite: str) -> None:
        """Note AND and OR side by side."""
        message = "AND and OR on one level can be read two ways; set parentheses."
        self._add(Code.MIXED_OPERATORS, message, start, end, rewrite)

    def or_not(self, start: int, end: int, rewrite: str) -> None:
        """Note an alternative that only excludes."""
        message = "NOT among alternatives would find nearly everything."
        self._add(Code.OR_NOT, message, start, end, rewrite)

    def double_not(self, start: int, end: int) -> None:
        """Note NOT before NOT."""
        message = "NOT NOT says nothing; leave both out."
        self._add(Code.DOUBLE_NOT, message, start, end, "leave both out")

    def not_behind_near(self, near: Lexeme, start: int, end: int) -> None:
        """Note NEAR NOT, which others write for NOT NEAR."""
        message = "NOT goes before NEAR: one NOT NEAR/n two."
        self._add(Code.NEAR_OPERAND, message, start, end, f"NOT {near.text}")

    def not_behind_field(self, field: Lexeme, end: int) -> None:
        """Note NOT between a field and its value."""
        message = f"NOT goes before the field: NOT {field.text}:…"
        self._add(Code.MISSING_OPERAND, message, field.start, end, f"NOT {field.text}:")

    def nested_field(self, field: Lexeme, around: Lexeme) -> None:
        """Note a field inside another."""
        message = f"`{field.text}:` stands inside `{around.text}:`; close that one first."
        suggestion = f"{around.text}:… AND {field.text}:…"
        self._add(Code.NESTED_FIELD, message, field.start, field.end, suggestion)

    def field_in_case(self, field: Lexeme) -> None:
        """Note a field of metadata where words are compared as written."""
        message = f"`{field.text}:` compares folded values, which case(…) does not."
        suggestion = f"case(…) AND {field.text}:…"
        self._add(Code.CASE_OPERAND, message, field.start, field.end, suggestion)

    def function_of_a_value(self, function: Lexeme) -> None:
        """Note a function of words where a field of metadata has its value."""
        message = f"`{function.text}(…)` looks at words of the text, not at a field's value."
        self._add(Code.BAD_VALUE, message, function.start, function.end, "leave it out")

    def list_of_values(self, field: Lexeme, end: int, alternatives: str) -> None:
        """Note values side by side, of which any is meant."""
        message = f"`{field.text}:` holds for one value; alternatives stand in parentheses."
        suggestion = f"{field.text}:({alternatives})"
        self._add(Code.BAD_VALUE, message, field.start, end, suggestion)

    def _add(self, code: Code, message: str, start: int, end: int, suggestion: str) -> None:
        error = QueryError(
            code=code, message=message, start=start, end=end, suggestion=short(suggestion)
        )
        self._found.append(error)
        self._check()

    def _check(self) -> None:
        """Refuse the query when so much is wrong that no more is worth saying."""
        if len(self._found) > _MOST:
            self.refuse()


def too_complex(message: str, start: int, end: int) -> QueryRefused:
    """Build the refusal of what is over a limit."""
    suggestion = "split it into several queries"
    return QueryRefused(
        QueryError(
            code=Code.TOO_COMPLEX, message=message, start=start, end=end, suggestion=suggestion
        )
    )
