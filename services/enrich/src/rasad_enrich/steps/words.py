"""The tokens that the later steps share, and the lead."""

from msgspec.structs import replace

from rasad_core.text.lead import lead_of
from rasad_core.text.tokenise import tokenise
from rasad_enrich.draft import Draft


def cut_words(draft: Draft) -> Draft:
    """Tokenise title and text, once for all steps."""
    return replace(
        draft,
        title_tokens=tokenise(draft.title, draft.language),
        text_tokens=tokenise(draft.text, draft.language),
    )


def mark_lead(draft: Draft) -> Draft:
    """Set the lead: a prefix of the text."""
    return replace(draft, lead=lead_of(draft.text))
