"""What a key holder is told: where it listens, whom it trusts, where its secrets stand."""

from __future__ import annotations

from pathlib import Path

import msgspec

from sluis.core import errors
from sluis.wire import settings


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """One holder. `url` is the address members were given; the `*-file` are credential files (mode 600).

    `policy-keys` are the three pinned keys of the policy authority, in hexadecimal.
    """

    url: str
    web: str
    folder: Path
    policy_keys: tuple[str, ...]
    key_file: Path
    seal_file: Path
    passphrase_file: Path
    host: str = "127.0.0.1"
    port: int = 8710

    @property
    def pinned(self) -> tuple[bytes, ...]:
        """The policy keys, 32 octets each. Raises Malformed `instelling-onjuist`."""
        try:
            return tuple(bytes.fromhex(key) for key in self.policy_keys)
        except ValueError:
            raise errors.Malformed("policy-keys: 64 hexadecimal digits each.", code="instelling-onjuist") from None


def load(file: Path) -> Config:
    """The configuration in `file`. Raises as `settings.load`."""
    return settings.load(file, Config)
