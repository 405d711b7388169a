"""A query's tree to an FTS5 expression and conditions on rows; a pure function.

A plan has two expressions: `expression` selects at least the query's articles, `certain` at most.
Where they are the same the plan is exact, else the evaluator decides about what lies between, by
the parts of the query in `doubtful`. What FTS5 cannot say: words of which any may be read several
ways side by side, a wildcard inside a phrase, and metadata kept in rows below an OR or a NOT.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from rasad_core.adapters.sqlite.rows import (
    Condition,
    in_stories,
    long_between,
    none_of,
    since,
    until,
)
from rasad_core.adapters.sqlite.streams import ANY, READING_STREAMS, about_token, encode_token
from rasad_core.events import Frozen
from rasad_core.query.ast import (
    And,
    InRange,
    MetaNumber,
    MetaTime,
    MetaValue,
    MetaWords,
    Node,
    Not,
    Or,
    Pattern,
    Words,
)
from rasad_core.query.evaluate import moment_at

# What no text has: the expression of nothing.
_ABSENT = '"\ue003"'
_NOTHING = f"(about : {_ABSENT})"
# Gives the indexed terms that a wildcard pattern fits.
Expand = Callable[[str], Sequence[str]]


class Plan(Frozen, frozen=True, kw_only=True):
    """`expression` None selects everything. `inexact` is a clause that needs the evaluator."""

    expression: str | None = None
    certain: str | None = None
    conditions: tuple[Condition, ...] = ()
    doubtful: Node | None = None
    inexact: str | None = None


def plan(node: Node | None, *, now: datetime, expand: Expand) -> Plan:
    """Translate a query; row conditions are understood at the top and under a top AND."""
    if node is None:
        return Plan()
    children = node.children if isinstance(node, And) else (node,)
    on_rows = [_conditions(child, now) for child in children]
    rest = [child for child, found in zip(children, on_rows, strict=True) if not found]
    conditions = tuple(each for found in on_rows for each in found)
    wide = _Translator(expand)
    expression = wide.all_of(rest)
    if wide.inexact is None:
        return Plan(expression=expression, certain=expression, conditions=conditions)
    return Plan(
        expression=expression,
        certain=_Translator(expand, certain=True).all_of(rest),
        conditions=conditions,
        # Whatever `expression` selects matches the other parts: they are said exactly.
        doubtful=And(children=tuple(child for child in rest if _is_inexact(child, expand))),
        inexact=wide.inexact,
    )


def _is_inexact(node: Node, expand: Expand) -> bool:
    alone = _Translator(expand)
    alone.all_of([node])
    return alone.inexact is not None


def _conditions(node: Node, now: datetime) -> tuple[Condition, ...]:
    """Give the conditions that say all of a node, or none."""
    match node:
        case MetaTime():
            low = [since(moment_at(node.low, now))] if node.low else []
            high = [until(moment_at(node.high, now))] if node.high else []
            return (*low, *high)
        case MetaNumber():
            return (long_between(node.low, node.high),)
        case MetaValue(field="story"):
            return (in_stories([node.value]),)
        case Or() if all(isinstance(c, MetaValue) and c.field == "story" for c in node.children):
            return (in_stories([c.value for c in node.children if isinstance(c, MetaValue)]),)
        case Not():
            inner = _conditions(node.child, now)
            return (none_of(inner),) if inner else ()
    return ()


def columns_read(node: Node | None) -> tuple[str, ...]:
    """Give the columns that verifying a query reads; splitting the others would double its time."""
    words, metadata = _leaves_of(node) if node else ([], False)
    exact = any(pattern.stream == "exact" for pattern in words)
    streams = ("", *READING_STREAMS, *(("_x",) if exact else ()))
    text = (name + stream for name in ("title", "text") for stream in streams)
    return (*text, *(("about",) if metadata else ()))


def _leaves_of(node: Node) -> tuple[list[Pattern], bool]:
    """Give the patterns of a query, and whether it asks for metadata."""
    match node:
        case Words():
            return list(node.patterns), False
        case And() | Or():
            found = [_leaves_of(child) for child in node.children]
            return [each for patterns, _ in found for each in patterns], any(m for _, m in found)
        case Not() | InRange():
            return _leaves_of(node.child)
    return [], True


class _Translator:
    """Builds an expression that selects enough, or with `certain` no more than is right.

    None stands for everything. Remembers the first clause that it could not say exactly.
    """

    def __init__(self, expand: Expand, *, certain: bool = False) -> None:
        self._expand = expand
        self._certain = certain
        self._fields: tuple[str, ...] = ("title", "text")
        self.inexact: str | None = None

    def all_of(self, nodes: Sequence[Node]) -> str | None:
        kept = [node for node in nodes if not isinstance(node, Not)]
        wanted = [found for node in kept if (found := self._node(node)) is not None]
        unwanted = [self._excluded(node.child) for node in nodes if isinstance(node, Not)]
        if not wanted and not unwanted:
            return None
        if None in unwanted:
            return _NOTHING
        # FTS5 has no unary NOT. Its own binds tighter than AND, so the first operand takes it.
        first, *further = wanted or [f"(about : {_quoted(ANY)})"]
        return f"({' AND '.join([first + _without(unwanted), *further])})"

    def _excluded(self, node: Node) -> str | None:
        """Give what is taken away: of too little comes enough, of too much what is certain."""
        opposite = _Translator(self._expand, certain=not self._certain)
        opposite._fields = self._fields
        found = opposite._node(node)
        self.inexact = self.inexact or opposite.inexact
        return found

    def _node(self, node: Node) -> str | None:
        match node:
            case Words():
                return self._words(node)
            case And():
                return self.all_of(node.children)
            case Or():
                found = [self._node(child) for child in node.children]
                if None in found:
                    return None
                return f"({' OR '.join(each for each in found if each)})"
            case InRange():
                return self._in_range(node)
            case MetaWords():
                return self._meta_words(node)
            case MetaValue() if node.field != "story":
                return self._meta_value(node)
        self._note(node)
        return _NOTHING if self._certain else None

    def _in_range(self, node: InRange) -> str | None:
        before = self._fields
        self._fields = ("text",) if node.range == "body" else (node.range,)
        found = self._node(node.child)
        self._fields = before
        return found

    def _words(self, node: Words) -> str:
        patterns = node.patterns
        if len(patterns) == 1:
            return self._single(patterns[0])
        *first, last = patterns
        read_many_ways = any(_has_readings(pattern) for pattern in patterns)
        inner_wildcard = any(pattern.wildcard for pattern in first) or _is_inner(last)
        side_by_side = "" if inner_wildcard else self._side_by_side(patterns)
        if side_by_side and not read_many_ways:
            return side_by_side
        self._note(node)
        if self._certain:
            return side_by_side or _NOTHING
        return f"({' AND '.join(dict.fromkeys(self._single(each) for each in patterns))})"

    def _side_by_side(self, patterns: Sequence[Pattern]) -> str:
        """Say a phrase as it is written most often, without proclitics."""
        star = " *" if patterns[-1].wildcard else ""
        words = " + ".join(_quoted(_literal(pattern)) for pattern in patterns)
        return f"({_columns(self._streams(patterns[0], readings=False))} : {words}{star})"

    def _single(self, pattern: Pattern) -> str:
        columns = _columns(self._streams(pattern, readings=_has_readings(pattern)))
        if not pattern.wildcard:
            return f"({columns} : {_quoted(_literal(pattern))})"
        if not _is_inner(pattern):
            return f"({columns} : {_quoted(_literal(pattern))} *)"
        terms = [encode_token(term) for term in self._expand(_folded(pattern))]
        if pattern.stream == "exact":
            # The terms are folded ones: candidates.
            self.inexact = self.inexact or pattern.text
            if self._certain:
                return _NOTHING
            columns = _columns(self._fields)
        return f"({columns} : ({' OR '.join(map(_quoted, terms)) or _ABSENT}))"

    def _streams(self, pattern: Pattern, *, readings: bool) -> list[str]:
        if pattern.stream == "exact":
            return [f"{field}_x" for field in self._fields]
        streams = ("", *READING_STREAMS) if readings else ("",)
        return [field + stream for field in self._fields for stream in streams]

    def _meta_words(self, node: MetaWords) -> str:
        patterns = node.patterns
        single = len(patterns) == 1
        literal = not any(pattern.wildcard for pattern in patterns)
        plain = all(each.stream == "folded" and not _is_inner(each) for each in patterns)
        if plain and literal and not single and not any(map(_has_readings, patterns)):
            words = " + ".join(_quoted(about_token(node.field, each.text)) for each in patterns)
            return f"(about : {words})"
        if not (plain and single):
            self._note(node)
            if self._certain:
                return _NOTHING
        return f"({' AND '.join(self._meta_word(node.field, each) for each in patterns)})"

    def _meta_word(self, field: str, pattern: Pattern) -> str:
        if pattern.stream == "exact" or _is_inner(pattern):
            return f"(about : {_quoted(about_token(field, ''))} *)"
        star = " *" if pattern.wildcard else ""
        text = pattern.text.rstrip("*")
        return f"({_columns(('about', 'about_r'))} : {_quoted(about_token(field, text))}{star})"

    def _meta_value(self, node: MetaValue) -> str:
        star = " *" if node.field == "url" else ""
        return f"(about : {_quoted(about_token(node.field, node.value))}{star})"

    def _note(self, node: Node) -> None:
        written = getattr(node, "written", None) or f"{getattr(node, 'range', 'query')}:…"
        self.inexact = self.inexact or written


def _without(unwanted: Sequence[str | None]) -> str:
    """Say NOT: the longest on its own, since FTS5's parser has room for 100 open parts only."""
    longest, *others = sorted(filter(None, unwanted), key=len, reverse=True) or [""]
    return (f" NOT {longest}" if longest else "") + (
        f" NOT ({' OR '.join(others)})" if others else ""
    )


def _has_readings(pattern: Pattern) -> bool:
    """Say whether a token with proclitics may fit: those are Arabic letters all through."""
    return pattern.stream == "folded" and any(
        "\u0600" <= letter <= "\u06ff" or letter.isdigit() for letter in pattern.text
    )


def _is_inner(pattern: Pattern) -> bool:
    """Say whether a wildcard stands anywhere but as the one star at the end."""
    return pattern.wildcard and ("*" in pattern.text[:-1] or "?" in pattern.text)


def _literal(pattern: Pattern) -> str:
    return encode_token(pattern.text.rstrip("*") if pattern.wildcard else pattern.text)


def _folded(pattern: Pattern) -> str:
    from rasad_core.text.normalise import fold

    return fold(pattern.text) if pattern.stream == "exact" else pattern.text


def _columns(names: Sequence[str]) -> str:
    return "{" + " ".join(names) + "}"


def _quoted(token: str) -> str:
    return '"' + token.replace('"', '""') + '"'
