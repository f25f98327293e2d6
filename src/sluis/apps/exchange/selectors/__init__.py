"""Reads of the exchange, one file per subject: keys, ceremonies, circles, effects."""

from sluis.apps.exchange.selectors.ceremonies import (
    Due,
    absentees,
    due_ceremonies,
    holder,
    latest_order,
    messages,
    open_mailboxes,
    renewed_keys,
)
from sluis.apps.exchange.selectors.circles import CirclePage, RefusedRow, circle_page, circles_of, shut_by
from sluis.apps.exchange.selectors.effects import Effects, Overdue, effects, overdue
from sluis.apps.exchange.selectors.keys import (
    PublishKeys,
    Timetables,
    accepted,
    ended_keys,
    following_key,
    key_records,
    live_keys,
    publish_keys,
)
from sluis.apps.exchange.selectors.log import Verified, verified
from sluis.apps.exchange.selectors.passages import NOT_ASKED, CallPage, calls_of, known_circles

__all__ = [
    "NOT_ASKED",
    "CallPage",
    "CirclePage",
    "Due",
    "Effects",
    "Overdue",
    "PublishKeys",
    "RefusedRow",
    "Timetables",
    "Verified",
    "absentees",
    "accepted",
    "calls_of",
    "circle_page",
    "circles_of",
    "due_ceremonies",
    "effects",
    "ended_keys",
    "following_key",
    "holder",
    "key_records",
    "known_circles",
    "latest_order",
    "live_keys",
    "messages",
    "open_mailboxes",
    "overdue",
    "publish_keys",
    "renewed_keys",
    "shut_by",
    "verified",
]
