"""The tables of texts fit each other and the templates."""

import re
import string
from pathlib import Path

import pytest
from babel import Locale

from rasad_api.web.interface import Interface, direction_of
from rasad_api.web.texts import TEXTS

TEMPLATES = Path(__file__).parents[2] / "services/api/src/rasad_api/web/templates"
FORMS = re.compile(r"\.(zero|one|two|few|many|other)$")
# These end like a form of a number, and are none.
WORDS = {"entity.other", "problem.other"}


def base(key: str) -> str:
    return key if key in WORDS else FORMS.sub(".#", key)


def names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", TEXTS)
def test_every_language_says_everything(language: str) -> None:
    assert {base(each) for each in TEXTS[language]} == {base(each) for each in TEXTS["en"]}


@pytest.mark.parametrize("language", TEXTS)
def test_no_language_leaves_a_value_out(language: str) -> None:
    for key, text in TEXTS[language].items():
        if FORMS.search(key) and key not in WORDS:
            assert names(text) <= {"n"}  # a form may say its number in words
        else:
            assert names(text) == names(TEXTS["en"][key]), key


@pytest.mark.parametrize("language", TEXTS)
def test_every_number_has_its_form(language: str) -> None:
    ui = Interface(language=language)
    counted = {base(key)[:-2] for key in TEXTS[language] if base(key).endswith(".#")}

    for key in counted:
        assert all(ui.counted(key, count) for count in (0, 1, 2, 3, 11, 100, 101, 1_000_000))
    assert Locale.parse(language)


def test_templates_use_only_texts_that_are_there() -> None:
    used = {
        key
        for path in TEMPLATES.glob("*.html")
        for key in re.findall(r'ui\("([a-z_.0-9-]+)"[,) ]', path.read_text(encoding="utf-8"))
    }
    composed = {each for each in used if each.endswith(".")}

    assert used - composed - set(TEXTS["en"]) == {"period"}
    assert all(any(key.startswith(each) for key in TEXTS["en"]) for each in composed)


@pytest.mark.parametrize(
    ("language", "direction"),
    [("ar", "rtl"), ("fa", "rtl"), ("ckb", "rtl"), ("he", "rtl"), ("ps", "rtl"), ("ur", "rtl"),
     ("en", "ltr"), ("tr", "ltr"), ("zh", "ltr"), ("zh-Hant", "ltr"), ("ku", "ltr"), ("no", "ltr"),
     ("und", "auto"), ("", "auto"), ("x-<b>", "auto")],
)  # fmt: skip
def test_a_language_has_the_direction_of_its_script(language: str, direction: str) -> None:
    assert direction_of(language) == direction
