"""Sluis: fraud signals pass between organisations, the data stay where they are."""

from typing import Final

__version__: Final = "0.1.0"
