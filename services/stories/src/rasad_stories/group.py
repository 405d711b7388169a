"""Stories as sets of articles that only grow: a union where the older story always survives.

Articles are numbered in order of their first arrival in this log, from 1. A story is the number of
the article that founded it, so the older of two stories is the smaller number, every founder stays
in the story that its own was redirected to, and no number is ever used twice.
"""

from collections.abc import Iterable

import numpy as np

from rasad_stories.compare import Ints

_NONE = 0


class Groups:
    """The story of each article: 8 bytes an article, all in memory (10 million: 80 MB)."""

    def __init__(self, stories: Iterable[int] = ()) -> None:
        """Take the stories of the articles in the order of their numbers."""
        self._story: Ints = np.fromiter((_NONE, *stories), dtype=np.int64)
        self.count = self._story.size - 1

    def story_of(self, article: int) -> int:
        """Give the story an article is in, 0 if it was numbered but not placed yet."""
        return int(self._story[article])

    def number(self) -> int:
        """Give the next article its number."""
        self.count += 1
        if self.count >= self._story.size:
            self._story = np.concatenate((self._story, np.zeros_like(self._story), [_NONE]))
        return self.count

    def placed(self, articles: Ints) -> Ints:
        """Keep those that are in a story already."""
        found: Ints = articles[self._story[articles] != _NONE]
        return found

    def join(self, article: int, linked: Ints) -> dict[int, list[int]]:
        """Put an article into one story with all placed articles it is linked to.

        Gives the stories that became redirects, each with its members, the article itself among
        them where it was in one. Without any link, and in none yet, the article founds a story.
        """
        stories = set(np.unique(self._story[linked]).tolist()) | {self.story_of(article)}
        stories.discard(_NONE)
        survivor = min(stories, default=article)
        moved: dict[int, list[int]] = {}
        for story in sorted(stories - {survivor}):
            members = np.flatnonzero(self._story[: self.count + 1] == story)
            self._story[members] = survivor
            moved[story] = members.tolist()
        self._story[article] = survivor
        return moved
