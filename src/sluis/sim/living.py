"""Doing what a wave says, through the gateways: share, check, disclose a hit, take a measure, say what it led to."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from sluis.client.gateway.desk import ShareItem, WatchItem
from sluis.client.sdk import About, Gateway
from sluis.core import errors
from sluis.core.exchange.envelope import Context
from sluis.core.exchange.rights import Measure
from sluis.core.law.adverse import Review
from sluis.sim import loading, waves
from sluis.sim.progress import Progress
from sluis.sim.waves import Deed
from sluis.wire import logs

# Nobody is real here, and neither is who reviews a measure.
REVIEWED: Final = Review("Verzonnen medewerker", ("treffer",), "akkoord", "Verzonnen zaak in de proefopstelling.")
# Seconds between deeds: lively while somebody has just started the demo, calm afterwards.
LIVELY, CALM, LIVELY_DEEDS = 1.0, 4.0, 60
# So many deeds after a hit somebody has looked into it, at most.
LONGEST_LOOK: Final = 12


@dataclass(frozen=True, slots=True)
class Life:
    """Lives waves from where it stopped. `pause` waits so many seconds and says whether to go on."""

    gateways: dict[str, Gateway]
    progress: Progress
    pause: Callable[[float], bool]
    seed: str
    _waiting: list[_Measure] = field(default_factory=list)

    def live(self) -> None:
        """Wave after wave, until `pause` says no. What a gateway refuses, or that it is away, is part of life."""
        while self.wave():
            pass

    def wave(self) -> bool:
        """The next wave; False when it was broken off: then the rest of it never happens, for again would be a revision."""
        stand = self.progress.stand
        number, stand.waves = stand.waves, stand.waves + 1
        known = loading.domains()[: min(stand.done, loading.AT_ONCE)]
        for deed in waves.wave(self.seed, number, domains=known):
            self.do(deed)
            self._measure(stand.deeds)
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
            hits = _DOERS[deed.verb](gateway, about, deed)
        except errors.SluisError as error:
            logs.logger().info("deed refused", party=deed.party, verb=deed.verb, circle=deed.circle, code=error.reason)
            return
        dice = random.Random(f"{self.seed} {self.progress.stand.deeds}")  # noqa: S311 - a story, not a secret
        due = self.progress.stand.deeds + dice.randint(1, LONGEST_LOOK)
        self._waiting.extend(_Measure(due, gateway, about, one, deed.leads_to) for one in hits)

    def _measure(self, deeds: int) -> None:
        """Somebody looked into the hits of a while ago: says what they led to."""
        for one in [one for one in self._waiting if one.due <= deeds]:
            self._waiting.remove(one)
            try:
                one.gateway.feedback(one.about, one.identifier, one.led_to, review=REVIEWED)
            except errors.SluisError as error:
                logs.logger().info("measure not told", circle=one.about.circle, code=error.reason)


@dataclass(frozen=True, slots=True, repr=False)
class _Measure:
    """What a hit will lead to, once so many deeds were done."""

    due: int
    gateway: Gateway
    about: About
    identifier: str
    led_to: Measure


def _share(gateway: Gateway, about: About, deed: Deed) -> list[str]:
    context = Context(deed.told.form, role=deed.told.role, channels=(deed.told.channel,))
    gateway.share(about, [ShareItem(one, deed.told.grade, context, advice="step-up") for one in deed.identifiers])
    return []


def _watch(gateway: Gateway, about: About, deed: Deed) -> list[str]:
    gateway.watch(about, [WatchItem(one, f"{deed.case}/{place}") for place, one in enumerate(deed.identifiers)])
    return []


def _check(gateway: Gateway, about: About, deed: Deed) -> list[str]:
    """The hits, each with its context asked for."""
    hits = [one.identifier for one in gateway.check(about, deed.identifiers) if one.outcome == "hit"]
    for identifier in hits:
        gateway.disclose(about, identifier)
    return hits


_DOERS: Final = {"share": _share, "watch": _watch, "check": _check}
