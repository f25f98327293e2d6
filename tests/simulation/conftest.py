"""The hub on a real database, for simulations in this process; each file of the folder on one worker."""

from hub_fixtures import server

__all__ = ["server"]
