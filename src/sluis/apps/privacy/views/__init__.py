"""Pages of the privacykader."""

from sluis.apps.privacy.views.asking import ask
from sluis.apps.privacy.views.choosing import choose_technique
from sluis.apps.privacy.views.library import list_rules, show_rule
from sluis.apps.privacy.views.matrix import draw_matrix, export_matrix, show_matrix
from sluis.apps.privacy.views.necessity import decide_necessity, propose_necessity, show_necessity
from sluis.apps.privacy.views.police import ask_police
from sluis.apps.privacy.views.proposing import (
    decide_proposal,
    propose_assessment,
    register_evidence,
    show_proposals,
)
from sluis.apps.privacy.views.registers import show_registers

__all__ = [
    "ask",
    "ask_police",
    "choose_technique",
    "decide_necessity",
    "decide_proposal",
    "draw_matrix",
    "export_matrix",
    "list_rules",
    "propose_assessment",
    "propose_necessity",
    "register_evidence",
    "show_matrix",
    "show_necessity",
    "show_proposals",
    "show_registers",
    "show_rule",
]
