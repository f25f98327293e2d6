"""The protected list: identifiers never to be signalled and never to be alerted on. No hub can check it; every gateway does."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache

import msgspec

from sluis.core import errors, packaged
from sluis.core.identifiers import normalise
from sluis.core.identifiers.kinds import Identifier


class ProtectedEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry: type and value, why it is protected, who two approved it, and the day (since 1970) it ends."""

    type: str
    value: str
    reason: str
    approvers: tuple[str, str]
    until: int


@dataclass(frozen=True, slots=True)
class ProtectedList:
    """A list with its digest (SHA-256 of the file's octets), which the policy snapshot names."""

    entries: dict[Identifier, ProtectedEntry]
    digest: bytes

    def reason(self, identifier: Identifier, *, day: int) -> str | None:
        """Why `identifier` is protected on `day` (days since 1970), or None."""
        entry = self.entries.get(identifier)
        return entry.reason if entry and day <= entry.until else None

    def require_free(self, identifier: Identifier, *, day: int) -> None:
        """Raises NotPermitted `beschermd-kenmerk` when the identifier is protected on `day`."""
        reason = self.reason(identifier, day=day)
        if reason:
            raise errors.NotPermitted(
                "This identifier belongs to many people and is never signalled.", code="beschermd-kenmerk", why=reason
            )


def parse(octets: bytes) -> ProtectedList:
    """The list in `octets` (a JSON array). Raises Malformed when an entry is not well-formed or one person approved twice."""
    try:
        rows = msgspec.json.decode(octets, type=list[ProtectedEntry])
    except msgspec.DecodeError as error:
        raise errors.Malformed(f"The protected list does not read: {error}", code="lijst-onleesbaar") from None
    if any(len({name.strip().casefold() for name in row.approvers}) < 2 for row in rows):
        raise errors.Malformed("Each entry needs two different approvers.", code="twee-personen")
    entries = {normalise.parse(row.type, row.value): row for row in rows}
    return ProtectedList(entries, hashlib.sha256(octets).digest())


@cache
def packaged_list() -> ProtectedList:
    """The list shipped with this version: invented collective accounts only, for no real IBAN is in the repository."""
    return parse(packaged.read("sluis.core.identifiers", "protected.json"))
