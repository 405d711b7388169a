"""X: a space is AND and binds before OR; most of its operators are about posts, not articles."""

from rasad_core.query.vendors.dialect import Dialect, Field
from rasad_core.query.vendors.fields import LINKED, PLACE_OF_POST, POSTS

_POST = Field(note="This is about posts on X; articles have nothing of the kind.")

X = Dialect(
    title="X",
    signs=True,
    without_wildcards=True,
    slop="X lets the words stand so far apart in this order, and two fewer in the other; here it "
    "is so far in both.",
    fields={
        **POSTS,
        "from": Field(to="author", note="X means an account; here the author's name is compared."),
        "to": _POST,
        "lang": Field(to="lang", values="language"),
        "url": Field(
            to="url",
            values="address",
            note="X looks at addresses inside a post; here it is the article's own.",
        ),
        "url_title": LINKED,
        "url_description": LINKED,
        "place": PLACE_OF_POST,
        "place_country": PLACE_OF_POST,
        "point_radius": PLACE_OF_POST,
        "bounding_box": PLACE_OF_POST,
        "context": Field(
            note="Annotations of X are not here; `topic:` and `entity:` come nearest."
        ),
        "entity": Field(to="entity"),
        "keyword": Field(to="body"),
    },
    functions={},
)
