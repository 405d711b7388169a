"""Texts of all operators of the query language in any place, right or wrong."""

from hypothesis import strategies as st

from strategies import METADATA, TERMS

SIGNED = ("~bank", '~"two Banks"', "~الجيش", "~東京 ~都", "~U.S.", "=C++", '="Ban* x"', "=#tag")


def _spelled(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = st.sampled_from(
        [
            *(" NEAR ", " NEAR/0 ", " ONEAR/2 ", "\nONEAR ", " NOT NEAR/1 ", " ليس NEAR "),
            *(" AND ", " ", ", ", " و ", " OR ", " أو ", " NOT ", " AND NOT "),
        ]
    )
    before = st.sampled_from(
        ["title:", "lead: ", "case", "Case", "atleast2", "atleast", "source:", "NOT ", "", "~", "="]
    )
    chain = st.lists(children, min_size=2, max_size=4)
    return st.one_of(
        st.tuples(chain, st.lists(operators, min_size=3, max_size=3)).map(
            lambda parts: (
                parts[0][0] + "".join(map("".join, zip(parts[1], parts[0][1:], strict=False)))
            )
        ),
        st.tuples(before, children).map(lambda parts: f"{parts[0]}({parts[1]})"),
        st.tuples(before, children).map("".join),
    )


texts = st.recursive(
    st.sampled_from([*TERMS[::4], *SIGNED, *METADATA[::5], "a", "b"]), _spelled, max_leaves=7
)
