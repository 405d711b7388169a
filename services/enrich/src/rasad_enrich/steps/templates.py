"""Lines that belong to a site's template, not to an article, by what they say.

Patterns are matched at the start of a folded line (see `rasad_core.text.normalise.fold`): no
case, no accents, ا for every alef, ي for ى, ه for ة. A line of an article that begins like one
is longer than any of these: see `_MAX_WORDS`.
"""

import re

from rasad_core.text.normalise import fold

# The longest template line of the sites we looked at has 22 words (a disclaimer on comments).
_MAX_WORDS = 30

_ARABIC = (
    r"(?:يمكنكم|يمكنك|بامكانكم|بامكانك) (?:متابعه|قراءه|الاطلاع|مشاهده)\b",
    (
        r"(?:لمتابعه|لقراءه|للاطلاع علي|لمشاهده|للمزيد من|لمزيد من) .*"
        r"\b(?:عبر|علي|زوروا|تابعوا|تابعونا|اضغط|انقر|الموقع|موقع|قناتنا|صفحتنا)\b"
    ),
    r"(?:تابعونا|تابعنا|تابعوا|اشترك|اشتركوا|انضم|انضموا) .{0,20}?\b(?:علي|عبر|في|الي|الان)\b",
    (
        r"(?:جميع |كل )?(?:التعليقات|الاراء|المقالات|المقال|المقاله|الردود)\b.*"
        r"\bلا (?:تعبر|يعبر|تعكس|يعكس|تمثل|يمثل)\b"
    ),
    r"(?:الموقع|الصحيفه|اداره الموقع) (?:غير مسؤول|غير مسءول|لا يتحمل|لا تتحمل)",
    r"(?:اقرا|اقراي|اقروا|اقرءوا|شاهد|شاهدوا|طالع|انظر) (?:ايضا|المزيد|كذلك)\b",
    (
        r"(?:قد يهمك|قد يعجبك|ربما يهمك|مواضيع ذات صله|مقالات ذات صله|اخبار ذات صله|"
        r"موضوعات متعلقه|اخبار متعلقه|المزيد من الاخبار|الاكثر قراءه)\b"
    ),
    r"(?:شارك|شاركها|شاركه|مشاركه|انشر)(?: (?:الخبر|المقال|هذا الخبر|هذا المقال|علي .*|عبر .*))?$",
    r"(?:طباعه|ارسال|نسخ الرابط|حفظ|اعلان|اعلانات|الوسوم|وسوم|كلمات مفتاحيه)(?::.*)?$",
    r"(?:اترك|اكتب|اضف|ضع) (?:تعليق|تعليقا|تعليقك|ردا|رد)\b",
    r"(?:لن يتم نشر|لن ينشر) (?:عنوان )?بريدك",
    r"(?:الرجاء|يرجي|من فضلك|رجاء) (?:ادخال|ادخل|كتابه|اكتب)\b",
    r"(?:©|\(c\) )?\s*(?:جميع الحقوق|كل الحقوق|حقوق النشر) (?:محفوظه|والطبع)",
)
_ENGLISH = (
    r"please enter (?:your|a|an)\b",
    r"(?:leave|post|write|add) (?:a|your) (?:comment|reply)\b",
    r"your email address will not be published",
    r"save my name,? email",
    r"you have entered an incorrect email",
    (
        r"(?:follow|like|find|join) (?:us|our)\b.{0,40}\b(?:on|channel|page|newsletter|facebook|"
        r"twitter|whatsapp|telegram|instagram)\b"
    ),
    r"(?:subscribe|sign up) (?:to|for|now)\b",
    r"(?:read|see|watch|listen) (?:also|more|next)\b",
    (
        r"(?:also read|related (?:articles?|posts?|stories|topics|news)|more from|most read|"
        r"you may also like|recommended for you)\b"
    ),
    (
        r"(?:share|tweet|pin|print|email|save|copy link|whatsapp|facebook|twitter|telegram|"
        r"linkedin)(?: (?:this|the|on|via)\b.{0,30})?$"
    ),
    (
        r"(?:the )?(?:views|opinions|comments)\b.*\b(?:do not|does not|don't|not necessarily)\b.*"
        r"\b(?:reflect|represent|express)"
    ),
    r"(?:©|\(c\)|copyright\b).*\d{4}|all rights reserved",
    r"(?:advertisement|advertising|sponsored)$",
)
_FRENCH = (
    r"(?:laisser|laissez|ajouter|ecrire|poster) un commentaire",
    r"votre adresse (?:e-?mail|de messagerie) ne sera pas publiee",
    r"(?:suivez|rejoignez|retrouvez)[- ]nous\b",
    r"(?:lire|voir|ecouter) (?:aussi|egalement)\b|(?:a )lire (?:aussi|egalement)\b",
    r"(?:sur le meme sujet|articles? (?:lies|similaires)|les plus lus)\b",
    r"(?:partager|imprimer|envoyer|copier le lien)(?: (?:cet|l'|sur|par).{0,30})?$",
    r"(?:abonnez-vous|inscrivez-vous)\b",
    r"(?:les )?(?:commentaires|opinions|propos)\b.*\bn'(?:engagent|refletent|expriment)\b",
    r"tous droits reserves|(?:publicite|annonce)$",
    r"veuillez (?:entrer|saisir) votre\b",
)
_TURKISH = (
    r"yorum (?:yap|yaz|gonder|birak|ekle)\w*$|(?:bir )?(?:yorum|cevap) (?:yazin|birakin)\b",
    r"e-?posta (?:adresiniz|hesabiniz) (?:yayinlanmayacak|yayimlanmayacak)",
    r".{0,50}\btakip edin\b.{0,20}$",
    r"(?:ayrica|bunu da|bunlari da) (?:oku|okuyun|okuyabilirsiniz)\b",
    r"(?:ilgili haberler|benzer haberler|en cok okunanlar|diger haberler)\b",
    r"(?:paylas|yazdir|kaydet|linki kopyala|reklam)\w{0,3}$",
    r"(?:yorumlar|goruslerin?|yorumlarin)\b.*\b(?:sorumlu|yansitma)\w*",
    r"(?:©.*)?tum haklari saklidir|(?:bultenimize )?abone ol\w*$",
    r"lutfen (?:adinizi|yorumunuzu|e-?posta)\b",
)
_TEMPLATE = re.compile("|".join((*_ARABIC, *_ENGLISH, *_FRENCH, *_TURKISH)))
_DECORATION = " \t-–—*•·|>»«\"'“”()[]:…!.؟?،,"


def is_template(line: str) -> bool:
    """Say whether a line is one that sites print under or over every article."""
    if line.count(" ") >= _MAX_WORDS:
        return False
    return _TEMPLATE.match(fold(line).strip(_DECORATION)) is not None
