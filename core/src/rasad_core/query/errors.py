"""What is wrong with a query, with its place and a way out."""

from enum import StrEnum

from rasad_core.errors import RasadError
from rasad_core.events import Frozen


class Code(StrEnum):
    """Why a query is refused, or what is unwise about it. Closed: add here or not at all."""

    EMPTY = "empty-query"
    NO_TOKEN = "no-token"  # noqa: S105  a word without a letter or digit
    MISSING_OPERAND = "missing-operand"
    UNBALANCED_QUOTE = "unbalanced-quote"
    UNBALANCED_PARENTHESIS = "unbalanced-parenthesis"
    EMPTY_GROUP = "empty-group"
    MIXED_OPERATORS = "mixed-operators"
    ONLY_EXCLUDES = "only-excludes"
    OR_NOT = "or-not"
    DOUBLE_NOT = "double-not"
    UNKNOWN_FIELD = "unknown-field"
    UNKNOWN_OPERATOR = "unknown-operator"
    NESTED_FIELD = "nested-field"
    BAD_VALUE = "bad-value"
    WILDCARD_TOO_SHORT = "wildcard-too-short"
    WILDCARD_IN_CJK = "wildcard-in-cjk"
    WILDCARD_IN_VALUE = "wildcard-in-value"
    STEM_WILDCARD = "stem-wildcard"
    DISTANCE_TOO_LARGE = "distance-too-large"
    NEAR_OPERAND = "near-operand"  # what has no places in a text, beside NEAR
    NEAR_ITSELF = "near-itself"
    ATLEAST_OPERAND = "atleast-operand"
    CASE_OPERAND = "case-operand"
    TOO_COMPLEX = "too-complex"
    TOO_BROAD = "too-broad"
    # Warnings: legal, but unwise.
    LOWER_CASE_OPERATOR = "lower-case-operator"
    FOREIGN_SPELLING = "foreign-spelling"
    HASHTAG_OR_COMMENT = "hashtag-or-comment"
    DUPLICATE_TERM = "duplicate-term"
    REDUNDANT_TERM = "redundant-term"
    CONTRADICTION = "contradiction"
    BROAD_TERM = "broad-term"
    UNKNOWN_VALUE = "unknown-value"


class QueryError(Frozen, frozen=True, kw_only=True, omit_defaults=False):
    """One thing wrong; `start` and `end` are code-point offsets into the query as typed.

    `suggestion` is what to write in that place, or in words what to do where no text would help.
    """

    code: Code
    message: str
    start: int
    end: int
    suggestion: str | None = None


class QueryRefused(RasadError):
    """A query that has no meaning, or none that can be answered; `errors` is never empty."""

    def __init__(self, *errors: QueryError) -> None:
        super().__init__("; ".join(error.message for error in errors))
        self.errors = errors


def refuse(
    code: Code, message: str, start: int, end: int, suggestion: str | None = None
) -> QueryRefused:
    """Build the refusal of one place."""
    return QueryRefused(
        QueryError(code=code, message=message, start=start, end=end, suggestion=suggestion)
    )
