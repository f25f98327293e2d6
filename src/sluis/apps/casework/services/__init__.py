"""Writes of casework and of the expert group, one file per subject. `acts` is the frame of each."""

from sluis.apps.casework.services.inventory import Found, Marks, bring_in, drop, score

__all__ = [
    "Found",
    "Marks",
    "bring_in",
    "drop",
    "score",
]
