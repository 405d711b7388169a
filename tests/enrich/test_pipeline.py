from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from rasad_core.codec import decode, encode
from rasad_core.errors import Reason, Unprocessable
from rasad_core.events import ArticleAnalysed, ArticleFetched, Problem
from rasad_core.identity import content_hash
from rasad_enrich import pipeline
from rasad_enrich.draft import Draft
from rasad_enrich.pipeline import analyse

Fetch = Callable[..., ArticleFetched]
any_article = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def analysed_or_empty(fetched: ArticleFetched) -> ArticleAnalysed | None:
    try:
        return analyse(fetched)
    except Unprocessable as refusal:
        if refusal.reason is not Reason.EMPTY:
            raise
        return None


def test_an_analysed_article_carries_what_it_came_with(fetch: Fetch) -> None:
    fetched = fetch(
        "It rained in Leeds.", title="Rain", url="https://www.courier.example/rain",
        origin="backfill", country="GB", extra={"page": 3}, source="Courier", tags=("rain",),
        problems=(Problem(step="ingest", reason="cut"),), links=("https://courier.example/r",),
    )  # fmt: skip

    article = analyse(fetched)

    assert (article.article_id, article.trace_id) == ("article-1", "trace-1")
    assert (article.origin, article.country, article.extra) == ("backfill", "GB", {"page": 3})
    assert (article.source, article.tags, article.domain) == (
        "Courier", ("rain",), "courier.example",
    )  # fmt: skip
    assert article.problems == (Problem(step="ingest", reason="cut"),)
    assert article.links == ("https://courier.example/r",)
    assert article.content_hash == content_hash("Rain", "It rained in Leeds.")
    assert article.lead == "It rained in Leeds."
    assert article.analyser["chain"] == "1"
    assert set(article.analyser) >= {"extract", "entities", "topics", "signature"}


@pytest.mark.parametrize("form", ["entry", "page", "text", "record"])
@pytest.mark.parametrize("text", [None, "", " \n\t\u200f "])
def test_nothing_left_is_refused_as_empty(fetch: Fetch, form: str, text: str | None) -> None:
    with pytest.raises(Unprocessable) as refusal:
        analyse(fetch(text, form=form, html="<html><body> </body></html>", title=""))

    assert refusal.value.reason is Reason.EMPTY


def test_a_title_alone_is_an_article(fetch: Fetch) -> None:
    article = analyse(fetch(None, title="Rain in the valley"))

    assert (article.title, article.text, article.lead) == ("Rain in the valley", "", "")


def test_a_step_that_fails_leaves_its_name_and_the_others_go_on(
    fetch: Fetch, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: Draft) -> Draft:
        raise ZeroDivisionError("the article's own words")

    steps = [(name, fail if name == "topics" else step) for name, step in pipeline.STEPS]
    monkeypatch.setattr(pipeline, "STEPS", tuple(steps))

    article = analyse(fetch("It rained in London."))

    assert article.problems == (Problem(step="topics", reason="ZeroDivisionError"),)
    assert article.signature is not None
    assert [entity.id for entity in article.entities] == ["gn:2643743"]
    assert "step topics failed on article article-1" in caplog.text


@any_article
@given(text=st.text(max_size=300), title=st.text(max_size=40),
       form=st.sampled_from(["record", "text", "entry"]))  # fmt: skip
def test_any_text_is_analysed_without_problems_and_twice_alike(
    fetch: Fetch, text: str, title: str, form: str
) -> None:
    fetched = fetch(text, title=title, form=form)
    article = analysed_or_empty(fetched)
    if article is None:
        return

    assert article.problems == ()
    assert article == analyse(fetched)
    assert article.text.startswith(article.lead)
    assert decode(encode(article), ArticleAnalysed) == article


@any_article
@given(html=st.text(alphabet="<>/ph1divarticle\"'=&;! \nabcاب", max_size=200))
def test_any_markup_is_read_or_refused(fetch: Fetch, html: str) -> None:
    fetched = replace(fetch(None), form="page", html=f"<html><body>{html}", title=None)
    article = analysed_or_empty(fetched)

    assert article is None or article.title or article.text
