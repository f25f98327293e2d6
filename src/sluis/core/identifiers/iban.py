"""International bank account numbers: ISO 13616, length and structure per country, check digits by ISO 7064 mod 97-10."""

from __future__ import annotations

import re
from typing import Final

from stdnum import exceptions, iban

from sluis.core import errors
from sluis.core.identifiers import spelling
from sluis.core.identifiers.kinds import Identifier, IdentifierType

_NOISE: Final = "-."
_SHAPE = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")


def parse(text: str) -> Identifier:
    """The IBAN in `text` in electronic form: upper case, no spaces. The bank code is not looked up.

    Raises Malformed with one of `iban-leeg`, `iban-tekens` (wrong characters or shape), `iban-land` (country unknown or
    structure not that of the country), `iban-lengte`, `iban-controlegetal`. The message never repeats the input.
    """
    compact = spelling.upper(spelling.without(text, _NOISE)).removeprefix("IBAN")
    if not compact:
        raise errors.Malformed("There is no IBAN here.", code="iban-leeg")
    if not _SHAPE.fullmatch(compact):
        raise errors.Malformed("An IBAN is two letters, two digits and 11 to 30 letters or digits.", code="iban-tekens")
    _check(compact)
    return Identifier(IdentifierType.IBAN, compact)


def _check(compact: str) -> None:
    try:
        iban.validate(compact, check_country=False)
    except exceptions.InvalidChecksum:
        raise errors.Malformed(
            "The check digits of this IBAN do not match; look for a typing error.", code="iban-controlegetal"
        ) from None
    except exceptions.InvalidLength:
        raise errors.Malformed("This IBAN has not the length of its country.", code="iban-lengte") from None
    except exceptions.ValidationError:
        raise errors.Malformed("No country has IBANs of this structure.", code="iban-land") from None
