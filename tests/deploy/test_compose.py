"""compose.yaml, its page and its image against what programs really take."""

import re
from pathlib import Path

import pytest

from rasad_core.runtime.settings import SECRETS, SETTINGS

ROOT = Path(__file__).parents[2]
COMPOSE = (ROOT / "compose.yaml").read_text()
PAGE = (ROOT / "docs" / "deploy.md").read_text()
SERVICES = ("ingest", "enrich", "enrich-backfill", "stories", "index", "alerts", "deliver", "api")
KNOWN = {each.name for each in SETTINGS} | {f"{name}_FILE" for name in SECRETS}


def block(service: str) -> str:
    """The lines of one service."""
    found = re.search(rf"^  {service}:.*\n((?:    .*\n|\n)+)", COMPOSE, re.MULTILINE)
    assert found, service
    return found[1]


@pytest.mark.parametrize("text", [COMPOSE, PAGE], ids=["compose.yaml", "deploy.md"])
def test_only_settings_that_exist_are_named(text: str) -> None:
    names = set(re.findall(r"\bRASAD_[A-Z_]+[A-Z]\b", text))

    assert names
    assert names <= KNOWN


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_is_asked_whether_it_is_ready(service: str) -> None:
    stage = service.partition("-")[0]
    port = next(each.default for each in SETTINGS if each.name == f"RASAD_{stage.upper()}_PORT")
    own = block(service) + (block("enrich") if service == "enrich-backfill" else "")

    assert f'ready.py, "{port}"]' in own
    assert f"RASAD_{stage.upper()}_HOST: 0.0.0.0" in own


def test_nothing_that_scales_has_a_name_or_a_port_of_its_own() -> None:
    assert "container_name" not in COMPOSE
    assert [name for name in SERVICES if "ports:" in block(name)] == ["api"]


def test_secrets_are_files_that_git_ignores() -> None:
    ignored = (ROOT / ".gitignore").read_text().split()

    assert not re.search(r"RASAD_\w*(?:KEY|PASSWORD): ", COMPOSE)
    assert {"/secrets/", "/.env"} <= set(ignored)


def test_variables_of_the_page_are_those_of_compose() -> None:
    asked = set(re.findall(r"\$\{([A-Z_]+)", COMPOSE))
    told = set(re.findall(r"`([A-Z_]{3,})`", PAGE))

    assert asked <= told


def test_image_is_built_in_a_way_that_every_builder_knows() -> None:
    lines = (ROOT / "deploy" / "Dockerfile").read_text().splitlines()

    assert not [line for line in lines if "<<" in line or "--mount" in line]
    assert "USER 10001:10001" in lines
    assert sum("--require-hashes" in line for line in lines) == 2
