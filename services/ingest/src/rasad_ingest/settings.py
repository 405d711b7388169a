"""Settings of ingest, as plain values; the program that wires it reads the environment."""

from rasad_core.events import Frozen


class IngestSettings(Frozen, frozen=True, kw_only=True):
    """`max_bytes` is RASAD_INGEST_MAX_BYTES: one page or feed after decompression."""

    max_bytes: int = 20_000_000
