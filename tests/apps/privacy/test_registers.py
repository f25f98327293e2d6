"""The registers: what one's own circles lean on, when it ends, and what law to come would change; nothing of others."""

from __future__ import annotations

import make_law
from make import Circle
from make_law import DAY, RISK, register
from make_people import reader, shown

from sluis.apps.privacy import selectors, services
from sluis.wire import clock

PATH = "/privacykader/registers"
CALL = {
    "from": "telecom",
    "to": "bank",
    "data": ["traffic_data"],
    "offence": "none",
    "subject": "customer",
    "purpose": "stop_payment",
    "technique": "pet_hit_no_hit",
    "flags": [],
}


def test_evidence_is_shown_with_its_circle_and_its_end(circle: Circle) -> None:
    circle.assess(exchanges=(RISK,), met={"C-DPIA": register()})
    page = shown(reader(circle), PATH)
    assert "Verzonnen DPIA" in page
    assert "Deze kring" in page
    assert "loopt af" in page


def test_a_state_follows_the_clock(circle: Circle) -> None:
    now, bank = clock.now(), circle.members["bank"].id
    circle.assess(exchanges=(RISK,), met={"C-DPIA": register(until=now + 90 * DAY)})

    def state(at: int) -> str:
        return selectors.registers(bank, at=at).evidence[0].state

    assert [state(now - 200), state(now), state(now + 31 * DAY), state(now + 90 * DAY)] == ["later", "valid", "soon", "over"]
    services.withdraw("DPIA-1", reason="De DPIA klopt niet meer.")
    assert state(now) == "withdrawn"
    assert "De DPIA klopt niet meer." in shown(reader(circle), PATH)


def test_law_to_come_that_touches_a_circle_is_flagged(circle: Circle) -> None:
    assert selectors.registers(circle.members["bank"].id, at=clock.now()).coming == ()
    circle.assess(exchanges=(CALL,))
    (row,) = selectors.registers(circle.members["bank"].id, at=clock.now()).coming
    assert (row.scenario, row.now, row.then) == ("tw_amendment", "niet_mogelijk", "mogelijk_onder_voorwaarden")
    assert "de aangekondigde wijziging van de Telecommunicatiewet" in shown(reader(circle), PATH)


def test_a_review_to_come_is_shown(circle: Circle) -> None:
    now = clock.now()
    circle.assess(from_=now, until=now + 300 * DAY, review=now + 200 * DAY)
    (row,) = selectors.registers(circle.members["bank"].id, at=now).reviews
    assert (row.review, row.state) == (now + 200 * DAY, "valid")
    assert selectors.registers(circle.members["bank"].id, at=now + 200 * DAY).reviews[0].state == "over"


def test_nothing_of_a_circle_of_others_is_in_it(circle: Circle) -> None:
    other = circle.section(circle=b"\7" * 16, name="bankenkring", title="Kring van banken", members=(circle.member("bank"),))
    circle.accept(circle.section(), other)
    make_law.assess(other.circle, exchanges=(CALL,), met={"C-DPIA": register("GEHEIM-1")})
    assert "Kring van banken" in shown(reader(circle), PATH)
    page = shown(reader(circle, "shop"), PATH)
    assert "Kring van banken" not in page
    assert "GEHEIM-1" not in page
