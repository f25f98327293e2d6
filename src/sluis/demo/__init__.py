"""The roof: the supervisor that starts everything on one machine."""
