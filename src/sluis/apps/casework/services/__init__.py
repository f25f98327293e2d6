"""Writes of casework and of the expert group, one file per subject. `acts` is the frame of each."""

from sluis.apps.casework.services.cases import Paper, add_assessment, add_document, open_case, take_stage
from sluis.apps.casework.services.gates import answer_gate, ask_gate, go_back
from sluis.apps.casework.services.inventory import Found, Marks, bring_in, drop, score

__all__ = [
    "Found",
    "Marks",
    "Paper",
    "add_assessment",
    "add_document",
    "answer_gate",
    "ask_gate",
    "bring_in",
    "drop",
    "go_back",
    "open_case",
    "score",
    "take_stage",
]
