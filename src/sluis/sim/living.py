"""Doing what a wave says, through the gateways: share, check, disclose a hit, take a measure, say what it led to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sluis.client.gateway.desk import ShareItem, WatchItem
from sluis.client.sdk import About, Gateway
from sluis.core import errors
from sluis.core.exchange.envelope import Context
from sluis.sim import loading, waves
from sluis.sim.progress import Progress
from sluis.sim.waves import Deed
from sluis.wire import logs

# Seconds between deeds: lively while somebody has just started the demo, calm afterwards.
LIVELY, CALM, LIVELY_DEEDS = 1.0, 4.0, 60


@dataclass(frozen=True, slots=True)
class Life:
    """Lives waves from where it stopped. `pause` waits so many seconds and says whether to go on."""

    gateways: dict[str, Gateway]
    progress: Progress
    pause: Callable[[float], bool]
    seed: str

    def live(self) -> None:
        """Wave after wave, until `pause` says no. What a gateway refuses, or that it is away, is part of life."""
        while self.wave():
            self.progress.stand.waves += 1
            self.progress.keep()

    def wave(self) -> bool:
        """The next wave; False when it was broken off."""
        stand = self.progress.stand
        known = loading.domains()[: min(stand.done, loading.AT_ONCE)]
        for deed in waves.wave(self.seed, stand.waves, domains=known):
            self.do(deed)
            stand.deeds += 1
            self.progress.keep()
            if not self.pause(LIVELY if stand.deeds < LIVELY_DEEDS else CALM):
                return False
        return True

    def do(self, deed: Deed) -> None:
        """One deed. A refusal stands in the party's own log."""
        gateway = self.gateways[deed.party]
        about = About(deed.circle, case=deed.case, purpose=deed.purpose, type=deed.type)
        try:
            _DOERS[deed.verb](gateway, about, deed)
        except errors.SluisError as error:
            logs.logger().info("deed refused", party=deed.party, verb=deed.verb, circle=deed.circle, code=error.reason)


def _share(gateway: Gateway, about: About, deed: Deed) -> None:
    context = Context(deed.told.form, role=deed.told.role, channels=(deed.told.channel,))
    gateway.share(about, [ShareItem(one, deed.told.grade, context, advice="step-up") for one in deed.identifiers])


def _watch(gateway: Gateway, about: About, deed: Deed) -> None:
    gateway.watch(about, [WatchItem(one, f"{deed.case}/{place}") for place, one in enumerate(deed.identifiers)])


def _check(gateway: Gateway, about: About, deed: Deed) -> None:
    hits = [one.identifier for one in gateway.check(about, deed.identifiers) if one.outcome == "hit"]
    for identifier in hits:
        gateway.disclose(about, identifier)
        gateway.feedback(about, identifier, deed.leads_to)


_DOERS: Final = {"share": _share, "watch": _watch, "check": _check}
