"""Which matches of one story are told together. Pure."""

from datetime import datetime, timedelta

from rasad_core.documents.alerts import notification_id
from rasad_core.documents.matches import Group
from rasad_core.documents.newest import oldest_first

# A page that appears every day comes some minutes earlier on some days, and must not fall silent
# on those: of 24 hours two are let go, which is more than news desks and pollers are off by.
_SLACK = 1 / 12
# Articles of one batch may be matched in the same microsecond; a group is named by its start.
_TICK = timedelta(microseconds=1)


def open_or_join(
    group: Group | None,
    *,
    alert_id: str,
    story_id: str,
    match_id: str,
    matched_at: datetime,
    published: datetime,
    group_hours: float,
) -> Group:
    """Give the group that a match belongs to: the same object when it joins, else a new one.

    A group ends `group_hours`, less a twelfth, after its start, by the clock of the matches or by
    that of the publications, whichever is first: an archive of ten days may arrive within seconds,
    and a page may come without a date of its own. What was published before the group joins it.
    The opener of a group finds it its own again.
    """
    if group is not None:
        length = timedelta(hours=group_hours * (1 - _SLACK))
        lasted = max(matched_at - group.start, published - group.published)
        if group.opened_by == match_id or lasted < length:
            return group
    start = matched_at if group is None else max(matched_at, group.start + _TICK)
    return Group(
        notification_id=notification_id(alert_id, story_id, oldest_first(start)),
        opened_by=match_id,
        start=start,
        published=published,
        continues=group is not None,
    )
