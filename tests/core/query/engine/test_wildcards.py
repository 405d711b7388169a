"""Many wildcards at once find what each finds on its own."""

from hypothesis import given
from hypothesis import strategies as st

from rasad_core.query.engine.wildcards import Wildcards
from rasad_core.query.wildcards import compiled

# Few letters, so that beginnings, ends and letters in a row are shared.
patterns = st.text("ab*?", min_size=1, max_size=8).filter(lambda text: set(text) & set("*?"))
forms = st.lists(st.text("ab", min_size=1, max_size=10), min_size=1, max_size=20)


@given(st.lists(patterns, unique=True, max_size=30), forms)
def test_a_form_fits_those_of_many_wildcards_that_match_it_alone(
    wildcards: list[str], words: list[str]
) -> None:
    kept = Wildcards()
    for number, text in enumerate(wildcards):
        kept.add(text, number)

    for word in words:
        alone = {at for at, text in enumerate(wildcards) if compiled(text).fullmatch(word)}
        assert set(kept.fitting(word)) == alone
