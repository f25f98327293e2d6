"""Kringen: the circles this partner is in, their rules, and of a circle that is shut why and what is possible instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from sluis.client.gateway.pages import context
from sluis.client.gateway.pages.visits import Visit, Way
from sluis.core.exchange.policy import Member, Section
from sluis.core.law import decision
from sluis.core.law.decision import Ground
from sluis.wire import clock


@dataclass(frozen=True, slots=True)
class Shown:
    """One circle: its rules, this partner's rights in it, the gate's word on the circle and on each use."""

    section: Section
    member: Member
    shut: Ground | None
    uses: tuple[tuple[str, Ground | None], ...]
    release: dict[str, str]


def show(visit: Visit) -> Response:
    """All circles; those that are open first."""
    found = [_shown(section, member) for section, member in visit.circles()]
    return visit.render("circles.html", at="kringen", rows=sorted(found, key=lambda one: one.shut is not None))


def _shown(section: Section, member: Member) -> Shown:
    now = clock.now()
    uses = [(use, decision.decide(decision.Passage(section, member, now, use=use))) for use in ("publish", "check", "watch")]
    shut = decision.decide(decision.Passage(section, member, now))
    return Shown(section, member, shut, tuple(uses), context.releases(section))


WAYS: Final = (Way("GET", "/kringen", show),)
