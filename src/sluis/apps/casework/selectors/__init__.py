"""Reads of casework and of the expert group, one file per subject; `rules` and `stages` are what services ask too."""

from sluis.apps.casework.selectors.cases import CasePage, MyCases, WaitingCase, case_page, my_cases, waiting
from sluis.apps.casework.selectors.directions import DirectionsPage, directions_page
from sluis.apps.casework.selectors.experts import (
    QuestionPage,
    answer_page,
    answers,
    asked_questions,
    desk,
    question_page,
    seat_of,
    seats,
)
from sluis.apps.casework.selectors.guests import (
    AdvicePage,
    Adviser,
    GuestsPage,
    advice_cases,
    advice_page,
    adviser,
    guests_page,
)
from sluis.apps.casework.selectors.inventory import Entry, EntryPage, Inventory, entry_page, inventory
from sluis.apps.casework.selectors.rules import Averages

__all__ = [
    "AdvicePage",
    "Adviser",
    "Averages",
    "CasePage",
    "DirectionsPage",
    "Entry",
    "EntryPage",
    "GuestsPage",
    "Inventory",
    "MyCases",
    "QuestionPage",
    "WaitingCase",
    "advice_cases",
    "advice_page",
    "adviser",
    "answer_page",
    "answers",
    "asked_questions",
    "case_page",
    "desk",
    "directions_page",
    "entry_page",
    "guests_page",
    "inventory",
    "my_cases",
    "question_page",
    "seat_of",
    "seats",
    "waiting",
]
