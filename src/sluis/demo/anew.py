"""A demo that is too old to go on begins anew, and says so. In production nothing begins, renews or signs by itself.

Too old is: its key period ended while it stood still, the year of its circles is over, or another version made its folder.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

import msgspec

from sluis.demo import postgres, world
from sluis.demo.authority import Signing
from sluis.wire import clock, credentials

FILE: Final = "anew.json"
# Raised when a newer program cannot go on with what an older one wrote.
FORMAT: Final = 1
_FORMAT_FILE: Final = "format"
_LOCK: Final = "lock"
# Addresses that somebody kept go on working, when they read.
_PORTS: Final = "ports.json"
_PREFIX: Final = "oud-"
Why = Literal["sleutelperiode", "kringen", "versie"]
_SAYS: Final[dict[Why, str]] = {
    "sleutelperiode": "de sleutelperiode van deze demo is voorbij (its key period is over)",
    "kringen": "het jaar van haar kringen is voorbij (the year of its circles is over)",
    "versie": "een andere versie maakte deze map (another version made this folder)",
}


class Begun(msgspec.Struct, frozen=True):
    """That a demo began anew: when (seconds since 1970), why, and the folder with what was there before."""

    time: int
    why: Why
    aside: str

    def says(self) -> str:
        """One line for who starts the demo, in both languages."""
        return f"Sluis begint opnieuw (starts anew): {_SAYS[self.why]}. Wat er was (what was there): {self.aside}"


def begin(folder: Path) -> Begun | None:
    """Puts what is in the folder aside when it is too old, and tells it on stderr; None when the demo can go on or is new.

    Only one demo is kept aside. Call it under the lock of the folder.
    """
    begun, why = None, reason(folder, now=clock.now())
    if why:
        postgres.clear_stale(folder / "postgres")
        begun = Begun(clock.now(), why, str(_put_aside(folder, why)))
        credentials.write(folder / FILE, msgspec.json.encode(begun))
        sys.stderr.write(f"{begun.says()}\n")
    (folder / _FORMAT_FILE).write_text(str(FORMAT))
    return begun


def read(folder: Path) -> Begun | None:
    """That the demo in this folder began anew, or None."""
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=Begun)
    except (OSError, msgspec.DecodeError):
        return None


def reason(folder: Path, *, now: int) -> Why | None:
    """Why the demo in this folder cannot go on at `now` (seconds since 1970); None when it can, or when there is none yet."""
    made, server = _number(folder / _FORMAT_FILE), _number(folder / "postgres" / "PG_VERSION")
    if made not in (None, FORMAT) or (server is not None and server != _server()):
        return "versie"
    file = folder / "authority.json"
    if not file.exists():
        return None
    try:
        signing = msgspec.json.decode(file.read_bytes(), type=Signing)
    except msgspec.DecodeError:
        return "versie"
    return _too_old(signing, now)


def _too_old(signing: Signing, now: int) -> Why | None:
    """By the world's own times. What was signed last says in which key period the demo stood still."""
    if now >= signing.start + world.CIRCLE_DAYS * world.DAY:
        return "kringen"
    length = world.EPOCH_DAYS * world.DAY
    return "sleutelperiode" if (now - signing.start) // length > (signing.signed - signing.start) // length else None


def _number(file: Path) -> int | None:
    """The number in a file; None when there is no such file, -1 when it holds something else."""
    try:
        return int(file.read_text())
    except OSError:
        return None
    except ValueError:
        return -1


def _server() -> int:
    """The major version of the server that would run. Raises Unavailable `geen-postgresql`."""
    argv = [str(postgres.programs() / "postgres"), "--version"]
    said = subprocess.run(argv, capture_output=True, text=True, check=True).stdout
    return int(said.split()[2].partition(".")[0])


def _put_aside(folder: Path, why: Why) -> Path:
    for older in folder.glob(f"{_PREFIX}*"):
        shutil.rmtree(older)
    aside = folder / f"{_PREFIX}{datetime.fromtimestamp(clock.now(), UTC):%Y-%m-%d}"
    aside.mkdir(mode=0o700)
    stays = {_LOCK} if why == "versie" else {_LOCK, _PORTS}
    for one in folder.iterdir():
        if one != aside and one.name not in stays:
            one.rename(aside / one.name)
    return aside
