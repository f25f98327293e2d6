"""Devices: a scheme and its octets. Five schemes, each with its own check, so that one device has one spelling."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from stdnum import exceptions, luhn

from sluis.core import errors
from sluis.core.identifiers import spelling
from sluis.core.identifiers.kinds import Identifier, IdentifierType

_NOISE: Final = "-"
# SHA-256 of nothing: the fingerprint of every device of which nothing was read.
_EMPTY_HASH: Final = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def parse(text: str) -> Identifier:
    """The device in `text` as `scheme:value`; the scheme is always named, as many values look alike.

    Raises Malformed: `toestel-leeg`, `toestel-soort` (no known scheme), `toestel-vorm`, `toestel-controlegetal`.
    """
    trimmed = spelling.trimmed(text)
    if not trimmed:
        raise errors.Malformed("There is no device here.", code="toestel-leeg")
    scheme, _colon, rest = trimmed.partition(":")
    name = spelling.lower(spelling.trimmed(scheme))
    if name not in _SCHEMES:
        known = ", ".join(_SCHEMES)
        raise errors.Malformed(f"Write scheme:value, with one of the schemes {known}.", code="toestel-soort")
    return Identifier(IdentifierType.DEVICE, f"{name}:{_SCHEMES[name](spelling.lower(rest))}")


def _imei(text: str) -> str:
    return _luhn(_shaped(spelling.without(text, _NOISE), r"(?!0{15})[0-9]{15}"))


def _iccid(text: str) -> str:
    return _luhn(_shaped(spelling.without(text, _NOISE), r"89[0-9]{17,18}"))


def _mac(text: str) -> str:
    return _shaped(spelling.without(text, "-:."), r"(?!0{12})[0-9a-f][02468ace][0-9a-f]{10}")


def _uuid(text: str) -> str:
    found = _shaped(spelling.without(text, "-{}"), r"(?!0{32}|f{32})[0-9a-f]{32}")
    return "-".join((found[:8], found[8:12], found[12:16], found[16:20], found[20:]))


def _sha256(text: str) -> str:
    return _shaped(spelling.without(text, ""), rf"(?!0{{64}}|{_EMPTY_HASH})[0-9a-f]{{64}}")


_SCHEMES: Final[dict[str, Callable[[str], str]]] = {
    "imei": _imei,
    "iccid": _iccid,
    "mac": _mac,
    "uuid": _uuid,
    "sha256": _sha256,
}


def _shaped(compact: str, pattern: str) -> str:
    if not re.fullmatch(pattern, compact):
        raise errors.Malformed("The value is not of the form of its scheme.", code="toestel-vorm")
    return compact


def _luhn(digits: str) -> str:
    try:
        return str(luhn.validate(digits))
    except exceptions.ValidationError:
        raise errors.Malformed(
            "The check digit does not match; look for a typing error.", code="toestel-controlegetal"
        ) from None
