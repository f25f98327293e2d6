"""Factories for casework: a group with an inventory, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from make_groups import House
from make_law import SUSPICION
from make_people import PASSWORD

from sluis.apps.casework import selectors, services
from sluis.apps.casework.selectors import Adviser, CasePage
from sluis.apps.casework.services import Anonymous, Asked, Decided, Found, Invited, Marks, Option, Paper, PeerView
from sluis.apps.partners.models import Organisation
from sluis.apps.partners.selectors import Acting, Role, acting
from sluis.apps.partners.services import people

FOUND = Found("knelpunt", "Verdachte toestellen", "Banken en winkels zien het.\n\nZij mogen het elkaar niet zeggen.")

OPTION = Option("Proef met versleutelde kenmerken", "Een derde minder schade.", "Twee ontwikkelaars.", "Bestuur", "invoeren")
DECIDED = Decided("", "Bestuurlijk overleg", "2026-11-01", "Dit past binnen de wet.")
ASKED = Asked("Toestel delen", "Mag een vervoerder een verdacht toestel melden?")
ANONYMOUS = Anonymous("Toestellen melden", "Mag een partij een toestel melden?", "Ja, onder voorwaarden.")
ADVICE = Paper("Advies", "", "Vraag eerst een vergunning aan.")
PAPER = Paper("Analyse", "Dossier 12, map B", "Het knelpunt komt elke week voor.")


@dataclass
class Desk:
    """A group of bank, shop and carrier, and people of them."""

    house: House

    @cached_property
    def group(self) -> UUID:
        return self.house.group()

    def entry(self, name: str = "bank", **changes: str) -> UUID:
        return services.bring_in(self.house.actor(name), self.group, replace(FOUND, **changes))

    def score(self, entry: UUID, *marks: tuple[str, int, int, int]) -> None:
        """Marks by a person of each organisation named."""
        for name, effect, feasibility, urgency in marks:
            services.score(self.house.actor(name), entry, Marks(effect, feasibility, urgency))

    # a case: owner is the bank, who approves is the shop

    def case(self, name: str = "bank") -> UUID:
        """A case at its first stage, owned by this organisation."""
        case = services.open_case(self.house.actor(name), self.entry(name))
        services.take_stage(self.house.actor(name), case)
        return case

    def document(self, case: UUID, name: str = "bank", **changes: str) -> UUID:
        return services.add_document(self.house.actor(name), case, replace(PAPER, **changes))

    def assessment(self, case: UUID, name: str = "bank", **facts: object) -> UUID:
        return services.add_assessment(self.house.actor(name), case, title="Beoordeling", address=address(**facts))

    def page(self, case: UUID, name: str = "bank") -> CasePage:
        return selectors.case_page(self.house.actor(name), case)

    def ask(self, case: UUID, name: str = "bank") -> int:
        """Asks at the gate; the number of the question."""
        services.ask_gate(self.house.actor(name), case)
        return self.page(case).asked

    def answer(self, case: UUID, name: str = "shop", *, agrees: bool = True) -> None:
        """Answers the question that is open."""
        services.answer_gate(
            self.house.actor(name), case, self.page(case, name).asked, agrees=agrees, why="" if agrees else "Te dun."
        )

    def direction(self, case: UUID, name: str = "bank", **changes: str) -> UUID:
        return services.add_direction(self.house.actor(name), case, replace(OPTION, **changes))

    def decide(self, case: UUID, name: str = "bank", **changes: str) -> UUID:
        """A decision for the first direction there is."""
        (first, *_others) = selectors.directions_page(self.house.actor(name), case).directions
        return services.record_decision(self.house.actor(name), case, replace(DECIDED, direction=str(first.id), **changes))

    # a guest: the bank proposes, the shop confirms

    def invited(self, case: UUID, *, days: int = 30) -> str:
        """The secret of a confirmed invitation."""
        guest = services.propose_guest(self.house.actor("bank"), case, Invited("mr. Adviseur", "Kantoor Verzonnen", days))
        return services.confirm_guest(self.house.actor("shop"), case, guest)

    def guest(self, case: UUID, *, days: int = 30, name: str = "adviseur") -> Adviser:
        """An adviser with an account and access to the case."""
        services.accept_guest(self.invited(case, days=days), username=name, password=PASSWORD)
        return Adviser(User.objects.get(username=name).pk, name)

    def passed(self, case: UUID, *, to: int) -> UUID:
        """The case moved on to this stage, with the evidence that each stage on the way needs."""
        while self.page(case).stage.number < to:
            if self.page(case).stage.owner == "":
                services.take_stage(self.house.actor("bank"), case)
            self.evidence(case, self.page(case).stage.number)
            self.ask(case)
            self.answer(case)
        return case

    def evidence(self, case: UUID, stage: int) -> None:
        """What this stage needs."""
        if stage in {1, 2, 5, 6}:
            self.document(case)
        if stage == 4:
            self.direction(case)
            self.decide(case)
        if stage == 3:
            self.assessment(case)
            services.give_advice(self.guest(case), case, ADVICE)


@dataclass
class Panel:
    """An expert group of bank (writes), shop (reviews) and telecom (the chair); carrier and other ask. Two steer."""

    house: House

    @cached_property
    def users(self) -> dict[tuple[str, str, str], Acting]:
        return {}

    def actor(self, name: str, role: str = Role.PRIVACY_OFFICER, person: str = "") -> Acting:
        """Somebody with an account."""
        if (name, role, person) not in self.users:
            username = f"{role}.{name}{person}"
            user = User.objects.create_user(username)
            with transaction.atomic():
                people.give_role(user, Organisation.objects.get(id=self.house.party(name)), role=role)
            self.users[name, role, person] = acting(user)
        return self.users[name, role, person]

    def seated(self, name: str, seat: str = "deskundige", person: str = "") -> Acting:
        """Somebody with a seat, given by two who steer."""
        who = self.actor(name, person=person)
        office, core = self.actor("other", Role.PROGRAMME_OFFICE), self.actor("other", Role.CORE_GROUP)
        number = services.propose_seat(office, username=who.name, seat=seat, reason="Kent het recht.")
        services.approve_seat(core, number)
        return who

    @cached_property
    def writer(self) -> Acting:
        return self.seated("bank")

    @cached_property
    def peer(self) -> Acting:
        return self.seated("shop")

    @cached_property
    def chair(self) -> Acting:
        return self.seated("telecom", "voorzitter")

    @property
    def asker(self) -> Acting:
        return self.actor("carrier")

    def question(self, **changes: str) -> UUID:
        return services.ask(self.asker, replace(ASKED, **changes))

    def accepted(self, **changes: str) -> UUID:
        question = self.question(**changes)
        services.triage(self.writer, question, choice="aannemen")
        return question

    def drafted(self, text: str = "Ja, onder voorwaarden.", **changes: str) -> UUID:
        question = self.accepted(**changes)
        services.write_draft(self.writer, question, text)
        return question

    def signed(self, **changes: str) -> UUID:
        question = self.drafted(**changes)
        services.review(self.peer, question, PeerView(1, agrees=True))
        services.sign(self.chair, question, 1)
        return question

    def digest(self, question: UUID) -> str:
        """Of the anonymised words as the chair sees them."""
        answer = selectors.question_page(self.chair, question).answer
        assert answer is not None
        return answer.digest

    def published(self, words: Anonymous | None = None) -> UUID:
        question = self.signed()
        services.write_answer(self.writer, question, words or ANONYMOUS)
        services.check_answer(self.chair, question, self.digest(question))
        services.agree_answer(self.asker, question, self.digest(question))
        return question


@pytest.fixture
def panel(house: House) -> Panel:
    """The group, with nobody in it until asked for."""
    return Panel(house)


def address(**changes: object) -> str:
    """The address of an answer of the privacykader: verified facts with changes."""
    return f"https://sluis.example/privacykader?{urlencode(SUSPICION | changes, doseq=True)}"


@pytest.fixture
def desk(house: House) -> Desk:
    """The group, with nothing in its inventory yet."""
    return Desk(house)
