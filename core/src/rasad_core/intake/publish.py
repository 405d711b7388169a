"""Articles found to messages of the log, under the id that their address leads to."""

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from rasad_core import codec, topics
from rasad_core.errors import Unprocessable
from rasad_core.events import ArticleFetched
from rasad_core.identity import canonical_url
from rasad_core.kinds import ALIASES
from rasad_core.ports import Outgoing, Store


def resolve(articles: Sequence[ArticleFetched], store: Store) -> Sequence[ArticleFetched]:
    """Give each article the id its address is an alias of, if it is one."""
    addresses = {each.article_id: _canonical(each.url) for each in articles}
    known = store.get_many(ALIASES, [url for url in set(addresses.values()) if url])
    if not known:
        return articles
    resolved: list[ArticleFetched] = []
    for each in articles:
        alias = known.get(addresses[each.article_id] or "")
        owner = None if alias is None else msgspec.json.decode(alias.value, type=str)
        resolved.append(each if owner is None else replace(each, article_id=owner))
    return resolved


def to_message(article: ArticleFetched) -> Outgoing:
    """Build the message of an article; what is not live goes to the backfill lane."""
    topic = topics.RAW if article.origin == "live" else topics.RAW_BACKFILL
    return Outgoing(
        topic=topic,
        key=article.article_id,
        value=codec.encode(article),
        headers={"trace_id": article.trace_id},
    )


def _canonical(url: str | None) -> str | None:
    try:
        return None if url is None else canonical_url(url)
    except Unprocessable:
        return None
