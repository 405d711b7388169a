"""JSON written by msgspec: the same bytes as everywhere else in Rasad."""

import msgspec
from starlette.responses import Response


class MsgspecResponse(Response):
    """Answers with a model as JSON."""

    media_type = "application/json"

    def render(self, content: object) -> bytes:
        """Encode; bytes are JSON already."""
        return content if isinstance(content, bytes) else msgspec.json.encode(content)
