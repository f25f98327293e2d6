"""The public suffix list, as shipped: which part of a domain is registered by one party. Nothing is ever fetched."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final

from publicsuffixlist import PublicSuffixList

from sluis.core import packaged

FILE: Final = "public_suffix_list.dat"


@dataclass(frozen=True)
class Suffixes:
    """The list as shipped. Its rules are read when first asked for (40 ms), as most types of identifier never need them."""

    octets: bytes

    @cached_property
    def digest(self) -> bytes:
        """SHA-256 of the file's octets, which the policy snapshot names."""
        return hashlib.sha256(self.octets).digest()

    @cached_property
    def _rules(self) -> PublicSuffixList:
        return PublicSuffixList(source=self.octets)

    def registrable(self, name: str) -> str | None:
        """The registrable domain of a canonical domain, private rules included; None when it is a bare public suffix.

        A name under no rule is judged by `*`, as the list's algorithm says: its last label is the suffix.
        """
        return self._rules.privatesuffix(name)


@cache
def packaged_list() -> Suffixes:
    """The list shipped with this version."""
    return Suffixes(packaged.read("sluis.core.identifiers", FILE))
