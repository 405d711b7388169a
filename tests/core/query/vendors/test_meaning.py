"""What is carried over without a word on the list means what was written, whatever its shape."""

from datetime import UTC, datetime

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rasad_core.events import ArticleEnriched
from rasad_core.query.document import SearchDocument, search_document
from rasad_core.query.evaluate import matches
from rasad_core.query.parse import parse
from rasad_core.query.vendors.meltwater import MELTWATER
from rasad_core.query.vendors.read import Reader
from rasad_core.query.vendors.translate import translate
from rasad_core.query.vendors.tree import All, Some, Tree, Within, Without
from rasad_core.query.vendors.write import to_query

NOW = datetime(2026, 3, 10, tzinfo=UTC)
WORDS = ("apple", "pear", "plum")
texts = st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join)
leaves = st.sampled_from(
    (*WORDS, "apple NEAR/1 pear", "pear ONEAR/0 plum", "author:apple", "lang:ar")
)
queries = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["AND", "OR", "AND NOT", "OR NOT"]), inner).map(" ".join),
        inner.map(lambda query: f"({query})"),
        inner.map(lambda query: f"NOT ({query})"),
        st.tuples(st.sampled_from(["title:", "ingress:"]), inner).map(
            lambda parts: f"{parts[0]}({parts[1]})"
        ),
    ),
    max_leaves=6,
)  # fmt: skip


@st.composite
def documents(draw: st.DrawFn) -> SearchDocument:
    lead, rest = draw(texts), draw(texts)
    return search_document(
        ArticleEnriched(
            trace_id="t", article_id="a", form="record", fetched_at=NOW, published=NOW, revision=1,
            seq=1, story_id="s", month="2026.03", title=draw(texts), text=f"{lead}\n\n{rest}".strip(),
            lead=lead, author=draw(st.sampled_from(["apple", None])),
            language=draw(st.sampled_from(["ar", "en"])),
        )
    )  # fmt: skip


def is_meant(tree: Tree, document: SearchDocument, within: str = "") -> bool:
    """Say whether an article is what a tree as read asks for, by its structure alone."""
    match tree:
        case All():
            return all(is_meant(child, document, within) for child in tree.children)
        case Some():
            return any(is_meant(child, document, within) for child in tree.children)
        case Without():
            return not is_meant(tree.child, document, within)
        case Within():
            return is_meant(tree.child, document, tree.range)
    query = to_query(tree)
    about = query.startswith(("author:", "lang:"))
    node = parse(f"{within}:({query})" if within and not about else query).node
    return matches(node, document, now=NOW)


@settings(max_examples=60, deadline=None)
@given(queries, st.lists(documents(), min_size=1, max_size=3))
def test_a_query_of_any_shape_means_what_was_written(
    query: str, articles: list[SearchDocument]
) -> None:
    # What is always so, beside which everything may be excluded.
    query = f"(lang:ar OR lang:en) AND ({query})"
    translation = translate(query, "meltwater")
    assume(not translation.not_carried)
    node = parse(translation.query).node
    tree = Reader(query, MELTWATER).query()
    for article in articles:
        assert matches(node, article, now=NOW) is is_meant(tree, article), translation.query
