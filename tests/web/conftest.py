"""The pages served over memory, and a Chromium for the tests that look through a browser."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, sync_playwright

from in_process import client_of
from rasad_api.app import create_app
from rasad_api.ports import Ports
from web.install_browser import environment, installed
from web.stage import empty_ports, furnished_ports, served

# A headless browser as root in a container has no sandbox; the rest keeps it from calling home.
_ARGUMENTS = [
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def furnished() -> Ports:
    """The demonstration's news, sources and alerts; tests of the session share it."""
    return furnished_ports()


@pytest.fixture(scope="session")
def address(furnished: Ports) -> Iterator[str]:
    with served(create_app(furnished), furnished.stopping) as url:
        yield url


@pytest.fixture
def ports() -> Ports:
    """Nothing in it."""
    return empty_ports()


@pytest.fixture
def client(ports: Ports) -> httpx.Client:
    return client_of(create_app(ports))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for the module: while Playwright is there, its thread can run no other event loop."""
    executable, libraries = installed()
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=executable,
            args=_ARGUMENTS,
            env=dict(environment(executable, libraries)),
        )
        yield launched
        launched.close()
