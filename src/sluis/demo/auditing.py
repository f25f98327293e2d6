"""The demo's auditor: fixes a secret for tomorrow, and tells those of days that are over. Visits are left to people."""

from __future__ import annotations

import contextlib
import secrets
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from sluis.client import auditing, config
from sluis.client.auditing import Audit, Secret
from sluis.core import errors
from sluis.core.exchange import draws
from sluis.demo import services, world
from sluis.demo.layout import Layout
from sluis.demo.processes import Service
from sluis.wire import clock, credentials, logs

NAME: Final = world.AUDITOR.slug
CIRCLES: Final = (world.CIRCLE_NAME, world.SHOPS_NAME)
# It has something to do once a day; what the hub could not take is tried again sooner.
PAUSE, AGAIN = 600.0, 30.0


def service(layout: Layout) -> Service:
    """The auditor as a service of the demo; its secrets stand beside its configuration."""
    told = services.configure_partner(layout, world.AUDITOR).absolute()
    env = {clock.VARIABLE: str(layout.clock.absolute())}
    return Service(NAME, (sys.executable, "-m", "sluis.demo.auditing", str(told)), env)


@dataclass(frozen=True, slots=True)
class Desk:
    """The auditor of one circle. `folder` holds a file for each day that was fixed and not told yet."""

    audit: Audit
    folder: Path

    def tend(self) -> None:
        """Fixes tomorrow when it is not, and tells every day that can be told. Raises what the hub answers."""
        tomorrow = auditing.today() + 1
        if not self.file(tomorrow).exists() and tomorrow not in self.audit.days():
            kept = Secret(tomorrow, secrets.token_bytes(draws.SECRET_OCTETS))
            credentials.write(self.file(tomorrow), msgspec.json.encode(kept))
        for file in sorted(self.folder.glob(f"audit-{self.audit.circle}-*.json")):
            self._go_on(file)

    def file(self, day: int) -> Path:
        """Where the secret of a day is kept."""
        return self.folder / f"audit-{self.audit.circle}-{day}.json"

    def _go_on(self, file: Path) -> None:
        kept = msgspec.json.decode(file.read_bytes(), type=Secret)
        if kept.day > auditing.today():
            # Again the same: whether the hub got it the first time, nobody has to know.
            self.audit.commit(kept)
        elif clock.now() >= (kept.day + 1) * draws.DAY + draws.SETTLES:
            # A day that was never fixed, for the demo was off before it began, is not drawn from.
            with contextlib.suppress(errors.NotFound):
                self.audit.reveal(kept)
            file.unlink()


def main() -> None:
    """Tends the desks for ever; a hub that is away is asked again."""
    file = Path(sys.argv[1])
    logs.configure(NAME)
    session = config.load(file).session()
    desks = [Desk(Audit(session, circle), file.parent) for circle in CIRCLES]
    while True:
        done = [_is_tended(desk) for desk in desks]
        time.sleep(PAUSE if all(done) else AGAIN)


def _is_tended(desk: Desk) -> bool:
    try:
        desk.tend()
    except errors.SluisError as error:
        logs.logger().warning("audit waits", code=error.reason, circle=desk.audit.circle)
        return False
    return True


if __name__ == "__main__":
    main()
