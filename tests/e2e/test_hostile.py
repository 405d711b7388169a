"""`rasad up` among sites and endpoints that mean harm: nothing of theirs runs, leads inside, or stays open."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import urlsplit

import pytest
from lxml import etree

from hostile_site import (
    MIB,
    OPEN_ENDED,
    POISON,
    active,
    bodies,
    bomb,
    entity_bomb,
    escaped,
    peaks_mib,
    turning,
    unended,
)
from live_feeds import entry, rss
from live_site import Answer, Desk, Site, desk, feed, page, silence
from loopback import Server, Visit, moved, reply, serving
from up_program import pushed, until

pytestmark = pytest.mark.slow

FETCH_SECONDS = 2
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("hostile")
    with desk(folder, RASAD_INGEST_TIMEOUT_SECONDS=str(FETCH_SECONDS)) as opened:
        yield opened


@pytest.fixture(scope="module")
def inside() -> Iterator[Server]:
    """Listen where nobody is allowed to go."""
    with serving({}, address="127.0.0.2") as server:
        yield server


def now() -> datetime:
    return datetime.now(UTC)


def put_in_feed(news: Desk, site: Site, answer: bytes) -> None:
    site.answers["/numbat"] = answer
    told = entry("n", now(), link=site.url("/numbat"), description=f"The numbat of {site.address}.")
    site.answers["/feed"] = feed(rss(told))
    news.watch(site.url("/feed"))


def test_what_runs_or_turns_would_be_seen() -> None:
    found = active(f"<main>{POISON}")

    assert {each.split()[0] for each in found} == {"script", "img", "svg", "a", "p", "iframe"}
    assert turning(f"<main>{POISON}")
    assert turning("<main><bdi>held</bdi> loose \u202e</main>")
    assert not turning("<main><bdi>held \u202e</bdi> loose</main>")


def test_nothing_hostile_of_feeds_and_pages_is_active_in_pages_or_the_feed(news: Desk) -> None:
    site = news.site()
    site.answers["/bad"] = page(
        f"Venom {POISON}", f"Venom of the page spread. {POISON}\nIt was read."
    )
    entries = [
        entry(
            "bad", now(), link=site.url("/bad"), title=escaped(f"Venom {POISON}"),
            author=escaped(POISON), category=escaped(POISON),
            description=escaped(f"The venom came by mail. {POISON}"),
        ),
        entry(
            "link", now(), link="javascript:alert(1)//venom", title="Venom by link \u202edaer",
            guid="javascript:alert(2)", description="A venom was hung on a link.",
        ),
        entry(
            "quote", now(), link=site.url("/q?'&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"),
            title="Venom \x00 in a quote", description="The venom left its \x00 attribute.",
        ),
    ]  # fmt: skip
    site.answers["/feed"] = feed(
        rss(*entries, head=f"<description>{escaped(POISON)}</description>")
    )
    made = news.program.post("/v1/alerts", {"name": f"Venom {POISON}"[:200], "query": "venom"})
    draft = {"url": site.url("/feed"), "name": f"Herald {POISON}"[:200]}
    news.program.post("/v1/sources", draft)
    push = {"author": POISON, "section": POISON, "tags": [POISON], "extra": {POISON: POISON}}
    article = {"url": site.url("/p"), "title": f"Venom {POISON}", "html": f"<p>Venom sent.{POISON}"}
    pushed(news.program, article | push)
    hits = until(
        lambda: (
            len(found := news.hits("venom")) == 4
            and any(hit["change"] == "completed" for hit in found)
            and found
        )
    )
    answers = bodies(news, made["alert_id"], [hit["article_id"] for hit in hits])
    told = news.program.client.get(urlsplit(made["feed_url"]).path)
    atom = etree.fromstring(told.content)
    types = {each.get("type") for name in ("title", "content") for each in atom.iter(ATOM + name)}
    links = [link.get("href", "") for link in atom.iter(f"{ATOM}link")]

    assert {path: found for path, text in answers.items() if (found := active(text))} == {}
    assert {path: found for path, text in answers.items() if (found := turning(text))} == {}
    assert "\x00" not in "".join((*answers.values(), told.text))
    assert "Venom" in answers["/inbox"]
    assert len(list(atom.iter(f"{ATOM}entry"))) == 4
    assert {each.tag.partition("}")[0] for each in atom.iter(etree.Element)} == {ATOM[:-1]}
    assert types <= {None, "text"}
    assert all(link.startswith("http://") for link in links)


def test_feed_that_leads_inside_fails_with_a_reason_and_nobody_is_asked(
    news: Desk, inside: Server
) -> None:
    site = news.site()
    wanted = [
        "http://169.254.169.254/latest/meta-data",
        "http://10.0.0.1/",
        inside.url("/", "127.0.0.2"),
    ]
    sources: list[str] = []
    for number, to in enumerate(wanted):
        site.answers[f"/{number}"] = moved(to, 302 if number else 301)
        sources.append(news.watch(site.url(f"/{number}")))
    healths = [news.until_health(source, "failing", "ok", "empty") for source in sources]

    for health, to in zip(healths, wanted, strict=True):
        assert health["state"] == "failing"
        assert urlsplit(to).hostname in health["reason"]
    assert inside.connections == 0


def test_page_that_leads_inside_leaves_its_entry(news: Desk, inside: Server) -> None:
    site = news.site()
    site.answers["/door"] = moved(inside.url("/", "127.0.0.2"))
    site.answers["/next"] = page("Next", "The tunnel ended.\nThe page speaks of daylight.")
    names = ("door", "next")
    entries = [
        entry(name, now(), link=site.url(f"/{name}"), description=f"A tunnel by the {name}.")
        for name in names
    ]
    direct = entry(
        "direct", now(), link=inside.url("/x", "127.0.0.2"), description="A tunnel inside."
    )
    site.answers["/feed"] = feed(rss(*entries, direct))
    news.watch(site.url("/feed"))
    until(lambda: "/door" in site.paths() and news.hits("tunnel%20AND%20daylight"))

    assert len(news.hits("tunnel")) == 3
    assert inside.connections == 0


def test_source_that_is_inside_is_refused_at_once(news: Desk, inside: Server) -> None:
    for url in (inside.url("/", "127.0.0.2"), "http://169.254.169.254/", "file:///etc/passwd"):
        answer = news.program.client.post("/v1/sources", json={"url": url})

        assert answer.status_code == 422, url
        assert answer.json()["errors"][0]["pointer"] == "/url"
    assert inside.connections == 0


def test_feeds_too_large_fail_and_cost_little_memory(news: Desk) -> None:
    answers: dict[str, Answer] = {
        "/claimed": feed(b" " * 50 * MIB), "/unended": unended, "/bomb": bomb,
        "/entities": feed(entity_bomb()),
    }  # fmt: skip
    sources: dict[str, str] = {}
    for path, answer in answers.items():
        site = news.site()
        site.answers[path] = answer
        sources[path] = news.watch(site.url(path))
    healths = {
        path: news.until_health(each, "failing", "ok", "empty") for path, each in sources.items()
    }
    worker = news.program.child("work")
    assert worker is not None
    peaks = list(peaks_mib(worker))

    for path in ("/claimed", "/unended", "/bomb"):
        assert healths[path]["state"] == "failing"
        assert "more than" in healths[path]["reason"], healths[path]
    assert healths["/entities"]["state"] in {"failing", "ok"}
    assert max(peaks) < 500, peaks
    assert sum(len(hit["title"]) for hit in news.hits("lol")) < 1000


def test_entity_that_names_a_file_or_an_address_is_not_read(
    news: Desk, inside: Server, tmp_path: Path
) -> None:
    site = news.site()
    secret = tmp_path / "secret"
    secret.write_text("sesame", "utf-8")
    kinds = (secret.as_uri(), inside.url("/", "127.0.0.2"))
    named = "".join(f'<!ENTITY x{n} SYSTEM "{url}">' for n, url in enumerate(kinds))
    item = entry(
        "x", now(), link=site.url("/x"), title="Keyhole &x0; &x1;", description="A keyhole."
    )
    site.answers["/feed"] = feed(f"<!DOCTYPE rss [{named}]>{rss(item).partition('?>')[2]}")
    news.until_health(news.watch(site.url("/feed")), "failing", "ok", "empty")

    assert news.hits("sesame") == []
    assert inside.connections == 0


def test_answer_that_trickles_in_is_cut_off_in_time(news: Desk) -> None:
    site = news.site()
    ended: list[float] = []

    def trickle(visit: Visit) -> None:
        began = time.monotonic()
        visit.send(OPEN_ENDED)
        try:
            visit.drip(b" ")
        finally:
            ended.append(time.monotonic() - began)

    site.answers["/feed"] = trickle
    health = news.until_health(news.watch(site.url("/feed")), "failing")
    until(lambda: ended)

    assert "2 s" in health["reason"]
    assert ended[0] < FETCH_SECONDS + 1


def test_page_that_never_answers_leaves_the_entry_as_it_is(news: Desk) -> None:
    site = news.site()
    given_up = Event()
    site.answers["/mute"] = silence(given_up)
    site.answers["/feed"] = feed(
        rss(
            entry("mute", now(), link=site.url("/mute"), description="A sundial stood in the yard.")
        )
    )
    news.watch(site.url("/feed"))
    (before,) = until(lambda: news.hits("sundial"))
    until(given_up.is_set)
    (after,) = news.hits("sundial")

    assert after == before
    assert after["revision"] == 1


def test_page_that_claims_another_sites_article_does_not_become_it(news: Desk) -> None:
    victim, thief = news.site(), news.site()
    named = f'<link rel="canonical" href="{victim.url("/numbat")}">'
    named += f'<meta property="og:url" content="{victim.url("/numbat")}">'
    _, _, stolen = page("Thief", "The numbat is a hoax.\nAll a hoax.").partition(b"\r\n\r\n")
    put_in_feed(news, victim, page("Victim", "The numbat ate ants.\nA warden saw it at the gate."))
    until(lambda: news.hits("warden"))
    put_in_feed(news, thief, reply(stolen.replace(b"<head>", f"<head>{named}".encode())))
    until(lambda: news.hits("hoax"))

    assert len(news.hits("numbat")) == 2
    assert [hit["url"] for hit in news.hits("warden")] == [victim.url("/numbat")]


@pytest.mark.parametrize("kind", ["feed", "page"])
def test_redirects_in_a_circle_end(news: Desk, kind: str) -> None:
    site = news.site()
    site.answers["/one"] = moved(site.url("/two"))
    site.answers["/two"] = moved(site.url("/one"))
    health = news.until_health(news.watch(site.url("/one"), kind), "failing", "ok", "empty")

    assert health["state"] == "failing"
    assert "redirect" in health["reason"]
    assert len(site.paths()) <= 6


def test_sitemap_index_that_lists_itself_is_read_once(news: Desk) -> None:
    site = news.site()
    listed = f"<sitemap><loc>{site.url('/map')}</loc></sitemap>" * 3
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    site.answers["/map"] = reply(
        f'<sitemapindex xmlns="{space}">{listed}</sitemapindex>'.encode(), "Content-Type: text/xml"
    )
    health = news.until_health(news.watch(site.url("/map"), "sitemap"), "failing", "ok", "empty")

    assert health["state"] in {"failing", "empty"}
    assert health["reason"]
    assert len(site.paths()) <= 2


def test_broken_feed_keeps_its_good_items_and_holds_up_nobody(news: Desk) -> None:
    good, broken, binary = news.site(), news.site(), news.site()
    items = [
        entry(
            f"b{n}",
            now(),
            link=broken.url(f"/b{n}"),
            description=f"A sextant of kind {n} was found.",
        )
        for n in range(3)
    ]
    cut = rss(*items).replace("</channel></rss>", "<item><title>Sextant &unknown; <b>cut off")
    broken.answers["/feed"] = feed(cut)
    binary.answers["/feed"] = feed(b"\x7fELF\x00\x01" * 1000)
    told = entry("g", now(), link=good.url("/g"), description="A compass was found beside it.")
    good.answers["/feed"] = feed(rss(told))
    sources = [news.watch(each.url("/feed")) for each in (binary, broken, good)]
    until(lambda: news.hits("compass") and len(news.hits("sextant")) >= 3)
    states = [news.until_health(each, "failing", "ok", "empty")["state"] for each in sources]

    assert states == ["failing", "ok", "ok"]


def test_webhook_that_fails_twice_gets_the_same_notification_again(news: Desk) -> None:
    news.target.first["/zither"] = [reply(status=500), reply(status=500)]
    alert_id = news.alert("zither")
    pushed(news.program, {"title": "Z", "text": "A zither was played twice and then once more."})
    told = news.until_told("/zither", 3)

    def delivered() -> Any:
        (match,) = news.program.get(f"/v1/alerts/{alert_id}/matches")["matches"]
        return match["notification"]["state"] == "delivered" and match

    match = until(delivered)

    assert len({each.sent_id for each in told}) == 1
    assert [each.data for each in told] == [told[0].data] * 3
    assert match["notification"]["notification_id"] == told[0].data["notification_id"]


def test_webhook_that_redirects_is_not_followed(news: Desk, inside: Server) -> None:
    news.target.first["/dulcimer"] = [moved(inside.url("/", "127.0.0.2"))] * 4
    news.target.first["/bassoon"] = [moved(news.target.server.url("/elsewhere"))] * 4
    alerts = [news.alert("dulcimer"), news.alert("bassoon")]
    pushed(news.program, {"title": "D", "text": "A dulcimer and a bassoon were heard at the fair."})

    def failed(alert_id: str) -> bool:
        matches = news.program.get(f"/v1/alerts/{alert_id}/matches")["matches"]
        return [each["notification"]["state"] for each in matches] == ["failed"]

    until(lambda: all(map(failed, alerts)))

    assert news.target.at("/elsewhere") == []
    assert inside.connections == 0
    assert [len(news.target.at(path)) for path in ("/dulcimer", "/bassoon")] == [4, 4]


def test_endpoint_that_never_answers_delays_no_other_alert(news: Desk) -> None:
    # The program gives up after 20 s.
    given_up = Event()
    with serving(silence(given_up)) as dead:
        for number in range(3):
            channel = {"type": "webhook", "url": dead.url(f"/{number}")}
            news.program.post(
                "/v1/alerts", {"name": "D", "query": "harmonium", "channels": [channel]}
            )
        news.alert("harmonium", group_by="none")
        pushed(
            news.program, {"title": "H1", "text": "A harmonium stood in the hall of the old mill."}
        )
        until(lambda: dead.visits)
        pushed(
            news.program, {"title": "H2", "text": "Another harmonium was carried over the bridge."}
        )
        told = news.until_told("/harmonium", 2)

        assert not given_up.is_set()
        assert len(told) == 2


def test_program_ends_in_time_while_feed_page_and_webhook_are_silent(tmp_path: Path) -> None:
    with serving(silence(Event())) as mute, desk(tmp_path) as opened:
        channel = {"type": "webhook", "url": mute.url("/hook")}
        opened.program.post("/v1/alerts", {"name": "O", "query": "ocarina", "channels": [channel]})
        site = opened.site()
        site.answers["/feed"] = feed(
            rss(entry("o", now(), link=mute.url("/page", "localhost"), description="An ocarina."))
        )
        opened.watch(mute.url("/feed"))
        opened.watch(site.url("/feed"))
        # Robots are asked about before a page; they get no answer either.
        until(lambda: {"/hook", "/robots.txt", "/feed"} <= {each.path for each in mute.visits})

    assert opened.program.process.returncode == 0


@pytest.mark.parametrize(
    "url",
    ["http://169.254.169.254/", "http://127.0.0.2/", "http://10.0.0.1/", "ftp://desk.example/"],
)
def test_webhook_to_a_forbidden_target_is_refused_at_creation(news: Desk, url: str) -> None:
    draft = {"name": "X", "query": "x", "channels": [{"type": "webhook", "url": url}]}
    answer = news.program.client.post("/v1/alerts", json=draft)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/channels/0/url"
