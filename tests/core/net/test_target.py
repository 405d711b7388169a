"""Reading a URL: one reading, that stays the same when it is read again."""

from hypothesis import example, given
from hypothesis import strategies as st

from rasad_core.net.failure import FetchFailed, Forbidden
from rasad_core.net.messages import Request
from rasad_core.net.redirect import redirected
from rasad_core.net.target import Target, read_target

SIGNS = st.sampled_from(["/", "\\", ":", "@", "?", "#", "[", "]", "%", ".", "0x7f", "xn--", "..",
                         "127.0.0.1", "::1", "a.example", "٣", "ß", "\ud800", "\n", "\t", " ", "é"])  # fmt: skip
URLS = st.builds(
    lambda begin, parts: begin + "".join(parts),
    st.sampled_from(
        ["http://", "https://", "HTTP://", "//", "http:\\\\", " http://", "ftp://", ""]
    ),
    st.lists(SIGNS | st.text(max_size=5), max_size=12),
)


def read(url: str) -> Target | None:
    try:
        return read_target(url)
    except Forbidden:
        return None


@given(URLS)
@example("http://a.example/\ud800")
@example("http://xn--/")
def test_any_text_is_read_or_refused_and_what_was_read_stays_so(url: str) -> None:
    target = read(url)

    if target is not None:
        assert read_target(target.url) == target
        assert target.url.isascii()
        assert not any(letter in target.url for letter in ' \t\r\n"<>\\')


@given(URLS, st.sampled_from([301, 302, 307]))
@example("http://[::1", 302)
@example("//[", 302)
@example("http://℀.example/", 302)
def test_any_place_is_followed_or_refused(location: str, status: int) -> None:
    request = Request(url="https://a.example/b?c")

    try:
        onward = redirected(request, status, location)
    except (Forbidden, FetchFailed):
        return

    assert read_target(onward.url).scheme == "https"
    assert "#" not in onward.url


def test_parts_of_a_url_are_written_as_they_are_sent() -> None:
    target = read_target("HTTP://BÜCHER.example:8080/a b/ü?q=a&b=%20ü#top")

    assert target.url == "http://xn--bcher-kva.example:8080/a%20b/%C3%BC?q=a&b=%20%C3%BC"
    assert target.authority == "xn--bcher-kva.example:8080"
    assert read_target("https://a.example:443").url == "https://a.example/"
    assert read_target("http://a.example?x=1").path == "/?x=1"
    assert read_target("http://[::1]:80/").authority == "[::1]"
