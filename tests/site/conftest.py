"""The hub as a whole: what holds for every page and every answer."""

from hub_fixtures import as_role, circle, database, later, server, stocked

__all__ = ["as_role", "circle", "database", "later", "server", "stocked"]
