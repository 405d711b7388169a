"""Settings: what they take, and how a typo is met."""

from pathlib import Path

import pytest

from rasad_core.runtime.settings import SETTINGS, WrongSetting, read_settings, settings_page


def test_without_any_variable_the_defaults_hold() -> None:
    settings = read_settings({"HOME": "/home/ada"})

    assert settings.log_level == "info"
    assert settings.retention_days is None
    assert settings.log_retention_days == 3
    assert settings.ingest_max_bytes == 20_000_000
    assert settings.data.is_absolute()


def test_values_are_read() -> None:
    settings = read_settings(
        {"RASAD_DATA": "/srv/news", "RASAD_RETENTION_DAYS": "30", "RASAD_LOG_FORMAT": "JSON"}
    )

    assert settings.data == Path("/srv/news")
    assert settings.retention_days == 30
    assert settings.log_format == "json"


def test_empty_variable_counts_as_unset() -> None:
    assert read_settings({"RASAD_LOG_RETENTION_DAYS": ""}).log_retention_days == 3


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("RASAD_LOG_LEVLE", "RASAD_LOG_LEVEL"),
        ("RASAD_DATA_DIR", "RASAD_DATA"),
        ("RASAD_INGEST_MAXBYTES", "RASAD_INGEST_MAX_BYTES"),
    ],
)
def test_unknown_name_is_refused_with_the_nearest_one(name: str, near: str) -> None:
    with pytest.raises(WrongSetting, match=rf"{name} is no setting of Rasad; .* {near}\?"):
        read_settings({name: "x"})


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("RASAD_LOG_LEVEL", "inof", "did you mean `info`"),
        ("RASAD_LOG_LEVEL", "9", "it takes `debug`, `info`"),
        ("RASAD_RETENTION_DAYS", "0", "not between 1 and 36500"),
        ("RASAD_RETENTION_DAYS", "many", "no whole number"),
        ("RASAD_INGEST_MAX_BYTES", "20MB", "no whole number"),
    ],
)
def test_wrong_value_is_refused_in_words(name: str, value: str, says: str) -> None:
    with pytest.raises(WrongSetting, match=says) as refusal:
        read_settings({name: value})
    assert str(refusal.value).startswith(f"{name}={value}: ")


@pytest.mark.parametrize(
    "name",
    [
        "RASAD_API_ADMIN_KEY",
        "RASAD_DELIVER_RETRY_SECONDS",
        "RASAD_INDEX_PORT",
        "RASAD_KAFKA_SASL_PASSWORD",
    ],
)
def test_names_of_programs_to_come_are_accepted(name: str) -> None:
    assert read_settings({name: "x"}).log_level == "info"


def test_every_default_is_one_its_parser_takes() -> None:
    for setting in SETTINGS:
        setting.read({})


def test_page_names_every_setting() -> None:
    page = settings_page()

    assert [s.name for s in SETTINGS if f"`{s.name}`" not in page] == []
