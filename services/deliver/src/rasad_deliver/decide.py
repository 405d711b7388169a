"""Whether anybody is told of a match. Pure."""

from datetime import timedelta

from rasad_core.documents.alerts import Alert
from rasad_core.documents.matches import WithheldReason
from rasad_core.events import AlertMatched


def withheld_reason(event: AlertMatched, alert: Alert | None) -> WithheldReason | None:
    """Say why nobody is to be told, or None. `alert` is as it stands now, None if it is gone.

    An alert that was changed between matching and now still tells what its last version found.
    """
    if alert is None:
        return "deleted"
    if alert.state != "armed":
        return alert.state
    article = event.article
    if article.origin != "live":
        return article.origin
    age = article.fetched_at - article.published
    return "old" if age > timedelta(hours=alert.max_age_hours) else None
