"""Pages made to cost more than they hold."""

import time

import pytest

from rasad_core.intake.slim import slim

MANY = 50_000


@pytest.mark.parametrize(
    "attributes",
    [
        " ".join(f"a{n}=1" for n in range(MANY)),
        "/".join(f"a{n}" for n in range(MANY)),
        "".join(f'a{n}="1"' for n in range(MANY)),
        " ".join(f"a{n}='>'" for n in range(MANY)),
        'q"=1 ' + " ".join(f"a{n}=1" for n in range(MANY)) + ' z"=1',
    ],
    ids=["spaces", "slashes", "glued", "closing signs in values", "quotes in names"],
)
def test_an_element_of_thousands_of_attributes_does_not_take_minutes(attributes: str) -> None:
    began = time.monotonic()
    written = slim(f"<html><body><p {attributes}>Words.</p></body></html>", max_bytes=9_000_000)

    assert time.monotonic() - began < 1
    assert "Words." in written
    assert len(written) < 200


@pytest.mark.parametrize(
    "page",
    [
        "<p data-state='" + '{"a": 1, "b": [2, 3]} ' * 20_000 + "'>Words.</p>",
        '<p title="' + "a=1 " * 20_000 + '">Words.</p>',
        "<p>" + "1 < 2 and <em>so</em> on / and on " * 5000 + "Words.</p>",
        "<script>" + "if (a <b) { c = 1 > 2; } " * 5000 + "</script><p>Words.</p>",
        "<p>Words.</p><p a='1" + " b" * 2000,
    ],
    ids=["data in a value", "a long title", "signs in text", "signs in a script", "never closed"],
)
def test_what_only_looks_like_many_attributes_is_read(page: str) -> None:
    written = slim(f"<html><body><b>First.</b>{page}</body></html>", max_bytes=9_000_000)

    assert "First." in written
    assert "Words." in written
