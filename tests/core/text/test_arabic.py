import pytest
from hypothesis import given
from hypothesis import strategies as st

from finding import finds
from rasad_core.text.arabic import readings, spellings
from rasad_core.text.normalise import fold

# Names that a newsroom writes daily, and that begin with every kind of letter.
PLACES = """
تركيا سوريا روسيا ليبيا كوريا كندا فرنسا فلسطين بغداد بيروت باريس لندن لبنان واشنطن بريطانيا
بلجيكا برلين بكين كولومبيا كينيا كوبا فنلندا فيينا فنزويلا فيتنام لاهاي بنما وارسو طهران
اوكرانيا اسيا ايران ايطاليا مصر قطر عمان اليابان الصين العراق الكويت الرياض المغرب الاردن
""".split()  # noqa: SIM905  words read better than quoted words
PEOPLE = "محمد بوتين بايدن ترامب كمال فيصل وليد ليلي زيلينسكي ماكرون غوتيريش اردوغان".split()  # noqa: SIM905


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("وتركيا", ["تركيا"]),
        ("لتركيا", ["تركيا"]),
        ("بتركيا", ["تركيا"]),
        ("كتركيا", ["تركيا"]),
        ("فتركيا", ["تركيا"]),
        ("وبتركيا", ["بتركيا", "تركيا"]),
        ("الجيش", ["جيش"]),
        ("والجيش", ["الجيش", "جيش"]),
        ("بالجيش", ["الجيش", "جيش"]),
        ("للجيش", ["الجيش", "جيش"]),
        ("وبالجيش", ["بالجيش", "الجيش", "جيش"]),
        ("وللجيش", ["للجيش", "الجيش", "جيش"]),
        ("للجنه", ["اللجنه", "لجنه"]),
        ("ولله", ["لله", "الله"]),
        ("بالله", ["الله"]),
        ("والمانيا", ["المانيا"]),
        ("الالماني", ["الماني"]),
        ("ووزير", ["وزير"]),
        ("و29", ["29"]),
        ("ومن", ["من"]),
        ("لكل", ["كل"]),
        ("وهو", ["هو"]),
    ],
)
def test_proclitics_come_off_one_by_one(word: str, expected: list[str]) -> None:
    assert list(readings(word)) == expected


@pytest.mark.parametrize(
    "word",
    """
    وزير وزاره وزارتها والي وادي واحد وفد ولد ورود وقت وسط ولايه وكاله وفاه والدته وليد
    في فريق فرنسا فلسطين فيديو فتح فقد فاز فيصل فئه فكره
    بلاد بلد بغداد بيروت باريس برلين بيان بطوله بنك بيت بعد بين بحث بلديه بعيد بنيه باب
    لبنان لندن ليبيا لاعب لجنه لقاء لغه ليله ليس لكن لقد لحم
    كتاب كتابهم كوريا كندا كان كل كما كبير كاتب كلمه كره كامل كيلومتر كذلك
    الله المانيا الماني البانيا الذي التي الي الان الف الغاء العاب الكترونيه التزام التحاق
    و لا له به بن كم فم ال لم ثم هو من
    """.split(),  # noqa: SIM905  words read better than quoted words
)
def test_a_letter_of_the_word_itself_stays(word: str) -> None:
    assert readings(word) == ()


@pytest.mark.parametrize("name", [*PLACES, *PEOPLE])
@pytest.mark.parametrize("proclitic", ["و", "ف", "ب", "ل", "ك", "وب", "ول"])
def test_names_are_found_behind_every_proclitic(name: str, proclitic: str) -> None:
    name = fold(name)
    if name.startswith("ال") and proclitic.endswith("ل"):
        written = proclitic + "ل" + name[2:]
    else:
        written = proclitic + name

    assert name in readings(written)


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("جيش", "الجيش", True),
        ("جيش", "للجيش", True),
        ("جيش", "وبالجيش", True),
        ("الجيش", "للجيش", True),
        ("الجيش", "والجيش", True),
        ("الجيش", "جيش", False),
        ("الجيش", "لجيش", False),
        ("زير", "وزير", False),
        ("وزير", "الوزير", True),
        ("وزير", "ووزير", True),
        ("بنان", "لبنان", False),
        ("تاب", "كتاب", False),
        ("أنقرة", "بأنقرة", True),
        ("مدرسة", "والمدرسة", True),
        ("ألمانيا", "لألمانيا", True),
        ("مانيا", "ألمانيا", False),
        ("وزير الدفاع", "ووزير الدفاع", True),
        ("وتركيا", "تركيا", False),
    ],
)
def test_query_is_taken_literally_and_the_text_in_all_its_readings(
    query: str, text: str, *, found: bool
) -> None:
    assert finds(query, text) is found


@given(st.text("وفبلكاتيمنرهسشجدع29", max_size=9))
def test_readings_are_ever_shorter_ends_of_the_word(word: str) -> None:
    found = readings(word)

    assert len(found) <= 3
    assert "" not in found
    lengths = [len(form) for form in found]
    assert lengths == sorted(lengths, reverse=True)
    # An assimilated article is written out again; all else is an end of the word.
    assert all(word.endswith(form.removeprefix("ال")) for form in found)


@given(
    st.lists(st.sampled_from(["و", "ف", "ب", "ل", "ك", "ال", "لل", "لا", "ا"]), max_size=4),
    st.sampled_from([*map(fold, PLACES), *PEOPLE, "جيش", "لجنه", "له", "ه", "29", "apple", "5g"])
    | st.text("وفبلكاتيمنرهسشجدع29", max_size=6),
)
def test_every_word_that_may_be_read_as_another_is_a_spelling_of_it(
    proclitics: list[str], rest: str
) -> None:
    written = "".join(proclitics) + rest

    assert all(written in spellings(form) for form in readings(written))


@given(st.text("وفبلكاتيمنرهسشجدع29", max_size=9))
def test_every_spelling_of_a_word_may_be_read_as_it(word: str) -> None:
    first, *further = spellings(word)

    assert first == word
    assert all(word in readings(each) for each in further)
    assert len({first, *further}) == 1 + len(further)


@given(st.text(max_size=12))
def test_words_of_other_scripts_have_no_readings(text: str) -> None:
    if not fold(text).startswith(tuple("وفبلكا")):
        assert readings(fold(text)) == ()
