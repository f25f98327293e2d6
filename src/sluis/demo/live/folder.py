"""What the demo's own folder tells: services, accounts, policy, and how far the seeded life is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from sluis.core.exchange import documents, policy
from sluis.core.exchange.policy import Head, Section, SignedSnapshot
from sluis.demo import anew, happenings
from sluis.demo.anew import Begun
from sluis.demo.happenings import Happening

LIFE: Final = "life.json"
Told = TypeVar("Told", bound=msgspec.Struct)


class State(msgspec.Struct, frozen=True):
    """`state.json`: addresses by service, process ids of what runs, and who may sign in (name -> password or code)."""

    pid: int
    urls: dict[str, str]
    services: dict[str, int]
    accounts: dict[str, str] = {}
    codes: dict[str, str] = {}


class Life(msgspec.Struct, frozen=True):
    """`life.json`: how far the seeded life is. `updated` is in seconds since 1970; what is old is at rest or gone."""

    phase: str
    published: int
    wanted: int
    updated: int
    circle: str = ""
    left_out: int = 0

    @property
    def is_complete(self) -> bool:
        """Whether everything that was to be shared is shared, or left out for the protected list."""
        return self.published + self.left_out >= self.wanted


@dataclass(frozen=True, slots=True)
class Policy:
    """The snapshot that the demo's authority signed last: head and circles."""

    head: Head
    sections: tuple[Section, ...]

    def section(self, name: str) -> Section | None:
        """The circle called `name`, or None."""
        return next((one for one in self.sections if one.name == name), None)


class Folder:
    """Reads the folder; the policy is read again only when the file is another one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._policy: tuple[int, Policy | None] = (0, None)

    def state(self) -> State | None:
        """What the supervisor tells, or None when nothing runs here."""
        return _read(self.path / "state.json", State)

    def life(self) -> Life | None:
        """How far the seeded life is, or None when there is none."""
        return _read(self.path / LIFE, Life)

    def happenings(self) -> list[Happening]:
        """What happened to services since the start of the demo."""
        return happenings.read(self.path)

    def begun(self) -> Begun | None:
        """That the demo began anew, or None."""
        return anew.read(self.path)

    def policy(self) -> Policy | None:
        """The last signed snapshot, or None before there is one."""
        file = self.path / "snapshot.json"
        try:
            written = file.stat().st_mtime_ns
        except OSError:
            return None
        if written != self._policy[0]:
            signed = _read(file, SignedSnapshot)
            self._policy = (written, _opened(signed) if signed else None)
        return self._policy[1]


def _opened(signed: SignedSnapshot) -> Policy:
    sections = tuple(documents.read(one.payload, Section) for one in signed.sections)
    return Policy(documents.read(signed.head.payload, policy.Head), sections)


def _read(file: Path, kind: type[Told]) -> Told | None:
    try:
        return msgspec.json.decode(file.read_bytes(), type=kind)
    except (OSError, msgspec.DecodeError):
        return None
