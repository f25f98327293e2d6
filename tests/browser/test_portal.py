"""The portal: signing in, the list, and the page of a circle, as people use them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import make
import make_law
import pytest
from make import Circle, Draft
from playwright.sync_api import Page
from portal_running import PASSWORD, SIZES, Portal, keep, serving, unreached

from sluis.apps.partners import services as partners
from sluis.core import errors

pytestmark = pytest.mark.browser


@pytest.fixture
def portal(circle: Circle) -> Iterator[Portal]:
    fill(circle)
    with serving(circle) as running:
        yield running


def fill(circle: Circle) -> None:
    """A lawyer of the bank, a stranger's analyst, signals of two partners, a disclosure, and refusals."""
    bank = circle.members["bank"]
    partners.enrol(partners.Person("jurist", PASSWORD, bank.id, "privacy_officer"))
    circle.publish("bank")
    circle.publish("shop", circle.signal("shop"), circle.signal("shop", Draft(iban=make.OTHER_IBAN)))
    path = "/v1/verstrekkingen"
    assert circle.post(path, circle.disclosure(), key=bank.key).status_code == 200
    assert circle.post(path, circle.disclosure(purpose="werving"), key=bank.key).status_code == 403


def shut(circle: Circle) -> None:
    """The newest assessment says no; something was tried after that."""
    circle.assess(exchanges=(make_law.SUSPICION,), reason="De proeftuin is gestopt.")
    with pytest.raises(errors.NotPermitted):
        circle.publish("bank")


@pytest.mark.parametrize(("width", "dark"), SIZES)
def test_the_circle_page_is_accessible_open_and_shut(
    portal: Portal, open_page: Callable[..., Page], assert_accessible: Callable[[Page], None], width: int, dark: bool
) -> None:
    page = portal.sign_in(open_page, width=width, dark=dark)
    assert_accessible(page)
    keep(page, f"lijst-{width}{'-donker' if dark else ''}")
    page.get_by_role("link", name="Kring proeftuin").click()
    page.wait_for_url(f"{portal.address}/kringen/proeftuin")
    assert page.get_by_text("Poort 2 is open").count() == 1
    assert_accessible(page)
    keep(page, f"kring-{width}{'-donker' if dark else ''}")
    shut(portal.circle)
    page.reload()
    page.get_by_text("Poort 2 is dicht").first.wait_for()
    assert_accessible(page)
    keep(page, f"kring-dicht-{width}{'-donker' if dark else ''}")


@pytest.mark.parametrize(("width", "dark"), SIZES)
def test_the_sign_in_page_is_accessible(
    portal: Portal, open_page: Callable[..., Page], assert_accessible: Callable[[Page], None], width: int, dark: bool
) -> None:
    page = open_page(f"{portal.address}/inloggen", width=width, dark=dark)
    assert_accessible(page)
    keep(page, f"inloggen-{width}{'-donker' if dark else ''}")
    page.get_by_label("Naam").fill("jurist")
    page.get_by_label("Wachtwoord").fill("fout")
    page.get_by_role("button", name="Inloggen").click()
    assert "klopt niet" in page.get_by_role("alert").inner_text()
    assert_accessible(page)


def test_the_circle_page_works_by_keyboard_alone_and_without_script(portal: Portal, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{portal.address}/", script=False)
    page.keyboard.press("Tab")
    assert focused(page) == "Naar de inhoud"
    for _ in range(2):
        page.keyboard.press("Tab")
    for typed in ("jurist", PASSWORD):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{portal.address}/kringen")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    for _ in range(10):
        page.keyboard.press("Tab")
        if focused(page) == "Kring proeftuin":
            break
    page.keyboard.press("Enter")
    page.wait_for_url(f"{portal.address}/kringen/proeftuin")
    assert page.locator("h1").inner_text() == "Kring proeftuin"


def test_the_keyboard_alone_reaches_everything(portal: Portal, open_page: Callable[..., Page]) -> None:
    page = portal.sign_in(open_page)
    for path in ("/kringen", "/kringen/proeftuin", "/inloggen"):
        page.goto(f"{portal.address}{path}")
        missed, seen = unreached(page)
        assert (missed, seen) == ([], True), path


def test_the_circle_page_names_no_identifier_and_nobody_who_asked(portal: Portal, open_page: Callable[..., Page]) -> None:
    page = portal.sign_in(open_page)
    page.goto(f"{portal.address}/kringen/proeftuin")
    shown = page.content()
    assert "Dit doel staat niet in de beoordeling" in shown
    for secret in (make.IBAN, make.OTHER_IBAN, portal.circle.tag().hex(), portal.circle.voucher().hex(), "werving"):
        assert secret not in shown


def test_who_is_no_member_of_a_circle_learns_nothing_of_it(portal: Portal, open_page: Callable[..., Page]) -> None:
    page = portal.sign_in(open_page)
    answer = page.request.get(f"{portal.address}/kringen/andere-kring")
    assert (answer.status, "andere" in answer.text()) == (404, False)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_the_portal_reads_in_english_too(
    portal: Portal, open_page: Callable[..., Page], assert_accessible: Callable[[Page], None]
) -> None:
    page = portal.sign_in(open_page)
    page.goto(f"{portal.address}/kringen/proeftuin")
    page.get_by_role("button", name="English").click()
    page.get_by_text("Gate 2 is open").wait_for()
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.url == f"{portal.address}/kringen/proeftuin"
    assert "This purpose is not in the assessment" in page.content()
    assert "Signed in as privacy lawyer of bank" in page.content()
    assert_accessible(page)
    keep(page, "kring-1280-en")


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent")).strip()
