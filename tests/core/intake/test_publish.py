"""Articles to messages, under the id that their address leads to."""

import msgspec

from ingest_reader import Reader
from rasad_core import codec
from rasad_core.adapters.memory.store import MemoryStore
from rasad_core.events import ArticleFetched
from rasad_core.identity import article_id, canonical_url
from rasad_core.intake.publish import resolve, to_message
from rasad_core.topics import RAW, RAW_BACKFILL


def fetched(reader: Reader, url: str) -> ArticleFetched:
    return reader.one(f'{{"title": "T", "url": "{url}"}}')


def test_address_that_is_an_alias_has_the_id_of_its_owner(reader: Reader) -> None:
    store = MemoryStore()
    store.create("aliases", canonical_url("https://post.example/new"), msgspec.json.encode("owner"))
    articles = [
        fetched(reader, "https://www.post.example/new?utm_source=x"),
        fetched(reader, "https://post.example/other"),
    ]

    resolved = resolve(articles, store)

    assert [each.article_id for each in resolved] == [
        "owner", article_id("https://post.example/other"),
    ]  # fmt: skip


def test_message_carries_the_article_under_its_id(reader: Reader) -> None:
    article = fetched(reader, "https://post.example/1")

    message = to_message(article)

    assert (message.topic, message.key) == (RAW, article.article_id)
    assert message.headers == {"trace_id": article.trace_id}
    assert codec.decode(message.value, ArticleFetched) == article


def test_what_is_not_live_takes_the_other_lane(reader: Reader) -> None:
    article = msgspec.structs.replace(fetched(reader, "https://post.example/1"), origin="backfill")

    assert to_message(article).topic == RAW_BACKFILL
