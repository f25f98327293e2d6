"""Writes of casework and of the expert group, one file per subject. `acts` is the frame of each."""

from sluis.apps.casework.services.cases import Paper, add_assessment, add_document, open_case, take_stage
from sluis.apps.casework.services.directions import (
    Decided,
    Option,
    Talk,
    add_direction,
    keep_memo,
    record_decision,
    record_workshop,
)
from sluis.apps.casework.services.gates import answer_gate, ask_gate, go_back
from sluis.apps.casework.services.guests import (
    Invited,
    accept_guest,
    confirm_guest,
    end_guest,
    give_advice,
    invited_by,
    propose_guest,
)
from sluis.apps.casework.services.inventory import Found, Marks, bring_in, drop, score
from sluis.apps.casework.services.testing import add_pilot, link_pilot

__all__ = [
    "Decided",
    "Found",
    "Invited",
    "Marks",
    "Option",
    "Paper",
    "Talk",
    "accept_guest",
    "add_assessment",
    "add_direction",
    "add_document",
    "add_pilot",
    "answer_gate",
    "ask_gate",
    "bring_in",
    "confirm_guest",
    "drop",
    "end_guest",
    "give_advice",
    "go_back",
    "invited_by",
    "keep_memo",
    "link_pilot",
    "open_case",
    "propose_guest",
    "record_decision",
    "record_workshop",
    "score",
    "take_stage",
]
