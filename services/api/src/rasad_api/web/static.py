"""The files that pages load: what has its version in the address is kept by browsers."""

import mimetypes
import os
from typing import Final

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from rasad_api.web.rendering import ASSETS

# Not every machine's table knows them, and browsers are told not to guess.
for _suffix, _media_type in ((".woff2", "font/woff2"), (".js", "text/javascript")):
    mimetypes.add_type(_media_type, _suffix)
_FOR_EVER: Final = "public, max-age=31536000, immutable"
# Fonts have no version in their address and change with a release.
_A_DAY: Final = "public, max-age=86400"


class Assets(StaticFiles):
    """The folder of assets; those that a build brings may be missing, then the pages do without."""

    def __init__(self) -> None:
        super().__init__(directory=ASSETS)

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """Answer with a file."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        versioned = scope["query_string"].startswith(b"v=")
        response.headers["cache-control"] = _FOR_EVER if versioned else _A_DAY
        return response
