"""Pages of the exchange for people, one file per page; `words` and `presentation` have their words."""

from sluis.apps.exchange.views.assessment import show_assessment
from sluis.apps.exchange.views.balance import list_balances, show_balance
from sluis.apps.exchange.views.circles import list_circles, show_circle
from sluis.apps.exchange.views.controls import list_controls
from sluis.apps.exchange.views.custody import show_custody
from sluis.apps.exchange.views.entries import download_proof, list_entries, show_entry
from sluis.apps.exchange.views.passages import export_passages, list_passages
from sluis.apps.exchange.views.pilots import (
    act_on_pilot,
    decide_on_pilot,
    export_evaluation,
    list_pilots,
    offer_evaluation,
    propose_pilot,
    show_evaluation,
    show_pilot,
)
from sluis.apps.exchange.views.templates import list_templates, show_template

__all__ = [
    "act_on_pilot",
    "decide_on_pilot",
    "download_proof",
    "export_evaluation",
    "export_passages",
    "list_balances",
    "list_circles",
    "list_controls",
    "list_entries",
    "list_passages",
    "list_pilots",
    "list_templates",
    "offer_evaluation",
    "propose_pilot",
    "show_assessment",
    "show_balance",
    "show_circle",
    "show_custody",
    "show_entry",
    "show_evaluation",
    "show_pilot",
    "show_template",
]
