"""Reads an input written in a test, as the command would; used by the tests of ingest."""

import io
from datetime import UTC, datetime
from pathlib import Path

from rasad_core.events import ArticleFetched
from rasad_core.intake.items import As, Found, Item, Limits, Refused
from rasad_ingest.files import read

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


class Reader:
    """Writes inputs to files and reads them in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.limits = Limits()

    def read(
        self, data: bytes | str, name: str = "-", *, form: As = "auto", url: str | None = None
    ) -> list[Item]:
        raw = data.encode() if isinstance(data, str) else data
        what = name
        if name != "-":
            (self.folder / name).write_bytes(raw)
            what = str(self.folder / name)
        return self.at(what, raw, form=form, url=url)

    def at(
        self, what: str, stdin: bytes = b"", *, form: As = "auto", url: str | None = None
    ) -> list[Item]:
        return list(
            read(
                what, form=form, url=url, origin="live", now=NOW, limits=self.limits,
                stdin=io.BytesIO(stdin),
            )
        )  # fmt: skip

    def articles(self, data: bytes | str, name: str = "-", **options: str) -> list[ArticleFetched]:
        items = self.read(data, name, **options)  # type: ignore[arg-type]
        return [item.article for item in items if isinstance(item, Found)]

    def refusals(self, data: bytes | str, name: str = "-", **options: str) -> list[Refused]:
        items = self.read(data, name, **options)  # type: ignore[arg-type]
        return [item for item in items if isinstance(item, Refused)]

    def one(self, data: bytes | str, name: str = "-", **options: str) -> ArticleFetched:
        (article,) = self.articles(data, name, **options)
        return article

    def reason(self, data: bytes | str, name: str = "-", **options: str) -> str:
        (refusal,) = self.read(data, name, **options)  # type: ignore[arg-type]
        assert isinstance(refusal, Refused)
        return refusal.reason.value
