"""Holds every circle's record of necessity against what is measured."""

from __future__ import annotations

from sluis.apps.exchange.selectors.measured import measured
from sluis.apps.partners import selectors as partners
from sluis.apps.privacy import services as privacy


def measure_circles() -> int:
    """Measures every circle of the policy in force; returns how many records were opened again."""
    return sum(privacy.measure(circle, measured(circle)) for circle in partners.snapshot().sections)
