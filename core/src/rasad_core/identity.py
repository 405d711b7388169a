"""What makes two inputs the same article: canonical addresses and ids, by rules alone.

The id of an article never changes, so neither may these rules without a new id scheme.
"""

import hashlib
import re
import unicodedata
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

from rasad_core.errors import Reason, Unprocessable

# Parameters that name a campaign, a click, a session or a way of display, never an article.
# Sources: the parameter lists of Firefox's query stripping, Brave and ClearURLs' global rules,
# cut to those that no publisher in our samples uses to address an article.
_DROPPED_PARAMETERS = frozenset(
    """
    fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid twclid ttclid igshid igsh mc_cid
    mc_eid mkt_tok oly_anon_id oly_enc_id vero_id wickedid _hsenc _hsmi __hssc __hstc __hsfp
    hsctatracking ref_src ref_url cmpid ncid icid srnd smid sref spm _ga _gl guccounter
    guce_referrer guce_referrer_sig xtor at_medium at_campaign at_custom1 at_custom2 at_custom3
    at_custom4 amp amp_js_v amp_gsa usqp outputtype phpsessid jsessionid sessionid session_id
    aspsessionid cfid cftoken sid
    """.split()  # noqa: SIM905  a list this long reads better as words
)
_DROPPED_PREFIXES = ("utm_", "pk_", "mtm_", "piwik_", "hsa_", "wt_", "ns_")
_PATH_SESSION = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
_AMP_SUFFIX = re.compile(r"(?:/amp(?:\.html?)?|\.amp(?:\.html?)?)$", re.IGNORECASE)
# www.example.com and amp.example.com are example.com; "www.com" itself keeps its name.
_WWW = re.compile(r"^(?:(?:www\d?|amp)\.(?=[^.]+\.))+")
_SLASHES = re.compile(r"/{2,}")
_SPACES = re.compile(r"\s+")
_DEFAULT_PORTS = {"http": 80, "https": 443}


def canonical_url(url: str) -> str:
    """Give the address without what does not address: idempotent, no network.

    Scheme becomes https, `www.` and `amp.` go, so do fragment, default port, trailing slash,
    AMP markers, tracking and session parameters; the rest of the query is sorted.
    Raises `Unprocessable(bad_url)` for anything but http(s) with a host.
    """
    parts, host, port = _split(url)
    path = _PATH_SESSION.sub("", _encoded(parts.path))
    path = _SLASHES.sub("/", path).rstrip("/")
    while (shorter := _AMP_SUFFIX.sub("", path).rstrip("/")) != path:
        path = shorter
    kept = [(name, value) for name, value in parse_qsl(parts.query, True) if not _is_noise(name)]
    query = urlencode(sorted(kept), quote_via=quote)
    return f"https://{host}{port}{path}" + (f"?{query}" if query else "")


def domain_of(url: str) -> str:
    """Give the host without `www.`, in ASCII; raises `Unprocessable(bad_url)`."""
    return _split(url)[1]


def article_id(url: str | None, *, content: str = "") -> str:
    """Name an article: by its address, or without one by its content as received.

    32 hexadecimal digits. Content is compared after NFC with spaces folded.
    """
    if url is not None:
        return _digest("url", canonical_url(url))
    return _digest("content", _SPACES.sub(" ", unicodedata.normalize("NFC", content)).strip())


def content_hash(title: str, text: str) -> str:
    """Give a value that changes exactly when title or text change."""
    return _digest("revision", title, text)


def alias_allowed(url: str, learned: str) -> bool:
    """Say whether a learned address may stand for `url`: same site, and not the front page."""
    try:
        here, there = canonical_url(url), canonical_url(learned)
    except Unprocessable:
        return False
    path = urlsplit(there).path + urlsplit(there).query
    return here != there and path != "" and _site(here) == _site(there)


def _site(canonical: str) -> str:
    # The last two labels, three under a two-letter suffix with a short second level (co.uk,
    # com.tr): near enough to the public suffix list to tell one site from another.
    labels = (urlsplit(canonical).hostname or "").split(".")
    short_second = len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3
    return ".".join(labels[-3:] if short_second else labels[-2:])


def _split(url: str) -> tuple[SplitResult, str, str]:
    """Split into parts, ASCII host and `:port`, the port empty where it is the scheme's own."""
    try:
        parts = urlsplit(unicodedata.normalize("NFC", url.strip()))
        host = (parts.hostname or "").rstrip(".")
        port = parts.port
    except ValueError as error:
        raise Unprocessable(Reason.BAD_URL, f"`{url[:200]}` is no address: {error}") from None
    if parts.scheme not in _DEFAULT_PORTS or not host:
        message = f"`{url[:200]}` is no http(s) address with a host"
        raise Unprocessable(Reason.BAD_URL, message)
    shown = "" if port in (None, *_DEFAULT_PORTS.values()) else f":{port}"
    if ":" in host:
        return parts, f"[{host}]", shown
    return parts, _WWW.sub("", _ascii_host(host)), shown


def _ascii_host(host: str) -> str:
    try:
        name = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        name = ""
    if not all(name.split(".")):
        raise Unprocessable(Reason.BAD_URL, f"`{host[:200]}` is no host name")
    return name


def _is_noise(name: str) -> bool:
    lowered = name.casefold()
    return lowered in _DROPPED_PARAMETERS or lowered.startswith(_DROPPED_PREFIXES)


def _encoded(path: str) -> str:
    # %2F stays apart from /, so that decoding never moves a boundary of the path.
    pieces = (unquote(piece, errors="surrogateescape") for piece in path.split("/"))
    return "/".join(
        quote(piece, safe="!$&'()*+,;=:@-._~", errors="surrogateescape") for piece in pieces
    )


def _digest(kind: str, *parts: str) -> str:
    hashed = hashlib.sha256(kind.encode())
    for part in parts:
        hashed.update(b"\0")
        hashed.update(part.encode("utf-8", "surrogatepass"))
    return hashed.hexdigest()[:32]
