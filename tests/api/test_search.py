"""The archive over HTTP: found, counted, exported, and continued where it was left."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from api_articles import enriched
from api_clock import MovableClock
from rasad_core import codec
from rasad_core.adapters.memory.index import MemoryArticleIndex
from rasad_core.adapters.memory.store import MemoryStore
from rasad_core.adapters.sqlite.file import Database
from rasad_core.adapters.sqlite.index import SqliteArticleIndex
from rasad_core.errors import Unavailable
from rasad_core.events import ArticleDeleted, ArticleMoved, Topic
from rasad_core.kinds import REVISIONS, revision_key

MakeClient = Callable[..., httpx.Client]


@pytest.fixture
def held(index: MemoryArticleIndex) -> MemoryArticleIndex:
    """Four articles, d the newest; b tells the same story as a."""
    index.write([
        enriched("a", age_hours=90, country="TR"),
        enriched("b", age_hours=80, story_id="a", source="Valley Post"),
        enriched("c", age_hours=2, title="وصلت العبارة", text="رست العبارة.", language="ar",
                 topics=(Topic(id="medtop:04000000", name="economy", score=0.9),)),
        enriched("d", age_hours=1, title="=1+1", text="Sums for the young.", source="Valley Post"),
    ])  # fmt: skip
    return index


def ids(answer: httpx.Response) -> list[str]:
    return [each["article_id"] for each in answer.json()["hits"]]


@pytest.mark.usefixtures("held")
class TestSearch:
    def test_without_a_query_everything_is_listed_newest_first(self, client: httpx.Client) -> None:
        answer = client.get("/v1/search")

        assert ids(answer) == ["d", "c", "b", "a"]
        assert answer.json()["total"] == 4
        assert answer.json()["next_cursor"] is None
        assert answer.json()["facets"] == {}
        assert answer.json()["took_ms"] >= 0

    def test_hit_shows_where_it_matched(self, client: httpx.Client) -> None:
        hit = client.get("/v1/search?q=ferry&sort=oldest").json()["hits"][0]

        assert hit["highlights"] == [
            {"field": "title", "start": 0, "end": 5, "clause": "ferry"},
            {"field": "text", "start": 4, "end": 9, "clause": "ferry"},
        ]
        (mark,) = hit["snippet"]["marks"]
        assert hit["snippet"]["text"][slice(*mark)] == "ferry"
        assert "text" not in hit

    def test_texts_come_when_they_are_asked_for(self, client: httpx.Client) -> None:
        hit = client.get("/v1/search?q=ferry&include=text").json()["hits"][0]

        assert hit["text"] == "The ferry left the old port at noon."

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ("q=ferry", "ba"),
            ("lang=ar", "c"),
            ("lang=ar&lang=en&source=Valley Post", "db"),
            ("source=valley post&source=Quay News", "dcba"),
            ("country=tr", "a"),
            ("topic=medtop:04000000", "c"),
            ("story=a", "ba"),
            ("since=-3h", "dc"),
            ("since=today&until=now", "dc"),
            ("until=2026-03-08", "ba"),
            ("since=2026-03-10T11:00:00Z", "d"),
            ("since=2026-03-10T12:30:00%2B01:30", "d"),
            ("sort=oldest&limit=2", "ab"),
            ("sort=relevance&q=ferry", "ba"),
            ("fold=story", "dcb"),
            ("q=&since=&until=&lang=&source=&cursor=&facets=&include=&fold=", "dcba"),
        ],
    )
    def test_filters_narrow(self, client: httpx.Client, asked: str, found: str) -> None:
        assert ids(client.get(f"/v1/search?{asked}")) == list(found)

    def test_body_asks_as_the_address_does(self, client: httpx.Client) -> None:
        asked = {"q": "ferry", "source": ["Valley Post"], "lang": "en", "facets": ["source"]}

        answer = client.post("/v1/search", json=asked)

        assert ids(answer) == ["b"]
        assert answer.json()["facets"] == {"source": [{"value": "Valley Post", "count": 1}]}

    def test_facets_count_under_the_names_asked_for(self, client: httpx.Client) -> None:
        facets = client.get("/v1/search?facets=source,language&limit=0").json()["facets"]

        assert facets == {
            "source": [{"value": "Quay News", "count": 2}, {"value": "Valley Post", "count": 2}],
            "language": [{"value": "en", "count": 3}, {"value": "ar", "count": 1}],
        }

    def test_bad_query_says_where(self, client: httpx.Client) -> None:
        answer = client.get("/v1/search?q=ferry AND (port")

        assert answer.status_code == 422
        assert answer.json()["type"] == "/docs/problems#bad-query"
        (error,) = answer.json()["errors"]
        assert (error["pointer"], error["code"]) == ("/q", "unbalanced-parenthesis")
        assert (error["start"], error["end"]) == (10, 11)

    @pytest.mark.parametrize(
        ("asked", "pointer"),
        [
            ("since=soon", "/since"),
            ("until=2026-13-01", "/until"),
            ("facets=colour", "/facets"),
            ("limit=201", "/limit"),
            ("limit=many", "/limit"),
            ("sort=best", "/sort"),
            ("cursor=x", "/cursor"),
        ],
    )
    def test_bad_value_is_named(self, client: httpx.Client, asked: str, pointer: str) -> None:
        answer = client.get(f"/v1/search?{asked}")

        assert answer.status_code == 422
        assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]

    def test_what_is_held_already_is_not_sent_again(self, client: httpx.Client) -> None:
        tag = client.get("/v1/search?q=ferry").headers["etag"]

        again = client.get("/v1/search?q=ferry", headers={"if-none-match": f'"x", W/{tag}'})
        other = client.get("/v1/search?q=sums", headers={"if-none-match": tag})

        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert other.status_code == 200

    def test_histogram_counts_by_local_day(self, client: httpx.Client) -> None:
        answer = client.get("/v1/search/histogram?q=ferry&interval=day&tz=Asia/Beirut").json()

        assert answer == {
            "interval": "day",
            "buckets": [
                {"from": "2026-03-05T22:00:00Z", "count": 1},
                {"from": "2026-03-06T22:00:00Z", "count": 1},
            ],
        }

    @pytest.mark.parametrize("asked", ["tz=Mars/Base", "interval=decade", "tz=../../etc/passwd"])
    def test_histogram_of_nonsense_is_a_problem(self, client: httpx.Client, asked: str) -> None:
        assert client.get(f"/v1/search/histogram?{asked}").status_code == 422

    def test_export_gives_every_article_with_its_text(self, client: httpx.Client) -> None:
        answer = client.get("/v1/export?q=ferry")

        articles = [json.loads(line) for line in answer.text.splitlines()]
        assert [each["article_id"] for each in articles] == ["b", "a"]
        assert articles[0]["text"] == "The ferry left the old port at noon."
        assert answer.headers["content-type"] == "application/x-ndjson"

    def test_exported_table_runs_nothing(self, client: httpx.Client) -> None:
        answer = client.get("/v1/export?as=csv")

        rows = list(csv.DictReader(io.StringIO(answer.text)))
        assert [row["title"] for row in rows][:2] == ["'=1+1", "وصلت العبارة"]
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"

    def test_export_of_a_bad_query_is_a_problem(self, client: httpx.Client) -> None:
        assert client.get("/v1/export?q=(").status_code == 422

    def test_story_lists_its_articles_oldest_first(self, client: httpx.Client) -> None:
        story = client.get("/v1/stories/a").json()

        assert (story["story_id"], story["total"]) == ("a", 2)
        assert [each["article_id"] for each in story["articles"]] == ["a", "b"]

    def test_story_that_joined_another_answers_as_that_one(
        self, client: httpx.Client, held: MemoryArticleIndex
    ) -> None:
        moved = ArticleMoved(
            trace_id="t", article_id="c", seq=9, month="2026.03", story_id="a", from_story_id="c"
        )
        held.write([moved])

        assert client.get("/v1/stories/c").json()["story_id"] == "a"
        assert client.get("/v1/stories/c").json()["total"] == 3

    def test_story_outlives_its_first_article(
        self, client: httpx.Client, held: MemoryArticleIndex
    ) -> None:
        held.write([ArticleDeleted(trace_id="t", article_id="a", seq=9, month="2026.03")])

        assert client.get("/v1/stories/a").json()["total"] == 1

    def test_story_that_never_was_is_not_found(self, client: httpx.Client) -> None:
        assert client.get("/v1/stories/nobody").status_code == 404

    def test_article_comes_whole(self, client: httpx.Client) -> None:
        article = client.get("/v1/articles/a").json()

        assert article["text"] == "The ferry left the old port at noon."
        assert article["published"] == "2026-03-06T18:00:00Z"
        assert "signature" not in article

    @pytest.mark.parametrize("path", ["nobody", "a?revision=2", quote("لا أحد"), "%00"])
    def test_article_that_is_not_there_is_not_found(self, client: httpx.Client, path: str) -> None:
        assert client.get(f"/v1/articles/{path}").status_code == 404


def test_earlier_revision_is_kept_in_the_present_story(
    client: httpx.Client, index: MemoryArticleIndex, store: MemoryStore
) -> None:
    first = enriched("a", title="Draft")
    store.create(REVISIONS, revision_key("a", 1), codec.encode(first))
    index.write([first, enriched("a", revision=2, seq=2, story_id="s", title="Final")])

    earlier = client.get("/v1/articles/a?revision=1").json()

    assert (earlier["title"], earlier["story_id"]) == ("Draft", "s")
    assert client.get("/v1/articles/a?revision=2").json()["title"] == "Final"


def pages(client: httpx.Client, asked: str) -> Iterator[list[str]]:
    cursor = ""
    while True:
        answer = client.get(f"/v1/search?{asked}&cursor={cursor}")
        yield ids(answer)
        cursor = answer.json()["next_cursor"]
        if cursor is None:
            return


def test_pages_stand_while_articles_come_in(make_client: MakeClient, tmp_path: Path) -> None:
    database = Database(tmp_path / "rasad.db")
    index = SqliteArticleIndex(database)
    index.write([enriched(f"old{at}", age_hours=2 + at / 10) for at in range(50)])
    seen: list[str] = []
    for number, page in enumerate(pages(make_client(index=index), "q=ferry&limit=7")):
        index.write([enriched(f"new{number}", age_hours=1)])
        seen += page
    database.close()

    assert seen == [f"old{at}" for at in range(50)]


def test_relative_time_means_the_same_on_every_page(
    client: httpx.Client, index: MemoryArticleIndex, clock: MovableClock
) -> None:
    index.write([enriched(f"a{at}", age_hours=at) for at in range(1, 5)])
    first = client.get("/v1/search?since=-4h&limit=2").json()
    clock.advance(hours=3)

    second = client.get(f"/v1/search?since=-4h&limit=2&cursor={first['next_cursor']}")

    assert ids(second) == ["a3", "a4"]


@pytest.mark.parametrize(
    "path",
    ["/v1/search", "/v1/search/histogram", "/v1/export", "/v1/articles/a", "/v1/stories/a"],
)
def test_index_that_is_away_is_503(make_client: MakeClient, path: str) -> None:
    class Away(MemoryArticleIndex):
        def get(self, article_id: str) -> None:
            raise Unavailable(f"no {article_id}: the index is away")

        def _found(self, *_: object) -> list[object]:  # type: ignore[override]
            raise Unavailable("the index is away")

    answer = make_client(index=Away()).get(path)

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.headers["content-type"] == "application/problem+json"


def test_query_is_checked_as_the_command_does(client: httpx.Client) -> None:
    good = client.post("/v1/queries/check", json={"query": "ferry  AND port"})
    bad = client.post("/v1/queries/check", json={"query": "ferry AND"})

    assert (good.json()["ok"], good.json()["query"]) == (True, "ferry AND port")
    assert bad.status_code == 200
    assert bad.json()["ok"] is False
    assert bad.json()["errors"][0]["code"] == "missing-operand"
