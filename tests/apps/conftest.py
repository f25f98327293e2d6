"""Tests of the hub's rooms: through doors and HTTP, on a real database."""

from hub_fixtures import as_role, circle, database, later, server, stocked

__all__ = ["as_role", "circle", "database", "later", "server", "stocked"]
