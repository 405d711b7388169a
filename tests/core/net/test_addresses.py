"""What may be reached: every disguise of what may not, and what an exception does not open."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasad_core.net.addresses import AddressRules, Forbidden, parse_networks
from rasad_core.net.host import Ip
from rasad_core.net.target import read_target

PUBLIC_ONLY = AddressRules()
LOOPBACK = AddressRules(allow_networks=parse_networks("127.0.0.0/8, ::1/128"))
OFFICE = AddressRules(allow_networks=parse_networks("10.20.0.0/16"))


def code_of(url: str, rules: AddressRules = PUBLIC_ONLY) -> str:
    try:
        rules.check_url(url)
    except Forbidden as error:
        return error.code
    return "allowed"


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.0.0.1.", "127.1", "127.0.1", "127.255.255.254", "2130706433",
        "017700000001", "0x7f000001", "0X7F.1", "0x7f.0x0.0x0.0x1", "0177.0.0.1", "0177.1",
        "00000177.0.0.1", "127.0.0.0x1", "%31%32%37.0.0.1", "127%2e0%2E0.1", "１２７.0.0.1",
        "127。0。0。1", "①②⑦.0.0.1", "127.0.0\u00ad.1", "[::1]", "[0:0:0:0:0:0:0:1]",
        "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::127.0.0.1]",
        "[2002:7f00:1::]", "[2001:0:7f00:1::]", "0", "0.0.0.0", "[::]", "localhost", "LOCALHOST",
        "localhost.", "a.b.localhost", "ⓛocalhost", "loc\u00adalhost",
    ],
)  # fmt: skip
def test_every_spelling_of_this_machine_is_refused(host: str) -> None:
    assert code_of(f"http://{host}/feed") == "not_public"
    assert code_of(f"https://{host}") == "not_public"


@pytest.mark.parametrize(
    "host",
    [
        "169.254.169.254", "2852039166", "0xa9fea9fe", "0xA9.0xFE.0xA9.0xFE", "0251.0376.0251.0376",
        "169.254.43518", "169.16689662", "[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]",
        "[64:ff9b::a9fe:a9fe]", "[2002:a9fe:a9fe::1]", "１６９.254.169.254", "169.254.169.254.",
        "[fd00:ec2::254]", "[fd20:ce::254]", "100.100.100.200", "168.63.129.16", "192.0.0.192",
        "metadata.google.internal", "instance-data",
    ],
)  # fmt: skip
def test_every_spelling_of_the_metadata_of_a_cloud_is_refused(host: str) -> None:
    assert code_of(f"http://{host}/latest/meta-data/") == "not_public"
    assert code_of(f"http://{host}/latest/meta-data/", LOOPBACK) == "not_public"


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1", "http://172.16.0.1", "http://172.31.255.255", "http://192.168.1.1",
        "http://100.64.0.1", "http://192.0.0.8", "http://198.18.0.1", "http://198.19.255.255",
        "http://224.0.0.1", "http://239.255.255.250", "http://255.255.255.255",
        "http://240.0.0.1", "http://192.88.99.1", "http://203.0.113.7", "http://[fe80::1]",
        "http://[fc00::1]", "http://[fec0::1]", "http://[ff02::1]", "http://[2001:db8::1]",
        "http://[64:ff9b:1::1]", "http://[100::1]", "http://[5f00::1]", "http://[3fff::1]",
        "http://printer.local", "http://wiki.internal", "http://nas.home.arpa", "http://wiki",
    ],
)  # fmt: skip
def test_what_is_not_public_is_refused(url: str) -> None:
    assert code_of(url) == "not_public"


@pytest.mark.parametrize(
    "url",
    [
        "http://news.example.com/feed", "https://news.example.com:443/", "http://a.example:8080/x",
        "https://a.example:8443", "http://8.8.8.8/", "http://[2606:4700:4700::1111]/",
        "http://[64:ff9b::8.8.8.8]/", "https://الجزيرة.net/", "HTTP://BÜCHER.example/",
        "http://my_blog.example.com/", "  http://news.example.com/\n", "http://localhost.example/",
        "http://internal.example/", "http://1.example/", "http://a.1b/",
    ],
)  # fmt: skip
def test_what_is_public_is_allowed(url: str) -> None:
    assert code_of(url) == "allowed"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("ftp://a.example/", "bad_scheme"),
        ("file:///etc/passwd", "bad_scheme"),
        ("gopher://a.example:70/", "bad_scheme"),
        ("javascript:alert(1)", "bad_scheme"),
        ("//a.example/", "bad_scheme"),
        ("a.example", "bad_scheme"),
        ("", "bad_scheme"),
        ("http:/a.example", "bad_scheme"),
        ("http://me@a.example/", "credentials"),
        ("http://me:pass@a.example/", "credentials"),
        ("http://@a.example/", "credentials"),
        ("http://a.example@127.0.0.1/", "credentials"),
        ("http://a.example:22/", "bad_port"),
        ("http://a.example:6379/", "bad_port"),
        ("http://a.example:0/", "bad_port"),
        ("http://a.example:99999/", "bad_port"),
        ("http://a.example:8o/", "bad_port"),
        ("http://8.8.8.8:25/", "bad_port"),
        ("http://", "bad_host"),
        ("http:///x", "bad_host"),
        ("http://a..example/", "bad_host"),
        ("http://a b.example/", "bad_host"),
        ("http://a%00.example/", "bad_host"),
        ("http://a%2fb.example/", "bad_host"),
        ("http://%2531.example/", "bad_host"),
        ("http://256.1.1.1/", "bad_host"),
        ("http://1.2.3.4.5/", "bad_host"),
        ("http://127.0.0.0x1g/", "allowed"),  # a name, since its end is no number
        ("http://09.1.1.1/", "bad_host"),
        ("http://4294967296/", "bad_host"),
        ("http://example.1/", "bad_host"),
        ("http://[::1/", "bad_port"),
        ("http://[fe80::1%eth0]/", "bad_host"),
        ("http://[1.2.3.4]/", "bad_host"),
        (f"http://{'a' * 64}.example/", "bad_host"),
        (f"http://{'a.' * 130}example/", "bad_host"),
        (f"http://{'é' * 300}.example/", "bad_host"),
    ],
)
def test_what_is_wrong_with_a_url_is_named(url: str, code: str) -> None:
    assert code_of(url) == code


@pytest.mark.parametrize(
    "url", ["ftp://me:secret@a.example/", "http://me:secret@a.example/", "http://m@secret@a:x/"]
)
def test_refusal_repeats_no_password(url: str) -> None:
    with pytest.raises(Forbidden) as refusal:
        PUBLIC_ONLY.check_url(url)

    assert "secret" not in refusal.value.message


def test_backslash_is_a_slash_for_rules_and_client_alike() -> None:
    assert read_target("http:\\\\a.example\\@127.0.0.1/").host == "a.example"
    assert read_target("http://a.example/?x=\\").path == "/?x=%5C"


def test_line_breaks_in_a_url_are_overlooked() -> None:
    assert read_target("http://127.0.\n0.1/a\tb").url == "http://127.0.0.1/ab"


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://[::1]:5432/", "http://0x7f.1:99/"])
def test_allowed_network_is_reached_on_any_port(url: str) -> None:
    assert code_of(url, LOOPBACK) == "allowed"


@pytest.mark.parametrize(
    "url", ["http://localhost:9/", "http://a.localhost", "http://LOCALHOST.:1234/x"]
)
def test_localhost_is_allowed_with_loopback_and_only_with_it(url: str) -> None:
    assert code_of(url, LOOPBACK) == "allowed"
    assert code_of(url, OFFICE) == "not_public"


def test_allowed_network_opens_no_other() -> None:
    assert code_of("http://10.0.0.1/", LOOPBACK) == "not_public"
    assert code_of("http://[::ffff:10.0.0.1]/", LOOPBACK) == "not_public"
    assert code_of("http://10.21.0.1/", OFFICE) == "not_public"
    assert code_of("http://8.8.8.8:25/", LOOPBACK) == "bad_port"
    assert code_of("http://wiki.internal/", LOOPBACK) == "not_public"


def reachable(url: str, *found: str, rules: AddressRules) -> list[str] | str:
    try:
        ips = rules.reachable(read_target(url), [ip_address(each) for each in found])
    except Forbidden as error:
        return error.code
    return [str(ip) for ip in ips]


def test_name_is_judged_by_every_address_it_leads_to() -> None:
    found = ("127.0.0.1", "8.8.8.8", "::1", "10.20.3.4")

    assert reachable("http://a.example", *found, rules=PUBLIC_ONLY) == ["8.8.8.8"]
    assert reachable("http://a.example", *found, rules=OFFICE) == ["8.8.8.8", "10.20.3.4"]
    assert reachable("http://a.example", "127.0.0.1", "::1", rules=PUBLIC_ONLY) == "not_public"
    assert reachable("http://a.example", rules=PUBLIC_ONLY) == "not_public"


def test_name_on_a_strange_port_reaches_allowed_networks_only() -> None:
    assert reachable("http://a.example:9200", "10.20.3.4", rules=OFFICE) == ["10.20.3.4"]
    assert reachable("http://a.example:9200", "8.8.8.8", "10.20.3.4", rules=OFFICE) == ["10.20.3.4"]
    assert reachable("http://a.example:9200", "8.8.8.8", rules=OFFICE) == "bad_port"
    assert reachable("http://a.example:9200", "10.21.3.4", rules=OFFICE) == "not_public"


def test_inner_name_reaches_allowed_networks_only() -> None:
    assert code_of("http://wiki.internal:8000/", OFFICE) == "allowed"
    assert reachable("http://wiki.internal", "10.20.3.4", rules=OFFICE) == ["10.20.3.4"]
    assert reachable("http://wiki.internal", "8.8.8.8", rules=OFFICE) == "not_public"


def test_refusal_does_not_say_where_a_name_led() -> None:
    with pytest.raises(Forbidden) as refusal:
        PUBLIC_ONLY.reachable(read_target("http://a.example"), [ip_address("10.9.8.7")])

    assert "10.9.8.7" not in refusal.value.message


# The special-purpose registries of IANA, and what the rules add to them.
CLOSED = [
    ip_network(each)
    for each in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32",
        "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
        "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",
        "240.0.0.0/4", "::/3", "2001::/23", "2001:db8::/32", "3fff::/20", "4000::/2", "8000::/1",
    )
]  # fmt: skip
IPS = st.one_of(
    st.ip_addresses(v=4),
    st.ip_addresses(v=6),
    st.sampled_from(CLOSED).flatmap(lambda network: st.ip_addresses(network=network)),
)


def allowed(ip: Ip, rules: AddressRules) -> bool:
    try:
        rules.check_ip(ip)
    except Forbidden:
        return False
    return True


NAT64 = ip_network("64:ff9b::/96")


def is_wrapped(ip: Ip) -> bool:
    if isinstance(ip, IPv4Address):
        return False
    return bool(ip.ipv4_mapped or ip.sixtofour or ip.teredo or ip in NAT64)


@given(IPS)
def test_public_is_what_no_registry_sets_aside(ip: Ip) -> None:
    if not is_wrapped(ip):
        assert allowed(ip, PUBLIC_ONLY) == (not any(ip in network for network in CLOSED))


@given(IPS.filter(lambda ip: ip.version == 4))
def test_wrapped_address_is_judged_by_what_is_in_it(ip: IPv4Address) -> None:
    inner = int(ip)
    wrapped = [
        IPv6Address(int(IPv6Address("::ffff:0:0")) + inner),
        IPv6Address(int(IPv6Address("64:ff9b::")) + inner),
        IPv6Address(int(IPv6Address("2002::")) + (inner << 80) + 1),
    ]

    assert [allowed(each, PUBLIC_ONLY) for each in wrapped] == [allowed(ip, PUBLIC_ONLY)] * 3


@given(IPS, st.sampled_from(CLOSED))
def test_allowed_network_adds_itself_and_nothing_else(ip: Ip, network: object) -> None:
    rules = AddressRules(allow_networks=parse_networks(str(network)))
    (allow,) = rules.allow_networks

    if not is_wrapped(ip):
        assert allowed(ip, rules) == (allowed(ip, PUBLIC_ONLY) or ip in allow)
