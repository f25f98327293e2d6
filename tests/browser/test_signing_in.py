"""Signing in with a phone and with a passkey, in a browser with an authenticator of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.test.utils import override_settings
from make import Circle
from playwright.sync_api import Page
from portal_running import Portal, keep, serving
from signing_in import PASSWORD, Phone, secret_on

from sluis.apps.partners import services as partners

pytestmark = pytest.mark.browser
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def portal(circle: Circle) -> Iterator[Portal]:
    """The portal under a name, for passkeys are bound to one, with the second factor asked of everybody."""
    bank = circle.members["bank"].id
    partners.enrol(partners.Person("anna", PASSWORD, bank, "analyst"))
    with serving(circle) as running:
        address = running.address.replace("127.0.0.1", "localhost")
        passkeys = {"OTP_WEBAUTHN_RP_ID": "localhost", "OTP_WEBAUTHN_ALLOWED_ORIGINS": [address]}
        hosts = [*settings.ALLOWED_HOSTS, "localhost"]
        with override_settings(SLUIS_SECOND_FACTOR=True, ALLOWED_HOSTS=hosts, **passkeys):
            yield Portal(address, circle)


def with_phone(portal: Portal, open_page: Callable[..., Page], **how: object) -> tuple[Page, Phone]:
    """In, with a code generator added on the way."""
    page = open_page(f"{portal.address}/kringen", **how)
    page.get_by_label("Naam").fill("anna")
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Inloggen").click()
    page.get_by_role("heading", name="Voeg een tweede stap toe").wait_for()
    return page, Phone(secret_on(page.content()))


def finish(page: Page, phone: Phone) -> None:
    page.get_by_label("Code van zes cijfers").fill(phone.code())
    page.get_by_role("button", name="Toevoegen").click()
    page.get_by_role("heading", name="Bewaar deze herstelcodes").wait_for()


@pytest.mark.parametrize("width", [320, 1280])
def test_adding_a_phone_works_without_script_and_is_accessible(
    portal: Portal, open_page: Callable[..., Page], assert_accessible: Callable[[Page], None], width: int
) -> None:
    page, phone = with_phone(portal, open_page, width=width)
    assert_accessible(page)
    keep(page, f"tweede-stap-{width}")
    finish(page, phone)
    assert_accessible(page)
    keep(page, f"herstelcodes-{width}")
    page.get_by_role("link", name="Ik heb ze bewaard").click()
    page.wait_for_url(f"{portal.address}/kringen")
    page.get_by_role("link", name="Account").click()
    page.get_by_role("heading", name="Uw account").wait_for()
    assert_accessible(page)
    keep(page, f"account-{width}")
    page.get_by_role("button", name="Uitloggen").click()
    page.get_by_label("Naam").fill("anna")
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Inloggen").click()
    page.get_by_role("heading", name="Stap 2").wait_for()
    assert_accessible(page)
    keep(page, f"code-{width}")
    page.get_by_label("Code van zes cijfers").fill(phone.code(1))
    page.get_by_role("button", name="Verder").click()
    page.get_by_role("link", name="Kringen").wait_for()


def test_the_second_step_needs_no_script(portal: Portal, open_page: Callable[..., Page]) -> None:
    page, phone = with_phone(portal, open_page, script=False)
    finish(page, phone)
    page.get_by_role("link", name="Ik heb ze bewaard").click()
    page.wait_for_url(f"{portal.address}/kringen")


def test_a_passkey_signs_in_without_password_and_code(
    portal: Portal, open_page: Callable[..., Page], assert_accessible: Callable[[Page], None]
) -> None:
    page, phone = with_phone(portal, open_page)
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    finish(page, phone)
    page.goto(f"{portal.address}/account/toegangssleutels")
    page.get_by_role("button", name="Voeg een toegangssleutel toe").click()
    page.locator("#passkey-register-status-message[data-status-enum=success]").wait_for()
    page.reload()
    page.get_by_role("button", name="Haal weg").wait_for()
    assert_accessible(page)
    keep(page, "toegangssleutels-1280")
    page.get_by_role("button", name="Uitloggen").click()
    page.get_by_role("link", name="Inloggen met een toegangssleutel").click()
    page.get_by_role("button", name="Gebruik een toegangssleutel").wait_for()
    assert_accessible(page)
    keep(page, "inloggen-toegangssleutel-1280")
    page.get_by_role("button", name="Gebruik een toegangssleutel").click()
    page.wait_for_url(f"{portal.address}/kringen")
    page.get_by_text("Ingelogd als analist van bank").wait_for()
    page.goto(f"{portal.address}/account/toegangssleutels")
    page.get_by_role("button", name="Haal weg").click()
    # The session leaned on that passkey: it asks for a code now.
    page.get_by_role("heading", name="Stap 2").wait_for()


def test_only_the_pages_of_passkeys_run_a_script(portal: Portal, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{portal.address}/inloggen")
    answer = page.request.get(f"{portal.address}/inloggen/toegangssleutel")
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    for path in ("/inloggen", "/404"):
        assert "script-src" not in page.request.get(f"{portal.address}{path}").headers["content-security-policy"]
