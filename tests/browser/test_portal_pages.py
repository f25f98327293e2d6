"""The portal's other pages: passages, log, keys, what one gave and got, and the whole assessment."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import make
import make_law
import pytest
from make import Circle, Draft
from make_people import holder_line
from playwright.sync_api import Page
from portal_running import PASSWORD, SIZES, Portal, keep, serving, unreached

from sluis.apps.audit import services as log
from sluis.apps.exchange import services
from sluis.apps.partners import services as partners
from sluis.core.exchange.rights import FeedbackRequest

pytestmark = pytest.mark.browser
PAGES = {
    "/doorlatingen": "Doorlatingen en weigeringen",
    "/logboek": "Logboek",
    "/controles": "Controles",
    "/sleutels": "Sleutelhouders en sleutels",
    "/opbrengst": "Wat u gaf en kreeg",
    "/kringen/proeftuin/opbrengst": "Wat u gaf en kreeg",
    "/kringen/proeftuin/beoordeling": "Uitkomst: mogelijk",
}


def fill(circle: Circle) -> None:
    """A lawyer of the bank, and an analyst of the carrier, which did nothing; signals, feedback, refusals; all logged."""
    bank, shop = circle.members["bank"], circle.members["shop"]
    partners.enrol(partners.Person("jurist", PASSWORD, bank.id, "privacy_officer"))
    partners.enrol(partners.Person("nieuw", PASSWORD, circle.members["carrier"].id, "analyst"))
    circle.publish("bank", circle.signal("bank"), circle.signal("bank", Draft(iban=make.OTHER_IBAN)))
    circle.publish("shop")
    path = "/v1/verstrekkingen"
    assert circle.post(path, circle.disclosure(), key=bank.key).status_code == 200
    assert circle.post(path, circle.disclosure(purpose="werving"), key=bank.key).status_code == 403
    for party, measure in ((bank, "levering-gestopt"), (shop, "betaling-aangehouden")):
        body = circle.shown(measure=measure, within="15m")
        services.give_feedback(FeedbackRequest(**body), key=party.public)
    log.keep_holder_lines(1, [holder_line(circle, "bank", m=40)], witness=circle.holders[0].id)
    log.sequence()
    circle.witness()


@pytest.fixture
def portal(circle: Circle) -> Iterator[Portal]:
    fill(circle)
    with serving(circle) as running:
        yield running


def name_of(path: str) -> str:
    return path.strip("/").replace("/", "-")


@pytest.mark.parametrize(("width", "dark"), SIZES)
def test_every_page_is_accessible_with_something_in_it_and_without(
    portal: Portal, open_page: Callable[..., Page], assert_accessible: Callable[[Page], None], width: int, dark: bool
) -> None:
    for user in ("jurist", "nieuw"):
        page = portal.sign_in(open_page, user, width=width, dark=dark)
        for path, heading in PAGES.items():
            page.goto(f"{portal.address}{path}")
            assert page.locator("h1").inner_text() == heading
            assert_accessible(page)
            keep(page, f"{name_of(path)}-{user}-{width}{'-donker' if dark else ''}")
        page.goto(f"{portal.address}/kringen/proeftuin")
        assert_accessible(page)
        keep(page, f"kring-{user}-{width}{'-donker' if dark else ''}")


@pytest.mark.parametrize(("width", "dark"), SIZES)
def test_an_entry_and_its_proof_are_accessible(
    portal: Portal, open_page: Callable[..., Page], assert_accessible: Callable[[Page], None], width: int, dark: bool
) -> None:
    page = portal.sign_in(open_page, width=width, dark=dark)
    page.goto(f"{portal.address}/logboek")
    page.get_by_role("link", name="plaats").first.click()
    page.get_by_text("klopt", exact=True).wait_for()
    assert_accessible(page)
    keep(page, f"bewijs-{width}{'-donker' if dark else ''}")


@pytest.mark.parametrize("width", [320, 1280])
def test_a_wrong_filter_is_told_where_it_is_wrong(
    portal: Portal, open_page: Callable[..., Page], assert_accessible: Callable[[Page], None], width: int
) -> None:
    page = portal.sign_in(open_page, width=width)
    # A page that refuses is one that the browser's console tells of: it is fetched first.
    answer = page.request.get(f"{portal.address}/doorlatingen?van=gisteren&kring=nergens")
    assert answer.status == 400
    page.set_content(answer.text())
    assert page.get_by_role("alert").is_visible()
    assert page.get_by_label("Van dag").get_attribute("aria-invalid") == "true"
    assert page.get_by_label("Uitwisselkring").get_attribute("aria-describedby") == "id_kring-fout"


def test_a_shut_circle_says_why_on_every_width(
    portal: Portal, open_page: Callable[..., Page], assert_accessible: Callable[[Page], None]
) -> None:
    portal.circle.assess(exchanges=(make_law.SUSPICION,), reason="Een vermoeden delen mag niet.")
    for width in (320, 1280):
        page = portal.sign_in(open_page, width=width)
        for path in ("/kringen/proeftuin", "/kringen/proeftuin/beoordeling"):
            page.goto(f"{portal.address}{path}")
            page.get_by_role("heading", name="Waarom poort 2 dicht is").wait_for()
            assert page.get_by_text("UAVG 31, 33 lid 4 en 5").first.is_visible()
            assert_accessible(page)
            keep(page, f"dicht-{name_of(path)}-{width}")


def test_the_keyboard_alone_reaches_everything(portal: Portal, open_page: Callable[..., Page]) -> None:
    page = portal.sign_in(open_page)
    for path in PAGES:
        page.goto(f"{portal.address}{path}")
        missed, seen = unreached(page)
        assert (missed, seen) == ([], True), path


def test_filtering_paging_and_a_proof_work_without_script(portal: Portal, open_page: Callable[..., Page]) -> None:
    happening = log.Happening("delen", portal.circle.id, portal.circle.members["bank"].id)
    log.happenings.append([log.happenings.passed(happening, "") for _ in range(60)])
    page = portal.sign_in(open_page, script=False)
    page.get_by_role("link", name="Doorlatingen").click()
    assert page.get_by_role("link", name="Doorlatingen").first.get_attribute("aria-current") == "page"
    page.get_by_label("Uitkomst").select_option("refused")
    page.get_by_role("button", name="Toon").click()
    assert page.locator("tbody tr").count() == 1
    assert page.get_by_label("Uitkomst").input_value() == "refused"
    page.get_by_role("link", name="Doorlatingen").click()
    assert page.locator("tbody tr").count() == 50
    page.get_by_role("link", name="Oudere aanvragen").click()
    page.get_by_role("link", name="Terug naar de nieuwste").wait_for()
    assert page.locator("tbody tr").count() < 50
    page.get_by_role("link", name="Logboek").click()
    page.get_by_role("link", name="plaats").first.click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Haal het bewijs op").click()
    assert download.value.suggested_filename.startswith("sluis-bewijs-")


def test_the_pages_read_in_english_too(
    portal: Portal, open_page: Callable[..., Page], assert_accessible: Callable[[Page], None]
) -> None:
    page = portal.sign_in(open_page, width=320)
    page.get_by_role("button", name="English").click()
    for path, heading in (
        ("/doorlatingen", "Passages and refusals"),
        ("/logboek", "Log"),
        ("/sleutels", "Key holders and keys"),
        ("/kringen/proeftuin/opbrengst", "What you gave and got"),
        ("/kringen/proeftuin/beoordeling", "Outcome: possible"),
    ):
        page.goto(f"{portal.address}{path}")
        assert page.locator("h1").inner_text() == heading
        assert_accessible(page)
