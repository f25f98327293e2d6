"""Decide a dispute, as the dispute body: a named person, who did not share the signal, with a reason that stays here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sluis.client import answering, rights
from sluis.client.rights import Ruling
from sluis.client.rightsbook import Ruled
from sluis.client.session import Matter, Session
from sluis.core import errors
from sluis.core.exchange.rights import DisputeState, Outcome
from sluis.core.identifiers.kinds import Identifier
from sluis.wire import clock

OPENED: Final = "betwisting-geopend"
SHORTEST: Final = 10
LONGEST: Final = 500


@dataclass(frozen=True, slots=True, repr=False)
class Verdict:
    """What a person decided: on which dispute, how, and why (10 to 500 signs); the identifier is needed to uphold it."""

    dispute: bytes
    outcome: Outcome
    reason: str
    identifier: Identifier | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A dispute that waits for this body: its number, the ground, until when (seconds)."""

    dispute: bytes
    ground: str
    until: int


def waiting(session: Session) -> list[Waiting]:
    """Disputes that this body has to decide and did not, the most urgent first."""
    done = {one for one, _time, _outcome, _ruled in session.store.rights.rulings()}
    heard = (one.notice for one in session.store.casebook.notices())
    opened = [one for one in heard if one.kind == OPENED and not one.signal and one.subject not in done]
    return sorted((Waiting(one.subject, one.outcome, one.until) for one in opened), key=lambda one: one.until)


def rule(session: Session, verdict: Verdict, *, matter: Matter) -> DisputeState:
    """Decides, in the name of whose hands the store is in.

    Raises NotAllowed `naam-ontbreekt`, `eigen-signaal` when this partner shared it itself, Malformed `reden-ontbreekt`, and as
    `rights.decide`.
    """
    who = session.store.who
    if not who:
        raise errors.NotAllowed("A named person decides, not a system.", code="naam-ontbreekt")
    if not SHORTEST <= len(verdict.reason.strip()) <= LONGEST:
        raise errors.Malformed(f"Give the reason in {SHORTEST} to {LONGEST} signs.", code="reden-ontbreekt")
    if verdict.identifier and any(answering.own_signals(session, verdict.identifier)):
        raise errors.NotAllowed("Who shared a signal does not decide a dispute about it.", code="eigen-signaal")
    found = rights.decide(session, Ruling(verdict.dispute, verdict.outcome, verdict.identifier), matter=matter)
    ruled, now = Ruled(who, verdict.reason.strip()), clock.now()
    session.store.rights.keep_ruling(verdict.dispute, ruled, outcome=found.state, now=now)
    kind = verdict.identifier.type.label if verdict.identifier else ""
    session.store.log(matter.logged("betwisting besluiten", kind=kind, amount=1, outcome=found.state))
    return found
