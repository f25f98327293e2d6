"""A hub in which something of each confidential kind is planted with a marker, and who may read it.

An attack that finds no marker proves nothing unless somebody who may read it does find it: the same page is asked for by both.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from make_groups import House, house
from make_law import SUSPICION, assess
from make_people import PASSWORD
from make_pilots import plan

from sluis.apps.casework import services as casework
from sluis.apps.casework.services import Asked, Found, Invited, Marks, Paper
from sluis.apps.consent import services as consent
from sluis.apps.consent.services import Draft, Remark
from sluis.apps.exchange.services import pilots
from sluis.apps.partners import selectors
from sluis.apps.partners import services as partners
from sluis.apps.partners.models import Application
from sluis.apps.partners.selectors import Role
from sluis.apps.partners.services import Person, admission
from sluis.apps.partners.services.admission import ApplicationForm
from sluis.apps.privacy.services import necessity as services
from sluis.core.law import necessity
from sluis.core.law.necessity import Texts

__all__ = ["house", "planted"]
ITEM, CIRCLE, APPLICATION = "KLUIZENAAR-40817", "ZWARTEKRING-55120", "AANVRAAG-71342"
QUESTION = "EXPERTVRAAG-27718"
CASEFILE, GUEST = "ADVIESZAAK-60933", "gast.adviseur"
STEERING = (Role.PROGRAMME_OFFICE, Role.CORE_GROUP, Role.SUPERVISOR, Role.OPERATOR)


@dataclass(frozen=True)
class Actor:
    """Somebody by organisation and role; nobody is not signed in."""

    party: str = ""
    role: str = ""

    def may_read(self) -> frozenset[str]:
        """The markers that this person may see. Group: bank and shop. Circle: bank alone. Applications: office and core. One
        case of the group: its guest as well. Question: the bank that asked."""
        inside = self.party in {"bank", "shop"} and self.role in READERS
        return frozenset(
            marker
            for marker, may in (
                (ITEM, inside),
                (CASEFILE, inside or self.role == GUEST),
                (CIRCLE, self.party == "bank"),
                (QUESTION, self.party == "bank" and self.role in READERS),
                (APPLICATION, self.role in {Role.PROGRAMME_OFFICE, Role.CORE_GROUP}),
            )
            if may
        )


READERS = {Role.ANALYST, Role.DATA_OFFICER, Role.PRIVACY_OFFICER, Role.OBSERVER}
# One of each kind of outsider, and then everybody.
SOME = (
    Actor(),
    Actor("telecom", Role.PRIVACY_OFFICER),
    Actor("shop", Role.ANALYST),
    Actor("bank", Role.ORG_ADMIN),
    Actor("other", Role.OPERATOR),
    Actor("", GUEST),
)
EVERYBODY = tuple(
    one
    for one in (Actor(party, role) for party in ("telecom", "shop", "bank", "other") for role in Role.values)
    if one not in SOME and len(one.may_read()) < 5
)


@dataclass
class Planted:
    """The house with what was planted; `samples` has a value for every name that an address may hold."""

    house: House
    samples: dict[str, Any] = field(default_factory=dict)

    def client(self, actor: Actor) -> Client:
        """A browser of this person."""
        client = Client(raise_request_exception=False)
        if actor.role == GUEST:
            client.force_login(User.objects.get(username=GUEST), backend="django.contrib.auth.backends.ModelBackend")
        elif actor.role:
            name = f"{actor.role}.{actor.party}"
            if not User.objects.filter(username=name).exists():
                partners.enrol(Person(name, PASSWORD, self.house.party(actor.party), actor.role))
            client.force_login(User.objects.get(username=name), backend="django.contrib.auth.backends.ModelBackend")
        return client


@pytest.fixture
def planted(house: House) -> Planted:
    made = Planted(house)
    _group(made)
    _circle(made)
    _pilot(made)
    _application(made)
    made.samples |= {"place": 0, "slug": "kadebank", "path": "0/000", "template": "sector"}
    return made


def _group(made: Planted) -> None:
    house = made.house
    group = house.group("bank", "shop")
    draft = Draft(f"Titel {ITEM}", f"Tekst {ITEM}\n\nTweede {ITEM}", "binnenskamers")
    item = consent.write(house.actor("bank", Role.ANALYST), group, draft)
    consent.credit(house.actor("bank", Role.ANALYST), item, house.party("shop"))
    release = house.propose(item)
    house.agree(release, "bank")
    review = consent.open_review(house.actor("bank"), item, readers=frozenset({house.party("shop")}))
    comment = consent.comment(house.actor("shop"), review, Remark(1, f"Opmerking {ITEM}"))
    motion = consent.propose_member(house.actor("bank"), group, house.party("carrier"))
    named = {"group": group, "item": item, "release": release, "review": review, "comment": comment, "motion": motion}
    # Two operators may open one by design: tests/apps/consent/test_glass.py attacks that.
    made.samples |= named | {"glass": uuid4()}
    _casework(made, group)


def _casework(made: Planted, group: UUID) -> None:
    """In the same group, so with the same readers: an entry of the inventory, scored, and a case."""
    bank = made.house.actor("bank")
    entry = casework.bring_in(bank, group, Found("knelpunt", f"Knelpunt {ITEM}", f"Wat er is: {ITEM}"))
    casework.score(bank, entry, Marks(5, 4, 3))
    chosen = casework.bring_in(bank, group, Found("knelpunt", f"Gekozen {CASEFILE}", f"Wat er is: {CASEFILE}"))
    case = casework.open_case(bank, chosen)
    casework.take_stage(bank, case)
    casework.add_document(bank, case, Paper(f"Stuk {CASEFILE}", f"Map {CASEFILE}", f"Samengevat: {CASEFILE}"))
    guest = casework.propose_guest(bank, case, Invited("mr. Adviseur", "Kantoor Verzonnen", 30))
    secret = casework.confirm_guest(made.house.actor("shop"), case, guest)
    casework.accept_guest(secret, username=GUEST, password=PASSWORD)
    casework.ask_gate(bank, case)
    made.samples |= {"bottleneck": entry, "case": case, "guest": guest}
    _question(made)


def _question(made: Planted) -> None:
    """A question of the bank, which the bank and the experts read; its anonymised answer is out, and says nothing of it."""
    question = casework.ask(made.house.actor("bank", Role.ANALYST), Asked(f"Vraag {QUESTION}", f"Mag dit? {QUESTION}"))
    made.samples |= {"question": question, "answer": question}


def _circle(made: Planted) -> None:
    """A second circle with the bank alone, whose title and assessment nobody else may read."""
    circle = made.house.circle
    shared = circle.section(members=tuple(circle.member(name) for name in made.house.circle.members))
    own = circle.section(circle=b"\7" * 16, name="zwartekring", title=f"Kring {CIRCLE}", members=(circle.member("bank"),))
    circle.accept(shared, own)
    assess(own.circle, name=f"Beoordeling {CIRCLE}", exchanges=(SUSPICION,), reason=f"Reden {CIRCLE}")
    _necessity(made)
    made.samples |= {"name": "zwartekring", "circle": own.circle.hex()}


def _necessity(made: Planted) -> None:
    """A record of that circle, which waits for another member that there is not."""
    partners.enrol(Person("schrijver.bank", PASSWORD, made.house.party("bank"), Role.PRIVACY_OFFICER))
    by = selectors.acting(User.objects.get(username="schrijver.bank"))
    texts = Texts(dict.fromkeys(necessity.parts().dpia, f"Tekst {CIRCLE}"), {}, {"wrong": 10}, 180)
    services.propose("zwartekring", texts, by=by, reason=f"Reden {CIRCLE}")


def _pilot(made: Planted) -> None:
    """A pilot of the bank's own circle, of which nobody else may read a word; its title is open to who steers."""
    made.client(Actor("bank", Role.PRIVACY_OFFICER))
    by = selectors.acting(User.objects.get(username=f"{Role.PRIVACY_OFFICER}.bank"))
    secret = plan(title="Proeftuin van een kring", hypothesis=f"Dit onderzoekt {CIRCLE}, en niemand anders leest dat.")
    made.samples["pilot"] = pilots.propose("zwartekring", secret, by=by, reason=f"Reden {CIRCLE}").id


def _application(made: Planted) -> None:
    reason = f"Wij zien elke week klanten die zijn opgelicht: {APPLICATION}."
    form = ApplicationForm(
        door="uitwisseling",
        name=f"Winkel {APPLICATION}",
        kvk="",
        sector="verkoper",
        contact=f"Vera {APPLICATION}",
        email="vera@verkopen.example",
        motive=reason,
        mandate=reason,
        confidentiality=reason,
        lawfulness=reason,
    )
    told = admission.apply(form)
    row = Application.objects.get()
    made.samples |= {"number": row.pk, "reference": told.reference, "secret": "x" * 32}
