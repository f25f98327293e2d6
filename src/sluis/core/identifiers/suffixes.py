"""The public suffix list, as shipped: which part of a domain is registered by one party. Nothing is ever fetched."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import Final

from publicsuffixlist import PublicSuffixList

from sluis.core import packaged

FILE: Final = "public_suffix_list.dat"


@dataclass(frozen=True, slots=True)
class Suffixes:
    """The list with its digest (SHA-256 of the file's octets), which the policy snapshot names."""

    rules: PublicSuffixList
    digest: bytes

    def registrable(self, name: str) -> str | None:
        """The registrable domain of a canonical domain, private rules included; None when it is a bare public suffix.

        A name under no rule is judged by `*`, as the list's algorithm says: its last label is the suffix.
        """
        return self.rules.privatesuffix(name)


@cache
def packaged_list() -> Suffixes:
    """The list shipped with this version."""
    octets = packaged.read("sluis.core.identifiers", FILE)
    return Suffixes(PublicSuffixList(source=octets), hashlib.sha256(octets).digest())
