"""From an article as it came to clean title and text, whichever form it came in."""

import re

from msgspec.structs import replace

from rasad_core.errors import Reason, Unprocessable
from rasad_core.events import Problem
from rasad_enrich.draft import Draft
from rasad_enrich.steps.extract import extract_page
from rasad_enrich.steps.lines import clean_lines, tidy_text

# Anything but white space, zero-width marks and bidi marks.
_SEEN = re.compile("[^\\s\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")


def read_input(draft: Draft) -> Draft:
    """Fill in title, text and what the source says; raises `Unprocessable(empty)`.

    Empty is what has neither title nor text nor address.
    """
    fetched = draft.fetched
    draft = replace(
        draft,
        declared_language=fetched.language,
        published=fetched.published,
        source=fetched.source,
        author=fetched.author,
        section=fetched.section,
        tags=fetched.tags,
        links=fetched.links,
        problems=fetched.problems,
    )
    if fetched.form == "text":
        draft = clean_lines(draft)
    elif fetched.html and not (fetched.form == "record" and fetched.text):
        draft = extract_page(draft, fetched.html)
    else:
        title = " ".join((fetched.title or "").split())
        draft = replace(draft, title=title, text=tidy_text(fetched.text or ""))
    if _SEEN.search(draft.title) or _SEEN.search(draft.text):
        return draft
    if fetched.url is None:
        raise Unprocessable(Reason.EMPTY, "nothing is left of the article: no title and no text")
    # A link alone is an article that its page will complete.
    problem = Problem(step="extract", reason=Reason.EMPTY.value)
    return replace(draft, title="", text="", problems=(*draft.problems, problem))
