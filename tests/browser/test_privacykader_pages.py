"""The pages of the privacykader in a browser: accessible, narrow and wide, without JavaScript, from question to answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import make_law
import pytest
from make import Circle
from playwright.sync_api import Page
from portal_running import PASSWORD, SIZES, Portal, keep, serving

from sluis.apps.partners import services as partners

pytestmark = pytest.mark.browser
NO = "from=telecom&to=bank&data=traffic_data&offence=none&subject=customer&purpose=stop_payment&technique=hit_no_hit"
YES = (
    "from=bank&data=address&offence=suspicion&subject=suspect&purpose=investigate&technique=plain&flags=offence_against_sender"
)
PAGES = {
    "vraag": ("/privacykader", "Mag dit gedeeld worden?"),
    "nee": (f"/privacykader?{NO}", "Uitkomst: niet mogelijk"),
    "politie": ("/privacykader/politie", "Mag ik dit met de politie delen?"),
    "politie-ja": (f"/privacykader/politie?{YES}", "Ja, dit mag u met de politie delen"),
    "techniek": ("/privacykader/techniek?need=known&guessable=on", "Blind bevragen met gedeelde sleutels (OPRF)"),
    "matrix": ("/privacykader/matrix", "Wie mag wie wat vertellen"),
    "registers": ("/privacykader/registers", "Registers van uw kringen"),
    "voorstel": (f"/privacykader/voorstel?{YES}&to=webshop", "Beoordeling voorstellen"),
    "voorstellen": ("/privacykader/voorstellen/proeftuin", "Voorgestelde beoordelingen"),
    "noodzaak": ("/privacykader/noodzaak/proeftuin", "Noodzaak en evenredigheid"),
    "noodzaak-nieuw": ("/privacykader/noodzaak/proeftuin/nieuw", "Noodzaak opschrijven"),
    "bewijs": ("/privacykader/bewijs", "Bewijs vastleggen"),
    "regels": ("/privacykader/regels", "De regels"),
    "regel": ("/privacykader/regels/R-TW-AMEND", "Aangekondigde wijziging Telecommunicatiewet"),
}


@pytest.fixture
def portal(circle: Circle) -> Iterator[Portal]:
    partners.enrol(partners.Person("jurist", PASSWORD, circle.members["bank"].id, "privacy_officer"))
    circle.assess(exchanges=(make_law.RISK,), met={"C-DPIA": make_law.register()})
    with serving(circle) as running:
        yield running


@pytest.mark.parametrize(("width", "dark"), SIZES)
def test_every_page_is_accessible(
    portal: Portal, open_page: Callable[..., Page], assert_accessible: Callable[[Page], None], width: int, dark: bool
) -> None:
    page = portal.sign_in(open_page, width=width, dark=dark)
    for name, (path, heading) in PAGES.items():
        page.goto(f"{portal.address}{path}")
        assert page.locator("h1").inner_text() == heading
        assert_accessible(page)
        keep(page, f"kader-{name}-{width}{'-donker' if dark else ''}")


def test_a_lawyer_asks_hears_no_and_follows_what_is_possible(portal: Portal, open_page: Callable[..., Page]) -> None:
    page = portal.sign_in(open_page, width=320, script=False)
    page.goto(f"{portal.address}/privacykader")
    chosen = {"from": "webshop", "to": "webshop", "offence": "suspicion", "subject": "suspect", "purpose": "prevent_fraud"}
    for name, code in {**chosen, "technique": "plain"}.items():
        page.select_option(f"select[name={name}]", code)
    page.check("input[name=data][value=account_identifier]")
    page.get_by_role("button", name="Beoordeel").click()
    assert page.locator("h1").inner_text() == "Uitkomst: niet mogelijk"
    page.get_by_role("link", name="Bekijk deze uitkomst").first.click()
    assert page.locator("h1").inner_text() == "Uitkomst: mogelijk onder voorwaarden"
