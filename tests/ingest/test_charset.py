"""Bytes to text: declared, marked, undeclared and wrongly declared charsets."""

import pytest

from rasad_core.errors import Unprocessable
from rasad_ingest.charset import decode

ARABIC = "افتتح رئيس البلدية جسرا جديدا في المدينة صباح يوم الأحد بحضور عدد من السكان. " * 3
RUSSIAN = "Мэр открыл новый мост в воскресенье утром в присутствии многих жителей города. " * 3
TURKISH = "Belediye başkanı pazar sabahı şehirde yeni bir köprüyü açtı ve çiçek dağıttı. " * 3


@pytest.mark.parametrize(
    ("text", "charset"),
    [(ARABIC, "cp1256"), (ARABIC, "iso-8859-6"), (RUSSIAN, "cp1251"), (RUSSIAN, "koi8-r"),
     (TURKISH, "cp1254"), (TURKISH, "iso-8859-9"), (ARABIC, "utf-8")],
)  # fmt: skip
def test_declared_charset_is_read(text: str, charset: str) -> None:
    page = f'<html><head><meta charset="{charset}"></head><p>{text}</p></html>'

    assert decode(page.encode(charset)) == page


@pytest.mark.parametrize("charset", ["utf-16", "utf-8-sig", "utf-32", "utf-16-le", "utf-16-be"])
def test_wide_charsets_are_known_with_and_without_a_mark(charset: str) -> None:
    feed = f'<?xml version="1.0"?><rss><title>{ARABIC}</title></rss>'

    assert decode(feed.encode(charset)) == feed


@pytest.mark.parametrize(
    ("text", "charset"), [(ARABIC, "cp1256"), (RUSSIAN, "cp1251"), (ARABIC, "utf-8")]
)
def test_undeclared_charset_is_detected(text: str, charset: str) -> None:
    assert decode(text.encode(charset)) == text


def test_utf8_that_calls_itself_latin_is_utf8() -> None:
    page = f'<?xml version="1.0" encoding="iso-8859-1"?><p>{ARABIC}</p>'

    assert decode(page.encode()) == page


def test_latin_that_calls_itself_utf8_is_no_mojibake() -> None:
    page = '<?xml version="1.0" encoding="utf-8"?><p>L\'été à la plage, déjà très animé</p>' * 3

    assert "été" in decode(page.encode("cp1252"))


def test_unknown_name_of_a_charset_is_passed_over() -> None:
    page = f'<meta charset="x-no-such"><p>{ARABIC}</p>'

    assert decode(page.encode()) == page


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(Unprocessable):
        decode(bytes(range(256)) * 40)


@pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1252", "utf-8", "us-ascii"])
@pytest.mark.parametrize(
    ("text", "charset"),
    [(ARABIC, "cp1256"), (RUSSIAN, "cp1251"), (TURKISH, "cp1254"), (RUSSIAN, "koi8-r")],
)
def test_wrongly_declared_charset_is_seen_through(text: str, charset: str, declared: str) -> None:
    page = f'<html><head><meta charset="{declared}"></head><p>{text}</p></html>'

    assert decode(page.encode(charset)) == page


@pytest.mark.parametrize(
    "text",
    [
        "L'été dernier à Genève, près de la gare, où l'élève préférée était née.",
        "Der große Fluß führt über Köln und Düsseldorf; Bürger müssen früh aufstehen.",
        "Ríkisstjórnin tilkynnti á þriðjudag að það væri mikið verk fyrir höndum.",
        "El niño comió una manzana según el señor Muñoz, que vivió en La Coruña.",
        "Preise: 5 €, 10 £, 3 ½ §§ 12–14 für »Café«",
    ],
)
def test_western_text_is_not_taken_for_gibberish(text: str) -> None:
    page = f'<meta charset="windows-1252"><p>{text}</p>'

    assert decode(page.encode("cp1252")) == page


def test_one_bad_byte_does_not_spoil_the_rest() -> None:
    data = ARABIC.encode() + b"\xd8 " + ARABIC.encode()

    assert decode(data) == f"{ARABIC}\ufffd {ARABIC}"


def test_text_cut_inside_a_letter_is_kept() -> None:
    assert decode(ARABIC.strip().rstrip(".").encode()[:-1]).startswith(ARABIC[:50])
