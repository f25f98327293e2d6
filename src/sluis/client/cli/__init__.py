"""The command `sluis`: what a partner, an implementer and the policy authority do from a terminal."""

from sluis.client.cli.main import main

__all__ = ["main"]
