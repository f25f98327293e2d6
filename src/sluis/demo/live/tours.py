"""Following signals on request: one at a time, the newest kept over a restart of the page."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import Final

from sluis.core import errors
from sluis.demo.layout import Layout
from sluis.demo.live import trace, trail
from sluis.demo.live.folder import Folder
from sluis.demo.live.register import Register
from sluis.demo.live.trail import Trails
from sluis.demo.postgres import READER

PATIENCE: Final = 120.0
PAUSE: Final = 3.0


class Tours:
    """Follows signals of one demo, with a connection of its own."""

    def __init__(self, layout: Layout) -> None:
        self._layout, self._folder = layout, Folder(layout.folder)
        self._register = Register(layout.cluster.url(READER))
        self._place = layout.data("live")
        self._lock = threading.Lock()
        self.trails: Trails = trail.read(self._place)
        self.problem = ""

    def follow(self) -> None:
        """Follows one signal and keeps what it left; nothing while another is followed. `problem` says what stopped it."""
        if not self._lock.acquire(blocking=False):
            return
        try:
            self._follow()
            self.problem = ""
        except errors.SluisError as error:
            self.problem = error.reason
        finally:
            self._lock.release()

    def follow_first(self) -> None:
        """Follows one signal when none was followed yet, as soon as there are keys; after two minutes it leaves it at that."""
        end = time.monotonic() + PATIENCE
        while self.trails.newest is None and time.monotonic() < end:
            with contextlib.suppress(errors.SluisError), self._lock:
                self._follow(only_whole=True)
            if self.trails.newest is None:
                time.sleep(PAUSE)

    def _follow(self, *, only_whole: bool = False) -> None:
        policy = self._folder.policy()
        if policy is None:
            raise errors.Unavailable("The demo has no policy yet; wait a moment.", code="geen-beleid")
        way = trace.route(policy, self.trails.number)
        found = trace.follow(self._layout, self._register, way)
        if found.error and only_whole:
            return
        self.trails = self.trails.with_trail(found)
        trail.keep(self._place, self.trails)

    def close(self) -> None:
        """Closes the connection."""
        self._register.close()
