"""What one followed signal left with everybody, as data: the newest is kept in a file of the demo's own folder.

The identifier in it is invented; it is the only one that ever stands on the live page.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec

from sluis.core import errors
from sluis.demo.live.thief import Search
from sluis.wire import credentials

FILE: Final = "trail.json"
KEPT: Final = 20


class Step(msgspec.Struct, frozen=True):
    """One step: a code with words in `trail.html`, who did it, when (milliseconds since 1970), how long it took (ms)."""

    code: str
    party: str
    at: int
    took: float


class Evaluation(msgspec.Struct, frozen=True):
    """One blinded value that a holder got (32 octets), from whom, for which use, and what it gave back with its proof (64)."""

    party: str
    use: str
    blinded: bytes
    evaluated: bytes
    proof: bytes


class HolderSaw(msgspec.Struct, frozen=True):
    """What one holder saw, in order."""

    name: str
    evaluations: tuple[Evaluation, ...]


class EdgeSaw(msgspec.Struct, frozen=True):
    """What the edge saw: the first bits of a tag, and how many octets went back whatever is in them."""

    party: str
    bits: int
    prefix: int
    answered: int


class HubSaw(msgspec.Struct, frozen=True):
    """The hub's row of the signal: tag (16), header (80), salt s (32), sealed context, signature (64)."""

    tag: bytes
    header: bytes
    salt: bytes
    context: bytes
    signature: bytes


class LogHolds(msgspec.Struct, frozen=True):
    """The log's leaf of the sharing: its place, the hash in the tree (32), and salt (16) and event behind it at the hub."""

    place: int
    leaf: bytes
    salt: bytes
    event: str


class Refusal(msgspec.Struct, frozen=True):
    """What was refused on the way, to show the gate that stays shut: purpose asked, ground, articles."""

    purpose: str
    code: str
    ground: str
    articles: tuple[str, ...]


class Asked(msgspec.Struct, frozen=True):
    """What the asker got: band of others, grade, advice, fraud form by its code; then the context's own codes."""

    others: str
    grade: str
    advice: str
    form: str
    context: str


class Trail(msgspec.Struct, frozen=True):
    """One signal from publisher to asker. The `voucher` (32) came with it and is kept nowhere.

    `error` says why it ended early, in the code of an error; empty when it did not.
    """

    at: int
    circle: str
    publisher: str
    asker: str
    identifier: str
    canonical: bytes
    form: str
    grade: str
    steps: tuple[Step, ...] = ()
    holders: tuple[HolderSaw, ...] = ()
    edge: EdgeSaw | None = None
    hub: HubSaw | None = None
    voucher: bytes = b""
    log: LogHolds | None = None
    refusal: Refusal | None = None
    asked: Asked | None = None
    search: Search | None = None
    error: str = ""

    def took(self, code: str) -> float | None:
        """How long a step took in milliseconds, or None when it was not reached."""
        return next((one.took for one in self.steps if one.code == code), None)


class Trails(msgspec.Struct, frozen=True):
    """The newest trail, how many there were, and how long each step took in the last twenty (milliseconds)."""

    newest: Trail | None = None
    number: int = 0
    times: dict[str, tuple[float, ...]] = {}

    def with_trail(self, trail: Trail) -> Trails:
        """One trail later."""
        times = dict(self.times)
        for step in trail.steps:
            times[step.code] = (*times.get(step.code, ()), step.took)[-KEPT:]
        return Trails(trail, self.number + 1, times)


def read(folder: Path) -> Trails:
    """The trails kept in `folder`; none when there is no file that reads."""
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=Trails)
    except (OSError, msgspec.DecodeError):
        return Trails()


def keep(folder: Path, trails: Trails) -> None:
    """Keeps trails for the next start of the page; a full disk forgets them, and the page goes on."""
    try:
        credentials.write(folder / FILE, msgspec.json.encode(trails))
    except errors.Unavailable:
        return
