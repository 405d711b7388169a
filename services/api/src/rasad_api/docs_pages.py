"""`/docs` and `/docs/problems`: made from the OpenAPI here, nothing loaded from anywhere."""

import base64
import hashlib
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from rasad_api.problem_codes import REMEDIES

router = APIRouter(include_in_schema=False)
_STYLE: Final = (
    ":root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:56rem;"
    "margin:2rem auto;padding:0 1rem}code{font-family:ui-monospace,monospace}"
    "section{border-top:1px solid #8886;padding:.5rem 0}h3{margin:.5rem 0}dt{float:left;"
    "clear:left;margin-inline-end:.5rem}dd{margin:0}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS = {
    "content-security-policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}


@router.get("/docs")
def docs(request: Request) -> HTMLResponse:
    """List every operation."""
    document = request.app.openapi()
    about = escape(document["info"]["description"])
    links = (
        '<p><a href="/openapi.json">openapi.json</a> · <a href="/docs/problems">problems</a></p>'
    )
    return _page("Rasad API", f"<p>{about}</p>{links}{''.join(_operations(document))}")


@router.get("/docs/problems")
def problems() -> HTMLResponse:
    """List what `type` of a problem can be."""
    rows = "".join(
        f'<section id="{code}"><h3><code>{code}</code></h3><p>{escape(remedy)}</p></section>'
        for code, remedy in sorted(REMEDIES.items())
    )
    return _page("Problems of the Rasad API", rows)


def _page(title: str, content: str) -> HTMLResponse:
    return HTMLResponse(
        f'<!doctype html><html lang="en" dir="ltr"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body><main><h1>{title}</h1>{content}</main></body></html>",
        headers=_HEADERS,
    )


def _operations(document: Mapping[str, Any]) -> Iterator[str]:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            yield (
                f'<section id="{escape(operation["operationId"])}">'
                f"<h3><code>{method.upper()} {escape(path)}</code></h3>"
                f"<p>{escape(operation.get('description') or operation['summary'])}</p>"
                f"<dl>{''.join(_parameters(operation))}{''.join(_answers(operation))}</dl></section>"
            )


def _parameters(operation: Mapping[str, Any]) -> Iterator[str]:
    for each in operation.get("parameters", ()):
        about = each.get("description", each["in"])
        yield f"<dt><code>{escape(each['name'])}</code></dt><dd>{escape(about)}</dd>"


def _answers(operation: Mapping[str, Any]) -> Iterator[str]:
    for status, each in operation["responses"].items():
        yield f"<dt><code>{status}</code></dt><dd>{escape(each['description'])}</dd>"
