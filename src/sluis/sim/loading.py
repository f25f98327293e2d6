"""Sharing the real fake domains and crypto addresses: the first at once, the others in the background."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from sluis.client.gateway.desk import ShareItem
from sluis.client.sdk import About, Gateway
from sluis.core import errors, packaged
from sluis.core.exchange.envelope import Context
from sluis.sim import waves
from sluis.sim.progress import Progress

AT_ONCE: Final = 5_000
BATCH: Final = 250
# The grade of an unverified report.
REPORTED: Final = "D"
PUBLISHERS: Final = ("veertel", "kadebank", "tolhuis")
# Of each second at work, so many at rest: measured, the whole demo then takes half a core.
REST: Final = 3.4
_DOMAIN_FILES: Final = ("domains-globalantiscam.txt", "domains-durablenapkin.txt", "domains-polkadot-js.txt")
_ADDRESS_FILES: Final = ("crypto-ofac.txt", "crypto-polkadot-js.txt")
_SITE: Final = Context("PHI", role="site", channels=("other",))
_PAYEE: Final = Context("BEL.CRYPTO", role="payee")
_PLACE: Final = re.compile(r"\[(\d+)\]")


@cache
def domains() -> tuple[str, ...]:
    """Every domain of the packaged lists, in their order."""
    return tuple(_lines(_DOMAIN_FILES))


def _lines(files: Sequence[str]) -> list[str]:
    """Every line once: an address in hexadecimal is the same in capitals, and may stand there once a chain."""
    every = (line for name in files for line in packaged.read("sluis.sim", name).decode().split())
    return list({line.lower() if line.startswith("0x") else line: line for line in every}.values())


@dataclass(frozen=True, slots=True)
class Loader:
    """Shares through the gateways of the demo. `pause` waits so many seconds and says whether to go on."""

    gateways: dict[str, Gateway]
    progress: Progress
    pause: Callable[[float], bool]
    limit: int | None = None

    def first(self) -> None:
        """The addresses, and the first 5,000 domains at once. Raises Unavailable when a gateway is away."""
        self._addresses()
        for _batch in self._batches(until=AT_ONCE):
            pass

    def others(self) -> None:
        """What is left, with rests between. Raises Unavailable when a gateway is away."""
        began = time.monotonic()
        for _batch in self._batches(until=self._size):
            if not self.pause(REST * (time.monotonic() - began)):
                return
            began = time.monotonic()

    @property
    def _size(self) -> int:
        return len(domains()) if self.limit is None else min(self.limit, len(domains()))

    def _batches(self, *, until: int) -> Iterator[int]:
        stand, every = self.progress.stand, domains()
        stand.circle, stand.wanted = waves.DOMAINS, self._size
        while (start := stand.done) < min(until, self._size):
            publisher = PUBLISHERS[start // BATCH % len(PUBLISHERS)]
            about = About(waves.DOMAINS, case=f"LIJST-{start // BATCH}", purpose=waves.PREVENT, type="domain")
            items = [ShareItem(one, REPORTED, _SITE) for one in every[start : min(start + BATCH, until, self._size)]]
            shared = share_what_may(self.gateways[publisher], about, items)
            stand.published, stand.left_out = stand.published + shared, stand.left_out + len(items) - shared
            self.progress.keep()
            yield shared

    def _addresses(self) -> None:
        if self.progress.stand.addresses:
            return
        about = About(waves.PRAKTIJK, case="LIJST-CRYPTO", purpose=waves.PREVENT, type="crypto")
        items = [ShareItem(one, "B", _PAYEE, advice="hold") for one in _lines(_ADDRESS_FILES)]
        share_what_may(self.gateways["kadebank"], about, items)
        self.progress.stand.addresses = True
        self.progress.keep()


def share_what_may(gateway: Gateway, about: About, items: Sequence[ShareItem]) -> int:
    """Shares these but for what does not read or a protected list stops or warns of; how many were shared.

    Raises Unavailable, and NotPermitted or NotAllowed when the circle takes none of it.
    """
    left = list(items)
    while left:
        try:
            return len(gateway.share(about, left))
        except errors.SluisError as error:
            wrong = {int(found[1]) for fault in error.faults if (found := _PLACE.fullmatch(fault.where))}
            if not wrong:
                raise
            left = [one for place, one in enumerate(left) if place not in wrong]
    return 0
