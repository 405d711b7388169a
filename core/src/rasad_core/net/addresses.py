"""Which addresses may be reached. Pure: nothing here looks a name up or opens a connection."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

from rasad_core.events import Frozen
from rasad_core.net.failure import Forbidden, ForbiddenCode
from rasad_core.net.host import Ip
from rasad_core.net.target import Target, read_target

__all__ = ["AddressRules", "Forbidden", "ForbiddenCode", "Network", "parse_networks"]

Network = IPv4Network | IPv6Network

_PORTS = frozenset({80, 443, 8080, 8443})
_LOOPBACK = (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"))
# Names that only ever lead inside (RFC 6761, 6762 and 8375; ICANN set `internal` aside in 2024),
# and any without a dot, which the resolver completes with the machine's own domain.
_INNER_SUFFIXES = ("localhost", "local", "internal", "home.arpa")
# `is_global` leaves these open, at least in some versions of Python.
_CLOSED: tuple[Network, ...] = (
    IPv4Network("100.64.0.0/10"),  # behind a provider's NAT
    IPv4Network("168.63.129.16/32"),  # Azure's metadata; the others are link-local or in here
    IPv4Network("192.0.0.0/24"),  # protocol assignments, Oracle's metadata
    IPv4Network("192.88.99.0/24"),  # relays of 6to4
    IPv4Network("198.18.0.0/15"),  # benchmarks
    IPv4Network("224.0.0.0/4"),  # multicast
    IPv6Network("2001::/23"),  # protocol assignments, Teredo
    IPv6Network("2001:db8::/32"),  # documentation
    IPv6Network("3fff::/20"),  # documentation
)
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_MAPPED = IPv6Network("::ffff:0:0/96")
_NAT64 = IPv6Network("64:ff9b::/96")


class AddressRules(Frozen, frozen=True, kw_only=True):
    """Only public addresses on the ports of the web, but for the networks named here.

    An address in `allow_networks` may be reached on any port. An entry weakens nothing else: a
    name is judged by every address it leads to, each for itself.
    """

    allow_networks: tuple[Network, ...] = ()

    def check_ip(self, ip: Ip) -> None:
        """Raise `Forbidden` unless it is public or allowed; judges what a wrapped one leads to."""
        if not self._may_reach(ip):
            raise Forbidden("not_public", f"`{ip}` is not a public address")

    def check_url(self, url: str) -> None:
        """Raise `Forbidden` for what can be seen without looking the name up."""
        self.check_target(read_target(url))

    def check_target(self, target: Target) -> None:
        """The same for a URL that has been read."""
        if not isinstance(target.host, str):
            self._check_at(target, target.host)
        elif _is_inner_name(target.host) and not self._may_hold(target.host):
            raise _not_public(target)
        elif target.port not in _PORTS and not self.allow_networks:
            raise _bad_port(target)

    def reachable(self, target: Target, found: Iterable[Ip]) -> tuple[Ip, ...]:
        """Give those of the addresses found for a target that may be connected to.

        Raises `Forbidden` when none is left. Does not say where the name led: whoever wrote the
        URL may not be someone who should know.
        """
        usable: list[Ip] = []
        refusal = _not_public(target)
        for ip in found:
            try:
                self._check_at(target, ip)
            except Forbidden as error:
                refusal = error
            else:
                usable.append(ip)
        if not usable:
            raise refusal
        return tuple(usable)

    def _check_at(self, target: Target, ip: Ip) -> None:
        if self._allows(ip):
            return
        inner = isinstance(target.host, str) and _is_inner_name(target.host)
        if inner or not self._may_reach(ip):
            raise _not_public(target)
        if target.port not in _PORTS:
            raise _bad_port(target)

    def _may_reach(self, ip: Ip) -> bool:
        return all(_is_public(each) or self._names(each) for each in _led_to(ip))

    def _allows(self, ip: Ip) -> bool:
        return all(self._names(each) for each in _led_to(ip))

    def _names(self, ip: Ip) -> bool:
        return any(ip in network for network in self.allow_networks)

    def _may_hold(self, name: str) -> bool:
        # What cannot come true is refused at once: localhost is on loopback, the others are not.
        if name == "localhost" or name.endswith(".localhost"):
            return any(each.overlaps(inner) for each in self.allow_networks for inner in _LOOPBACK)
        return not all(network.is_loopback for network in self.allow_networks)


def _not_public(target: Target) -> Forbidden:
    return Forbidden("not_public", f"`{target.bare_host}` does not lead to a public address")


def _bad_port(target: Target) -> Forbidden:
    ports = ", ".join(str(port) for port in sorted(_PORTS))
    message = f"`{target.url}` has port {target.port}; what is public is reached on {ports} only"
    return Forbidden("bad_port", message)


def _is_inner_name(name: str) -> bool:
    return "." not in name or name.endswith(tuple(f".{each}" for each in _INNER_SUFFIXES))


def _is_public(ip: Ip) -> bool:
    if isinstance(ip, IPv6Address) and ip not in _GLOBAL_UNICAST:
        return False
    return ip.is_global and not any(ip in network for network in _CLOSED)


def _led_to(ip: Ip) -> tuple[Ip, ...]:
    """Give every address that a packet to this one is meant for, or passes by."""
    if isinstance(ip, IPv4Address):
        return (ip,)
    if ip.ipv4_mapped:
        return (ip.ipv4_mapped,)
    if ip in _NAT64:
        return (IPv4Address(int(ip) & 0xFFFF_FFFF),)
    if ip.sixtofour:
        return (ip, ip.sixtofour)
    return (ip, *(ip.teredo or ()))


def parse_networks(written: str) -> tuple[Network, ...]:
    """Read `127.0.0.0/8, ::1/128`; raises ValueError with a sentence for the first bad one."""
    return tuple(_parse_network(each.strip()) for each in written.split(",") if each.strip())


def _parse_network(written: str) -> Network:
    try:
        network = ip_network(written, strict=False)
    except ValueError:
        raise ValueError(f"`{written}` is no network") from None
    if ip_network(written.partition("/")[0])[0] != network[0]:
        raise ValueError(f"`{written}` begins inside a network; did you mean `{network}`?")
    if isinstance(network, IPv6Network) and network.subnet_of(_MAPPED):
        raise ValueError(f"`{written}` holds addresses of IPv4: write them in its way")
    return network
