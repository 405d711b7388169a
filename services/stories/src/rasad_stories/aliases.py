"""Which learned addresses lead to an article from now on (DESIGN 8).

A learned address (redirect, `rel=canonical`, `og:url`) becomes an alias when it is on the same site
and no front page, when no article lives there by its own address, when nobody claimed it before,
and when fewer than three different texts claim it: templates that name one page as canonical for
every article would otherwise lead all of them to one. An alias already given is not taken back.
"""

from rasad_core import identity
from rasad_core.events import ArticleAnalysed
from rasad_stories.compare import content_of, hash_of
from rasad_stories.record import Claim
from rasad_stories.state import State

_TOO_MANY_TEXTS = 3


def learned(event: ArticleAnalysed) -> list[str]:
    """Give the canonical addresses that the rules of identity allow beside the event's own."""
    url = event.url
    if url is None:
        return []
    allowed = (link for link in event.links if link != url and identity.alias_allowed(url, link))
    return list(dict.fromkeys(map(identity.canonical_url, allowed)))


def accepted(event: ArticleAnalysed, article: int, state: State) -> tuple[str, ...]:
    """Note what a kept revision claims and give the addresses that are its aliases."""
    return tuple(
        canonical for canonical in learned(event) if _accept(canonical, event, article, state)
    )


def _accept(canonical: str, event: ArticleAnalysed, article: int, state: State) -> bool:
    target = identity.article_id(canonical)
    resident = state.line(target)
    if target == event.article_id or resident is not None:
        return False
    state.keep_claim(article, Claim(target=target, content=hash_of(content_of(event))))
    claims = state.claims_on(target)
    texts = {content for _, content in claims}
    return claims[0][0] == article and len(texts) < _TOO_MANY_TEXTS
