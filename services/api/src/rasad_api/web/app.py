"""The pages put into the application."""

from fastapi import FastAPI

from rasad_api.web import (
    alert_page,
    alerts_page,
    article_page,
    inbox_page,
    operations_page,
    search_page,
    signing,
    sources_page,
)
from rasad_api.web.errors import problem_page
from rasad_api.web.static import Assets

_ROUTERS = (
    search_page.router,
    article_page.router,
    alerts_page.router,
    alert_page.router,
    inbox_page.router,
    sources_page.router,
    operations_page.router,
    signing.router,
)


def add_pages(app: FastAPI) -> None:
    """Add every page, the files they load, and pages for what goes wrong."""
    for router in _ROUTERS:
        app.include_router(router)
    app.mount("/assets", Assets(), name="assets")
    app.state.problem_page = problem_page
