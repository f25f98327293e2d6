"""Casework and the expert group in a browser: accessible, narrow and wide, and a question asked without JavaScript."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from make_casework import ANONYMOUS, ASKED, Desk, Panel, address, desk, panel
from make_groups import House, house
from playwright.sync_api import Page
from portal_running import PASSWORD, Portal, keep, serving

from sluis.apps.casework import services
from sluis.apps.casework.services import Talk
from sluis.apps.partners import services as partners

__all__ = ["Desk", "House", "Panel", "desk", "house", "panel"]
pytestmark = pytest.mark.browser
PEOPLE = {"jurist": ("bank", "privacy_officer"), "bureau": ("other", "programme_office"), "vrager": ("carrier", "data_officer")}


@dataclass
class Filled:
    """A portal with a case at the stage of directions, and a question that waits for the asker to agree."""

    portal: Portal
    group: UUID
    entry: UUID
    case: UUID
    question: UUID
    answer: UUID

    def pages(self) -> dict[str, dict[str, str]]:
        """By who reads them: name of a picture and path."""
        case, question = f"/casuistiek/{self.case}", f"/expertgroep/vragen/{self.question}"
        return {
            "jurist": {
                "casussen": "/casuistiek",
                "knelpunten": f"/casuistiek/groepen/{self.group}",
                "inbrengen": f"/casuistiek/groepen/{self.group}/inbrengen",
                "knelpunt": f"/casuistiek/knelpunten/{self.entry}",
                "casus": case,
                "document": f"{case}/document",
                "beoordeling": f"{case}/beoordeling",
                "gasten": f"{case}/gasten",
                "richtingen": f"{case}/richtingen",
                "richting": f"{case}/richtingen/nieuw",
                "werksessie": f"{case}/werksessie",
                "besluit": f"{case}/besluit",
                "memo": f"{case}/memo",
                "antwoorden": "/expertgroep/antwoorden",
                "antwoord": f"/expertgroep/antwoorden/{self.answer}",
            },
            "vrager": {"vragen": "/expertgroep", "vraag-stellen": "/expertgroep/vragen/nieuw", "vraag": question},
            "bureau": {"bureau-casussen": "/casuistiek", "bureau-vragen": "/expertgroep", "zetels": "/expertgroep/zetels"},
            "adviseur": {"advies": f"/casuistiek/advies/{self.case}", "adviezen": "/casuistiek/advies"},
        }


@pytest.fixture
def filled(desk: Desk, panel: Panel) -> Iterator[Filled]:
    house = desk.house
    for name, (party, role) in PEOPLE.items():
        partners.enrol(partners.Person(name, PASSWORD, house.party(party), role))
    entry = desk.entry(title="Een tweede knelpunt")
    desk.score(entry, ("bank", 5, 4, 3), ("shop", 4, 4, 4), ("carrier", 5, 2, 3))
    case = desk.passed(desk.case(), to=4)
    services.take_stage(house.actor("bank"), case)
    desk.direction(case, address=address())
    desk.direction(
        case, "shop", title="Wet wijzigen", route="wetswijziging", article="artikel 33 UAVG", change="Een grondslag."
    )
    services.record_workshop(house.actor("shop"), case, Talk("2026-11-01", (), "Ministerie", "Verder praten in december."))
    services.accept_guest(desk.invited(case), username="gast2", password=PASSWORD)
    answer, question = panel.published(), panel.signed(title=f"{ASKED.title}, nog eens")
    services.write_answer(panel.writer, question, ANONYMOUS)
    services.check_answer(panel.chair, question, panel.digest(question))
    with serving(house.circle) as running:
        yield Filled(running, desk.group, entry, case, question, answer)


def test_every_page_is_accessible_narrow_and_wide(
    filled: Filled, open_page: Callable[..., Page], assert_accessible: Callable[[Page], None]
) -> None:
    for who, paths in filled.pages().items():
        page = sign_in(filled.portal, open_page, "gast2" if who == "adviseur" else who)
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            for name, path in paths.items():
                answer = page.goto(f"{filled.portal.address}{path}")
                assert answer is not None
                assert answer.status == 200, path
                assert_accessible(page)
                keep(page, f"casework-{name}-{width}")


def sign_in(portal: Portal, open_page: Callable[..., Page], user: str, **how: object) -> Page:
    """Signs in wherever that leads: a guest comes to no circles."""
    page = open_page(f"{portal.address}/inloggen?next=/casuistiek/advies", **how)
    page.get_by_label("Naam").fill(user)
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Inloggen").click()
    page.wait_for_url(f"{portal.address}/casuistiek/advies")
    return page


def test_a_question_is_asked_on_a_telephone_without_script(filled: Filled, open_page: Callable[..., Page]) -> None:
    page = sign_in(filled.portal, open_page, "vrager", width=320, script=False)
    page.goto(f"{filled.portal.address}/expertgroep/vragen/nieuw")
    page.get_by_label("Titel").fill("Mag dit ook?")
    page.get_by_label("Wat wilt u weten?").fill("Mag een winkel dit melden?")
    page.get_by_role("button", name="Stel deze vraag").click()
    assert page.locator("h1").inner_text() == "Mag dit ook?"
    assert "wacht op verdeling" in page.content()
