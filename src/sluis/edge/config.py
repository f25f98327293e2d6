"""What the edge is told: where it listens, whom it trusts, which database it reads."""

from __future__ import annotations

from pathlib import Path

import msgspec

from sluis.wire import settings


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """The edge. `url` is the address members were given; `key-file` and `database-file` are credential files (mode 600).

    `database-file` holds the PostgreSQL address of the role `sluis_edge`. `policy-keys` are the three pinned keys.
    """

    url: str
    web: str
    folder: Path
    policy_keys: tuple[str, ...]
    key_file: Path
    database_file: Path
    host: str = "127.0.0.1"
    port: int = 8720

    @property
    def pinned(self) -> tuple[bytes, ...]:
        """The policy keys, 32 octets each."""
        return tuple(bytes.fromhex(key) for key in self.policy_keys)


def load(file: Path) -> Config:
    """The configuration in `file`. Raises as `settings.load`."""
    return settings.load(file, Config)
