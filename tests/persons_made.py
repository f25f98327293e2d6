"""A rights desk of FakeSluis with a reference counterpart that carries its codes, for the tests of persons' requests."""

from __future__ import annotations

import pytest
from court import with_desk
from desks import IBAN, DeskSluis, share

from sluis.client import check, persons
from sluis.client.counterparts import ReferenceCounterpart
from sluis.client.persons import Controller, Intake
from sluis.client.session import Matter, Session
from sluis.client.testing import CIRCLE, PURPOSE
from sluis.core.exchange.entries import Hit
from sluis.core.identifiers import normalise
from sluis.core.law.letters import Letter

ACCOUNT = normalise.parse("iban", IBAN)
CLEAN = normalise.parse("iban", "NL39TEST0200300400")
DAY = 86_400


@pytest.fixture
def fake() -> DeskSluis:
    found = DeskSluis(members=("bank", "shop", "desk"))
    with_desk(found)
    share(found.session("bank"))
    return found


@pytest.fixture
def desk(fake: DeskSluis) -> Session:
    return fake.session("desk").used_by("Dana")


@pytest.fixture
def post() -> ReferenceCounterpart:
    return ReferenceCounterpart()


@pytest.fixture
def controller(post: ReferenceCounterpart) -> Controller:
    return Controller("Rechtenloket", "Bel 0800 0000.", "rights_desk", post.ways())


def take(session: Session, right: str = "bezwaar", *, about: object = ACCOUNT) -> int:
    return persons.take_in(session, Intake(right, about, "J. Jansen, Kade 1", "naamgenoot"))  # type: ignore[arg-type]


def proven(session: Session, controller: Controller, post: ReferenceCounterpart, right: str = "bezwaar") -> int:
    number = take(session, right)
    persons.vouch(session, number, "balie")
    persons.send_code(session, number, "eencent", controller=controller)
    persons.give_code(session, number, post.code_at(IBAN))
    return number


def said(letter: Letter) -> str:
    """What a letter says, wherever its lines end."""
    return " ".join(letter.text().split())


def hit(fake: DeskSluis) -> bool:
    (found,) = check.check(fake.session("shop"), [ACCOUNT], matter=Matter(CIRCLE, "t 1", PURPOSE))
    return isinstance(found.outcome, Hit)
