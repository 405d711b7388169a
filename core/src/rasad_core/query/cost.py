"""What a query would cost: how many articles it finds, and how much work each candidate is."""

from collections.abc import Callable, Iterable
from math import exp, log, prod

from rasad_core.events import Frozen
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
    Words,
)
from rasad_core.query.codes import code_of
from rasad_core.query.rarity import (
    WORDS_OF_ARTICLE,
    share_of_value,
    share_of_word,
    word_of,
)

# A year, a month, a length: nobody knows, and to guess too much is the safer side.
_SHARE_OF_RANGE = 0.5
# Words of a phrase go together in one of some occurrences of the rarer; half would be a set phrase.
_TOGETHER = 0.2
# Words that come twice are in an article what it is about, as what is asked for mostly is.
_OCCURRENCES = 2
_WORDS_OF = {"title": 10, "lead": 60, "body": WORDS_OF_ARTICLE}
# A wildcard within a word is compared with each word of a text, others are looked up.
_WORK_OF_WILDCARD = 5.0
# Of these, all places are compared and not the first alone.
_WORK_OF_PLACES = 2.0


class Estimate(Frozen, frozen=True, kw_only=True, omit_defaults=False):
    """What is to be expected of a query, if words had nothing to do with each other.

    `share` of all articles match. `work` is what one that may match costs to look at; that of a
    query of one word is 1.
    """

    share: float
    work: float


def cost(node: Node, share: Callable[[str], float] = share_of_word) -> Estimate:
    """Estimate a query; `share` says in which share of articles a folded word is."""
    match node:
        case Words():
            wild = sum(pattern.text[:1] in "*?" for pattern in node.patterns)
            return Estimate(
                share=_together([share(word_of(pattern)) for pattern in node.patterns]),
                work=len(node.patterns) + wild * (_WORK_OF_WILDCARD - 1),
            )
        case And() | Or():
            parts = [cost(child, share) for child in node.children]
            shares = [each.share for each in parts]
            found = prod(shares) if isinstance(node, And) else 1 - prod(1 - each for each in shares)
            return Estimate(share=found, work=sum(each.work for each in parts))
        case Not():
            part = cost(node.child, share)
            return Estimate(share=1 - part.share, work=part.work)
        case InRange():
            part = cost(node.child, share)
            return Estimate(share=_within(part.share, _WORDS_OF[node.range]), work=part.work)
        case Near() | NotNear() | AtLeast():
            return _of_places(node, share)
        case _:
            return Estimate(share=_of_field(node), work=1.0)


def _of_places(node: Near | NotNear | AtLeast, share: Callable[[str], float]) -> Estimate:
    if isinstance(node, AtLeast):
        part = cost(node.child, share)
        return Estimate(share=_often(part.share, node.times), work=_WORK_OF_PLACES * part.work)
    left, right = cost(node.left, share), cost(node.right, share)
    work = _WORK_OF_PLACES * (left.work + right.work)
    if isinstance(node, NotNear):
        return Estimate(share=left.share, work=work)
    sides = 1 if node.ordered else 2
    window = sides * (node.distance + 1) * _OCCURRENCES**2 / WORDS_OF_ARTICLE
    return Estimate(share=left.share * right.share * min(1.0, window), work=work)


def _together(shares: Iterable[float]) -> float:
    """Give the share of a phrase: that of its rarest word, but for each other word of it."""
    rarest, *others = sorted(shares)
    for _ in others:
        rarest *= _TOGETHER
    return rarest


def _within(share: float, words: int) -> float:
    """Give the share of articles with something among fewer words."""
    return 1 - float((1 - share) ** (words / WORDS_OF_ARTICLE))


def _often(share: float, times: int) -> float:
    """Give the share of articles with something so often, places falling by chance."""
    # Of what is in all articles, nine in each is expected.
    expected = -log(max(1 - share, exp(-9)))
    left = term = exp(-expected)
    for number in range(1, times):
        term *= expected / number
        left += term
    return max(0.0, 1 - left)


def _of_field(node: MetaWords | MetaValue | MetaNumber | MetaTime) -> float:
    match node:
        case MetaNumber() | MetaTime():
            return _SHARE_OF_RANGE
        case MetaValue() if code_of(node.field, node.value) != node.value:
            return 0.0
    return share_of_value(node.field)
