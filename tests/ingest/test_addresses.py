"""Addresses that a person names: fetched, read as what they are, or refused with a reason."""

import gzip
import io
from datetime import UTC, datetime

import pytest

from live_feeds import World
from loopback import moved, reply, serving
from rasad_core.intake.items import As, Found, Item, Limits, Refused
from rasad_core.net.addresses import AddressRules, parse_networks
from rasad_core.net.fetch import (
    Failure,
    Fetcher,
    FetchFailed,
    FetchLimits,
    HttpFetcher,
    Response,
    user_agent,
)
from rasad_ingest.addresses import tasks_of
from rasad_ingest.files import read

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
HERE = "https://post.example/x"
RSS = (
    "<rss version='2.0'><channel><title>Post</title>"
    "<item><title>Tide</title><link>/1</link></item></channel></rss>"
)
PAGE = "<!doctype html><html><head><title>T</title></head><body><p>Words.</p></body></html>"


def items(
    fetcher: Fetcher, what: str = HERE, *, form: As = "auto", url: str | None = None
) -> list[Item]:
    return list(
        read(
            what, form=form, url=url, origin="live", now=NOW, limits=Limits(),
            stdin=io.BytesIO(), fetcher=fetcher,
        )
    )  # fmt: skip


@pytest.fixture
def world() -> World:
    return World()


def found(read_in: list[Item]) -> list[tuple[str, str | None]]:
    return [(each.article.form, each.article.url) for each in read_in if isinstance(each, Found)]


def reasons(read_in: list[Item]) -> list[str]:
    return [each.reason.value for each in read_in if isinstance(each, Refused)]


@pytest.mark.parametrize(
    ("body", "media_type", "expected"),
    [
        (RSS, "text/html", ("entry", "https://post.example/1")),
        (RSS, "application/octet-stream", ("entry", "https://post.example/1")),
        (PAGE, "text/html; charset=utf-8", ("page", HERE)),
        (PAGE, "", ("page", HERE)),
        ("<urlset><url><loc>https://post.example/2</loc></url></urlset>", "text/xml",
         ("entry", "https://post.example/2")),
        ('{"url": "https://post.example/3", "title": "T"}\n', "application/x-ndjson",
         ("record", "https://post.example/3")),
        ('{"title": "T"}', "application/json", ("record", HERE)),
        ("Words of a text.", "text/plain", ("text", HERE)),
    ],
)  # fmt: skip
def test_address_is_read_as_what_it_holds(
    world: World, body: str, media_type: str, expected: tuple[str, str]
) -> None:
    world.says(body, url=HERE, content_type=media_type)

    assert found(items(world)) == [expected]


def test_address_is_read_as_what_a_person_says_it_is(world: World) -> None:
    world.says(PAGE, url=HERE, content_type="text/html")

    assert found(items(world, form="text")) == [("text", HERE)]


def test_ending_of_an_address_says_what_its_server_does_not(world: World) -> None:
    what = "https://post.example/x.jsonl.gz"
    line = b'{"url": "https://post.example/3", "title": "T"}\n'
    world.says(gzip.compress(line), url=what, content_type="application/gzip")

    assert found(items(world, what)) == [("record", "https://post.example/3")]


def test_declared_charset_is_believed(world: World) -> None:
    words = "الرئيس يزور المدينة اليوم " * 20
    world.says(words.encode("cp1256"), url=HERE, content_type="text/plain; charset=windows-1256")
    [item] = items(world)

    assert isinstance(item, Found)
    assert item.article.text == words.strip()


def test_page_behind_a_redirect_has_its_own_address_and_remembers_the_other(world: World) -> None:
    there = "https://post.example/story"
    world.answers[HERE] = Response(url=there, status=200, body=PAGE.encode())
    [item] = items(world)

    assert isinstance(item, Found)
    assert (item.article.url, item.article.links) == (there, (HERE,))


def test_entries_behind_a_redirect_are_resolved_against_its_end(world: World) -> None:
    world.answers[HERE] = Response(url="https://other.example/f", status=200, body=RSS.encode())

    assert found(items(world)) == [("entry", "https://other.example/1")]


def test_address_that_a_person_gives_goes_before_the_one_fetched(world: World) -> None:
    world.says(PAGE, url=HERE)

    assert found(items(world, url="https://post.example/real")) == [
        ("page", "https://post.example/real")
    ]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Response(url=HERE, status=404), "not_found"),
        (Response(url=HERE, status=410), "not_found"),
        (Response(url=HERE, status=403), "fetch_failed"),
        (Response(url=HERE, status=500), "fetch_failed"),
        (FetchFailed(Failure.UNRESOLVED, "no such name"), "fetch_failed"),
        (FetchFailed(Failure.FORBIDDEN, "not public", code="not_public"), "forbidden"),
        (FetchFailed(Failure.TOO_LARGE, "too much"), "too_large"),
        (Response(url=HERE, status=200), "empty"),
        (Response(url=HERE, status=200, body=b"%PDF-1.7"), "unsupported"),
        (Response(url=HERE, status=200, body=b"\x1f\x8bno"), "malformed"),
    ],
)
def test_address_that_gives_nothing_is_refused_with_its_reason(
    world: World, answer: Response | FetchFailed, reason: str
) -> None:
    world.answers[HERE] = answer
    [item] = items(world)

    assert reasons([item]) == [reason]
    assert isinstance(item, Refused)
    assert item.url == HERE


def test_entries_have_tasks_that_complete_them_and_pages_have_none(world: World) -> None:
    world.says(RSS, url=HERE)
    entries = [each.article for each in items(world) if isinstance(each, Found)]
    world.says(PAGE, url=HERE)
    pages = [each.article for each in items(world) if isinstance(each, Found)]

    [task] = tasks_of([*entries, *pages], NOW)

    assert (task.article_id, task.url) == (entries[0].article_id, "https://post.example/1")
    assert (task.title, task.source, task.due_at) == ("Tide", "Post", NOW)


def test_feed_on_a_server_is_read_past_its_redirect() -> None:
    rules = AddressRules(allow_networks=parse_networks("127.0.0.0/8"))
    answers = {"/f": moved("/g"), "/g": reply(RSS.encode(), "Content-Type: text/xml")}
    with serving(answers) as server:
        fetcher = HttpFetcher(rules, FetchLimits(), user_agent=user_agent(None))
        read_in = items(fetcher, server.url("/f"))

        assert found(read_in) == [("entry", server.url("/1"))]


@pytest.mark.parametrize(
    ("what", "reason"),
    [("http://127.0.0.1/x", "forbidden"), ("http://[", "bad_url"), ("http://", "bad_url"),
     ("https://me:secret@post.example/", "forbidden")],
)  # fmt: skip
def test_address_that_may_not_be_fetched_is_refused_without_its_password(
    what: str, reason: str
) -> None:
    fetcher = HttpFetcher(AddressRules(), FetchLimits(), user_agent=user_agent(None))
    [item] = items(fetcher, what)

    assert reasons([item]) == [reason]
    assert isinstance(item, Refused)
    assert "secret" not in item.message
