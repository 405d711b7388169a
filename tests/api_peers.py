"""Whom the API tells in its tests: webhooks in memory that answer and remember."""

from collections.abc import Mapping

from rasad_core.net.failure import FetchFailed
from rasad_core.net.messages import Request, Response


class Peers:
    """A `Fetcher`: by address a status, or why no answer comes; 204 where nothing is said."""

    def __init__(self) -> None:
        self.answers: dict[str, int | FetchFailed] = {}
        self.headers: Mapping[str, str] = {}
        self.asked: list[Request] = []

    def fetch(self, request: Request) -> Response:
        self.asked.append(request)
        answer = self.answers.get(request.url, 204)
        if isinstance(answer, FetchFailed):
            raise answer
        return Response(url=request.url, status=answer, body=b"what the peer says")
