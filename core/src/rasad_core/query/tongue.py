"""What a language needs to read a query aloud: a template for each thing a query can say."""

from collections.abc import Callable, Mapping

from rasad_core.events import Frozen


class Tongue(Frozen, frozen=True, kw_only=True):
    """Templates; `{}` is what they are said of, and functions give a number with its noun."""

    opening: str
    # Between parts; `any_of` is around those that `either` joined.
    both: str
    either: str
    any_of: str
    without: str
    # Parts, then the number of words.
    near: str
    ordered: str
    not_near: str
    at_least: str
    words: Callable[[int], str]
    times: Callable[[int], str]
    ranges: Mapping[str, str]
    word: str
    phrase: str
    begins: str
    like: str
    exact: str
    stem: str
    stems: str
    # Metadata.
    fields: Mapping[str, str]  # of words, with where they are looked for
    values: Mapping[str, str]
    length: str
    from_to: str
    at_most: str
    no_less: str
    published: str
    ago: str
    units: Mapping[str, Callable[[int], str]]
    signs: Mapping[str, str]
    since: str
    until: str
    today: str
    within: str
