"""CaseFile files: open one for a chosen entry, own a stage, put evidence forward."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sluis.apps.casework.models import CaseFile, Evidence, Owner
from sluis.apps.casework.selectors import law, rules, stages
from sluis.apps.casework.selectors.rules import Words
from sluis.apps.casework.services import acts, gates, inventory, locking
from sluis.apps.partners.selectors import Acting
from sluis.core import errors
from sluis.wire import clock


@dataclass(frozen=True, slots=True, repr=False)
class Paper:
    """A document as evidence: its title, where it is to be found in words, and what it comes down to."""

    title: str
    link: str
    text: str


def open_case(acting: Acting, bottleneck: UUID) -> UUID:
    """Chooses an entry of the inventory and opens its case file, at the first stage. Returns the case's id.

    Raises NotAllowed `geen-recht`, NotFound `onbekend-knelpunt`, Conflict `niet-meer-open`.
    """
    with acts.act(acting, "casus openen", rules.DECIDERS):
        entry, now = inventory.lock_open(bottleneck, acting.organisation), clock.now()
        entry.state = "gekozen"
        entry.save(update_fields=["state"])
        identity = uuid4()
        CaseFile.objects.create(
            id=identity, group_id=entry.group_id, bottleneck=entry, title=entry.title, opened=now, moved=now
        )
        acts.log(acting, "casus openen", identity)
    return identity


def take_stage(acting: Acting, case: UUID) -> None:
    """Makes oneself the owner of the stage a case is at; an earlier owner is no more. A question at its gate lapses.

    Raises NotAllowed `geen-recht`, NotFound `onbekende-casus`, Conflict `casus-gesloten`, `al-eigenaar`.
    """
    with acts.act(acting, "casusfase nemen", rules.WRITERS):
        held = locking.lock(case, acting.organisation)
        row = Owner.objects.filter(case=held, stage=held.stage).first()
        if row is not None and row.person == acting.person and bytes(row.party) == acting.organisation:
            raise errors.Conflict("You own this stage already.", code="al-eigenaar")
        _own(acting, held, row)
        gates.say(acting, held, gates.Saying("eigenaar"))
        acts.log(acting, "casusfase nemen", held.id)


def _own(acting: Acting, case: CaseFile, row: Owner | None) -> None:
    given = {"party": acting.organisation, "person": acting.person, "name": acting.name, "since": clock.now()}
    if row is None:
        Owner.objects.create(case=case, group_id=case.group_id, stage=case.stage, **given)
    else:
        Owner.objects.filter(id=row.id).update(**given)


def add_document(acting: Acting, case: UUID, paper: Paper) -> UUID:
    """Puts a document forward at the stage a case is at. Returns the evidence's id.

    Raises NotAllowed `geen-recht`, NotFound `onbekende-casus`, Malformed `tekst-onjuist`, Conflict `casus-gesloten`.
    """
    kept = rules.written(
        {
            "titel": Words(paper.title, rules.TITLE),
            "vindplaats": Words(paper.link, rules.LINE, needed=False),
            "samenvatting": Words(paper.text),
        }
    )
    with acts.act(acting, "casusbewijs inbrengen", rules.WRITERS):
        held = locking.lock(case, acting.organisation)
        told = {"title": kept["titel"], "link": kept["vindplaats"], "text": kept["samenvatting"]}
        return add(acting, held, stages.DOCUMENT, **told)


def add_assessment(acting: Acting, case: UUID, *, title: str, address: str) -> UUID:
    """Puts an answer of the privacykader forward, computed now from the facts in the address of its page.

    Raises NotAllowed `geen-recht`, NotFound `onbekende-casus`, Malformed `tekst-onjuist`, Conflict `casus-gesloten`.
    """
    found, wrong = law.answered(address)
    kept = rules.written({"titel": Words(title, rules.TITLE)}, more=wrong)
    with acts.act(acting, "casusbewijs inbrengen", rules.WRITERS):
        held = locking.lock(case, acting.organisation)
        return add(acting, held, stages.ASSESSMENT, title=kept["titel"], **(found.columns() if found else {}))


def add(acting: Acting, case: CaseFile, kind: str, **told: Any) -> UUID:
    """Keeps evidence at the stage that a locked case is at, inside the caller's act."""
    row = Evidence.objects.create(
        case=case,
        group_id=case.group_id,
        stage=case.stage,
        round=case.round,
        kind=kind,
        party=acting.organisation,
        person=acting.person,
        name=acting.name,
        time=clock.now(),
        **told,
    )
    acts.log(acting, "casusbewijs inbrengen", row.id, outcome=kind)
    return row.id
