"""Writes of closed groups, one file per subject. `acts` is the frame of each, `messages` the only words that leave."""

from sluis.apps.consent.services.answers import agree, refuse, withdraw_consent
from sluis.apps.consent.services.glass import approve_glass, ask_glass, read_by_glass
from sluis.apps.consent.services.groups import Founding, found, join, leave, propose_member, propose_rule, vote
from sluis.apps.consent.services.items import Draft, Edit, credit, edit, write
from sluis.apps.consent.services.kinds import ItemKind, kind_of, kinds, name_of, register
from sluis.apps.consent.services.mailing import post_mail
from sluis.apps.consent.services.releases import Proposal, change_audience, propose, withdraw
from sluis.apps.consent.services.reviews import Remark, Settling, close_review, comment, finish, open_review, settle
from sluis.apps.consent.services.staging import StagedForm, stage
from sluis.apps.consent.services.terms import close_overdue, remind

__all__ = [
    "Draft",
    "Edit",
    "Founding",
    "ItemKind",
    "Proposal",
    "Remark",
    "Settling",
    "StagedForm",
    "agree",
    "approve_glass",
    "ask_glass",
    "change_audience",
    "close_overdue",
    "close_review",
    "comment",
    "credit",
    "edit",
    "finish",
    "found",
    "join",
    "kind_of",
    "kinds",
    "leave",
    "name_of",
    "open_review",
    "post_mail",
    "propose",
    "propose_member",
    "propose_rule",
    "read_by_glass",
    "refuse",
    "register",
    "remind",
    "settle",
    "stage",
    "vote",
    "withdraw",
    "withdraw_consent",
    "write",
]
