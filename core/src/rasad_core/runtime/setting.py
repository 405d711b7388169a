"""What one setting is, and the parsers that read what people write."""

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from rasad_core.errors import RasadError
from rasad_core.net.proxy import read_proxy

T = TypeVar("T")


class WrongSetting(RasadError):
    """A setting has a value that cannot be meant, or a name nobody reads."""


def _openly(written: str) -> str:
    return written or "empty"


@dataclass(frozen=True, kw_only=True)
class Setting(Generic[T]):
    """One environment variable. `parse` raises ValueError with what is wrong, in words.

    `show` makes of a value what people may see of it: in messages, in logs, in `rasad doctor`.
    """

    name: str
    default: str
    parse: Callable[[str], T]
    takes: str
    about: str
    show: Callable[[str], str] = _openly

    def read(self, environ: Mapping[str, str]) -> T:
        """Give the value in force; an empty variable counts as unset."""
        written = environ.get(self.name, "").strip() or self.default
        try:
            return self.parse(written)
        except ValueError as error:
            shown = self.show(written)
            raise WrongSetting(f"{self.name}={shown}: {error}; it takes {self.takes}") from None

    def shown(self, environ: Mapping[str, str]) -> str:
        """Give the value in force as people may see it."""
        value: object = self.read(environ)
        if isinstance(value, tuple):
            return self.show(", ".join(str(each) for each in value))
        return self.show("" if value is None else str(value))


def set_or_not(written: str) -> str:
    """Show a secret."""
    return "set" if written else "not set"


def without_password(written: str) -> str:
    """Show an address that may hold a password."""
    return re.sub(r"^(\w+://)?.*@", r"\1…@", written) or "empty"


def whole(low: int, high: int) -> Callable[[str], int]:
    """Read a whole number."""

    def parse(written: str) -> int:
        try:
            number = int(written)
        except ValueError:
            raise ValueError("that is no whole number") from None
        if not low <= number <= high:
            raise ValueError(f"that is not between {low} and {high}")
        return number

    return parse


def number(low: float, high: float) -> Callable[[str], float]:
    """Read a number; neither `nan` nor `inf` is between two numbers."""

    def parse(written: str) -> float:
        try:
            value = float(written)
        except ValueError:
            raise ValueError("that is no number") from None
        if not low <= value <= high:
            raise ValueError(f"that is not between {low:g} and {high:g}")
        return value

    return parse


def several(parse: Callable[[str], T]) -> Callable[[str], tuple[T, ...]]:
    """Read values between commas."""
    return lambda written: tuple(parse(each.strip()) for each in written.split(","))


def optional(parse: Callable[[str], T]) -> Callable[[str], T | None]:
    """Read a value that may be missing."""
    return lambda written: parse(written) if written else None


def one_of(choices: tuple[str, ...]) -> Callable[[str], str]:
    """Read one of some words, in any case."""

    def parse(written: str) -> str:
        if written.lower() not in choices:
            near = difflib.get_close_matches(written.lower(), choices, n=1)
            raise ValueError(f"did you mean `{near[0]}`?" if near else "that is none of them")
        return written.lower()

    return parse


def header_safe(written: str) -> str:
    """Read a value that goes into a header of HTTP."""
    if not re.fullmatch(r"[!-~]+", written):
        raise ValueError("it holds a space or a letter that no header carries")
    return written


def contact(written: str) -> str:
    """Read what goes in parentheses into the user agent: an address to write to or look at."""
    if not re.fullmatch(r"[!-'*-~ ]+", written):
        raise ValueError("it holds a parenthesis or a letter that no header carries")
    return written


def proxy_address(written: str) -> str:
    """Read the address of a proxy, perhaps with a name and a password."""
    try:
        read_proxy(written)
    except ValueError:  # its text could repeat the password
        raise ValueError("that is no address of a proxy") from None
    return written


def host(written: str) -> str:
    """Read the name or address of an interface to listen on."""
    if not re.fullmatch(r"[A-Za-z0-9.:_-]+", written):
        raise ValueError("that is no host")
    return written
