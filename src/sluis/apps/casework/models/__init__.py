"""Tables of casework and of the expert group. Rows of a case say their group; row security reads that."""

from sluis.apps.casework.models.inventory import Bottleneck, Kind, Score

__all__ = [
    "Bottleneck",
    "Kind",
    "Score",
]
