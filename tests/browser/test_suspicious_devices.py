"""Walk: suspicious devices, from bottleneck to pilot to practice. The page is `docs/architecture/suspicious-devices.md`.

Two privacy officers and an adviser, each in a browser of their own without JavaScript, on a phone's width. Time moves for the
whole hub at once. What a person types here is all that happens: no service is called behind their backs, but for founding the
working group and for the clock.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import make_law
import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from make import DAY, Circle
from make_law import SYNTHETIC
from playwright.sync_api import Page
from portal_running import PASSWORD, Portal, keep, serving

from sluis.apps.consent import services as consent
from sluis.apps.consent.services import Founding
from sluis.apps.partners import selectors as partners
from sluis.apps.partners import services as people
from sluis.apps.partners.services import Person

pytestmark = pytest.mark.browser
FACTS = "from=bank&to=webshop&data=synthetic&offence=none&subject=none&purpose=research&technique=pet_hit_no_hit"
DEVICE = "from=bank&to=webshop&data=device_fingerprint&offence=suspicion&subject=suspect&purpose=prevent_fraud&technique=plain"
PRACTICE = "toestelkring"


@pytest.fixture
def portal(circle: Circle) -> Iterator[Portal]:
    """The circle of the pilot is assessed for invented data; that of practice is not assessed at all."""
    for name in ("bank", "shop"):
        people.enrol(Person(f"jurist.{name}", PASSWORD, circle.members[name].id, "privacy_officer"))
    signed(circle)
    make_law.assess(circle.id, exchanges=(SYNTHETIC,))
    with serving(circle) as running:
        yield running


def signed(circle: Circle) -> None:
    """The policy authority signs, as it does every week: the circle of the pilot, and that of practice."""
    circle.accept(circle.section(), circle.section(circle=b"\5" * 16, name=PRACTICE, title="Toestelkring"))


@dataclass
class Somebody:
    """A person with a browser."""

    portal: Portal
    page: Page

    def at(self, path: str) -> Page:
        self.page.goto(path if path.startswith("http") else f"{self.portal.address}{path}")
        return self.page

    def press(self, button: str) -> str:
        self.page.get_by_role("button", name=button).first.click()
        assert self.page.locator("[role=alert]").count() == 0, self.page.locator("main").inner_text()
        return self.page.locator("main").inner_text()

    def follow(self, link: str) -> None:
        self.page.get_by_role("link", name=link).first.click()

    def signs_in(self, name: str) -> None:
        """On the page that asks for it."""
        self.page.get_by_label("Naam").fill(name)
        self.page.get_by_label("Wachtwoord").fill(PASSWORD)
        self.page.get_by_role("button", name="Inloggen").click()

    def fill(self, **typed: str) -> None:
        for name, text in typed.items():
            self.page.locator(f"[name={name}]").first.fill(text)


@pytest.fixture
def bank(portal: Portal, open_page: Callable[..., Page]) -> Somebody:
    return Somebody(portal, portal.sign_in(open_page, "jurist.bank", width=320, script=False))


@pytest.fixture
def shop(portal: Portal, open_page: Callable[..., Page]) -> Somebody:
    return Somebody(portal, portal.sign_in(open_page, "jurist.shop", width=320, script=False))


def day(ahead: int) -> str:
    return (timezone.localdate() + timedelta(days=ahead)).isoformat()


def working_group(portal: Portal) -> str:
    """Of bank and shop, both in it."""
    first, second = (partners.acting(User.objects.get(username=f"jurist.{name}")) for name in ("bank", "shop"))
    group = consent.found(first, Founding("Gegevensdeling", (second.organisation,)))
    consent.join(second, group)
    return str(group)


@dataclass
class Case:
    """A case file of which the bank takes every stage, and the shop approves at every gate."""

    bank: Somebody
    shop: Somebody
    path: str = ""
    pilot: str = ""

    def brought_in(self, group: str) -> None:
        """A bottleneck is brought in and chosen."""
        self.bank.at(f"/casuistiek/groepen/{group}/inbrengen")
        self.bank.fill(titel="Verdachte toestellen", tekst="Wij zien hetzelfde toestel, en mogen het elkaar niet zeggen.")
        self.bank.press("Inbrengen")
        self.bank.press("Kies dit en open een casus")
        self.path = re.sub(r"[?#].*", "", self.bank.page.url)

    def taken(self) -> None:
        self.bank.at(self.path)
        if self.bank.page.get_by_role("button", name="Neem deze fase op u").count():
            self.bank.press("Neem deze fase op u")

    def documented(self, title: str) -> None:
        self.bank.at(f"{self.path}/document")
        self.bank.fill(titel=title, samenvatting="Het komt elke week voor, bij banken en bij winkels.")
        self.bank.press("Inbrengen")

    def passes(self) -> str:
        """The owner asks, the other member approves: the case moves on."""
        self.bank.at(self.path)
        self.bank.press("Vraag een ander lid om goedkeuring")
        self.shop.at(self.path)
        return self.shop.press("Keur deze fase goed")

    def weighed(self, open_page: Callable[..., Page]) -> None:
        """The law says no to real devices; an adviser from outside says how to begin."""
        address = self.bank.portal.address
        self.bank.at(f"{self.path}/beoordeling")
        self.bank.fill(titel="Echte toestellen", adres=f"{address}/privacykader?{DEVICE}")
        assert "niet mogelijk" in self.bank.press("Inbrengen")
        self.bank.at(f"{self.path}/gasten")
        self.bank.fill(naam="mr. Adviseur", kantoor="Kantoor Verzonnen", dagen="30")
        self.bank.press("Draag voor")
        self.shop.at(f"{self.path}/gasten")
        self.shop.press("Bevestig")
        (link, *_again) = re.findall(r"/casuistiek/gast/[\w-]+", self.shop.page.content())
        self.advised(Somebody(self.bank.portal, open_page(f"{address}{link}", width=320, script=False)))

    def advised(self, guest: Somebody) -> None:
        guest.fill(naam="adviseur", wachtwoord=PASSWORD)
        guest.press("Maak mijn account")
        guest.signs_in("adviseur")
        guest.at(self.path.replace("/casuistiek/", "/casuistiek/advies/"))
        guest.fill(titel="Advies", advies="Begin met verzonnen gegevens.")
        guest.press("Geef dit advies")

    def decided(self) -> None:
        """A direction whose legal route is computed, and the decision that came back."""
        self.bank.at(f"{self.path}/richtingen/nieuw")
        self.bank.fill(titel="Proef met blinde kenmerken", effect="Minder schade.", kosten="Twee mensen.", beslisser="Bestuur")
        self.bank.page.locator("input[name=route]").first.check()
        self.bank.fill(adres=f"{self.bank.portal.address}/privacykader?{FACTS}")
        self.bank.press("Toevoegen")
        self.bank.at(f"{self.path}/besluit")
        self.bank.fill(besluitdoor="Bestuurlijk overleg", dag=day(0), reden="Dit past binnen de wet.")
        self.bank.press("Vastleggen")

    def tried_out(self) -> None:
        """A pilot that one member proposes and another begins."""
        self.bank.at("/proeftuinen/nieuw/proeftuin")
        self.bank.fill(titel="Verdachte toestellen", hypothese="Winkels houden binnen een uur meer bestellingen tegen.")
        self.bank.fill(van=day(0), tot=day(9), doel_getal="50", onterecht="20", reden="De casus vraagt erom.")
        self.bank.press("Stel voor")
        self.pilot = self.bank.page.url
        self.shop.at(self.pilot)
        assert "loopt" in self.shop.press("Keur goed")
        self.bank.at(self.path)
        self.bank.press("Koppel")

    def evaluated(self) -> None:
        """The last day is over: the gate is shut, and people say what the numbers say."""
        assert "afgelopen" in self.bank.at(self.pilot).locator("main").inner_text()
        assert "Poort 2 is dicht" in self.bank.at("/kringen/proeftuin/beoordeling").locator("main").inner_text()
        self.bank.at(self.pilot)
        self.bank.fill(tekst="De proef liep zoals bedacht. Er waren te weinig treffers voor een oordeel over schade.")
        self.bank.press("Bewaar de conclusie")

    def into_practice(self) -> None:
        """Two members want it, and still nothing is open."""
        self.bank.at(self.pilot)
        self.bank.page.get_by_text("Stel voor: doorgaan in de praktijk").click()
        form = self.bank.page.locator("form:has(input[value=praktijk])")
        form.locator("[name=kring]").select_option(PRACTICE)
        form.locator("[name=reden]").fill("De leden willen verder.")
        form.get_by_role("button", name="Stel voor").click()
        self.shop.at(self.pilot)
        assert "Dit besluit opent niets" in self.shop.press("Keur goed")
        self.bank.at(self.path)
        self.bank.press("Breng dit besluit in als bewijs")

    def opened(self) -> None:
        """The circle of practice gets an assessment of its own, by two members; then its gate opens."""
        self.bank.at(f"/privacykader?{FACTS}")
        self.bank.follow("Stel dit voor als beoordeling van een kring")
        self.bank.page.locator("[name=kring]").select_option(PRACTICE)
        self.bank.fill(naam="PK-TOESTEL", waarom="Eerst met verzonnen toestellen.", tot=day(60), herzien=day(40))
        self.bank.press("Stel voor")
        self.shop.at(f"/privacykader/voorstellen/{PRACTICE}")
        assert "Poort 2 is open" in self.shop.press("Keur goed")
        assert "poort 2 is open" in self.bank.at(self.pilot).locator("main").inner_text()


def test_from_bottleneck_to_pilot_to_practice(
    portal: Portal, bank: Somebody, shop: Somebody, open_page: Callable[..., Page], later: Callable[[int], None]
) -> None:
    case = Case(bank, shop)
    case.brought_in(working_group(portal))
    for title in ("Analyse", "Wat het oplevert"):
        case.taken()
        case.documented(title)
        case.passes()
    for step in (lambda: case.weighed(open_page), case.decided, case.tried_out):
        case.taken()
        step()
        if not case.pilot:
            case.passes()
    later(11 * DAY)
    portal.circle.now += 11 * DAY
    signed(portal.circle)
    for somebody, name in ((bank, "jurist.bank"), (shop, "jurist.shop")):
        somebody.at("/kringen")
        somebody.signs_in(name)
    case.evaluated()
    case.into_practice()
    case.passes()
    case.opened()
    case.taken()
    case.documented("Ingevoerd in de toestelkring")
    assert "afgesloten: ingevoerd" in case.passes()
    for name, path in (("casus", case.path), ("proeftuin", case.pilot), ("evaluatie", f"{case.pilot}/evaluatie")):
        keep(bank.at(path), f"toestellen-{name}-320")
