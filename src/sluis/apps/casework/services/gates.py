"""The gate of a stage: its owner asks, somebody of another member approves or refuses; and the way back, with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sluis.apps.casework.models import CaseFile, Decision, Evidence, Gate, Owner, Route
from sluis.apps.casework.selectors import rules, stages
from sluis.apps.casework.selectors.cases import open_question
from sluis.apps.casework.services import acts, locking
from sluis.apps.consent.selectors import rules as consent
from sluis.apps.consent.selectors import visibility
from sluis.apps.consent.services import messages
from sluis.apps.consent.services.messages import Subject
from sluis.apps.partners.selectors import Acting
from sluis.core import errors
from sluis.core.errors import Fault
from sluis.wire import clock


@dataclass(frozen=True, slots=True)
class Saying:
    """What is said at a gate; with a reason where one is asked, and the organisation of the stage's owner where it matters."""

    says: str
    reason: str = ""
    owner: bytes | None = None


def ask_gate(acting: Acting, case: UUID) -> None:
    """The owner of the stage asks another member to let the case pass; only once what the stage needs was put forward.

    Raises NotAllowed `geen-recht`, `niet-de-eigenaar`, NotFound `onbekende-casus`, Conflict `casus-gesloten`, `al-gevraagd`,
    Malformed `bewijs-ontbreekt` with every kind of evidence that is missing.
    """
    with acts.act(acting, "casuspoort vragen", rules.WRITERS):
        held = locking.lock(case, acting.organisation)
        owner = _owner(held)
        if owner is None or owner.person != acting.person or bytes(owner.party) != acting.organisation:
            raise errors.NotAllowed("The owner of the stage asks this.", code="niet-de-eigenaar")
        if _question(held) is not None:
            raise errors.Conflict("This was asked, and waits for an answer.", code="al-gevraagd")
        _require_evidence(held)
        say(acting, held, Saying("gevraagd", owner=acting.organisation))
        acts.log(acting, "casuspoort vragen", held.id)
        others = [one for one in visibility.members(held.group_id) if one != acting.organisation]
        messages.tell(others, Subject("poort-gevraagd", held.id))


def answer_gate(acting: Acting, case: UUID, question: int, *, agrees: bool, why: str = "") -> None:
    """Approves, by which the case goes on to the next stage or ends, or refuses with a reason. `question` is the number of the
    question as it was read: of two who answer at once, the second is told that it is over.

    Raises NotAllowed `geen-recht`, `eigen-fase`, NotFound `onbekende-casus`, Malformed `geen-reden`, Conflict
    `casus-gesloten`, `niet-gevraagd`, `eigenaar-weg`.
    """
    reason = "" if agrees else consent.reason(why)
    with acts.act(acting, "casuspoort beantwoorden", rules.DECIDERS):
        held = locking.lock(case, acting.organisation)
        owner = _require_other(acting, held, question)
        said = Saying("goedgekeurd" if agrees else "geweigerd", reason, owner)
        say(acting, held, said)
        if agrees:
            _pass(held)
        acts.log(acting, "casuspoort beantwoorden", held.id, outcome=said.says)
        messages.tell(visibility.members(held.group_id), Subject("poort-beantwoord", held.id))


def go_back(acting: Acting, case: UUID, *, to: int, why: str) -> None:
    """Sends a case back to an earlier stage, with a reason. From there on every gate is passed anew, with evidence put
    forward since.

    Raises NotAllowed `geen-recht`, NotFound `onbekende-casus`, Malformed `geen-reden`, Conflict `casus-gesloten`,
    `geen-weg-terug`.
    """
    reason = consent.reason(why)
    with acts.act(acting, "casus terugzetten", rules.DECIDERS):
        held = locking.lock(case, acting.organisation)
        if not 1 <= to < held.stage:
            raise errors.Conflict("A case goes back to an earlier stage only.", code="geen-weg-terug")
        say(acting, held, Saying("terug", reason))
        held.stage, held.round, held.moved = to, held.round + 1, clock.now()
        held.save(update_fields=["stage", "round", "moved"])
        acts.log(acting, "casus terugzetten", held.id, outcome=str(to))
        messages.tell(visibility.members(held.group_id), Subject("poort-beantwoord", held.id))


def say(acting: Acting, case: CaseFile, said: Saying) -> None:
    """Adds a line to the history of gates of a locked case."""
    Gate.objects.create(
        case=case,
        group_id=case.group_id,
        stage=case.stage,
        round=case.round,
        says=said.says,
        owner=said.owner,
        party=acting.organisation,
        person=acting.person,
        name=acting.name,
        reason=said.reason,
        time=clock.now(),
    )


def _owner(case: CaseFile) -> Owner | None:
    return Owner.objects.filter(case=case, stage=case.stage).first()


def _question(case: CaseFile) -> Gate | None:
    return open_question(Gate.objects.filter(case=case).order_by("-number")[:1])


def _require_evidence(case: CaseFile) -> None:
    kinds = Evidence.objects.filter(case=case, stage=case.stage, round=case.round).values_list("kind", flat=True)
    lacks = stages.stage_of(case.stage).lacks(kinds)
    if lacks:
        faults = tuple(Fault("bewijs", "-of-".join(sorted(one)), "Put this forward first.") for one in lacks)
        raise errors.Malformed("What this stage needs was not put forward yet.", code="bewijs-ontbreekt", faults=faults)


def _require_other(acting: Acting, case: CaseFile, question: int) -> bytes:
    """The owner's organisation; who answers is of another one, and the owner's is a member still."""
    asked = _question(case)
    if asked is None or asked.number != question:
        raise errors.Conflict("This was answered, or asked anew; look again.", code="niet-gevraagd")
    owner = bytes(asked.owner or b"")
    if owner == acting.organisation:
        raise errors.NotAllowed("Somebody of another member answers.", code="eigen-fase")
    if owner not in visibility.members(case.group_id):
        raise errors.Conflict("The owner's organisation left the group: somebody takes the stage first.", code="eigenaar-weg")
    return owner


def _pass(case: CaseFile) -> None:
    case.moved = clock.now()
    if case.stage < stages.LAST:
        case.stage += 1
    else:
        case.state, case.closed = _exit(case), case.moved
    case.save(update_fields=["stage", "moved", "state", "closed"])


def _exit(case: CaseFile) -> str:
    """How a case ends: by a proposal to change the law when the last decision was for that, else in practice."""
    last = Decision.objects.select_related("direction").filter(case=case).order_by("-time", "-id").first()
    return "wetsvoorstel" if last is not None and last.direction.route == Route.LAW else "ingevoerd"
