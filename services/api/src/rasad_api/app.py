"""The application: every router and rule put together, over ports that the program brings."""

from importlib.metadata import version

from fastapi import FastAPI
from starlette.responses import Response

from rasad_api import docs_pages
from rasad_api.guard import Guard
from rasad_api.live_hub import Hub
from rasad_api.metrics import Requests
from rasad_api.openapi import Api, problem
from rasad_api.ports import Ports
from rasad_api.problems import add_handlers
from rasad_api.readiness import store_and_index
from rasad_api.routes import (
    alerts,
    articles,
    deliveries,
    feeds,
    health,
    keys,
    matches,
    queries,
    search,
    sources,
    stream,
)
from rasad_api.web.app import add_pages
from rasad_core.runtime.readiness import Readiness

_ABOUT = (
    "Search, alerts and sources of a Rasad installation. Times are RFC 3339 in UTC; `start` and "
    "`end` are code-point offsets, `end` exclusive; every error is application/problem+json."
)
_ROUTERS = (
    health.router,
    articles.router,
    search.router,
    queries.router,
    alerts.router,
    matches.router,
    deliveries.router,
    sources.router,
    stream.router,
    feeds.router,
    keys.router,
)


def create_app(ports: Ports) -> FastAPI:
    """Make the application; nothing is opened or started by it."""
    app = Api(
        title="Rasad",
        version=version("rasad-api"),
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
        default_response_class=Response,
        responses={"default": problem()},
    )
    app.state.ports = ports
    app.state.requests = Requests()
    app.state.readiness = Readiness(ports.dependencies or store_and_index(ports.store, ports.index))
    app.state.streams = stream.Streams(Hub(ports.reader, ports.stopping))
    add_handlers(app)
    app.add_middleware(Guard, ports=ports)
    for router in _ROUTERS:
        app.include_router(router)
    app.include_router(docs_pages.router)
    add_pages(app)
    return app
