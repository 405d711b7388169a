"""What each operation and page is asked with, who may, and whose it is, for the test of access.

An operation that is not named here fails the test: whoever adds one says who may use it.
"""

import json
from collections.abc import Mapping
from typing import Any, Final, Literal

from msgspec.structs import replace

from api_articles import enriched
from api_clock import NOW
from api_matches import put_delivery, put_match
from rasad_core.adapters.memory.index import MemoryArticleIndex
from rasad_core.adapters.memory.store import MemoryStore
from rasad_core.documents.alerts import Alert, Webhook
from rasad_core.documents.keys import Key, Role, hash_of
from rasad_core.documents.sources import Source
from rasad_core.documents.table import Table
from rasad_core.events import Frozen
from rasad_core.kinds import ALERTS, KEYS, SOURCES

ALL: Final[tuple[Role, ...]] = ("viewer", "analyst", "admin", "operator")
WRITERS: Final[tuple[Role, ...]] = ("analyst", "admin")
ADMINS: Final[tuple[Role, ...]] = ("admin",)
OURS: Final = "desk-a"
FORM: Final = "application/x-www-form-urlencoded"
# own: another team's is not there. list: shows a team's own things. shared: of the installation.
# open: for strangers too.
Whose = Literal["own", "list", "shared", "open"]


class Case(Frozen, frozen=True, kw_only=True):
    """How to ask, and who may; `{alert_id}` and the like stand for the things of `fill`."""

    whose: Whose
    roles: tuple[Role, ...] = ALL
    body: Any = None
    media_type: str = "application/json"
    query: str = ""

    def content(self) -> bytes | None:
        """Give the body's bytes."""
        if self.body is None or isinstance(self.body, bytes):
            return self.body
        return json.dumps(self.body).encode()


_ALERT = {"name": "Ports", "query": "port"}
_OPML = b'<opml version="2.0"><body><outline xmlUrl="https://b.example/f.xml"/></body></opml>'

OPERATIONS: Final[Mapping[str, Case]] = {
    "getLive": Case(whose="open"),
    "getReady": Case(whose="open"),
    "getMetrics": Case(whose="open"),
    "getFeed": Case(whose="open"),
    "pushArticles": Case(whose="shared", roles=WRITERS, body={"title": "Low tide"}),
    "getArticle": Case(whose="shared"),
    "deleteArticle": Case(whose="shared", roles=WRITERS),
    "getOutcome": Case(whose="shared", query="trace_id=x"),
    "search": Case(whose="shared"),
    "searchByBody": Case(whose="shared", body={"q": "ferry"}),
    "getHistogram": Case(whose="shared"),
    "export": Case(whose="shared"),
    "getStory": Case(whose="shared"),
    "checkQuery": Case(whose="shared", body={"query": "ferry"}),
    "translateQuery": Case(whose="shared", body={"query": "ferry", "from": "x"}),
    "createAlert": Case(whose="list", roles=WRITERS, body=_ALERT),
    "listAlerts": Case(whose="list"),
    "previewAlert": Case(whose="shared", body={"query": "ferry"}),
    "getAlert": Case(whose="own"),
    "replaceAlert": Case(whose="own", roles=WRITERS, body=_ALERT),
    "deleteAlert": Case(whose="own", roles=WRITERS),
    "pauseAlert": Case(whose="own", roles=WRITERS),
    "resumeAlert": Case(whose="own", roles=WRITERS),
    "testAlert": Case(whose="own", roles=WRITERS),
    "listMatches": Case(whose="list"),
    "listMatchesOfAlert": Case(whose="own"),
    "getMatch": Case(whose="own"),
    "triageMatch": Case(whose="own", roles=WRITERS, body={"state": "seen"}),
    "explain": Case(whose="own", query="alert={alert_id}&article={article_id}"),
    "listDeliveries": Case(whose="list"),
    "resendDelivery": Case(whose="own", roles=WRITERS),
    "addSource": Case(whose="list", roles=WRITERS, body={"url": "https://b.example/feed.xml"}),
    "listSources": Case(whose="list"),
    "discoverSources": Case(whose="shared", roles=WRITERS, body={"url": "https://b.example/"}),
    "exportSources": Case(whose="list"),
    "importSources": Case(whose="list", roles=WRITERS, body=_OPML, media_type="text/x-opml"),
    "getSource": Case(whose="own"),
    "changeSource": Case(whose="own", roles=WRITERS, body={"name": "Quay"}),
    "removeSource": Case(whose="own", roles=WRITERS),
    "pollSource": Case(whose="own", roles=WRITERS),
    "stream": Case(whose="list"),
    "createKey": Case(whose="list", roles=ADMINS, body={"name": "Ada"}),
    "listKeys": Case(whose="list", roles=ADMINS),
    "getKey": Case(whose="own", roles=ADMINS),
    "revokeKey": Case(whose="own", roles=ADMINS),
}
PAGES: Final[Mapping[str, Case]] = {
    "GET /openapi.json": Case(whose="open"),
    "GET /docs": Case(whose="open"),
    "GET /docs/problems": Case(whose="open"),
    "GET /": Case(whose="shared"),
    "GET /search": Case(whose="shared", query="q=ferry"),
    "GET /articles/{article_id}": Case(whose="shared"),
    "GET /alerts": Case(whose="list"),
    "POST /alerts": Case(whose="list", roles=WRITERS, body=b"name=P&query=p", media_type=FORM),
    "GET /alerts/{alert_id}": Case(whose="own"),
    "POST /alerts/{alert_id}": Case(
        whose="own", roles=WRITERS, body=b"name=P&query=p", media_type=FORM
    ),
    "POST /alerts/{alert_id}/state": Case(
        whose="own", roles=WRITERS, body=b"state=paused", media_type=FORM
    ),
    "GET /alerts/{alert_id}/delete": Case(whose="own", roles=WRITERS),
    "POST /alerts/{alert_id}/delete": Case(whose="own", roles=WRITERS, media_type=FORM),
    "GET /inbox": Case(whose="list"),
    "POST /inbox/triage": Case(
        whose="own", roles=WRITERS, body=b"state=seen&match={match_id}", media_type=FORM
    ),
    "GET /sources": Case(whose="list"),
    "POST /sources": Case(
        whose="list", roles=WRITERS, body=b"url=https://b.example/f", media_type=FORM
    ),
    "POST /sources/opml": Case(
        whose="list",
        roles=WRITERS,
        body=b'--b\r\ncontent-disposition: form-data; name="opml"; filename="a"\r\n\r\n'
        + _OPML + b"\r\n--b--\r\n",
        media_type="multipart/form-data; boundary=b",
    ),
    "POST /sources/{source_id}/poll": Case(whose="own", roles=WRITERS, media_type=FORM),
    "GET /sources/{source_id}/delete": Case(whose="own", roles=WRITERS),
    "POST /sources/{source_id}/delete": Case(whose="own", roles=WRITERS, media_type=FORM),
    "GET /operations": Case(whose="list"),
    "POST /operations/deliveries/{delivery_id}/resend": Case(
        whose="own", roles=WRITERS, media_type=FORM
    ),
    "GET /sign-in": Case(whose="open"),
    "POST /sign-in": Case(whose="open", body=b"key={key}", media_type=FORM),
    "POST /sign-out": Case(whose="shared", media_type=FORM),
    "GET /settings": Case(whose="shared"),
    "POST /settings": Case(whose="shared", body=b"theme=dark", media_type=FORM),
}  # fmt: skip

# What is team A's alone; no other team's answer may hold any of it.
PRIVATE: Final[Mapping[str, str]] = {
    "alert_id": "al_ours1",
    "match_id": "al_ours1:art1",
    "delivery_id": "dv_ours1",
    "source_id": "so_ours1",
    "key_id": "0123456789ab",
    "token": "al_ours1.secret-of-ours",
    "name": "Harbour watch of ours",
    "hook": "https://ours.example/hook",
    "feed": "https://ours.example/feed.xml",
}
SHARED: Final[Mapping[str, str]] = {"article_id": "art1", "story_id": "art1"}
KEY: Final = "rk_0123456789ab_of-ours"


def fill(store: MemoryStore, index: MemoryArticleIndex) -> Mapping[str, str]:
    """Put team A's things where they belong, again after a test has changed them; gives ids."""
    article = enriched("art1")
    index.write([article])
    alert = Alert(
        alert_id=PRIVATE["alert_id"], team_id=OURS, name=PRIVATE["name"], query="ferry", version=1,
        channels=(Webhook(url=PRIVATE["hook"], secret="whsec_c2VjcmV0"),),
        feed_token="secret-of-ours", created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    Table(store, ALERTS, Alert).put(alert.alert_id, alert, team_id=OURS)
    match = put_match(store, alert.alert_id, article, team_id=OURS)
    put_delivery(store, PRIVATE["delivery_id"], team_id=OURS)
    source = Source(
        source_id=PRIVATE["source_id"], team_id=OURS, url=PRIVATE["feed"], created_at=NOW,
        updated_at=NOW,
    )  # fmt: skip
    Table(store, SOURCES, Source).put(source.source_id, source, team_id=OURS)
    key = Key(
        key_id=PRIVATE["key_id"], name="of ours", team_id=OURS, role="viewer",
        key_hash=hash_of(KEY), created_at=NOW,
    )  # fmt: skip
    Table(store, KEYS, Key).put(key.key_id, key, team_id=OURS)
    return {**PRIVATE, **SHARED, "match_id": match.match_id, "key": KEY}


def asked(case: Case, ids: Mapping[str, str]) -> Case:
    """Give the case with the ids put in."""
    body, query = case.body, case.query
    for name, value in ids.items():
        query = query.replace(f"{{{name}}}", value)
        if isinstance(body, bytes):
            body = body.replace(f"{{{name}}}".encode(), value.encode())
    return replace(case, body=body, query=query)
