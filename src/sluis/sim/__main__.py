"""The simulation as a process: `python -m sluis.sim CONFIG`, until SIGTERM. The demo starts it.

CONFIG is JSON: `{"gateways": {slug: {"url", "token": credential file}}, "seed", "progress": file, "rest": file}`. While the
file `rest` is there, nothing happens.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec

from sluis.client.sdk import Gateway
from sluis.core import errors
from sluis.sim.living import Life
from sluis.sim.loading import Loader
from sluis.sim.progress import Phase, Progress
from sluis.wire import credentials, logs

LOOK: Final = 1.0
AGAIN: Final = 3.0


class Where(msgspec.Struct, frozen=True):
    """One gateway: its address, and the credential file with its token."""

    url: str
    token: str


class Config(msgspec.Struct, frozen=True):
    """What the simulation is told. `limit` is how many domains are shared; None is all."""

    gateways: dict[str, Where]
    seed: str
    progress: str
    rest: str
    limit: int | None = None


@dataclass
class Sim:
    """Loads, lives and rests until it is stopped."""

    config: Config
    stopped: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.progress = Progress(Path(self.config.progress))
        opened = {
            slug: Gateway(one.url, credentials.secret(Path(one.token)).decode()) for slug, one in self.config.gateways.items()
        }
        self._loader = Loader(opened, self.progress, self.pause, self.config.limit)
        self._life = Life(opened, self.progress, self.pause, self.config.seed)

    def pause(self, seconds: float) -> bool:
        """Waits `seconds`, and longer while the demo is to rest; False when stopped."""
        self.stopped.wait(seconds)
        before = self.progress.stand.phase
        while Path(self.config.rest).exists() and not self.stopped.is_set():
            self._tell("resting")
            self.stopped.wait(LOOK)
        if self.progress.stand.phase == "resting":
            self._tell(before)
        return not self.stopped.is_set()

    def run(self) -> None:
        """Shares the first domains, then lives while the others follow in the background."""
        self._insist(self._loader.first)
        background = threading.Thread(target=self._insist, args=(self._loader.others,), name="loading")
        background.start()
        if self.pause(0):
            self._tell("living")
            self._life.live()
        background.join()

    def _insist(self, work: Callable[[], None]) -> None:
        while not self.stopped.is_set():
            try:
                work()
            except errors.SluisError as error:
                logs.logger().warning("loading", code=error.reason)
                self.pause(AGAIN)
            else:
                return

    def _tell(self, phase: Phase) -> None:
        if phase != self.progress.stand.phase:
            self.progress.stand.phase = phase
            self.progress.keep()


def main(file: Path) -> None:
    """Runs until SIGTERM or SIGINT."""
    logs.configure("sim")
    sim = Sim(msgspec.json.decode(file.read_bytes(), type=Config))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: sim.stopped.set())
    sim.run()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
