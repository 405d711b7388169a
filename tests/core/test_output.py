"""The public form of an article: every key there, times in UTC, text only where wanted."""

import json
from datetime import UTC, datetime

import msgspec

from rasad_core.events import ArticleEnriched, Entity, Highlight, Mention, Topic
from rasad_core.output import article_json, hit_json, instant, joined_json
from rasad_core.ports import Hit

AT = datetime(2026, 3, 1, 7, 30, tzinfo=UTC)
BARE = ArticleEnriched(
    trace_id="t", article_id="a" * 32, form="text", fetched_at=AT, published=AT, title="Tide",
    text="The tide is high at Ankara quay.", lead="The tide", revision=1, seq=5,
    story_id="a" * 32, month="2026.03",
)  # fmt: skip
KEYS = [
    "article_id",
    "revision",
    "change",
    "url",
    "domain",
    "title",
    "lead",
    "text",
    "source",
    "author",
    "country",
    "section",
    "language",
    "published",
    "fetched_at",
    "origin",
    "story_id",
    "tags",
    "extra",
    "entities",
    "topics",
    "keyphrases",
    "dates",
    "analyser",
    "problems",
]


def wire(value: object) -> dict[str, object]:
    decoded = json.loads(msgspec.json.encode(value))
    assert isinstance(decoded, dict)
    return decoded


def test_every_key_is_there_though_nothing_is_known() -> None:
    article = wire(article_json(BARE))

    assert [key for key in KEYS if key not in article] == []
    assert article["url"] is None
    assert article["change"] is None
    assert (article["tags"], article["extra"], article["entities"]) == ([], {}, [])
    assert article["published"] == "2026-03-01T07:30:00Z"
    assert "trace_id" not in article
    assert "seq" not in article


def test_entity_has_every_key() -> None:
    mention = Mention(field="text", start=20, end=26, text="Ankara")
    entity = Entity(id="gn:323786", type="place", name="Ankara", mentions=(mention,))
    topic = Topic(id="medtop:11000000", name="politics and government", score=0.8)
    article = msgspec.structs.replace(BARE, entities=(entity,), topics=(topic,))

    shown = wire(article_json(article))

    assert shown["entities"] == [
        {
            "id": "gn:323786", "type": "place", "name": "Ankara", "names": {}, "confidence": 1.0,
            "mentions": [{"field": "text", "start": 20, "end": 26, "text": "Ankara"}],
        }
    ]  # fmt: skip
    assert shown["topics"] == [
        {"id": "medtop:11000000", "name": "politics and government", "score": 0.8}
    ]


def test_hit_has_highlights_and_snippet_and_no_text() -> None:
    hit = Hit(article=BARE, highlights=(Highlight(field="text", start=4, end=8, clause="tide"),))

    shown = wire(hit_json(hit))

    assert "text" not in shown
    assert shown["highlights"] == [{"field": "text", "start": 4, "end": 8, "clause": "tide"}]
    assert shown["snippet"] == {"text": BARE.text, "marks": [[4, 8]]}
    assert wire(hit_json(hit, text=True))["text"] == BARE.text


def test_article_that_joins_stories_says_which_became_which() -> None:
    assert "story_redirects" not in wire(joined_json(BARE, []))
    assert wire(joined_json(BARE, [("b", "a")]))["story_redirects"] == [{"from": "b", "to": "a"}]


def test_instant_is_written_as_in_json() -> None:
    assert instant(AT) == "2026-03-01T07:30:00Z"
