"""Where everything of one demo stands: its folders, its ports, and what its services are told."""

from __future__ import annotations

import secrets
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from sluis.demo import world
from sluis.demo.authority import Addresses, Keyring
from sluis.demo.postgres import Cluster

HOST: Final = "127.0.0.1"
_LOWEST, _HIGHEST = 20_000, 32_000


@dataclass(frozen=True, slots=True)
class Layout:
    """One demo in `folder`. `ports` has a port per service name, the same at every start."""

    folder: Path
    ports: dict[str, int]

    @classmethod
    def of(cls, folder: Path, *, first_port: int | None) -> Layout:
        """The layout in `folder`: ports as before, else from `first_port` on, else any that are free."""
        for part in ("logs", "keys", "config", "data"):
            (folder / part).mkdir(parents=True, exist_ok=True, mode=0o700)
        file = folder / "ports.json"
        names = service_names()
        known = msgspec.json.decode(file.read_bytes(), type=dict[str, int]) if file.exists() else {}
        if first_port is not None:
            known = {name: first_port + number for number, name in enumerate(names)}
        missing = [name for name in names if name not in known]
        if missing or first_port is not None:
            known |= dict(zip(missing, free_ports(len(missing)), strict=True))
            _keep(file, msgspec.json.encode(known))
        return cls(folder, known)

    def url(self, name: str) -> str:
        """The address of a service."""
        return f"http://{HOST}:{self.ports[name]}"

    @property
    def keyring(self) -> Keyring:
        """Everybody's keys."""
        return Keyring(self.folder / "keys")

    @property
    def cluster(self) -> Cluster:
        """The database cluster."""
        return Cluster(self.folder / "postgres", self.folder / "keys", self.ports["postgres"])

    @property
    def logs(self) -> Path:
        """One log file per service."""
        return self.folder / "logs"

    @property
    def clock(self) -> Path:
        """The file with the clock's offset in seconds."""
        return self.folder / "clock"

    def data(self, name: str) -> Path:
        """The folder a service keeps its own files in."""
        folder = self.folder / "data" / name
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder

    def config(self, name: str) -> Path:
        """The configuration file of a service."""
        return self.folder / "config" / f"{name}.toml"

    def addresses(self) -> Addresses:
        """What the policy snapshot tells of where services are."""
        return Addresses(self.url("web"), self.url("edge"), {one.slug: self.url(one.slug) for one in world.HOLDERS})


def service_names() -> list[str]:
    """Every service that listens, web first."""
    parties = (*world.HOLDERS, *world.PARTIES)
    return ["web", "edge", *(one.slug for one in parties), "postgres", "live"]


def free_ports(count: int) -> list[int]:
    """Ports nobody listens on now, all different, and below those the system gives to outgoing connections."""
    found: set[int] = set()
    while len(found) < count:
        port = _LOWEST + secrets.randbelow(_HIGHEST - _LOWEST)
        if _is_free(port):
            found.add(port)
    return list(found)


def _keep(file: Path, content: bytes) -> None:
    # Others read the ports while the demo runs: they find the old file or the new one, never half a one.
    fresh = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    fresh.write_bytes(content)
    fresh.replace(file)


def _is_free(port: int) -> bool:
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind((HOST, port))
        except OSError:
            return False
    return True
