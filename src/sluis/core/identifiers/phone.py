"""Telephone numbers by ITU-T E.164: `+`, country calling code, subscriber number. Numbering plans come from libphonenumber."""

from __future__ import annotations

import re
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumber, ValidationResult

from sluis.core import errors
from sluis.core.identifiers import spelling
from sluis.core.identifiers.kinds import Identifier, IdentifierType

_NOISE: Final = "-./()"
_SHAPE = re.compile(r"\+?[0-9]{3,32}")


def parse(text: str, *, region: str | None = None) -> Identifier:
    """The number in `text` as `+` and 7 to 15 digits.

    Without `region` (ISO 3166 letters, for example `NL`) only a number that starts with `+` is read: `020...` and `0031...`
    mean something else in each country. A number with `+` reads the same with every region.

    Raises Malformed: `telefoon-leeg`, `telefoon-tekens`, `telefoon-landnummer` (no `+` and no region, or a calling code that
    does not exist), `telefoon-lengte` (no number of that country is so long), `onbekende-regio`.
    """
    compact = spelling.without(text, _NOISE)
    if not compact:
        raise errors.Malformed("There is no telephone number here.", code="telefoon-leeg")
    if not _SHAPE.fullmatch(compact):
        raise errors.Malformed("A telephone number is digits, after a + or not.", code="telefoon-tekens")
    number = _read(compact, _region(region))
    if phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        raise errors.Malformed("No number of this country has that many digits.", code="telefoon-lengte")
    return Identifier(IdentifierType.PHONE, phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _region(region: str | None) -> str | None:
    if region and region.upper() not in phonenumbers.SUPPORTED_REGIONS:
        raise errors.Malformed("There is no region of that name; give two letters, for example NL.", code="onbekende-regio")
    return region.upper() if region else None


def _read(compact: str, region: str | None) -> PhoneNumber:
    if region is None and not compact.startswith("+"):
        raise errors.Malformed("Start the number with + and the country, or say the region.", code="telefoon-landnummer")
    try:
        return phonenumbers.parse(compact, region)
    except phonenumbers.NumberParseException as error:
        if error.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE:
            raise errors.Malformed("No country has this calling code.", code="telefoon-landnummer") from None
        raise errors.Malformed("No number of this country has that many digits.", code="telefoon-lengte") from None
