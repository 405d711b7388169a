"""What is to be fetched to complete an entry: the same for polled feeds and for named ones."""

from datetime import datetime

from rasad_core.documents.sources import PageTask
from rasad_core.events import ArticleFetched


def page_task(article: ArticleFetched, *, feed_id: str, due_at: datetime) -> PageTask | None:
    """Give the task that completes an article by its page; None where it is one, or has none.

    Of an article as published: under the id that `resolve` gave it.
    """
    if article.url is None or article.form == "page":
        return None
    return PageTask(
        article_id=article.article_id,
        url=article.url,
        feed_id=feed_id,
        origin=article.origin,
        due_at=due_at,
        source=article.source,
        country=article.country,
        language=article.language,
        tags=article.tags,
        title=article.title,
        published=article.published,
    )
