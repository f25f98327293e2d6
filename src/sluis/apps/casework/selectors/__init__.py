"""Reads of casework and of the expert group, one file per subject; `rules` is what services ask too."""

from sluis.apps.casework.selectors.inventory import Entry, EntryPage, Inventory, entry_page, inventory
from sluis.apps.casework.selectors.rules import Averages

__all__ = [
    "Averages",
    "Entry",
    "EntryPage",
    "Inventory",
    "entry_page",
    "inventory",
]
