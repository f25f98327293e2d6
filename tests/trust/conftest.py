"""Tests that attack the trust rules, on a real database."""

from hub_fixtures import as_role, circle, database, later, server, stocked
from planted import house, planted

__all__ = ["as_role", "circle", "database", "house", "later", "planted", "server", "stocked"]
