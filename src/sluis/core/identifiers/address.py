"""Dutch addresses: postcode, house number and addition, which name one letter box. Street and town are not read."""

from __future__ import annotations

import re
from typing import Final

from stdnum import exceptions
from stdnum.nl import postcode

from sluis.core import errors
from sluis.core.identifiers import spelling
from sluis.core.identifiers.kinds import Identifier, IdentifierType

_BETWEEN: Final = "-/,."
_GAP: Final = f"[{re.escape(spelling.WHITE)},]*"
# Postcode, number, and an addition that does not begin with one more digit.
_SHAPE = re.compile(rf"([0-9]{{4}}){_GAP}([A-Z]{{2}}){_GAP}([1-9][0-9]{{0,4}})((?:[^0-9].*)?)", re.DOTALL)
_ADDITION = re.compile(r"[A-Z0-9]{0,6}")


def parse(text: str) -> Identifier:
    """The address in `text` as `1234AB 12` or `1234AB 12 A3`: addition in upper case, its separators gone.

    Raises Malformed: `adres-leeg`, `adres-vorm` (not postcode, number, addition in that order), `adres-postcode`.
    """
    raw = spelling.upper(spelling.trimmed(text))
    if not raw:
        raise errors.Malformed("There is no address here.", code="adres-leeg")
    found = _SHAPE.fullmatch(raw)
    addition = spelling.without(found[4], _BETWEEN) if found else ""
    if not found or not _ADDITION.fullmatch(addition):
        raise errors.Malformed("An address is a postcode, a number and an addition, if any.", code="adres-vorm")
    _check(found[1] + found[2])
    return Identifier(IdentifierType.ADDRESS, f"{found[1]}{found[2]} {found[3]} {addition}".rstrip())


def _check(code: str) -> None:
    try:
        postcode.validate(code)
    except exceptions.ValidationError:
        raise errors.Malformed("There are no postcodes of this form.", code="adres-postcode") from None
