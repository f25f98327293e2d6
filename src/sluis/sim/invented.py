"""Identifiers that belong to nobody: possible, so that they are read as any other, and given to no one.

Why each range is nobody's stands in `docs/decisions/0015-invented-identifiers.md`.
"""

from __future__ import annotations

import hashlib
from typing import Final

BANK_CODE: Final = "SLUI"
# Dutch mobile numbers in a range that libphonenumber's data call unassigned.
_PHONE_RANGE: Final = "+316000"


def iban(name: str) -> str:
    """A Dutch IBAN with right check digits, of a bank code that no bank has; the same for the same name."""
    bban = f"{BANK_CODE}{_number(name, 10**10):010d}"
    digits = "".join(str(int(sign, 36)) for sign in f"{bban}NL00")
    return f"NL{98 - int(digits) % 97:02d}{bban}"


def phone(name: str) -> str:
    """A Dutch mobile number (E.164) that is possible and assigned to no one; the same for the same name."""
    return f"{_PHONE_RANGE}{_number(name, 10**5):05d}"


def device(name: str) -> str:
    """A device by the SHA-256 of an invented name."""
    return f"sha256:{hashlib.sha256(_seeded(name)).hexdigest()}"


def _number(name: str, below: int) -> int:
    return int.from_bytes(hashlib.sha256(_seeded(name)).digest()[:16], "big") % below


def _seeded(name: str) -> bytes:
    return b"sluis sim " + name.encode()
