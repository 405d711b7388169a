"""A query read aloud in Arabic.

What was typed stands between isolates: words of another direction would move what is around them.
"""

from collections.abc import Callable

from rasad_core.query.tongue import Tongue

_TYPED = "«\u2068{}\u2069»"


def _counted(one: str, two: str, few: str, many: str) -> Callable[[int], str]:
    """Give a number with its noun: 3 to 10 take the plural, 11 to 99 the accusative singular."""

    def counted(number: int) -> str:
        match number % 100:
            case _ if number == 1:
                return f"{one} واحدة" if one.endswith("ة") else f"{one} واحد"
            case _ if number == 2:
                return two
            case rest if 3 <= rest <= 10:
                return f"{number} {few}"
            case rest if rest >= 11:
                return f"{number} {many}"
        return f"{number} {one}"

    return counted


ARABIC = Tongue(
    opening="مقالات فيها {}.",
    both=" و",
    either=" أو ",
    any_of="إما {}",
    without="{}، من غير {}",
    near="{} قرب {} (لا يفصل بينهما أكثر من {})",
    ordered="{} قبل {} (لا يفصل بينهما أكثر من {})",
    not_near="{} مرة واحدة على الأقل بعيدًا عن {} (بأكثر من {})",
    at_least="{} {} على الأقل",
    words=_counted("كلمة", "كلمتين", "كلمات", "كلمة"),
    times=_counted("مرة", "مرتين", "مرات", "مرة"),
    ranges={"title": "{} في العنوان", "lead": "{} في المقدمة", "body": "{} في النص"},
    word=f"الكلمة {_TYPED}",
    phrase=f"العبارة {_TYPED}",
    begins=f"كلمة تبدأ بـ{_TYPED}",
    like=f"كلمة على شكل {_TYPED}",
    exact="{} كما هي مكتوبة تمامًا",
    stem=f"أي صيغة من الكلمة {_TYPED}",
    stems=f"العبارة {_TYPED} بأي صيغة من كلماتها",
    fields={
        "source": "{} في اسم الوسيلة",
        "author": "{} في اسم الكاتب",
        "tags": "{} في وسوم الوسيلة",
    },
    values={
        "domain": f"الموقع {_TYPED}",
        "url": f"الرابط {_TYPED}",
        "country": f"البلد {_TYPED}",
        "lang": f"اللغة {_TYPED}",
        "section": f"القسم {_TYPED}",
        "entity": f"الكيان {_TYPED}",
        "topic": f"الموضوع {_TYPED}",
        "story": f"معرّف الخبر {_TYPED}",
        "origin": f"المنشأ {_TYPED}",
        "outlet": f"الوسيلة {_TYPED}",
    },
    length="طول عدد كلماته {}",
    from_to="من {} إلى {}",
    at_most="{} على الأكثر",
    no_less="{} على الأقل",
    published="تاريخ نشر {}",
    ago="في آخر {}",
    units={
        "h": _counted("ساعة", "ساعتين", "ساعات", "ساعة"),
        "d": _counted("يوم", "يومين", "أيام", "يومًا"),
        "w": _counted("أسبوع", "أسبوعين", "أسابيع", "أسبوعًا"),
    },
    signs={
        ">=": "منذ {}",
        "<=": "حتى نهاية {}",
        ">": "بعد {}",
        "<": "قبل {}",
    },
    since="من {}",
    until="إلى نهاية {}",
    today="اليوم",
    within="في {}",
)
