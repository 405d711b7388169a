"""Webhooks are signed as the library of Standard Webhooks reads them."""

from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from rasad_core.documents.alerts import new_secret
from rasad_core.net.webhook import shown_address, signed_request


def test_every_secret_reads_its_signature() -> None:
    secrets = [new_secret(), new_secret()]
    body = '{"name": "عبّارة"}'.encode()

    request = signed_request("https://desk.example/", secrets, "n1", body, datetime.now(UTC))

    for secret in secrets:
        assert Webhook(secret).verify(body, dict(request.headers)) == {"name": "عبّارة"}
    assert (request.method, request.follow_redirects, request.wants_body) == ("POST", False, False)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://desk.example/hook?token=t#f", "https://desk.example/hook"),
        ("https://u:p@desk.example:8443/", "https://desk.example:8443/"),
    ],
)
def test_address_for_people_has_no_secrets(url: str, shown: str) -> None:
    assert shown_address(url) == shown
