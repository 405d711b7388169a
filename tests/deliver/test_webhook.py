"""The webhook: signed so that the library of the standard believes it, and never too large."""

import base64
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from msgspec.structs import replace
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from deliver_stage import NOW, SECRET, alert, article, matched
from rasad_core.documents.alerts import new_secret, valid_secret
from rasad_core.documents.matches import Group
from rasad_core.events import Entity, Highlight, Keyphrase, Mention
from rasad_core.net.webhook import signed_request
from rasad_deliver.webhook import body_of

GROUP = Group(notification_id="n" * 32, opened_by="m", start=NOW, published=NOW, continues=True)
URL = "https://hooks.example/in"
ANKARA = Entity(
    id="gn:323786",
    type="place",
    name="Ankara",
    mentions=tuple(Mention(field="text", start=n, end=n + 6, text="Ankara") for n in range(400)),
)


def test_standard_library_believes_the_signature_of_each_secret() -> None:
    at = datetime.now(UTC)
    secrets = [SECRET, new_secret()]
    body = body_of(matched(), alert(), GROUP)

    request = signed_request(URL, secrets, GROUP.notification_id, body, at)

    for secret in secrets:
        verified = Webhook(secret).verify(request.body, dict(request.headers))
        assert verified["data"]["notification_id"] == GROUP.notification_id
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(request.body, dict(request.headers))


def test_old_attempt_played_again_is_not_believed() -> None:
    at = datetime.now(UTC) - timedelta(minutes=6)
    request = signed_request(URL, [SECRET], "n", b"{}", at)

    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(request.body, dict(request.headers))


def test_attempts_differ_in_time_and_signature_only() -> None:
    first = signed_request(URL, [SECRET], "n", b"{}", NOW)
    second = signed_request(URL, [SECRET], "n", b"{}", NOW + timedelta(seconds=5))

    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == "n"
    assert int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) == 5
    assert first.headers["webhook-signature"] != second.headers["webhook-signature"]


def test_redirects_are_not_followed_and_bodies_not_waited_for() -> None:
    request = signed_request(URL, [SECRET], "n", b"{}", NOW)

    assert (request.method, request.follow_redirects, request.wants_body) == ("POST", False, False)
    assert request.headers["content-type"] == "application/json"


def test_secrets_we_make_have_32_bytes_and_differ() -> None:
    first, second = new_secret(), new_secret()

    assert first != second
    assert len(base64.b64decode(first.removeprefix("whsec_"))) == 32


@pytest.mark.parametrize(
    ("secret", "valid"),
    [(SECRET, True), (f"{SECRET} {SECRET}", True), ("", False), (" ", False), ("whsec_", False),
     (f"{SECRET} whsec_c2hvcnQ=", False), (" ".join([SECRET] * 5), False), ("secret", False)],
)  # fmt: skip
def test_secret_is_one_or_up_to_four_that_every_library_takes(secret: str, valid: bool) -> None:
    assert valid_secret(secret) is valid


def test_group_that_continues_says_so() -> None:
    assert msgspec.json.decode(body_of(matched(), alert(), GROUP))["data"]["continues"] is True


def test_news_of_usual_size_is_told_uncut() -> None:
    known = replace(article(), entities=(replace(ANKARA, mentions=ANKARA.mentions[:20]),))

    data = msgspec.json.decode(body_of(matched(whole=known), alert(), GROUP))["data"]

    assert data["cut"] == []
    assert len(data["matches"][0]["article"]["entities"][0]["mentions"]) == 20


def test_large_article_loses_mentions_first_and_says_so() -> None:
    body = body_of(matched(whole=replace(article(), entities=(ANKARA,))), alert(), GROUP)

    data = msgspec.json.decode(body)["data"]
    (entity,) = data["matches"][0]["article"]["entities"]
    assert data["cut"] == ["mentions"]
    assert (entity["name"], entity["mentions"]) == ("Ankara", [])
    assert len(body) < 20_000


def test_article_made_to_be_too_large_stays_below_the_limit() -> None:
    long = "م" * 200_000
    hostile = replace(
        article(),
        title=long,
        lead=long,
        url="https://news.example/" + "a" * 200_000,
        domain=long,
        source=long,
        author=long,
        section=long,
        tags=(long[:20_000],) * 60,
        extra={"x": long},
        entities=(replace(ANKARA, name=long),) * 5,
        keyphrases=(Keyphrase(text=long, score=1.0),),
    )
    spans = (Highlight(field="text", start=0, end=4, clause=long[:2000]),) * 300
    event = replace(matched(whole=hostile), spans=spans)

    body = body_of(event, alert(query=long), GROUP)

    assert len(body) < 256_000
    assert msgspec.json.decode(body)["data"]["matches"][0]["match_id"]
