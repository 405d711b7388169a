"""The kinds of documents in the store: who writes what under which key."""

from typing import Final

# Canonical address → article id (JSON). Written by index, create-only; read by ingest.
ALIASES: Final = "aliases"
# `revision_key` → the event of that revision. Written by index, create-only.
REVISIONS: Final = "revisions"
# Dead letter id → when it was replayed or dropped. Written by the command and the API.
DEAD_LETTERS: Final = "dead-letters"
# `<article_id>/<trace_id>` → what became of a pushed article. Written by the program that runs
# the stages, for traces that begin with `push-`.
OUTCOMES: Final = "outcomes"

# Alert id → `documents.alerts.Alert`. Written by api; a deleted one stays, with that state.
ALERTS: Final = "alerts"
# Match id → `documents.matches.Match`. Written by deliver.
MATCHES: Final = "matches"
# `<team_id>/<newest_first>/<match_id>` and `<alert_id>/<newest_first>/<match_id>` → match id, so
# that both lists read newest first. Written by deliver, create-only.
TEAM_MATCHES: Final = "team-matches"
ALERT_MATCHES: Final = "alert-matches"
# Match id → `documents.matches.Triage`. Written by api.
TRIAGE: Final = "triage"
# `<alert_id>/<story_id>` → the group that is open or was last; without grouping the match id stands
# for the story. Written by deliver.
GROUPS: Final = "groups"
# Notification id → `documents.matches.Notification`. Written by deliver.
NOTIFICATIONS: Final = "notifications"
# `<notification_id>/<match_id>` → match id: who opened it and who joined. Written by deliver,
# create-only.
NOTIFICATION_MATCHES: Final = "notification-matches"
# Notification id → `documents.matches.Copies`; none before a match joins. Written by deliver.
COPIES: Final = "copies"
# Delivery id → `documents.matches.Delivery`. Written by deliver; by api to ask for one more
# attempt.
DELIVERIES: Final = "deliveries"
# `<team_id>/<newest_first>/<delivery_id>` → delivery id. Written by deliver, create-only.
TEAM_DELIVERIES: Final = "team-deliveries"
# `documents.deliveries.due_key` → delivery id: `<oldest_first of the next attempt>/<delivery_id>`.
# Written by deliver; by api to ask for one more attempt.
DUE: Final = "due"

# Source id → `documents.sources.Source`: a team's row. Written by api.
SOURCES: Final = "sources"
# Feed id → `documents.sources.FeedState`, shared by the teams that read it. Written by ingest.
FEED_STATES: Final = "feed-states"
# `<article_id>` → `documents.sources.PageTask`: an entry whose page is still to be fetched.
# Written by ingest.
PAGE_TASKS: Final = "page-tasks"

# Key id → `documents.keys.Key`. Written by api.
KEYS: Final = "keys"

# Name of an activity that one process does for all → who does it now. Written by `runtime.lease`.
LEASES: Final = "leases"


def revision_key(article_id: str, revision: int) -> str:
    """Name a revision in the store so that those of an article are listed in their order."""
    return f"{article_id}/{revision:08d}"
