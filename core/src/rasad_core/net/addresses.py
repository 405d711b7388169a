"""Which addresses may be reached. Pure: nothing here looks a name up or opens a connection."""

from ipaddress import IPv4Network, IPv6Network, ip_network

Network = IPv4Network | IPv6Network
_MAPPED = IPv6Network("::ffff:0:0/96")


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
