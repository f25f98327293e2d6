"""Tables of closed groups, their items, releases and review rounds. Each row says its group; row security reads that."""

from sluis.apps.consent.models.groups import Group, Membership, Motion, Voice
from sluis.apps.consent.models.items import Contribution, Item, Marking, Version
from sluis.apps.consent.models.releases import Answer, Publication, Release, Scope
from sluis.apps.consent.models.reviews import Comment, Glass, Review, Reviewer

__all__ = [
    "Answer",
    "Comment",
    "Contribution",
    "Glass",
    "Group",
    "Item",
    "Marking",
    "Membership",
    "Motion",
    "Publication",
    "Release",
    "Review",
    "Reviewer",
    "Scope",
    "Version",
    "Voice",
]
