"""What the working process counts, and how the serving one comes to tell it.

The two share a folder and nothing else, so it is a file in it, replaced every few seconds.
"""

from pathlib import Path

from rasad.embedded import Archive
from rasad.pipeline import lags
from rasad_core.documents.sources import states_of
from rasad_core.events import ArticleEnriched
from rasad_core.runtime.metrics import Metrics

_NAME = "rasad.metrics"


class Measures:
    """The metrics of a working process."""

    def __init__(self, archive: Archive) -> None:
        self.metrics = Metrics()
        self._archive = archive

    def searchable(self, article: ArticleEnriched) -> None:
        """Note that an article can be found."""
        if article.origin == "live":
            self.metrics.searchable(article.published, self._archive.clock.now())

    def write(self) -> None:
        """Write them all to the folder."""
        for stage, found in lags(self._archive).items():
            self.metrics.lags(stage, found)
        self.metrics.sources(states_of(self._archive.store))
        target = self._archive.settings.data / _NAME
        part = target.with_suffix(".part")
        part.write_bytes(self.metrics.rendered())
        part.replace(target)


def read_measures(folder: Path) -> bytes:
    """Give what was written last; nothing where nothing was."""
    try:
        return (folder / _NAME).read_bytes()
    except OSError:
        return b""
