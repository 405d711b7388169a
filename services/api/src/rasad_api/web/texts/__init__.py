"""Every sentence of the pages, by language: one table each, all with the same keys.

Keys that end in `.one`, `.other` and the like are forms of one text for a number; each language
has those that its grammar tells apart.
"""

from collections.abc import Mapping
from typing import Final

from rasad_api.web.texts.ar import TEXTS as _AR
from rasad_api.web.texts.en import TEXTS as _EN
from rasad_api.web.texts.fr import TEXTS as _FR
from rasad_api.web.texts.tr import TEXTS as _TR

# The first is for whom no other fits.
TEXTS: Final[Mapping[str, Mapping[str, str]]] = {"en": _EN, "ar": _AR, "fr": _FR, "tr": _TR}
