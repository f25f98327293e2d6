"""Numbers of the Dutch trade register (KvK-nummer): 8 digits, without a check digit."""

from __future__ import annotations

import re
from typing import Final

from sluis.core import errors
from sluis.core.identifiers import spelling
from sluis.core.identifiers.kinds import Identifier, IdentifierType

_NOISE: Final = "-."
_SHAPE = re.compile(r"(?!0{8})[0-9]{8}")


def parse(text: str) -> Identifier:
    """The number in `text`: 8 digits, not all 0. A branch number (12 digits) is refused: it is another number.

    Raises Malformed `kvk-leeg` or `kvk-vorm`.
    """
    compact = spelling.upper(spelling.without(text, _NOISE)).removeprefix("KVK").removeprefix(":")
    if not compact:
        raise errors.Malformed("There is no number of the trade register here.", code="kvk-leeg")
    if not _SHAPE.fullmatch(compact):
        raise errors.Malformed("A number of the trade register has 8 digits.", code="kvk-vorm")
    return Identifier(IdentifierType.KVK, compact)
