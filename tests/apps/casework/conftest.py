"""What tests of casework begin with."""

from __future__ import annotations

from make_casework import Desk, Panel, desk, panel
from make_groups import House, house

__all__ = ["Desk", "House", "Panel", "desk", "house", "panel"]
