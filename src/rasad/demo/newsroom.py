"""What has been published when: the manuscripts and a moment give the news of that moment."""

from datetime import datetime, timedelta, timezone

from rasad.demo.manuscripts import Article, News, Outlet
from rasad_core.events import Frozen, utc

_NEVER_BEFORE = timedelta(days=30)


class Printed(Frozen, frozen=True, kw_only=True):
    """An article as its readers see it now. Times are in the outlet's own zone."""

    outlet: Outlet
    slug: str
    title: str
    paragraphs: tuple[str, ...]
    published: datetime
    modified: datetime
    author: str
    section: str
    tags: tuple[str, ...]
    defect: str = ""

    @property
    def summary(self) -> str:
        """Give what a feed says of it: its first paragraph."""
        return self.paragraphs[0]

    @property
    def path(self) -> str:
        """Give its path on the demonstration's server, not yet quoted."""
        return f"/{self.outlet.slug}/a/{self.slug}.html"


class Newsroom:
    """All outlets. `started_at` is what every time of publication counts from.

    Immutable: the same moment gives the same news.
    """

    def __init__(self, news: News, started_at: datetime) -> None:
        self.news = news
        # To the second, as feeds write times.
        self.started_at = utc(started_at).replace(microsecond=0)
        self._outlets = {outlet.slug: outlet for outlet in news.outlets}

    @property
    def outlets(self) -> tuple[Outlet, ...]:
        """Give the outlets in their order."""
        return self.news.outlets

    def outlet(self, slug: str) -> Outlet | None:
        """Find an outlet."""
        return self._outlets.get(slug)

    def released(self, outlet: Outlet, now: datetime) -> tuple[Printed, ...]:
        """Give what the outlet has published by then, newest first, corrected where it was."""
        out = [
            self._printed(outlet, article, now)
            for article in self.news.articles
            if article.outlet == outlet.slug and self.started_at + article.published <= now
        ]
        return tuple(sorted(out, key=lambda each: each.published, reverse=True))

    def changed_at(self, outlet: Outlet, now: datetime) -> datetime:
        """Say when what the outlet publishes changed last."""
        released = self.released(outlet, now)
        return max((each.modified for each in released), default=self.started_at - _NEVER_BEFORE)

    def _printed(self, outlet: Outlet, article: Article, now: datetime) -> Printed:
        zone = timezone(timedelta(hours=outlet.utc_offset_hours))
        published = (self.started_at + article.published).astimezone(zone)
        paragraphs, modified = article.paragraphs, published
        correction = article.correction
        if correction and self.started_at + correction.after <= now:
            modified = (self.started_at + correction.after).astimezone(zone)
            right = (one.replace(correction.wrong, correction.right) for one in paragraphs)
            paragraphs = (*right, *filter(None, [correction.note]))
        return Printed(
            outlet=outlet,
            slug=article.slug,
            title=article.title,
            paragraphs=paragraphs,
            published=published,
            modified=modified,
            author=article.author,
            section=article.section,
            tags=article.tags,
            defect=article.defect,
        )
