"""Languages as other systems write them, to the short codes of BCP 47 that we have."""

import re

# The code, its three-letter forms, and the name in English.
_ROWS = """
    ar ara arb arabic / en eng english / fr fra fre french / es spa spanish / de deu ger german
    / it ita italian / pt por portuguese / nl dut nld dutch / ru rus russian / uk ukr ukrainian
    / pl pol polish / cs ces cze czech / sk slk slo slovak / sl slv slovenian /
    hr hrv scr croatian / sr scc srp serbian / bs bos bosnian / mk mac mkd macedonian /
    bg bul bulgarian / ro mol ron rum romanian / hu hun hungarian / el ell gre greek /
    tr tur turkish / az aze azj azerbaijani / ka geo kat georgian / hy arm hye armenian /
    he heb hebrew / fa fas per pes persian / ur urd urdu / hi hin hindi / bn ben bangla /
    pa pan punjabi / gu guj prp gujarati / mr mar marathi / ta tam tamil / te tel telugu /
    kn kan kannada / ml mal malayalam / si sin sinhala / ne nep npi nepali / th tha thai /
    lo lao lao / km khm khmer / my bur mya burmese / vi vie vietnamese / id ind indonesian /
    ms may msa zsm malay / tl tagalog / zh chi cmn zho chinese / ja jpn japanese / ko kor korean
    / mn drh khk mon mongolian / kk kaz kazakh / ky kir kyrgyz / uz uzb uzn uzbek / tg tgk tajik
    / tk tuk turkmen / ps pbu pus pashto / ku kmr kur kurdish / sd snd sindhi / am amh amharic /
    om gaz orm oromo / so som somali / sw swa swh swahili / ha hau hausa / yo yor yoruba /
    ig ibo igbo / zu zul zulu / xh xho xhosa / af afr afrikaans / sq alb als sqi albanian /
    et ekk est estonian / lv lav lvs latvian / lt lit lithuanian / fi fin finnish /
    sv swe swedish / no nor nb nob nn nno norwegian norwegianbokmal norwegiannynorsk /
    da dan danish / is ice isl icelandic / ga gle irish / cy cym wel welsh / eu baq eus basque /
    ca cat catalan / gl glg galician / mt mlt maltese / lb ltz luxembourgish / be bel belarusian
    / eo epo esperanto / la lat latin / fil filipino / ceb cebuano / jv jav javanese /
    su sun sundanese / mg mlg plt malagasy / sn sna shona / rw kin kinyarwanda / ny nya nyanja
"""
# X keeps codes that were given up long ago.
_CODES = {"iw": "he", "in": "id", "ji": "yi"}
_TAG = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*")


def _table() -> dict[str, str]:
    rows = [row.split() for row in _ROWS.split("/")]
    return {name: code for code, *names in rows for name in (code, *names)} | _CODES


_BY_NAME = _table()


def language_code(written: str) -> str | None:
    """Give the code of a language written as a code or by its English name."""
    name = written.strip().lower().replace("_", "-")
    if (found := _BY_NAME.get(name.replace(" ", ""))) is not None:
        return found
    if _TAG.fullmatch(name) is None:
        return None
    first, dash, rest = name.partition("-")
    return f"{_BY_NAME.get(first, first)}{dash}{rest}"
