"""Pages about people and partners, as they are seen: accessible, narrow and wide."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.models import User
from make import Circle
from playwright.sync_api import Page
from portal_running import PASSWORD, Portal, keep, serving

from sluis.apps.partners import services as partners
from sluis.apps.partners.selectors import Acting

pytestmark = pytest.mark.browser
WIDTHS = [320, 1280]


@pytest.fixture
def portal(circle: Circle) -> Iterator[Portal]:
    """Two administrators at the bank, of whom one also works for the shop; an invitation waits."""
    bank, shop = circle.members["bank"].id, circle.members["shop"].id
    partners.enrol(partners.Person("jurist", PASSWORD, bank, "org_admin"))
    partners.enrol(partners.Person("bas", PASSWORD, bank, "org_admin"))
    partners.enrol(partners.Person("chris", PASSWORD, bank, "analyst"))
    partners.enrol(partners.Person("chris", PASSWORD, shop, "org_admin"))
    bas = Acting(User.objects.get(username="bas").pk, "bas", bank, "bank", "org_admin")
    for name in ("dora", "emil"):
        invite = partners.Invite(username=name, email=f"{name}@bank.example", role="analyst")
        partners.propose_invitation(invite, by=bas, organisation=bank, reason="Er komen meer zaken dan wij aankunnen.")
    with serving(circle) as running:
        yield running


@pytest.mark.parametrize("width", WIDTHS)
def test_people_are_invited_by_two(
    portal: Portal, open_page: Callable[..., Page], assert_accessible: Callable[[Page], None], width: int
) -> None:
    page = portal.sign_in(open_page, width=width)
    page.get_by_role("link", name="Mensen").click()
    page.get_by_role("heading", name="Wacht op een tweede persoon").wait_for()
    assert_accessible(page)
    keep(page, f"mensen-{width}")
    page.get_by_label("Naam om mee in te loggen").fill("frans")
    page.get_by_label("E-mailadres").fill("frans@bank.example")
    page.get_by_label("Waarom").first.fill(" ")
    page.get_by_role("button", name="Stel voor").first.click()
    page.get_by_text("Schrijf een reden").wait_for()
    assert_accessible(page)
    page.get_by_role("button", name="Keur goed").first.click()
    page.get_by_role("heading", name="Geef deze link").wait_for()
    assert_accessible(page)
    keep(page, f"uitgenodigd-{width}")
    link = page.locator("code").first.inner_text()
    guest = open_page(f"{portal.address}{link[link.index('/uitnodiging') :]}", width=width)
    assert_accessible(guest)
    keep(guest, f"uitnodiging-{width}")
    guest.get_by_label("Kies een wachtwoord").fill("een lang eigen wachtwoord")
    guest.get_by_role("button", name="Maak mijn account").click()
    guest.get_by_role("heading", name="Inloggen").wait_for()


@pytest.mark.parametrize("width", WIDTHS)
def test_for_whom_one_works_is_chosen(
    portal: Portal, open_page: Callable[..., Page], assert_accessible: Callable[[Page], None], width: int
) -> None:
    page = open_page(f"{portal.address}/kringen", width=width)
    page.get_by_label("Naam").fill("chris")
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Inloggen").click()
    page.get_by_role("heading", name="Voor wie werkt u nu?").wait_for()
    assert_accessible(page)
    keep(page, f"werkt-voor-{width}")
    page.get_by_label("shop").check()
    page.get_by_role("button", name="Werk voor deze organisatie").click()
    page.get_by_text("Ingelogd als beheerder van shop").wait_for()


LONG = "Wij zien elke week klanten die online zijn opgelicht, en willen dat voorkomen."


@pytest.mark.parametrize("width", WIDTHS)
def test_an_organisation_joins(
    portal: Portal, open_page: Callable[..., Page], assert_accessible: Callable[[Page], None], width: int
) -> None:
    """From the public form to the agreements, with the programme office on the other side."""
    partners.enrol(partners.Person("bureau", PASSWORD, portal.circle.members["carrier"].id, "programme_office"))
    page = open_page(f"{portal.address}/aansluiten", width=width, script=False)
    page.get_by_role("button", name="Meld aan").click()
    page.get_by_text("Kies waaraan u wilt meedoen").wait_for()
    keep(page, f"aansluiten-{width}")
    page.get_by_label("een uitwisseling van gegevens").check()
    for label, typed in (("Naam van uw organisatie", "Veilig Verkopen"), ("Contactpersoon", "Vera Verkoper")):
        page.get_by_label(label).fill(typed)
    page.get_by_label("E-mailadres").fill("vera@verkopen.example")
    page.get_by_label("Sector").select_option("verkoper")
    for label in ("Waarom wilt u", "1. Mandaat", "2. Geheimhouding", "3. Rechtmatigheid"):
        page.get_by_label(label).fill(LONG)
    page.get_by_role("button", name="Meld aan").click()
    keep(page, f"aangemeld-{width}")
    page.get_by_role("link", name="Bekijk uw aanmelding").click()
    page.get_by_role("heading", name="Aanmelding A-").wait_for()
    follow = page.url
    office = portal.sign_in(open_page, "bureau", width=width)
    office.get_by_role("link", name="Aanmeldingen").click()
    assert_accessible(office)
    keep(office, f"aanmeldingen-{width}")
    office.get_by_role("link", name="Veilig Verkopen").click()
    assert_accessible(office)
    keep(office, f"aanmelding-bureau-{width}")
    office.get_by_label("Wat vond u").fill("Alle drie in orde.")
    office.get_by_role("button", name="Toets gehaald").click()
    mine = open_page(follow, width=width)
    assert_accessible(mine)
    keep(mine, f"aanmelding-afspraken-{width}")
    for _ in range(4):
        mine.get_by_label("Naam van wie tekent").fill("Vera Verkoper")
        mine.get_by_label("Functie").fill("directeur")
        mine.get_by_label("Ik las deze afspraak").check()
        mine.get_by_role("button", name="Teken").click()
    mine.get_by_role("heading", name="Meld de sleutel").wait_for()
    mine.get_by_label("Openbare sleutel").fill("ab")
    mine.get_by_label("Handtekening (").fill("cd")
    mine.get_by_role("button", name="Meld de sleutel aan").click()
    mine.get_by_text("64 hexadecimale tekens, een handtekening 128").wait_for()
    assert_accessible(mine)
    keep(mine, f"aanmelding-sleutel-{width}")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_partner_leaves(
    portal: Portal, open_page: Callable[..., Page], assert_accessible: Callable[[Page], None], width: int
) -> None:
    page = portal.sign_in(open_page, "bas", width=width)
    page.goto(f"{portal.address}/vertrek")
    page.get_by_label("Waarom stopt").fill("Wij verkopen niet meer aan consumenten.")
    page.get_by_role("button", name="Stel voor om te stoppen").click()
    other = portal.sign_in(open_page, width=width)
    other.get_by_role("link", name="Mensen").click()
    other.get_by_role("link", name="Stoppen met meedoen").click()
    assert_accessible(other)
    keep(other, f"vertrek-{width}")
    other.get_by_role("button", name="Ja, wij stoppen").click()
    other.get_by_role("link", name="Bekijk het bewijs").click()
    other.get_by_role("heading", name="bank doet niet meer mee").wait_for()
    assert_accessible(other)
    keep(other, f"vertrokken-{width}")
    page.goto(f"{portal.address}/kringen")
    page.get_by_text("uw rol is veranderd of geëindigd").wait_for()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_directory_says_whom_to_ask(
    portal: Portal, open_page: Callable[..., Page], assert_accessible: Callable[[Page], None], width: int
) -> None:
    page = portal.sign_in(open_page, width=width)
    page.get_by_role("link", name="Partners").click()
    page.get_by_role("link", name="Uw eigen contactpunten").click()
    page.get_by_text("uitleg bij een treffer").click()
    page.get_by_label("Loket of functie").first.fill("Fraudedesk")
    page.get_by_label("E-mailadres").first.fill("desk@bank.example")
    page.get_by_role("button", name="Bewaar").first.click()
    page.get_by_text("Fraudedesk, desk@bank.example").wait_for()
    page.get_by_label("Waarom").first.fill("Wij willen vindbaar zijn voor andere partners.")
    page.get_by_role("button", name="Stel voor te tonen").click()
    page.get_by_text("leden tonen aan alle partners").wait_for()
    assert_accessible(page)
    keep(page, f"contactpunten-{width}")
    page.goto(f"{portal.address}/wie-vraagt-u-waarvoor")
    page.get_by_text("Fraudedesk").wait_for()
    assert_accessible(page)
    keep(page, f"wie-vraagt-u-{width}")


@pytest.mark.parametrize("width", WIDTHS)
def test_members_give_their_circle_rules(
    portal: Portal, open_page: Callable[..., Page], assert_accessible: Callable[[Page], None], width: int
) -> None:
    page = portal.sign_in(open_page, width=width)
    page.goto(f"{portal.address}/kringen/proeftuin/regels")
    page.get_by_text("Stel andere regels voor").click()
    page.get_by_label("Geven om te krijgen").fill("Wie bevraagt, deelt ook zijn eigen signalen.")
    page.get_by_label("Bewijs van een signaal").fill("Bewijsgraad C, met een aangifte of melding.")
    page.get_by_label("Dagen tot").fill("180")
    page.get_by_label("Waarom").first.fill("Dit spraken wij af in de kring.")
    page.get_by_role("button", name="Stel voor").first.click()
    page.get_by_text("Voorgestelde regels").wait_for()
    page.get_by_text("Stel een stap voor").click()
    assert_accessible(page)
    keep(page, f"regels-{width}")
    page.goto(f"{portal.address}/account/wachtwoord")
    assert_accessible(page)
    keep(page, f"wachtwoord-{width}")
