"""What the analysis chain makes of a text: tokens in three aligned streams."""

from collections.abc import Mapping, Sequence

from rasad_core.events import Frozen


class Tokens(Frozen, frozen=True, kw_only=True):
    """The tokens of one field; index `i` is the position, the same in every stream.

    `folded[i]` and `exact[i]` are never empty and hold no white space. `readings[i]`, where it
    exists, are the further folded forms of an Arabic word with proclitics taken off, longest first,
    three at most. `starts[i]:ends[i]` is the token in the original string.
    `stems` is aligned too, or empty where stems were not asked for.
    """

    folded: Sequence[str]
    exact: Sequence[str]
    starts: Sequence[int] = ()
    ends: Sequence[int] = ()
    readings: Mapping[int, tuple[str, ...]] = {}
    stems: Sequence[str] = ()

    def __len__(self) -> int:
        return len(self.folded)
