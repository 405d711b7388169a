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

    def add(self, code: Code, message: str, start: int, end: int, suggestion: str) -> None:
        """Note one error."""
        error = QueryError(
            code=code, message=message, start=start, end=end, suggestion=short(suggestion)
        )
        self._found.append(error)
        self._check()

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

    def unclosed(self, start: int) -> None:
        """Note a quotation mark that is never closed."""
        message = "This quotation mark is never closed."
        whole = f'{self._text[start:].rstrip()}"'
        self.add(Code.UNBALANCED_QUOTE, message, start, start + 1, whole)

    def missing(self, lexeme: Lexeme, side: str) -> None:
        """Note an operator without an operand, where nothing worse was said of it."""
        if any(error.start == lexeme.start for error in self._found):
            return
        start, end = lexeme.start, lexeme.end
        written = self._text[start:end]
        message = f"Nothing stands {side} `{written}`."
        suggestion = f'leave it out, or write "{written}"'
        self.add(Code.MISSING_OPERAND, message, start, end, suggestion)

    def only_excludes(self, start: int, end: int) -> None:
        """Note a part that says only what not to find."""
        message = "What only excludes would find nearly everything; say what to find as well."
        suggestion = f"something AND {self._text[start:end].strip()}"
        self.add(Code.ONLY_EXCLUDES, message, start, end, suggestion)

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
