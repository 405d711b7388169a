"""Where a reader of the live stream is: the next offset in every partition of both topics.

Written down it is an event's id, so that any replica goes on from it and none remembers anybody.
"""

import re
from collections.abc import Mapping
from typing import Final

from rasad_core.ports import LogReader
from rasad_core.topics import ENRICHED, MATCHED

# (topic, partition): the offset of the next message.
Places = Mapping[tuple[str, int], int]

# In the order in which an id names them.
STREAMED: Final = (ENRICHED, MATCHED)
# Offsets of 18 digits are beyond any log; 300 partitions beyond any that people run.
_WRITTEN = re.compile(r"\d{1,18}(?:\.\d{1,18}){0,299}-\d{1,18}(?:\.\d{1,18}){0,299}")
LONGEST_ID: Final = 4096


def ends(reader: LogReader) -> dict[tuple[str, int], int]:
    """Give the present end; raises `Unavailable` when the log is away."""
    return {
        (topic, partition): reader.end_of(topic, partition=partition)
        for topic in STREAMED
        for partition in range(reader.partitions_of(topic))
    }


def write_places(places: Places) -> str:
    """Give the id: offsets with dots between partitions, and a dash between the topics."""
    return "-".join(
        ".".join(str(places[each]) for each in sorted(places) if each[0] == topic)
        for topic in STREAMED
    )


def read_places(written: str) -> Places:
    """Read an id; raises `ValueError` for what is none."""
    if not _WRITTEN.fullmatch(written):
        raise ValueError(f"`{written}` is no place in the log")
    return {
        (topic, partition): int(offset)
        for topic, offsets in zip(STREAMED, written.split("-"), strict=True)
        for partition, offset in enumerate(offsets.split("."))
    }


def fitted(places: Places, known: Places) -> dict[tuple[str, int], int]:
    """Give the places in the partitions that there are; one made since then begins at its first."""
    return {each: places.get(each, 0) for each in known}
