"""The pages as a person sees them: in a real browser, in both directions and both themes."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from api_articles import enriched
from rasad_api.alerts import list_alerts
from rasad_api.ports import Ports
from rasad_core import codec
from rasad_core.documents.alerts import DEFAULT_TEAM
from rasad_core.events import ArticleEnriched
from rasad_core.ports import Outgoing
from rasad_core.topics import ENRICHED
from web.stage import HOSTILE_TITLE

pytestmark = pytest.mark.slow
_AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
_PAGES = (
    "/search",
    "/search?q=port&fold=story&lang=en&lang=fr",
    "/search?q=%D9%84%D9%82%D8%A7%D8%AD",
    "/search?q=(port+AND",
    "/search?q=zzqqxx&since=2026-03-01",
    "/articles/hostile?q=hostile",
    "/alerts",
    "/alerts/{alert}",
    "/alerts/{alert}/delete",
    "/inbox",
    "/inbox?state=muted",
    "/sources",
    "/operations",
    "/settings",
    "/sign-in",
    "/nowhere",
)


@pytest.fixture(scope="session")
def alert_id(furnished: Ports) -> str:
    return list_alerts(furnished, DEFAULT_TEAM)[0].alert_id


@contextmanager
def opened(
    browser: Browser,
    address: str,
    *,
    language: str = "en",
    theme: str = "light",
    width: int = 1280,
    scripts: bool = True,
) -> Iterator[Page]:
    """Open a window; at its end, nothing was refused by the policy and nothing asked elsewhere."""
    context = browser.new_context(
        base_url=address,
        locale=language,
        color_scheme="dark" if theme == "dark" else "light",
        viewport={"width": width, "height": 900},
        java_script_enabled=scripts,
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda each: complaints.append(each.text) if each.type == "error" else None)
    page.on("pageerror", lambda each: complaints.append(str(each)))
    page.on("request", lambda each: asked.append(each.url))
    try:
        yield page
    finally:
        context.close()
    # A page that answers 404 or 422 is itself a failed resource to the console.
    grave = [each for each in complaints if "Failed to load resource" not in each]
    foreign = [each for each in asked if urlsplit(each).netloc != urlsplit(address).netloc]

    assert (grave, foreign) == ([], [])


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_page_breaks_a_rule_of_accessibility(
    browser: Browser, address: str, alert_id: str, language: str, theme: str
) -> None:
    found: list[str] = []
    with opened(browser, address, language=language, theme=theme) as page:
        for path in _PAGES:
            page.goto(path.format(alert=alert_id))
            expect(page.locator("html")).to_have_attribute(
                "dir", "rtl" if language == "ar" else "ltr"
            )
            page.evaluate(f"() => {{ {_AXE} }}")
            violations = page.evaluate("rules => axe.run(rules)", _RULES)["violations"]
            found += [
                f"{path}: {each['id']} {node['html'][:200]} {node.get('failureSummary', '')}"
                for each in violations
                for node in each["nodes"]
            ]

    assert found == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_page_scrolls_sideways_on_a_small_screen(
    browser: Browser, address: str, alert_id: str, language: str
) -> None:
    wide: list[str] = []
    with opened(browser, address, language=language, width=320) as page:
        for path in _PAGES:
            page.goto(path.format(alert=alert_id))
            if page.evaluate("document.documentElement.scrollWidth") > 320:
                wide.append(path)

    assert wide == []


def edges(page: Page, selector: str) -> tuple[float, float]:
    """Give how far the letters of a text are from the left and right of its item."""
    left, right = page.locator(selector).first.evaluate(
        """element => {
          const range = document.createRange();
          range.selectNodeContents(element);
          const text = range.getBoundingClientRect();
          const item = element.closest("[data-item]").getBoundingClientRect();
          return [text.left - item.left, item.right - text.right];
        }"""
    )
    return left, right


@pytest.mark.parametrize("language", ["en", "ar"])
def test_an_item_hugs_the_side_where_its_language_begins(
    browser: Browser, address: str, language: str
) -> None:
    with opened(browser, address, language=language) as page:
        page.goto("/search?q=vaccine+OR+لقاح")
        arabic = edges(page, '.title[lang="ar"]')
        english = edges(page, '.title[lang="en"]')
        arabic_source = edges(page, '[data-item][lang="ar"] .source')

    assert arabic[1] < 2
    assert arabic[0] > 100
    assert english[0] < 2
    assert english[1] > 100
    assert arabic_source[1] < 2


def test_hostile_titles_and_texts_are_shown_as_text(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        page.goto("/search?q=hostile")
        expect(page.locator("main .title").first).to_have_text(HOSTILE_TITLE)
        expect(page).to_have_title(re.compile("hostile"))

        page.goto("/articles/hostile")
        expect(page.locator("h1")).to_have_count(1)
        expect(page.locator("h1")).to_have_text(HOSTILE_TITLE)
        expect(page.locator(".text")).to_contain_text("{{ 7 * 7 }}")
        expect(page.locator("main img, main svg, main script, main b")).to_have_count(0)
        expect(page.locator('[href^="javascript"]')).to_have_count(0)


def test_j_and_k_walk_the_results_and_o_opens_one(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        page.goto("/search?q=port")
        items = page.locator("main [data-item]")
        page.keyboard.press("j")
        expect(items.nth(0)).to_have_attribute("aria-current", "true")
        expect(items.nth(0).locator(".title")).to_be_focused()
        page.keyboard.press("j")
        expect(items.nth(1)).to_have_attribute("aria-current", "true")
        expect(page.locator("main [data-item][aria-current]")).to_have_count(1)
        page.keyboard.press("k")
        expect(items.nth(0).locator(".title")).to_be_focused()
        page.keyboard.press("o")
        expect(page).to_have_url(re.compile("/articles/"))
        page.keyboard.press("/")
        expect(page).to_have_url(re.compile("/search"))


def test_shortcuts_work_on_an_arabic_layout_and_not_while_typing(
    browser: Browser, address: str
) -> None:
    with opened(browser, address) as page:
        page.goto("/search?q=port")
        arabic_j = "key => document.body.dispatchEvent(new KeyboardEvent('keydown', {key, code: 'KeyJ', bubbles: true}))"
        page.evaluate(arabic_j, "ت")
        expect(page.locator("main [data-item]").first).to_have_attribute("aria-current", "true")
        page.keyboard.press("/")
        expect(page.locator("#q")).to_be_focused()
        page.keyboard.type("jk?")
        expect(page.locator("#q")).to_have_value("jk?")
        expect(page.locator("dialog[open]")).to_have_count(0)


def test_the_list_of_shortcuts_opens_closes_and_can_be_turned_off(
    browser: Browser, address: str
) -> None:
    with opened(browser, address) as page:
        page.goto("/search")
        page.keyboard.press("?")
        expect(page.locator("dialog")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("dialog")).to_be_hidden()
        page.get_by_role("link", name="Settings").click()
        page.get_by_label("Shortcuts of one key").uncheck()
        page.get_by_role("button", name="Save").click()
        expect(page).to_have_url(re.compile("/search"))
        page.keyboard.press("j")
        expect(page.locator("[data-item][aria-current]")).to_have_count(0)


def test_without_scripts_a_search_is_asked_narrowed_and_read(
    browser: Browser, address: str
) -> None:
    with opened(browser, address, scripts=False) as page:
        page.goto("/search")
        page.get_by_role("searchbox").fill("vaccine OR لقاح")
        page.get_by_role("button", name="Search").click()
        expect(page.locator("main mark").first).to_be_visible()
        facet = page.locator(".facet", has_text="Arabic")
        count = int(facet.locator(".count").inner_text())
        facet.click()
        expect(page.locator(".total")).to_have_text(re.compile(rf"^{count} "))
        page.locator("main .title").first.click()
        expect(page.locator("article .text")).to_be_visible()
        assert page.locator("article mark").count() > 0
        page.go_back()
        expect(page.get_by_role("searchbox")).to_have_value("vaccine OR لقاح")


def test_without_scripts_an_alert_is_previewed_made_changed_paused_and_deleted(
    browser: Browser, address: str
) -> None:
    with opened(browser, address, scripts=False) as page:
        page.goto("/search?q=vaccine")
        page.get_by_role("link", name="Create alert from this search").click()
        page.get_by_label("Name").fill("سباق")
        page.get_by_role("button", name="Preview").click()
        expect(page.locator(".verdict")).to_contain_text("would have matched")
        expect(page.get_by_label("Name")).to_have_value("سباق")
        page.get_by_label("Query").fill("(marathon")
        page.get_by_role("button", name="Create alert").click()
        expect(page.locator(".mistakes")).to_contain_text("parenthesis")
        expect(page.get_by_label("Name")).to_have_value("سباق")
        page.get_by_label("Query").fill("marathon OR ماراثون")
        page.get_by_role("button", name="Create alert").click()
        expect(page.locator("h1")).to_have_text("سباق")
        page.get_by_label("Query").fill("ماراثون")
        page.get_by_role("button", name="Save changes").click()
        expect(page.get_by_label("Query")).to_have_value("ماراثون")
        page.get_by_role("button", name="Pause").click()
        expect(page.locator(".head .badge")).to_have_text("Paused")
        page.get_by_role("link", name="Delete").click()
        page.get_by_role("button", name="Delete").click()
        expect(page).to_have_url(re.compile("/alerts"))
        expect(page.locator("main")).not_to_contain_text("سباق")


def test_without_scripts_a_match_is_marked_and_found_by_its_state(
    browser: Browser, address: str
) -> None:
    with opened(browser, address, scripts=False) as page:
        page.goto("/inbox")
        title = page.locator("main .title").first.inner_text()
        page.get_by_role("button", name=f"Acknowledge: {title}").first.click()
        page.get_by_role("link", name="Acknowledged").click()
        expect(page.locator("main .title").first).to_have_text(title)
        page.get_by_role("button", name=f"Mark as new: {title}").first.click()
        expect(page.locator(".empty")).to_be_visible()


def test_arabic_letters_are_drawn_by_our_font(browser: Browser, address: str) -> None:
    vendor = Path(__file__).parents[2] / "services/api/src/rasad_api/web/assets/vendor"
    assert (vendor / "plex-arabic-400.woff2").exists(), "run services/api/build_assets.py"
    with opened(browser, address) as page:
        page.goto("/search?lang=ar")
        page.evaluate("() => document.fonts.ready.then(() => true)")
        session = page.context.new_cdp_session(page)
        session.send("DOM.enable")
        session.send("CSS.enable")
        root = session.send("DOM.getDocument")["root"]["nodeId"]
        node = session.send("DOM.querySelector", {"nodeId": root, "selector": ".snippet"})
        fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": node["nodeId"]})["fonts"]

    drawn = max(fonts, key=lambda each: each["glyphCount"])
    assert (drawn["familyName"], drawn["isCustomFont"]) == ("IBM Plex Sans Arabic", True)


def test_new_articles_are_announced_and_nothing_moves(
    browser: Browser, address: str, furnished: Ports
) -> None:
    with opened(browser, address) as page:
        with page.expect_response("**/v1/stream"):  # what comes before is no news to the page
            page.goto("/search?q=zeppelin+OR+ferry")
        shown = page.locator("main .title").all_inner_texts()
        publish(furnished, enriched("zeppelin", title="A zeppelin over the harbour"))
        pill = page.locator(".live a")
        expect(pill).to_have_text("1 new: show", timeout=20_000)
        assert page.locator("main .title").all_inner_texts() == shown
        pill.click()
        expect(page.locator("main")).to_contain_text("A zeppelin over the harbour")


def publish(ports: Ports, article: ArticleEnriched) -> None:
    """Index an article and tell of it, as the stages do."""
    ports.index.write([article])
    ports.publisher.publish(
        [Outgoing(topic=ENRICHED, key=article.article_id, value=codec.encode(article))]
    )
