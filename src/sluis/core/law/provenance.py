"""What came from the police stays where it was given: the label, and the rule that nothing that rests on it travels on.

Source: the rules R-WPG-ONWARD and R-WPG-DEFAULT of the privacykader, with their articles and whether they were verified.
"""

from __future__ import annotations

from typing import Final

from sluis.core import errors
from sluis.core.law import rules

POLICE: Final = "politie"
# Sectors whose data fall under the Wpg.
SECTORS: Final = frozenset({"police"})
_RULES: Final = ("R-WPG-ONWARD", "R-WPG-DEFAULT")


def label(sector: str) -> str:
    """The label of what a publisher of this sector shared: `politie`, or none."""
    return POLICE if sector in SECTORS else ""


def refused() -> errors.NotPermitted:
    """The refusal of anything that would carry police data on, `herkomst-politie`, with the articles as the rules name them."""
    found = [rules.packaged_version().rule(name) for name in _RULES]
    return errors.NotPermitted(
        "This rests on police data, which may not be passed on.",
        code="herkomst-politie",
        ground="herkomst-politie",
        reason_nl="Dit rust op politiegegevens. Wie die krijgt, mag ze niet doorgeven.",
        articles=[one.article for one in found],
        instead="Verwijs naar de politie. Wat u zelf hebt vastgesteld in een eigen zaak, kunt u wel delen.",
        inferred=str(any(one.confidence == "inferred" for one in found)).lower(),
    )
