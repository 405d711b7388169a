"""Pages of articles and front pages, each outlet's in its own template."""

from collections.abc import Sequence
from urllib.parse import quote

from rasad.demo.feeds import FORMATS, feed_path, link
from rasad.demo.manuscripts import Outlet
from rasad.demo.newsroom import Printed
from rasad.demo.printing import rendered
from rasad_core.events import Frozen

# As many as real pages have beside an article.
_MAX_RELATED = 6


class Teaser(Frozen, frozen=True, kw_only=True):
    """A link to an article."""

    article: Printed
    href: str


def render_page(article: Printed, others: Sequence[Printed], *, address: str) -> bytes:
    """Write an article's page; `others` are what its outlet has published besides."""
    outlet = article.outlet
    url = link(address, article)
    return rendered(
        f"{outlet.slug}.html",
        encoding=outlet.encoding,
        outlet=outlet,
        article=article,
        url=url,
        home=f"/{outlet.slug}/",
        feed=feed_path(outlet),
        feed_type=FORMATS[outlet.feed].media_type,
        linked_data=_linked_data(article, url),
        related=[_teaser(each) for each in others if each.slug != article.slug][:_MAX_RELATED],
    )


def render_front(outlet: Outlet, articles: Sequence[Printed]) -> bytes:
    """Write an outlet's front page, which says where its feed is."""
    return rendered(
        "front.html",
        encoding=outlet.encoding,
        outlet=outlet,
        teasers=[_teaser(each) for each in articles],
        feed=feed_path(outlet),
        feed_type=FORMATS[outlet.feed].media_type,
    )


def _teaser(article: Printed) -> Teaser:
    return Teaser(article=article, href=quote(article.path))


def _linked_data(article: Printed, url: str) -> dict[str, object]:
    """Describe the article by schema.org, without its text, as most publishers do."""
    outlet = article.outlet
    author = {"@type": "Person", "name": article.author} if article.author else None
    return {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.title,
        "datePublished": article.published.isoformat(),
        "dateModified": article.modified.isoformat(),
        "inLanguage": outlet.language,
        "articleSection": article.section,
        "keywords": list(article.tags),
        "mainEntityOfPage": {"@type": "WebPage", "@id": url},
        "publisher": {"@type": "NewsMediaOrganization", "name": outlet.name},
        **({"author": author} if author else {}),
    }
