"""A client that may reach loopback, and names that lead there."""

import ssl
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from loopback import Names
from rasad_core.net.addresses import AddressRules, parse_networks
from rasad_core.net.fetch import FetchLimits, HttpFetcher

MakeFetcher = Callable[..., HttpFetcher]


@pytest.fixture
def names() -> Names:
    return Names({"news.example": ["127.0.0.1"], "other.example": ["127.0.0.1"]})


@pytest.fixture
def make_fetcher(names: Names) -> MakeFetcher:
    def make(
        *,
        allow: str = "127.0.0.0/8",
        timeout_seconds: float = 5.0,
        max_bytes: int = 100_000,
        max_redirects: int = 5,
        proxy: str | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> HttpFetcher:
        return HttpFetcher(
            AddressRules(allow_networks=parse_networks(allow)),
            FetchLimits(
                timeout_seconds=timeout_seconds, max_bytes=max_bytes, max_redirects=max_redirects
            ),
            user_agent="Rasad/test",
            proxy=proxy,
            resolve=names,
            # Making the default one takes 50 ms, and only the tests of TLS need any.
            tls=tls or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        )

    return make


@pytest.fixture
def fetcher(make_fetcher: MakeFetcher) -> HttpFetcher:
    return make_fetcher()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=news.example",
         "-addext", "subjectAltName=DNS:news.example,IP:127.0.0.1"],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return certificate, key


@pytest.fixture
def server_side(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


@pytest.fixture
def trusting(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certificate[0])
