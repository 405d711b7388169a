"""Requests to a real Elasticsearch against the reference evaluator: a fixed pool, many requests.

The small vocabulary of `strategies` makes hits common; the pool is the same in every run.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cache
from typing import Literal

from elasticsearch import Elasticsearch
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

import strategies
from rasad_core.adapters.elasticsearch.asking import Asking, selecting
from rasad_core.adapters.elasticsearch.costs import hard, positional
from rasad_core.adapters.elasticsearch.query import Settled
from rasad_core.adapters.elasticsearch.settling import settled
from rasad_core.adapters.memory.index import MemoryArticleIndex
from rasad_core.events import ArticleEnriched
from rasad_core.ports import SearchRequest, Sort
from rasad_core.query.document import search_document
from rasad_core.query.evaluate import matches
from rasad_core.query.parse import parse

MONTHS = ("2026.01", "2026.02", "2026.03")
STORIES = 90
ARTICLES = 300
# How a request is asked for: see `selected`.
Way = Literal["plainly", "apart", "verified"]
WAYS: Sequence[Way] = ("plainly", "plainly", "apart", "verified")


@cache
def pool() -> Sequence[ArticleEnriched]:
    """Make the articles, each of another second, over a few months and stories."""
    made: list[ArticleEnriched] = []

    @settings(
        max_examples=ARTICLES, derandomize=True, database=None, deadline=None,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(strategies.articles())
    def collect(article: ArticleEnriched) -> None:
        number = len(made)
        host = article.domain or ""
        made.append(
            replace(
                article,
                article_id=f"a{number:04}",
                published=article.published - timedelta(seconds=61 * number, microseconds=number),
                url=f"https://www.{host}/{'ab'[number % 2]}/{number}",
                month=MONTHS[number % len(MONTHS)],
                seq=number + 1,
                story_id=f"s{number % STORIES}",
            )
        )

    collect()
    return made


# Wildcards at every end, phrases of more words and of one word twice, words of other forms.
_TERMS = (
    *strategies.TERMS,
    *(
        "*ey*",
        "b*k",
        "ban?s",
        "??nk",
        "*جيش",
        "ا*ه",
        "و?29",
        "=*ey",
        "=B*s",
        "=بأ*",
        "*mail",
        "ba**",
    ),
    *('"turkey turkey"', '"climate change climate"', '"e-mail C++"', '"b*k ch*"', '"ال* ال*"'),
    *(
        '="Bank* change"',
        '"京都 東"',
        '"C++ #tag"',
        "@name",
        "=STRASSE",
        "strasse",
    ),
    *(
        '"1,000 1000"',
        '"29 bank وزير"',
        '"*ge *ey"',
        "ت?ك*",
        '"للجيش جيش"',
        '="الجيش تركيا"',
        "나라",
    ),
)
_METADATA = (
    *strategies.METADATA,
    *("domain:example", "domain:com", "url:example.com", "url:news.example.com/a/1", "length:0"),
    *("length:>999999999999", "length:<5", "story:s7", "story:S8", "source:th?", "source:*ost"),
    *('source:"صحيفه post"', 'source:"the har*"', "published:2026-01..2026-02", "published:<-5d"),
    *("author:Kaya", 'author:"ada kaya"', "tags:ميزان*", "lang:fa", "lang:FA-ir"),
)


def _joined(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(children, min_size=2, max_size=4)
    return st.one_of(
        several.map(lambda each: f"({' AND '.join(each)})"),
        several.map(lambda each: f"({' OR '.join(each)})"),
        st.tuples(children, children).map(lambda each: f"({each[0]} AND NOT {each[1]})"),
    )


_texts = st.recursive(st.sampled_from(_TERMS), _joined, max_leaves=5)
_ranges = st.tuples(st.sampled_from(["title", "lead", "body"]), _texts).map(
    lambda each: f"{each[0]}:({each[1]})"
)
_many = st.lists(st.sampled_from(strategies.WORDS), min_size=55, max_size=60).map(" OR ".join)
queries = (
    st.recursive(
        st.sampled_from(_TERMS + _METADATA) | _ranges | _many.map("({})".format),
        _joined,
        max_leaves=6,
    )
    | strategies.spelled_queries
)


@st.composite
def requests(draw: st.DrawFn) -> SearchRequest:
    """Ask for a query, most often without more, at times within a period or filters."""
    node = draw(strategies.trees() | queries.map(lambda text: parse(text).node))
    if draw(st.integers(0, 3)):
        return SearchRequest(now=strategies.NOW, query=node)
    moments = st.none() | st.builds(
        lambda article, step: article.published + step * timedelta(microseconds=1),
        st.sampled_from(pool()),
        st.integers(-1, 1),
    )
    return SearchRequest(
        now=strategies.NOW,
        query=draw(st.none() | st.just(node)),
        since=draw(moments),
        until=draw(moments),
        languages=draw(st.sampled_from([(), ("ar",), ("EN", "fa-ir"), ("xx",)])),
        sources=draw(st.sampled_from([(), (), ("post",), ("HARBOUR post", "صحيفة post")])),
        entities=draw(st.sampled_from([(), (), ("ankara",), ("انقره", "nobody")])),
        stories=draw(st.sampled_from([(), (), tuple(f"s{n}" for n in range(40))])),
    )


def is_within(request: SearchRequest, article: ArticleEnriched) -> bool:
    """Say whether an article was published in the period of a request."""
    since, until = request.since, request.until
    at = article.published
    return (since is None or since <= at) and (until is None or at < until)


class Reference:
    """What the evaluator selects from the pool; articles are analysed once."""

    def __init__(self) -> None:
        self._documents = [(article, search_document(article)) for article in pool()]

    def selected(self, request: SearchRequest) -> list[ArticleEnriched]:
        """Give the articles of a request."""
        node = request.narrowed
        return [
            article
            for article, document in self._documents
            if is_within(request, article)
            and (node is None or matches(node, document, now=request.now))
        ]

    def index(self, request: SearchRequest) -> MemoryArticleIndex:
        """Give an index of the selected articles alone: what it counts is the whole of it."""
        held = MemoryArticleIndex()
        held.write(self.selected(request))
        return held


def whole(request: SearchRequest, *, sort: Sort = "newest") -> SearchRequest:
    """Ask for everything in the same way."""
    return SearchRequest(now=request.now, sort=sort)


def selected(
    client: Elasticsearch, alias: str, requests: Sequence[SearchRequest], *, way: Way
) -> list[set[str] | Mapping[str, object]]:
    """Give the ids that Elasticsearch selects for each request; an error is given as it is.

    `apart` asks for wildcards in the way of those that fit too many words, `verified` for all that
    has places in the way of what the server refuses. That it also goes, as the index does, where
    the server has room for fewer clauses than were counted.
    """
    found = _selected(client, alias, requests, way)
    refused = [at for at, each in enumerate(found) if isinstance(each, dict) and _too_many(each)]
    if refused and way != "verified":
        again = _selected(client, alias, [requests[at] for at in refused], "verified")
        for at, each in zip(refused, again, strict=True):
            found[at] = each
    return found


def _too_many(answer: Mapping[str, object]) -> bool:
    return "clauses" in str(answer.get("error"))


def _selected(
    client: Elasticsearch, alias: str, requests: Sequence[SearchRequest], way: Way
) -> list[set[str] | Mapping[str, object]]:
    asking = Asking(client, alias)
    lines: list[Mapping[str, object]] = []
    for request in requests:
        query = selecting(request, apart=way == "apart", settled=_settled(asking, request, way))
        body = {"query": query, "size": ARTICLES, "_source": False}
        lines += [{"index": alias, "allow_partial_search_results": False}, body]
    answers = client.msearch(searches=lines)["responses"]
    return [
        answer if "error" in answer or answer["_shards"]["failed"]
        else {hit["_id"] for hit in answer["hits"]["hits"]}
        for answer in answers
    ]  # fmt: skip


def _settled(asking: Asking, request: SearchRequest, way: Way) -> Settled | None:
    if request.query is None:
        return None
    apart = way == "apart"
    parts = positional(request.query) if way == "verified" else hard(request.query, apart=apart)
    return settled(asking, request, parts) if parts else None
