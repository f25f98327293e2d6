"""The tour of the README, step by step, as a stranger does it: live page, two koppelpunten, the portal; stop, start.

In a browser that runs no script, on a demo that lives.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from journeys.world import Demo, until
from playwright.sync_api import Page
from trust.test_no_identifier import found_in

from sluis.demo import services
from sluis.sim import invented, loading

pytestmark = [pytest.mark.browser, pytest.mark.slow]
IBAN = "NL31SLUI0123456789"
CIRCLE = "Praktijkkring webwinkels"
PATIENCE = 30_000
MADE = ((invented.iban, "mule"), (invented.iban, "payee"), (invented.phone, "caller"))


@pytest.fixture(scope="module")
def living(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo as `make run` starts it, once its first domains are shared and its life begins."""
    demo = Demo(tmp_path_factory.mktemp("tour") / "demo", still=False)
    demo.start()
    yield demo
    demo.stop()


@pytest.fixture
def visit(living: Demo, open_page: Callable[..., Page]) -> Callable[[str], Page]:
    """Opens a face of the demo by the name it has in `state.json`."""

    def opened(name: str) -> Page:
        page = open_page(living.url(name), script=False)
        page.set_default_timeout(PATIENCE)
        return page

    return opened


def at_koppelpunt(living: Demo, visit: Callable[[str], Page], slug: str) -> Page:
    """An analyst who signed in with the code that the live page shows."""
    live = visit("live")
    code = live.locator("tr", has=live.get_by_role("link", name=PLACES[slug])).locator("code").inner_text()
    assert code == living.state()["codes"][slug]
    page = visit(slug)
    page.get_by_label("Uw eigen naam").fill("Sam")
    page.get_by_label("Code van het bureau").fill(code)
    page.get_by_role("button", name="Inloggen").click()
    page.get_by_text("Ingelogd als Sam").wait_for()
    return page


PLACES = {"kadebank": "Koppelpunt van Kadebank", "lantaarn": "Koppelpunt van Winkel Lantaarn"}


def choose(page: Page, label: str, part: str) -> None:
    """The first choice of a list that has `part` in it."""
    field = page.get_by_label(label, exact=True).first
    (found, *_more) = [text for text in field.locator("option").all_inner_texts() if part in text]
    field.select_option(label=found)


def test_one_signal_is_followed_and_only_two_can_read_it(visit: Callable[[str], Page]) -> None:
    live = visit("live")
    live.get_by_role("link", name="Stilzetten").click()
    live.get_by_role("button", name=re.compile("Volg een")).click()
    live.get_by_text("Leesbaar.").first.wait_for()
    assert live.get_by_text("Niet leesbaar.").count() >= 4


def test_a_signal_is_shared_found_disclosed_and_disputed(living: Demo, visit: Callable[[str], Page]) -> None:
    bank = at_koppelpunt(living, visit, "kadebank")
    bank.get_by_role("link", name="Delen").click()
    choose(bank, "Kring en doel", CIRCLE)
    bank.get_by_label("Uw zaak").fill("BANK-1")
    bank.get_by_label("Rekening, nummer, adres of domein").fill(IBAN)
    choose(bank, "Bewijsgraad", "graad B")
    bank.get_by_role("button", name="Bekijk eerst").click()
    bank.get_by_role("button", name="Deel nu").click()
    until(lambda: bank.reload() and bank.get_by_role("heading", name="Gedeeld").count())
    shop = at_koppelpunt(living, visit, "lantaarn")
    until(lambda: ask(shop))
    assert shop.get_by_text("Een treffer is geen bewijs.").count()
    shop.get_by_role("button", name="Vraag de context").click()
    shop.get_by_role("heading", name="Context 1").wait_for()
    assert shop.get_by_text("Aankoopfraude").count()
    shop.get_by_text("Betwisting openen voor de betrokkene").click()
    shop.get_by_role("button", name="Open de betwisting").click()
    shop.get_by_text("Kies een van de mogelijkheden").first.wait_for()
    for label in ("Waarom", "Hoe u vaststelde wie het is", "Hoe u vaststelde dat het kenmerk van deze persoon is"):
        field = shop.get_by_label(label, exact=True)
        field.select_option(index=field.locator("option").count() - 1)
    shop.get_by_role("button", name="Open de betwisting").click()
    shop.get_by_text("U opende een betwisting.").wait_for()
    until(lambda: not ask(shop))


def ask(shop: Page) -> bool:
    """Asks about the account, and says whether others know it."""
    shop.get_by_role("link", name="Bevragen").click()
    choose(shop, "Kring en doel", CIRCLE)
    shop.get_by_label("Uw zaak").fill("ORD-1")
    shop.get_by_label("Rekening, nummer, adres of domein").first.fill(IBAN)
    shop.get_by_role("button", name="Bevraag", exact=True).first.click()
    shop.wait_for_load_state()
    return bool(shop.get_by_text("Bekend bij 1 ander").count())


def test_a_refusal_is_seen_with_its_article(living: Demo, visit: Callable[[str], Page]) -> None:
    bank = at_koppelpunt(living, visit, "kadebank")
    bank.get_by_role("link", name="Kringen").click()
    assert bank.get_by_text("Telecommunicatiewet 11.5").count()
    live = visit("live")
    until(lambda: live.reload() and live.get_by_text("geen grondslag").count(), 90)
    live.get_by_role("link", name="Alleen weigeringen").click()
    assert live.get_by_text("Wel mogelijk").count() or live.get_by_text("zegt nee").count()


def at_portal(living: Demo, visit: Callable[[str], Page], username: str) -> Page:
    page = visit("web")
    page.get_by_label("Naam").fill(username)
    page.get_by_label("Wachtwoord").fill(living.state()["accounts"][username])
    page.get_by_role("button", name="Inloggen").click()
    return page


def test_a_lawyer_reads_the_circle_and_its_passages(living: Demo, visit: Callable[[str], Page]) -> None:
    page = at_portal(living, visit, "jurist.kadebank")
    page.get_by_role("link", name=CIRCLE).first.click()
    assert page.get_by_text("Poort 2 is open").count()
    for name in ("Doorlatingen", "Logboek", "Sleutels"):
        page.get_by_role("navigation", name="Hoofdmenu").get_by_role("link", name=name).click()
        page.locator("main h1").wait_for()
    assert IBAN not in page.content()


def test_the_privacykader_says_no_with_its_article_and_what_is_possible(living: Demo, visit: Callable[[str], Page]) -> None:
    page = at_portal(living, visit, "jurist.kadebank")
    page.get_by_role("link", name="Privacykader").click()
    chosen = {"from": "telecom", "to": "bank", "offence": "none", "subject": "customer"}
    for name, code in {**chosen, "purpose": "stop_payment", "technique": "hit_no_hit"}.items():
        page.select_option(f"select[name={name}]", code)
    page.check("input[name=data][value=traffic_data]")
    page.get_by_role("button", name="Beoordeel").click()
    assert page.locator("h1").inner_text() == "Uitkomst: niet mogelijk"
    assert page.get_by_text("Telecommunicatiewet 11.5").count()
    assert page.get_by_text("Wat wel kan").count()


def test_what_waits_goes_out_on_the_last_yes_and_steering_reads_no_word_of_it(
    living: Demo, visit: Callable[[str], Page]
) -> None:
    title = "de bezorger belt namens de bank"
    office = at_portal(living, visit, "bureau.tolhuis")
    office.goto(f"{living.url('web')}/wacht")
    assert office.get_by_text("Bankhelpdesk").count()
    assert title not in office.content()
    shop = at_portal(living, visit, "jurist.lantaarn")
    shop.get_by_role("link", name="Groepen").click()
    shop.get_by_role("link", name="Bankhelpdesk").click()
    shop.get_by_role("link", name=title).click()
    shop.get_by_role("button", name="Stem in met deze tekst voor dit publiek").click()
    bank = at_portal(living, visit, "analist.kadebank")
    bank.goto(f"{living.url('web')}/vrijgegeven")
    assert bank.get_by_text(title).count()


def test_a_case_and_a_pilot_are_there_to_read(living: Demo, visit: Callable[[str], Page]) -> None:
    page = at_portal(living, visit, "jurist.kadebank")
    page.get_by_role("link", name="Casuïstiek").first.click()
    page.get_by_role("link", name=re.compile("verdachte toestel")).click()
    assert "Fase 2: Effectiviteit onderzoeken" in page.locator("main").inner_text()
    page.get_by_role("link", name="Kringen").first.click()
    page.get_by_role("link", name="Proeftuinen").first.click()
    page.get_by_role("link", name=re.compile("sneller ingrijpen")).click()
    told = page.locator("main").inner_text()
    assert all(words in told for words in ("Het plan", "Stopt vanzelf", "terugkoppeling van leden"))


def test_after_a_stop_it_continues(living: Demo, visit: Callable[[str], Page]) -> None:
    before = living.life()
    living.stop()
    living.start()
    until(lambda: living.life()["deeds"] > before["deeds"], 90)
    assert living.life()["published"] >= before["published"]
    shop = at_koppelpunt(living, visit, "lantaarn")
    shop.get_by_role("link", name="Alles").click()
    assert shop.get_by_text("ORD-1").count()


def test_its_database_holds_no_identifier_that_lives_in_it(living: Demo) -> None:
    subprocess.run([services.program("sluis-demo"), "rest", "--dir", str(living.folder)], check=True)
    waves = range(living.life()["waves"] + 1)
    invented_ones = (make(f"sluis {what} {wave}") for wave in waves for make, what in MADE)
    domains = [one for one in loading.domains()[: living.life()["published"]] if len(one) >= 12][:25]
    marker = "NL00MARK0000000000"
    database = SimpleNamespace(connect=lambda _role: living.connect())
    with living.connect() as owner:
        owner.execute("INSERT INTO plumbing_stream VALUES (%s, 1)", [marker])
        found = found_in(database, (IBAN, marker, *invented_ones, *domains))  # type: ignore[arg-type]
        owner.execute("DELETE FROM plumbing_stream WHERE name = %s", [marker])
    assert found == {"plumbing_stream.name": {marker}}
