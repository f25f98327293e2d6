"""The theme rooms of the hub."""
