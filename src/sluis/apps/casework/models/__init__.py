"""Tables of casework and of the expert group. Rows of a case say their group; row security reads that."""

from sluis.apps.casework.models.cases import CaseFile, Evidence, Gate, Guest, Owner
from sluis.apps.casework.models.directions import Decision, Direction, Memo, Route, Workshop
from sluis.apps.casework.models.experts import Draft, Expert, PublicAnswer, Question, Remark
from sluis.apps.casework.models.inventory import Bottleneck, Kind, Score

__all__ = [
    "Bottleneck",
    "CaseFile",
    "Decision",
    "Direction",
    "Draft",
    "Evidence",
    "Expert",
    "Gate",
    "Guest",
    "Kind",
    "Memo",
    "Owner",
    "PublicAnswer",
    "Question",
    "Remark",
    "Route",
    "Score",
    "Workshop",
]
