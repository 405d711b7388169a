"""Settings: what they take, and how a typo is met."""

from ipaddress import ip_network
from pathlib import Path

import pytest

from rasad_core.runtime.setting import WrongSetting
from rasad_core.runtime.settings import SETTINGS, read_settings, settings_page


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


def test_networks_pauses_and_the_like_are_read() -> None:
    settings = read_settings(
        {
            "RASAD_INGEST_ALLOW_NETWORKS": "127.0.0.0/8, ::1/128,",
            "RASAD_DELIVER_ALLOW_NETWORKS": "10.1.2.3",
            "RASAD_DELIVER_RETRY_SECONDS": "0.1, 2",
            "RASAD_INGEST_CONTACT": "https://example.org/bot",
            "RASAD_INGEST_PROXY": "http://me:secret@proxy:3128",
        }
    )

    assert settings.ingest_allow_networks == (ip_network("127.0.0.0/8"), ip_network("::1/128"))
    assert settings.deliver_allow_networks == (ip_network("10.1.2.3/32"),)
    assert settings.deliver_retry_seconds == (0.1, 2.0)
    assert settings.ingest_contact == "https://example.org/bot"
    assert settings.ingest_proxy == "http://me:secret@proxy:3128"


def test_nobody_is_allowed_inside_by_default() -> None:
    settings = read_settings({})

    assert settings.ingest_allow_networks == settings.deliver_allow_networks == ()
    assert settings.api_host == "127.0.0.1"
    assert settings.api_admin_key is None
    assert len(settings.deliver_retry_seconds) == 9


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RASAD_API_ADMIN_KEY", "two secret words"),
        ("RASAD_INGEST_PROXY", "http://me:secret@proxy:port"),
        ("RASAD_INGEST_PROXY", "http://me:se@cret@[proxy"),
        ("RASAD_INGEST_PROXY", "me:secret@proxy:3128"),
    ],
)
def test_refusal_prints_no_secret(name: str, value: str) -> None:
    with pytest.raises(WrongSetting) as refusal:
        read_settings({name: value})

    assert "cret" not in str(refusal.value)


def test_secrets_are_shown_as_set_or_not() -> None:
    environ = {"RASAD_API_ADMIN_KEY": "hush", "RASAD_INGEST_PROXY": "http://me:hush@proxy:3128"}
    shown = {each.name: each.shown(environ) for each in SETTINGS}

    assert shown["RASAD_API_ADMIN_KEY"] == "set"
    assert shown["RASAD_INGEST_PROXY"] == "http://…@proxy:3128"
    assert {each.name: each.shown({}) for each in SETTINGS}["RASAD_API_ADMIN_KEY"] == "not set"


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
        ("RASAD_INGEST_TIMEOUT_SECONDS", "nan", "not between 0.05 and 600"),
        ("RASAD_INGEST_TIMEOUT_SECONDS", "20s", "no number"),
        ("RASAD_INGEST_ALLOW_NETWORKS", "10.0.0.0/8, home", "`home` is no network"),
        ("RASAD_INGEST_ALLOW_NETWORKS", "10.1.2.3/8", "did you mean `10.0.0.0/8`"),
        ("RASAD_DELIVER_ALLOW_NETWORKS", "::ffff:10.0.0.0/104", "addresses of IPv4"),
        ("RASAD_DELIVER_RETRY_SECONDS", "5,,300", "no number"),
        ("RASAD_DELIVER_RETRY_SECONDS", "5,inf", "not between 0 and"),
        ("RASAD_INGEST_CONTACT", "me (at) example.org", "parenthesis"),
        ("RASAD_INGEST_PROXY", "proxy:3128", "no address of a proxy"),
        ("RASAD_INGEST_PROXY", "http://proxy:99999", "no address of a proxy"),
        ("RASAD_API_HOST", "http://0.0.0.0", "no host"),
        ("RASAD_API_PORT", "65536", "not between 0 and 65535"),
    ],
)
def test_wrong_value_is_refused_in_words(name: str, value: str, says: str) -> None:
    with pytest.raises(WrongSetting, match=says) as refusal:
        read_settings({name: value})
    assert str(refusal.value).startswith(f"{name}={value}: ")


@pytest.mark.parametrize(
    "name",
    [
        "RASAD_API_RATE_LIMIT",
        "RASAD_DELIVER_SMTP_URL",
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


def test_settings_of_a_cluster_are_read() -> None:
    cluster = read_settings(
        {
            "RASAD_KAFKA_BOOTSTRAP": "one:9092, two:9092",
            "RASAD_KAFKA_SECURITY_PROTOCOL": "sasl_ssl",
            "RASAD_KAFKA_SASL_MECHANISM": "SCRAM-SHA-512",
            "RASAD_ELASTICSEARCH_URL": "https://search:9200",
            "RASAD_ENRICH_LANE": "backfill",
            "RASAD_INDEX_PORT": "9001",
        }
    ).cluster

    assert cluster.kafka_bootstrap == ("one:9092", "two:9092")
    assert (cluster.kafka_security_protocol, cluster.kafka_sasl_mechanism) == (
        "SASL_SSL", "SCRAM-SHA-512",
    )  # fmt: skip
    assert cluster.elasticsearch_url == ("https://search:9200",)
    assert cluster.enrich_lane == "backfill"
    assert (cluster.port["index"], cluster.port["ingest"]) == (9001, 8421)
    assert cluster.enrich_workers >= 1


def test_secret_in_a_file_is_read_and_not_shown(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("hush-hush\n")
    settings = read_settings({"RASAD_API_ADMIN_KEY_FILE": str(file)})

    assert settings.api_admin_key == "hush-hush"


def test_secret_that_is_set_twice_or_not_there_stops_the_start(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("hush")

    with pytest.raises(WrongSetting, match="both set"):
        read_settings({"RASAD_API_ADMIN_KEY_FILE": str(file), "RASAD_API_ADMIN_KEY": "hush"})
    with pytest.raises(WrongSetting, match="cannot be read: No such file"):
        read_settings({"RASAD_KAFKA_PASSWORD_FILE": str(tmp_path / "none")})


@pytest.mark.parametrize("prefix", ["Big", "-news", "a b", "news/"])
def test_prefix_that_no_index_can_have_is_refused(prefix: str) -> None:
    with pytest.raises(WrongSetting, match="RASAD_ELASTICSEARCH_PREFIX"):
        read_settings({"RASAD_ELASTICSEARCH_PREFIX": prefix})


def test_program_has_its_own_default_for_the_log() -> None:
    assert read_settings({}, log_format="json").log_format == "json"
    assert read_settings({"RASAD_LOG_FORMAT": "text"}, log_format="json").log_format == "text"
