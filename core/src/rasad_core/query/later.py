"""Operators that are known and not carried out yet: each is named, with what to write instead."""

import re

from rasad_core.query.errors import Code, QueryError
from rasad_core.query.lex import Lexeme

_MAX_DISTANCE = 100
_NUMBER = re.compile(r"\d+")


def refuse_near(near: Lexeme, negated: Lexeme | None) -> QueryError:
    """Refuse NEAR, NEAR/n, ONEAR/n, or NOT NEAR/n with the NOT that stands before it."""
    name, _, distance = near.text.partition("/")
    start = near.start if negated is None else negated.start
    shown = near.text if negated is None else f"NOT {near.text}"
    if distance and (len(distance) > 9 or int(distance) > _MAX_DISTANCE):
        return QueryError(
            code=Code.DISTANCE_TOO_LARGE,
            message=f"`{shown}`: the distance may be {_MAX_DISTANCE} words at most.",
            start=near.start,
            end=near.end,
            suggestion=f"{name}/{_MAX_DISTANCE}",
        )
    instead = "AND" if negated is None else "NOT"
    finds = "more" if negated is None else "fewer"
    return QueryError(
        code=Code.NOT_SUPPORTED_YET,
        message=f"`{shown}` is not supported yet; {instead} comes nearest and finds {finds}.",
        start=start,
        end=near.end,
        suggestion=instead,
    )


def refuse_function(function: Lexeme, query: str) -> QueryError:
    """Refuse case(…) or atleastN(…); the group behind it is read as any other."""
    name = function.text.casefold()
    if name == "case":
        message = "`case(…)` is not supported yet; = before a word compares it as written."
        word = re.compile(r"\(\s*([^\s()]+)\s*\)").match(query, function.end)
        end = word.end() if word else function.end
        suggestion = f"={word[1]}" if word else "write = before each word"
        code = Code.NOT_SUPPORTED_YET
    else:
        number = _NUMBER.search(name)
        end = function.end
        if number is None or int(number[0][:9]) == 0:
            code, suggestion = Code.BAD_VALUE, "atleast3"
            message = f"`{function.text}(…)` needs a number from 1: atleast3(…)."
        else:
            code, suggestion = Code.NOT_SUPPORTED_YET, "leave it out"
            message = f"`{function.text}(…)` is not supported yet; without it one place is enough."
    return QueryError(
        code=code, message=message, start=function.start, end=end, suggestion=suggestion
    )


def refuse_stem(stem: Lexeme, query: str) -> QueryError:
    """Refuse ~word, and ~wild* for good."""
    written = query[stem.start : stem.end]
    code, suggestion = Code.NOT_SUPPORTED_YET, f"{stem.text}*"
    message = f"`{written}`: stems are not supported yet; a word with * finds its endings."
    if "*" in stem.text or "?" in stem.text:
        code, suggestion = Code.STEM_WILDCARD, stem.text
        message = f"`{written}`: a stem has no wildcards; choose one of the two."
    elif stem.kind == "stem" and not stem.text.isalnum():
        suggestion = written.lstrip("~") or "leave the ~ out"
    return QueryError(
        code=code, message=message, start=stem.start, end=stem.end, suggestion=suggestion
    )
