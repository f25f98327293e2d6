"""The pages of pilots and templates in a browser: accessible, narrow and wide, and no script is needed to begin one."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.models import User
from make import Circle
from make_pilots import Trial
from playwright.sync_api import Page
from portal_running import PASSWORD, SIZES, Portal, keep, serving

from sluis.apps.exchange.services import pilots
from sluis.apps.partners import services as partners
from sluis.apps.partners.selectors import Acting

pytestmark = pytest.mark.browser


@pytest.fixture
def trial(circle: Circle) -> Trial:
    """A trial in which the lawyer who signs in is the bank's officer."""
    partners.enrol(partners.Person("jurist", PASSWORD, circle.members["bank"].id, "privacy_officer"))
    return Trial(circle)


@pytest.fixture
def portal(trial: Trial) -> Iterator[Portal]:
    with serving(trial.circle) as running:
        yield running


def lawyer(trial: Trial) -> Acting:
    return Acting(User.objects.get(username="jurist").pk, "jurist", trial.circle.members["bank"].id, "bank", "privacy_officer")


@pytest.mark.parametrize(("width", "dark"), SIZES)
def test_every_page_is_accessible(
    trial: Trial,
    portal: Portal,
    open_page: Callable[..., Page],
    assert_accessible: Callable[[Page], None],
    width: int,
    dark: bool,
) -> None:
    row = trial.running()
    page = portal.sign_in(open_page, width=width, dark=dark)
    look = [("lijst", "/proeftuinen"), ("nieuw", "/proeftuinen/nieuw/proeftuin"), ("loopt", f"/proeftuinen/{row.id}")]
    look += [("sjablonen", "/sjablonen"), ("sjabloon", "/sjablonen/trusted-community")]
    for name, path in look:
        page.goto(f"{portal.address}{path}")
        assert_accessible(page)
        keep(page, f"proeftuin-{name}-{width}{'-donker' if dark else ''}")
    pilots.halt(row.id, by=lawyer(trial), reason="Genoeg gezien.")
    for name, path in (("klaar", f"/proeftuinen/{row.id}"), ("evaluatie", f"/proeftuinen/{row.id}/evaluatie")):
        page.goto(f"{portal.address}{path}")
        assert_accessible(page)
        keep(page, f"proeftuin-{name}-{width}{'-donker' if dark else ''}")


def test_an_officer_proposes_and_stops_a_pilot_on_a_phone_without_javascript(
    trial: Trial, portal: Portal, open_page: Callable[..., Page]
) -> None:
    row = trial.running(title="Een proeftuin om te stoppen")
    page = portal.sign_in(open_page, width=320, script=False)
    page.goto(f"{portal.address}/proeftuinen")
    page.get_by_role("link", name=row.title).click()
    page.get_by_text("Nu stoppen").click()
    page.get_by_label("Reden").first.fill("Wij stoppen eerder.")
    page.get_by_role("button", name="Stop nu: poort 2 gaat dicht").click()
    assert "afgelopen, nog geen besluit" in page.locator("main").inner_text()
    page.goto(f"{portal.address}/kringen/proeftuin")
    assert "De proeftuin van deze uitwisselkring is voorbij" in page.locator("main").inner_text()
