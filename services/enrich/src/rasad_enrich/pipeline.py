"""The analysis of one article, from fetched to analysed: a list of pure steps, in order."""

import logging
from collections.abc import Callable

from msgspec.structs import replace

from rasad_core.errors import Unprocessable
from rasad_core.events import ArticleAnalysed, ArticleFetched, Problem
from rasad_core.identity import content_hash, domain_of
from rasad_core.text import CHAIN_VERSION
from rasad_enrich.draft import Draft
from rasad_enrich.steps.dates import find_dates
from rasad_enrich.steps.extract import extractor_version
from rasad_enrich.steps.input import read_input
from rasad_enrich.steps.keyphrases import extract_keyphrases
from rasad_enrich.steps.language import detect_language
from rasad_enrich.steps.places import GAZETTEER_VERSION, find_places
from rasad_enrich.steps.published import settle_published
from rasad_enrich.steps.signature import SIGNATURE_VERSION, sign_article
from rasad_enrich.steps.topics import TOPICS_VERSION, assign_topics
from rasad_enrich.steps.words import cut_words, mark_lead

Step = Callable[[Draft], Draft]

STEPS: tuple[tuple[str, Step], ...] = (
    # Before anything that looks at the time: relative dates count from it.
    ("published", settle_published),
    # Before the words: entities, topics and phrases choose their word lists by it.
    ("language", detect_language),
    # Before everything that reads tokens.
    ("words", cut_words),
    ("lead", mark_lead),
    ("dates", find_dates),
    ("places", find_places),
    ("topics", assign_topics),
    ("keyphrases", extract_keyphrases),
    ("signature", sign_article),
)

_log = logging.getLogger(__name__)


def analyse(fetched: ArticleFetched) -> ArticleAnalysed:
    """Clean and understand one article: the same result whenever and wherever it runs.

    A step that fails leaves a problem with its name, and the others go on. Raises
    `Unprocessable`: `empty` when neither title, text nor address is left.
    """
    draft = read_input(Draft(fetched=fetched))
    for name, step in STEPS:
        draft = _tried(name, step, draft)
    return _finished(draft)


def _tried(name: str, step: Step, draft: Draft) -> Draft:
    try:
        return step(draft)
    except Unprocessable:
        raise
    except Exception as error:  # noqa: BLE001  see below
        # A bug in one step must not cost the article. The note is the class alone, since a message
        # may quote the article; the log has the rest.
        _log.exception("step %s failed on article %s", name, draft.fetched.article_id)
        problem = Problem(step=name, reason=type(error).__name__)
        return replace(draft, problems=(*draft.problems, problem))


def _finished(draft: Draft) -> ArticleAnalysed:
    fetched = draft.fetched
    return ArticleAnalysed(
        trace_id=fetched.trace_id,
        unknown=fetched.unknown,
        article_id=fetched.article_id,
        form=fetched.form,
        fetched_at=fetched.fetched_at,
        published=draft.published or fetched.fetched_at,
        origin=fetched.origin,
        url=fetched.url,
        domain=_domain(fetched.url),
        links=draft.links,
        title=draft.title,
        text=draft.text,
        lead=draft.lead,
        language=draft.language,
        source=draft.source,
        author=draft.author,
        country=fetched.country,
        section=draft.section,
        tags=draft.tags,
        extra=fetched.extra,
        entities=draft.entities,
        topics=draft.topics,
        keyphrases=draft.keyphrases,
        dates=draft.dates,
        analyser=analyser_versions(),
        problems=draft.problems,
        content_hash=content_hash(draft.title, draft.text),
        signature=draft.signature,
    )


def _domain(url: str | None) -> str | None:
    try:
        return domain_of(url) if url else None
    except Unprocessable:
        return None  # ingest refuses such addresses; an older event may still hold one


def analyser_versions() -> dict[str, str]:
    """Name what made an article, part by part: a change of any of them changes results."""
    return {
        "chain": CHAIN_VERSION,
        "extract": extractor_version(),
        "entities": GAZETTEER_VERSION,
        "topics": TOPICS_VERSION,
        "signature": SIGNATURE_VERSION,
    }
