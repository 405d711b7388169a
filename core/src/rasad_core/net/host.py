"""Hosts as browsers read them (WHATWG URL), so that an address in disguise is still an address."""

import re
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import unquote

Ip = IPv4Address | IPv6Address

# DNS holds 253 letters; a name in another script is shorter as written than as sent.
_MAX_CHARACTERS = 253
_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+")
# With the underscore, which no rule allows in a host and some publishers have.
_LABEL = re.compile(r"[a-z0-9_-]{1,63}")


def read_host(written: str) -> Ip | str:
    """Give an address, or a name in lower case and ASCII; raises ValueError with what is wrong.

    `2130706433`, `0x7f.1`, `０１７７.0.0.1` and `127.0.0.1.` are all 127.0.0.1.
    """
    if written.startswith("["):
        return _read_ipv6(written)
    name = _in_ascii(unquote(written)).removesuffix(".")
    labels = name.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        return _read_ipv4(labels)
    if not all(_LABEL.fullmatch(label) for label in labels) or len(name) > _MAX_CHARACTERS:
        raise ValueError("it has no proper host")
    return name


def _in_ascii(written: str) -> str:
    if written.isascii():
        return written.lower()
    if len(written) > _MAX_CHARACTERS:
        raise ValueError("it has no proper host")
    import idna  # its tables are large, and few hosts need them

    try:
        return idna.encode(written, uts46=True).decode("ascii").lower()
    except idna.IDNAError:
        raise ValueError("its host is no name in any script") from None


def _read_ipv6(written: str) -> IPv6Address:
    try:
        if written.endswith("]") and "%" not in written:
            return IPv6Address(written[1:-1])
    except ValueError:
        pass
    raise ValueError("it has an address of IPv6 that is none")


def _read_ipv4(labels: list[str]) -> IPv4Address:
    numbers = [_read_number(label) for label in labels]
    *first, last = numbers
    rest_bytes = 4 - len(first)
    if rest_bytes < 1 or any(number > 255 for number in first) or last >= 256**rest_bytes:
        raise ValueError("it has an address of IPv4 that is none")
    high = int.from_bytes(bytes([*first, *bytes(rest_bytes)]), "big")
    return IPv4Address(high + last)


def _read_number(label: str) -> int:
    if not _NUMBER.fullmatch(label) or len(label) > _MAX_CHARACTERS:
        raise ValueError("it has an address of IPv4 that is none")
    if label.startswith("0x"):
        return int(label[2:] or "0", 16)
    octal = label.startswith("0") and label != "0"
    return int(label, 8 if octal else 10)
