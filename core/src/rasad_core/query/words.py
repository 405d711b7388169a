"""The reading of a query in words, so that its author sees what was understood."""

import re
from typing import Literal

from rasad_core.fields import FIELD_BY_NAME
from rasad_core.query.ast import (
    And,
    AtLeast,
    InRange,
    MetaNumber,
    MetaTime,
    MetaValue,
    MetaWords,
    Near,
    Node,
    Not,
    NotNear,
    Or,
    Pattern,
    Words,
)
from rasad_core.query.reading_ar import ARABIC
from rasad_core.query.reading_en import ENGLISH
from rasad_core.query.tongue import Tongue

Language = Literal["en", "ar"]

_TONGUES: dict[Language, Tongue] = {"en": ENGLISH, "ar": ARABIC}
_AGO = re.compile(r"-(\d+)([hdw])", re.IGNORECASE)


def in_words(node: Node, language: Language = "en") -> str:
    """Read a query aloud, the words as typed or as they are compared."""
    return _Reading(_TONGUES[language]).sentence(node)


class _Reading:
    """Reads the parts of a query in one language."""

    def __init__(self, tongue: Tongue) -> None:
        self._tongue = tongue

    def sentence(self, node: Node) -> str:
        return self._tongue.opening.format(self._said(node))

    def _said(self, node: Node) -> str:
        tongue = self._tongue
        match node:
            case And():
                return self._all_of(node)
            case Or():
                return tongue.any_of.format(tongue.either.join(map(self._part, node.children)))
            case Not():
                return tongue.without.format("", self._part(node.child))
            case InRange():
                return tongue.ranges[node.range].format(self._part(node.child))
            case Words():
                return self._words(node.patterns)
            case Near() | NotNear() | AtLeast():
                return self._places(node)
            case _:
                return self._about(node)

    def _part(self, node: Node) -> str:
        """Read a part of a part, in parentheses where its end would not be heard."""
        said = self._said(node)
        return f"({said})" if isinstance(node, And | Or | Near | NotNear) else said

    def _all_of(self, node: And) -> str:
        tongue = self._tongue
        kept = (each for each in node.children if not isinstance(each, Not))
        said = tongue.both.join(map(self._part, kept))
        left = [self._part(each.child) for each in node.children if isinstance(each, Not)]
        return tongue.without.format(said, tongue.either.join(left)) if left else said

    def _places(self, node: Near | NotNear | AtLeast) -> str:
        tongue = self._tongue
        if isinstance(node, AtLeast):
            return tongue.at_least.format(self._part(node.child), tongue.times(node.times))
        if isinstance(node, NotNear):
            template = tongue.not_near
        else:
            template = tongue.ordered if node.ordered else tongue.near
        left, right = self._part(node.left), self._part(node.right)
        return template.format(left, right, tongue.words(node.distance))

    def _words(self, patterns: tuple[Pattern, ...]) -> str:
        tongue = self._tongue
        shown = " ".join(pattern.text for pattern in patterns)
        if any(pattern.stream == "stem" for pattern in patterns):
            return (tongue.stems if len(patterns) > 1 else tongue.stem).format(shown)
        if len(patterns) > 1:
            said = tongue.phrase.format(shown)
        elif not patterns[0].wildcard:
            said = tongue.word.format(shown)
        elif shown.endswith("*") and "*" not in shown[:-1] and "?" not in shown:
            said = tongue.begins.format(shown[:-1])
        else:
            said = tongue.like.format(shown)
        return tongue.exact.format(said) if patterns[0].stream == "exact" else said

    def _about(self, node: MetaWords | MetaValue | MetaNumber | MetaTime) -> str:
        tongue = self._tongue
        value = node.written.partition(":")[2].strip('"')
        match node:
            case MetaWords():
                words = tongue.phrase if len(node.patterns) > 1 else tongue.word
                return tongue.fields[node.field].format(words.format(value))
            case MetaNumber():
                return tongue.length.format(self._number(node))
            case MetaTime():
                return tongue.published.format(self._time(value))
            case MetaValue():
                kind = FIELD_BY_NAME[node.field].kind if node.field in FIELD_BY_NAME else "code"
                shown = node.value if kind in ("site", "prefix") else value
                return tongue.values[node.field].format(shown)

    def _number(self, node: MetaNumber) -> str:
        tongue = self._tongue
        if node.low is None:
            return tongue.at_most.format(node.high)
        if node.high is None:
            return tongue.no_less.format(node.low)
        same = node.low == node.high
        return str(node.low) if same else tongue.from_to.format(node.low, node.high)

    def _time(self, typed: str) -> str:
        tongue = self._tongue
        first, dots, last = typed.partition("..")
        if dots:
            ends = ((tongue.since, first.strip()), (tongue.until, last.strip()))
            return " ".join(template.format(day) for template, day in ends if day)
        if ago := _AGO.fullmatch(typed):
            return tongue.ago.format(tongue.units[ago[2].lower()](int(ago[1])))
        for sign, template in tongue.signs.items():
            if typed.startswith(sign):
                return template.format(typed.removeprefix(sign).strip())
        return tongue.today if typed.casefold() == "today" else tongue.within.format(typed)
