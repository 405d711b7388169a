"""News made up for the tests: fictional outlets, four languages, and what can go wrong with them."""

import json
from pathlib import Path

Record = dict[str, object]

FERRY_TEXT = (
    "The ferry between Mersin and Port Said sailed again on Tuesday after a pause of two years. "
    "Some four hundred passengers and ninety lorries were on board, the operator said. "
    "Dock workers greeted the ship with flags. The next crossing is planned for Friday morning, "
    "if the weather allows it."
)
FERRY: Record = {
    "url": "https://quaynews.example/2026/ferry",
    "title": "Ferry to Port Said sails again",
    "text": FERRY_TEXT,
    "source": "Quay News",
    "published": "2026-03-03T08:00:00Z",
    "country": "TR",
    "tags": ["shipping"],
}
CORRECTED_FERRY: Record = {**FERRY, "text": FERRY_TEXT.replace("four hundred", "three hundred")}
COPIED_FERRY: Record = {
    **FERRY,
    "url": "https://valleypost.example/world/ferry-sails",
    "source": "Valley Post",
    "published": "2026-03-03T09:10:00Z",
}
ARABIC: Record = {
    "url": "https://almarsa.example/news/11",
    "title": "وزير النقل يزور المرفأ",
    "text": (
        "زار وزير النقل المرفأ صباح اليوم والتقى عمال الأرصفة. وقال إن العبارة ستعود لتركيا مرتين "
        "في الأسبوع، وإن أنقرة وافقت على الموعد الجديد. وأضاف أن الأسعار لن تتغير قبل الصيف."
    ),
    "source": "المرسى",
    "published": "2026-03-04T06:30:00Z",
}
FRENCH: Record = {
    "url": "https://lequai.example/a/77",
    "title": "Le marché aux poissons déménage",
    "text": (
        "Le marché aux poissons quitte le vieux port pour une halle neuve, a annoncé la mairie. "
        "Les pêcheurs demandent une rampe plus large. Le déménagement aura lieu en avril."
    ),
    "source": "Le Quai",
    "published": "2026-03-05T12:00:00Z",
}
TURKISH: Record = {
    "url": "https://iskele.example/haber/5",
    "title": "İskelede yeni vinç",
    "text": (
        "Limana yeni bir vinç geldi. Belediye, vincin Nisan ayında çalışmaya başlayacağını söyledi. "
        "İşçiler iki hafta eğitim alacak. Vinç, eski olandan iki kat daha hızlı."
    ),
    "source": "İskele",
    "published": "2026-03-06T15:45:00Z",
}
UNDATED: Record = {"title": "=2+3 is not five", "text": "A puzzle for Sunday: say why not."}
NOTHING_IN_IT: Record = {"html": "<html><head></head><body><script>1</script></body></html>"}

# Line 7 is line 6 again, line 8 is no JSON, line 9 becomes a dead letter.
WIRE: tuple[Record | str, ...] = (
    FERRY, CORRECTED_FERRY, COPIED_FERRY, ARABIC, FRENCH, TURKISH, TURKISH,
    '{"title": "half a li', NOTHING_IN_IT, UNDATED,
)  # fmt: skip


def jsonl(*records: Record | str) -> str:
    """Write records as lines; strings stand as they are."""
    return "".join(
        (each if isinstance(each, str) else json.dumps(each, ensure_ascii=False)) + "\n"
        for each in records
    )


def write_wire(path: Path) -> Path:
    """Write the wire as a file."""
    path.write_text(jsonl(*WIRE), encoding="utf-8")
    return path
