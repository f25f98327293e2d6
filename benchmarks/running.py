"""A demo of its own in a temporary folder, for benchmarks that need everything running."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import msgspec

from sluis.client import config
from sluis.client.config import Partner
from sluis.client.session import Session

STILL = "--still"
GATEWAYS = ("web", "kadebank", "lantaarn")


@contextmanager
def demo(*options: str) -> Iterator[Path]:
    """The folder of a demo in which edge and holders have their keys; ended, and the folder gone, afterwards.

    `options` are those of `sluis-demo run`; `STILL` leaves out the simulation.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name) / "demo"
        program = str(Path(sys.executable).parent / "sluis-demo")
        process = subprocess.Popen([program, "run", *options, "--dir", str(folder)], stdout=subprocess.DEVNULL)
        try:
            wait(folder)
            yield folder
        finally:
            process.terminate()
            process.wait(60)


def state(folder: Path) -> dict[str, dict[str, str]]:
    """What `state.json` tells."""
    return msgspec.json.decode((folder / "state.json").read_bytes())


def is_well(folder: Path, name: str) -> bool:
    """Whether a service says `ok`."""
    try:
        return httpx.get(f"{state(folder)['urls'][name]}/v1/health").json()["status"] == "ok"
    except (httpx.HTTPError, KeyError):
        return False


def wait(folder: Path, *, limit: float = 90) -> None:
    """Until edge and holders say that they are well."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        time.sleep(0.2)
        if (folder / "state.json").exists():
            names = [name for name in state(folder)["urls"] if name not in GATEWAYS]
            if all(is_well(folder, name) for name in names):
                return
    raise SystemExit("the demo did not start")


def session(folder: Path, slug: str) -> Session:
    """A session as a partner of the demo, with a store beside the demo's own."""
    partner = config.load(folder / "config" / f"{slug}.toml")
    own = folder.parent / f"{slug}.sqlite"
    return Partner(msgspec.structs.replace(partner.config, store=str(own)), partner.folder).session()
