"""Names of the indices: one for each month and version, one alias that readers use."""

import re
from collections.abc import Sequence

from rasad_core.errors import Reason, Unprocessable
from rasad_core.events import Frozen
from rasad_core.ports import Write

_MONTH = re.compile(r"\d{4}\.(?:0[1-9]|1[0-2])")
_INDEX = re.compile(r"articles-v([1-9]\d*)-(\d{4}\.\d{2})")


class Month(Frozen, frozen=True, kw_only=True, order=True):
    """The index of a month in one version."""

    version: int
    month: str


class Names(Frozen, frozen=True, kw_only=True):
    """What the indices of an installation are called."""

    prefix: str = ""

    @property
    def alias(self) -> str:
        """Name all months of the version that is read."""
        return f"{self.prefix}articles"

    @property
    def state(self) -> str:
        """Name the index of one document that says which version is read and which is built."""
        return f"{self.prefix}articles-state"

    def index(self, version: int, month: str) -> str:
        """Name the index of one month."""
        return f"{self.prefix}articles-v{version}-{month}"

    def template(self, version: int) -> str:
        """Name the template of one version."""
        return f"{self.prefix}articles-v{version}"

    def pattern(self, version: int) -> str:
        """Match every month of one version."""
        return f"{self.template(version)}-*"

    def month_of(self, index: str) -> Month | None:
        """Read a name back; None for an index that is no month of this installation."""
        found = _INDEX.fullmatch(index.removeprefix(self.prefix))
        if found is None or not index.startswith(self.prefix):
            return None
        return Month(version=int(found[1]), month=found[2])

    def months(self, indices: Sequence[str]) -> Sequence[Month]:
        """Read many names back, in order; others are left out."""
        return sorted(month for index in indices if (month := self.month_of(index)))


def month_of_event(event: Write) -> str:
    """Give the month whose index holds an article; raises `Unprocessable` for anything else.

    It becomes part of an index name, so it is held to its form here.
    """
    if _MONTH.fullmatch(event.month) is None:
        raise Unprocessable(
            Reason.BAD_FIELD,
            f"month `{event.month[:20]}` of article {event.article_id} is not YYYY.MM",
        )
    return event.month
