"""A query read aloud in English."""

from collections.abc import Callable

from rasad_core.query.tongue import Tongue


def _counted(one: str) -> Callable[[int], str]:
    return lambda number: f"{number} {one if number == 1 else f'{one}s'}"


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


ENGLISH = Tongue(
    opening="Articles with {}.",
    both=" and ",
    either=" or ",
    any_of="either {}",
    without="{}, but without {}",
    near="{} near {} (at most {} between them)",
    ordered="{} before {} (at most {} between them)",
    not_near="{} at least once away from {} (by more than {})",
    at_least="{} at least {}",
    words=_counted("word"),
    times=_times,
    ranges={"title": "{} in the title", "lead": "{} in the lead", "body": "{} in the body"},
    word="the word “{}”",
    phrase="the phrase “{}”",
    begins="a word that begins with “{}”",
    like="a word like “{}”",
    exact="{} exactly as written",
    stem="any form of the word “{}”",
    stems="the phrase “{}” in any form of its words",
    fields={
        "source": "{} in the name of the outlet",
        "author": "{} in the author",
        "tags": "{} in the tags of the outlet",
    },
    values={
        "domain": "the domain “{}”",
        "url": "the address “{}”",
        "country": "the country “{}”",
        "lang": "the language “{}”",
        "section": "the section “{}”",
        "entity": "the entity “{}”",
        "topic": "the topic “{}”",
        "story": "the story id “{}”",
        "origin": "the origin “{}”",
        "outlet": "the outlet “{}”",
    },
    length="a length of {} words",
    from_to="{} to {}",
    at_most="at most {}",
    no_less="at least {}",
    published="a publication {}",
    ago="in the last {}",
    units={"h": _counted("hour"), "d": _counted("day"), "w": _counted("week")},
    signs={
        ">=": "since {}",
        "<=": "up to the end of {}",
        ">": "after {}",
        "<": "before {}",
    },
    since="from {}",
    until="to the end of {}",
    today="today",
    within="in {}",
)
