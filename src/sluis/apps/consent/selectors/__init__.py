"""Reads of closed groups, one file per subject; `rules`, `visibility` and `asked` are what services ask too."""

from sluis.apps.consent.selectors.groups import GroupPage, MyGroups, group_page, my_groups
from sluis.apps.consent.selectors.items import ItemPage, Preview, ReleaseView, item_page, preview
from sluis.apps.consent.selectors.published import Released, published, published_one
from sluis.apps.consent.selectors.reviews import GlassRequest, ReviewPage, glass_requests, review_page
from sluis.apps.consent.selectors.rules import Audience
from sluis.apps.consent.selectors.told import Message, messages_after, messages_for
from sluis.apps.consent.selectors.waiting import Waits, waiting

__all__ = [
    "Audience",
    "GlassRequest",
    "GroupPage",
    "ItemPage",
    "Message",
    "MyGroups",
    "Preview",
    "ReleaseView",
    "Released",
    "ReviewPage",
    "Waits",
    "glass_requests",
    "group_page",
    "item_page",
    "messages_after",
    "messages_for",
    "my_groups",
    "preview",
    "published",
    "published_one",
    "review_page",
    "waiting",
]
