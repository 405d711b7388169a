"""One request, one answer, over one connection of its own."""

from collections.abc import Iterable

import httpcore

from rasad_core.net.connect import Watch
from rasad_core.net.decode import ACCEPT_ENCODING, read_body
from rasad_core.net.failure import Failure, FetchFailed
from rasad_core.net.messages import FetchLimits, Request, Response
from rasad_core.net.redirect import leads_on
from rasad_core.net.target import Target

# These frame the message and belong to the connection; a caller's are left out.
_FRAMING = frozenset(
    {
        "connection", "content-length", "expect", "host", "keep-alive", "proxy-authorization",
        "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
    }
)  # fmt: skip


def exchange(
    pool: httpcore.ConnectionPool,
    request: Request,
    target: Target,
    *,
    watch: Watch,
    limits: FetchLimits,
    user_agent: str,
) -> Response:
    """Ask and read the answer; of a redirect that will be followed, only the head.

    Raises `FetchFailed`. `hops` is left to whoever knows them.
    """
    headers = _sent_headers(request, target, user_agent)
    url = httpcore.URL(
        scheme=target.scheme.encode(),
        host=target.url_host.encode(),
        port=None if target.has_default_port else target.port,
        target=target.path.encode(),
    )
    content = request.body if request.method == "POST" else None
    try:
        with pool.stream(request.method, url, headers=headers, content=content) as answer:
            return _read(answer, request, watch, limits)
    except httpcore.LocalProtocolError:
        message = f"what was to be sent to `{target.bare_host}` holds what no header carries"
        raise FetchFailed(Failure.BAD_REQUEST, message) from None
    except httpcore.ProxyError:
        raise FetchFailed(Failure.PROXY, f"the proxy refuses `{target.bare_host}`") from None
    except (httpcore.NetworkError, httpcore.RemoteProtocolError) as error:
        if watch.ended or isinstance(error, httpcore.NetworkError):
            message = f"`{target.bare_host}` ended the connection before its answer was whole"
            raise FetchFailed(Failure.RESET, message) from None
        message = f"what `{target.bare_host}` answers is not HTTP"
        raise FetchFailed(Failure.MALFORMED, message) from None


def _sent_headers(request: Request, target: Target, user_agent: str) -> list[tuple[bytes, bytes]]:
    headers = {"accept": "*/*", "accept-encoding": ACCEPT_ENCODING, "user-agent": user_agent}
    for name, value in request.headers.items():
        if name.lower() not in _FRAMING:
            headers[name.lower()] = value
    # Host comes first: some servers look no further.
    framed = {"host": target.authority, "connection": "close", **headers}
    if request.method == "POST":
        framed["content-length"] = str(len(request.body))
    return [
        (name.encode("utf-8", "replace"), value.encode("utf-8", "replace"))
        for name, value in framed.items()
    ]


def _read(
    answer: httpcore.Response, request: Request, watch: Watch, limits: FetchLimits
) -> Response:
    watch.head_done()
    if sum(len(name) + len(value) + 4 for name, value in answer.headers) > limits.max_header_bytes:
        message = f"the answer has more than {limits.max_header_bytes} bytes of headers"
        raise FetchFailed(Failure.TOO_LARGE, message)
    headers = _joined(answer.headers)
    followed = request.follow_redirects and leads_on(answer.status, headers.get("location", ""))
    body = b""
    if request.wants_body and not followed:
        if int(headers.get("content-length", "0")) > limits.max_bytes:
            message = f"the body has more than {limits.max_bytes} bytes"
            raise FetchFailed(Failure.TOO_LARGE, message)
        encoding = headers.get("content-encoding", "")
        body = read_body(answer.iter_stream(), encoding, limits.max_bytes)
    return Response(url=request.url, status=answer.status, headers=headers, body=body)


def _joined(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("latin-1").lower(), _text(raw_value)
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")
