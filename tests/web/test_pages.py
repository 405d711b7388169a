"""What pages answer, asked without a browser."""

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlencode

import httpx
import pytest

from api_articles import enriched
from in_process import client_of
from rasad_api.alerts import AlertDraft, create_alert, list_alerts
from rasad_api.app import create_app
from rasad_api.ports import Ports
from rasad_core.adapters.memory.log import MemoryLog
from rasad_core.documents.alerts import DEFAULT_TEAM, Alert
from rasad_core.documents.keys import Key, Role, hash_of, new_key
from rasad_core.documents.sources import Source
from rasad_core.documents.table import Table
from rasad_core.errors import Unavailable
from rasad_core.events import ArticleEnriched
from rasad_core.kinds import ALERTS, KEYS, SOURCES
from rasad_core.ports import Message

PATHS = (
    "/search",
    "/alerts",
    "/inbox",
    "/sources",
    "/operations",
    "/settings",
    "/sign-in",
    "/search?q=(a",
)
BROWSER = {"origin": "http://localhost", "sec-fetch-site": "same-origin"}


def write(ports: Ports, *articles: ArticleEnriched) -> None:
    ports.index.write(articles)


def posted(client: httpx.Client, path: str, **fields: str) -> httpx.Response:
    return client.post(path, data=fields, headers=BROWSER)


@pytest.mark.parametrize("path", PATHS)
def test_every_page_forbids_what_is_not_its_own(client: httpx.Client, path: str) -> None:
    answer = client.get(path)

    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert not re.search(
        r"<script(?! type=\"module\" src=\"/assets/)|<style| style=| on\w+=", answer.text
    )
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", answer.text)


@pytest.mark.parametrize("path", PATHS)
def test_every_page_has_one_heading_of_the_first_level(client: httpx.Client, path: str) -> None:
    assert client.get(path).text.count("<h1") == 1


@pytest.mark.parametrize(
    ("asked", "begins"),
    [
        ("ar", '<html lang="ar" dir="rtl"'),
        ("ar-LB,en;q=0.8", '<html lang="ar" dir="rtl"'),
        ("de, tr;q=0.5, ar;q=0.9", '<html lang="ar" dir="rtl"'),
        ("fr-CA", '<html lang="fr" dir="ltr"'),
        ("zz, *;q=0.1", '<html lang="en" dir="ltr"'),
        ("ar;q=0, tr;q=x, tr", '<html lang="tr" dir="ltr"'),
        ("", '<html lang="en" dir="ltr"'),
    ],
)
def test_the_browser_chooses_the_language(client: httpx.Client, asked: str, begins: str) -> None:
    assert begins in client.get("/search", headers={"accept-language": asked}).text


def test_settings_are_kept_in_cookies_and_forgotten(client: httpx.Client) -> None:
    answer = posted(client, "/settings", language="ar", theme="dark", next="/alerts")

    assert (answer.status_code, answer.headers["location"]) == (303, "/alerts")
    kept = client.get("/search").text
    assert '<html lang="ar" dir="rtl" data-theme="dark">' in kept
    assert 'data-shortcuts="off"' in kept

    posted(client, "/settings", language="", theme="auto", shortcuts="on")
    assert '<html lang="en" dir="ltr">' in client.get("/search").text


@pytest.mark.parametrize(
    "way",
    ["//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nset-cookie: x=1", ""],
)
def test_the_way_back_leads_to_no_other_site(client: httpx.Client, way: str) -> None:
    assert posted(client, "/settings", next=way).headers["location"] == "/search"


def test_a_facet_bears_its_name_and_count_and_takes_its_filter_off_again(
    client: httpx.Client, ports: Ports
) -> None:
    write(ports, enriched("a"), enriched("b", source="Le Quai", language="fr"), enriched("c"))

    page = client.get("/search").text
    assert re.search(
        r'href="/search\?source=Quay\+News"><span class="name"><bdi>Quay News</bdi></span> '
        r'<span class="count">2</span>',
        page,
    )

    narrowed = client.get("/search?source=Quay+News").text
    assert "2 articles" in narrowed
    # Its alternatives stay, counted as if it were off.
    assert re.search(
        r"source=Quay\+News&amp;source=Le\+Quai.*?<span class=\"count\">1</span>", narrowed
    )
    assert re.search(r'<a class="facet" href="/search" aria-current="true">', narrowed)


def test_a_bad_query_keeps_what_was_typed_and_marks_the_place(client: httpx.Client) -> None:
    answer = client.get("/search", params={"q": '(ferry AND "<b>'})

    assert answer.status_code == 422
    assert 'value="(ferry AND &#34;&lt;b&gt;"' in answer.text
    assert '<em class="mistake">' in answer.text
    assert "At letter" in answer.text


@pytest.mark.parametrize("query", ["since=yesterdayish", "cursor=AAAA", "until=9999-99-99"])
def test_what_is_wrong_beside_the_query_is_said_too(client: httpx.Client, query: str) -> None:
    answer = client.get(f"/search?q=ferry&{query}")

    assert answer.status_code == 422
    assert 'value="ferry"' in answer.text
    assert 'role="alert"' in answer.text


def test_copies_are_folded_on_request_and_lead_to_their_story(
    client: httpx.Client, ports: Ports
) -> None:
    write(ports, *(enriched(each, story_id="s") for each in "abc"))

    assert client.get("/search").text.count("data-item") == 3
    folded = client.get("/search?fold=story").text
    assert folded.count("data-item") == 1
    assert re.search(r'href="/search\?story=s">\+ 2 similar', folded)


def test_pages_of_a_result_show_each_article_once(client: httpx.Client, ports: Ports) -> None:
    write(ports, *(enriched(f"a{at:02d}", age_hours=at) for at in range(45)))

    shown: list[str] = []
    path: str | None = "/search?q=ferry"
    while path:
        page = client.get(path).text
        shown += re.findall(r'class="title" href="/articles/(\w+)\?q=ferry"', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        path = following[1].replace("&amp;", "&") if following else None

    assert shown == [f"a{at:02d}" for at in range(45)]


def test_an_alert_made_from_a_search_takes_its_filters_along(
    client: httpx.Client, ports: Ports
) -> None:
    write(ports, enriched("a"))
    page = client.get(
        "/search", params={"q": "ferry OR port", "source": ["Quay News"], "lang": "en"}
    )
    href = re.search(r'class="button" href="(/alerts\?query=[^"#]+)', page.text)
    assert href

    form = client.get(href[1]).text
    assert "(ferry OR port) AND source:&#34;Quay News&#34; AND lang:en</textarea>" in form


def test_an_article_without_title_is_called_by_its_beginning(
    client: httpx.Client, ports: Ports
) -> None:
    write(ports, enriched("a", title="", lead="The ferry left.", url="javascript:alert(1)"))

    page = client.get("/search").text
    assert ">The ferry left.</a>" in page
    assert "javascript:" not in page
    assert "javascript:" not in client.get("/articles/a").text


def test_the_paragraphs_of_an_article_are_marked_by_the_query_it_was_found_by(
    client: httpx.Client, ports: Ports
) -> None:
    text = "Dock one.\n\nThe ferry & the port.\nDock two."
    write(ports, enriched("a", title="On <ferries>", text=text, lead="Dock one."))

    page = client.get('/articles/a?q="ferry the" OR one').text
    assert '<h1 lang="en" dir="ltr">On &lt;ferries&gt;</h1>' in page
    assert "<p>Dock <mark>one</mark>.</p>" in page
    assert "<p>The <mark>ferry &amp; the</mark> port.</p>" in page
    assert "<p>Dock two.</p>" in page


@pytest.mark.parametrize("path", ["/articles/none", "/articles/a?revision=7", "/articles/a?revision=x",
                                  "/articles/a?revision=99999999999999", "/alerts/al_none", "/nothing"])  # fmt: skip
def test_what_is_not_there_is_a_page_that_says_so(
    client: httpx.Client, ports: Ports, path: str
) -> None:
    write(ports, enriched("a"))
    answer = client.get(path, headers={"accept": "text/html"})

    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.text


def test_an_alert_is_made_changed_and_deleted_by_plain_forms(
    client: httpx.Client, ports: Ports
) -> None:
    made = posted(client, "/alerts", name="Ferries", query="ferry", group_by="none", action="save")
    assert made.status_code == 303
    (alert,) = list_alerts(ports, DEFAULT_TEAM)
    assert (alert.name, alert.query, alert.group_by, alert.state) == (
        "Ferries",
        "ferry",
        "none",
        "armed",
    )

    path = f"/alerts/{alert.alert_id}"
    posted(client, path, name="Ferries", query="ferry OR port", group_by="story", version="1")
    (changed,) = list_alerts(ports, DEFAULT_TEAM)
    assert (changed.query, changed.group_by, changed.version) == ("ferry OR port", "story", 2)

    stale = posted(client, path, name="Ferries", query="lost?", version="1")
    assert stale.status_code == 409
    assert "lost?" in stale.text
    assert list_alerts(ports, DEFAULT_TEAM) == [changed]

    assert "Delete this alert?" in client.get(f"{path}/delete").text
    posted(client, f"{path}/delete")
    assert list_alerts(ports, DEFAULT_TEAM) == []


def test_secrets_of_webhooks_are_shown_once(client: httpx.Client, ports: Ports) -> None:
    made = posted(
        client, "/alerts", name="Hook", query="ferry", webhooks="https://hook.example/a\r\n\r\n"
    )
    (alert,) = list_alerts(ports, DEFAULT_TEAM)

    assert made.status_code == 201
    assert alert.channels[0].secret in made.text
    later = client.get(f"/alerts/{alert.alert_id}").text
    assert "https://hook.example/a" in later
    assert "whsec_" not in later


def test_a_change_of_the_form_keeps_what_it_does_not_show(
    client: httpx.Client, ports: Ports
) -> None:
    draft = AlertDraft(name="n", query="ferry", state="paused", group_hours=3.0, max_age_hours=7.0)
    alert = create_alert(ports, DEFAULT_TEAM, draft)

    posted(client, f"/alerts/{alert.alert_id}", name="n", query="port", version="1")

    (changed,) = list_alerts(ports, DEFAULT_TEAM)
    assert (changed.state, changed.group_hours, changed.max_age_hours) == ("paused", 3.0, 7.0)


def test_everything_wrong_with_an_alert_is_said_beside_its_field(
    client: httpx.Client, ports: Ports
) -> None:
    answer = posted(
        client,
        "/alerts",
        name=" ",
        query="(ferry",
        webhooks="http://127.0.0.1/\nhttps://ok.example/",
    )

    assert answer.status_code == 422
    assert 'id="alert-name-error"' in answer.text
    assert 'id="alert-query-error"' in answer.text
    assert 'id="alert-webhooks-error"' in answer.text
    assert "https://ok.example/</textarea>" in answer.text
    assert list_alerts(ports, DEFAULT_TEAM) == []


def test_a_preview_counts_the_last_week_and_makes_nothing(
    client: httpx.Client, ports: Ports
) -> None:
    now = ports.clock.now()
    write(ports, *(enriched(each, published=now) for each in "ab"))
    answer = posted(client, "/alerts", name="n", query="ferry", action="preview")

    assert answer.status_code == 200
    assert "2 articles would have matched," in answer.text
    assert list_alerts(ports, DEFAULT_TEAM) == []
    nothing = posted(client, "/alerts", name="n", query="zeppelin", action="preview")
    assert "Nothing would have matched" in nothing.text


def test_a_query_is_read_aloud_in_the_language_of_the_interface(client: httpx.Client) -> None:
    client.cookies.set("rasad_language", "ar")
    arabic = posted(client, "/alerts", name="n", query="ferry", action="preview")
    client.cookies.set("rasad_language", "fr")
    french = posted(client, "/alerts", name="n", query="ferry", action="preview")

    assert '<span lang="ar" dir="rtl">مقالات فيها' in arabic.text
    assert '<span lang="en" dir="ltr">Articles with' in french.text


def test_a_source_is_added_polled_and_removed_by_plain_forms(
    client: httpx.Client, ports: Ports
) -> None:
    url = "https://quay.example/feed.xml"
    assert posted(client, "/sources", url=url, kind="feed", country="tr").status_code == 303
    table = Table(ports.store, SOURCES, Source)
    (held,) = table.all()
    assert (held.value.url, held.value.country) == (url, "TR")
    assert "Not polled yet" in client.get("/sources").text

    posted(client, f"/sources/{held.key}/poll")
    asked = table.get(held.key)
    assert asked is not None
    assert asked.value.poll_asked_at == ports.clock.now()

    again = posted(client, "/sources", url=url, kind="feed")
    assert again.status_code == 422
    assert "read already" in again.text

    posted(client, f"/sources/{held.key}/delete")
    assert list(table.all()) == []


def test_a_wrong_address_of_a_source_is_kept_and_said(client: httpx.Client) -> None:
    answer = posted(client, "/sources", url="http://169.254.169.254/latest", kind="sitemap")

    assert answer.status_code == 422
    assert 'value="http://169.254.169.254/latest"' in answer.text
    assert 'id="source-url-error"' in answer.text


@pytest.mark.slow
def test_what_was_not_delivered_or_processed_is_shown_and_sent_again(furnished: Ports) -> None:
    client = client_of(create_app(furnished))
    page = client.get("/operations").text

    assert "malformed" in page
    assert "it is &lt;b&gt;no&lt;/b&gt; JSON" in page
    assert "http_500" in page
    (path,) = re.findall(r'action="(/operations/deliveries/\w+/resend)"', page)
    assert posted(client, path).status_code == 303
    assert "/resend" not in client.get("/operations").text
    assert posted(client, "/operations/deliveries/none/resend").status_code == 404


def test_dead_letters_are_for_those_who_run_the_installation(
    client: httpx.Client, ports: Ports
) -> None:
    assert "What could not be processed" in client.get("/operations").text
    posted(client, "/sign-in", key=keyed(ports, "analyst"))

    assert "What could not be processed" not in client.get("/operations").text


OPML = b"""<?xml version="1.0"?><opml version="2.0"><body>
<outline text="Quay" type="rss" xmlUrl="https://quay.example/feed.xml"/>
<outline text="Inner" type="rss" xmlUrl="http://10.0.0.1/feed.xml"/>
</body></opml>"""


def test_a_list_of_sources_is_imported_and_says_what_became_of_each(
    client: httpx.Client, ports: Ports
) -> None:
    sent = {"opml": ("feeds.opml", OPML, "text/x-opml")}
    answer = client.post("/sources/opml", files=sent, headers=BROWSER)

    assert "1 source added." in answer.text
    assert "1 entry is no source:" in answer.text
    assert "http://10.0.0.1/feed.xml" in answer.text
    assert [each.value.name for each in Table(ports.store, SOURCES, Source).all()] == ["Quay"]

    broken = client.post("/sources/opml", files={"opml": ("a", b"no", "text/xml")}, headers=BROWSER)
    assert broken.status_code == 422
    assert 'role="alert"' in broken.text


def keyed(ports: Ports, role: Role, team_id: str = DEFAULT_TEAM) -> str:
    key_id, key = new_key()
    held = Key(
        key_id=key_id, name=role, team_id=team_id, role=role, key_hash=hash_of(key),
        created_at=ports.clock.now(),
    )  # fmt: skip
    Table(ports.store, KEYS, Key).create(key_id, held, team_id=team_id)
    return key


def test_a_stranger_is_led_to_sign_in_and_back(client: httpx.Client, ports: Ports) -> None:
    key = keyed(ports, "viewer")
    led = client.get("/search?q=ferry", headers={"accept": "text/html"})
    assert led.status_code == 303
    form = client.get(led.headers["location"]).text
    assert 'name="next" value="/search?q=ferry"' in form

    refused = posted(client, "/sign-in", key="rk_wrong_key", next="/search?q=ferry")
    assert refused.status_code == 403
    assert "does not hold" in refused.text

    signed = posted(client, "/sign-in", key=f" {key} ", next="/search?q=ferry")
    assert signed.headers["location"] == "/search?q=ferry"
    assert "HttpOnly" in signed.headers["set-cookie"]
    assert client.get("/search?q=ferry").status_code == 200

    posted(client, "/sign-out")
    assert client.get("/search").status_code == 303


def test_a_viewer_sees_no_forms_and_may_send_none(client: httpx.Client, ports: Ports) -> None:
    alert = create_alert(ports, DEFAULT_TEAM, AlertDraft(name="n", query="ferry"))
    posted(client, "/sign-in", key=keyed(ports, "viewer"))

    for path in ("/alerts", f"/alerts/{alert.alert_id}", "/sources", "/inbox"):
        page = client.get(path).text
        assert 'method="post"' not in page.replace('method="post" action="/sign-out"', "")
    assert posted(client, "/alerts", name="m", query="port").status_code == 403
    assert posted(client, f"/alerts/{alert.alert_id}/delete").status_code == 403


def test_another_teams_alert_is_not_there(client: httpx.Client, ports: Ports) -> None:
    alert = create_alert(ports, "others", AlertDraft(name="theirs", query="ferry"))
    posted(client, "/sign-in", key=keyed(ports, "admin"))

    assert "theirs" not in client.get("/alerts").text
    for path in (f"/alerts/{alert.alert_id}", f"/inbox?alert={alert.alert_id}"):
        assert client.get(path).status_code == 404
    assert posted(client, f"/alerts/{alert.alert_id}/delete").status_code == 404
    held = Table(ports.store, ALERTS, Alert).get(alert.alert_id)
    assert held is not None
    assert held.value.state == "armed"


def test_a_page_of_another_site_posts_nothing(client: httpx.Client, ports: Ports) -> None:
    answer = client.post(
        "/alerts", data={"name": "n", "query": "q"}, headers={"origin": "https://evil.example"}
    )

    assert answer.status_code == 403
    assert list_alerts(ports, DEFAULT_TEAM) == []


def test_assets_are_kept_by_browsers_and_lead_nowhere_else(client: httpx.Client) -> None:
    page = client.get("/search").text
    (style,) = re.findall(r'href="(/assets/style\.css\?v=\w+)"', page)
    answer = client.get(style)

    assert answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"]
    assert client.get("/assets/live.js").headers["content-type"].startswith("text/javascript")
    assert client.get("/assets/../app.py").status_code == 404
    assert client.get("/assets/%2e%2e/app.py").status_code == 404


def test_pages_say_that_a_part_is_away(ports: Ports) -> None:
    from rasad_core.errors import Unavailable

    class Away:
        def __getattr__(self, name: str) -> object:
            raise Unavailable("the index is away", retry_after_seconds=3)

    answer = client_of(create_app(replace(ports, index=Away()))).get("/search")  # type: ignore[arg-type]

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "3")
    assert "A part of Rasad is away" in answer.text


def test_addresses_of_the_search_survive_a_round() -> None:
    from starlette.datastructures import QueryParams

    from rasad_api.web.searching import asked_by, link

    written = urlencode(
        [("q", "a & b"), ("since", "-7d"), ("sort", "oldest"), ("fold", "story"), ("source", "A=B"),
         ("source", "C"), ("lang", "ar")]
    )  # fmt: skip
    asked = asked_by(QueryParams(written))

    assert asked_by(QueryParams(link(asked).partition("?")[2])) == asked


def test_log_that_is_away_takes_nothing_else_off_the_operations_page(ports: Ports) -> None:
    class Away(MemoryLog):
        def read(self, *_: object, **__: object) -> Iterator[Message]:
            raise Unavailable("the log is away")

    client = client_of(create_app(replace(ports, reader=Away(ports.clock))))

    page = client.get("/operations")

    assert page.status_code == 200
    assert "The event log is away" in page.text
    assert "Everything was processed" not in page.text
