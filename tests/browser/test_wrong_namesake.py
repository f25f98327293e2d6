"""The wrong namesake, in the browser: refused by mistake, heard, suspended, decided by a person, corrected everywhere.

Against the running platform. No page runs a script; the rights desk and the dispute body work on a telephone (320 px).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from journeys.conftest import demo
from journeys.world import Demo, invented_iban, until
from playwright.sync_api import Page

from sluis.client.counterparts import ReferenceCounterpart
from sluis.client.gateway import app
from sluis.client.gateway.member import Member
from sluis.client.persons import Controller
from sluis.client.session import Session
from sluis.demo import world
from sluis.wire import credentials

__all__ = ["demo"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]
CODE = b"een code van het bureau"
ACCOUNT = invented_iban(93_001)
Opened = Callable[..., Page]


@contextmanager
def koppelpunt(session: Session, controller: Controller) -> Iterator[str]:
    """A koppelpunt of the test's own, with everything that runs beside its pages."""
    member = Member.of(session, token=b"token", desk_code=CODE)
    member.controller = controller
    server = uvicorn.Server(uvicorn.Config(app.application(member), port=0, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    member.upkeep.start()
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    member.upkeep.stop()
    server.should_exit = server.force_exit = True
    thread.join()


def sign_in(page: Page, address: str, *, name: str, code: str) -> Page:
    page.goto(f"{address}/")
    page.get_by_label("Uw eigen naam").fill(name)
    page.get_by_label("Code van het bureau").fill(code)
    page.get_by_role("button", name="Inloggen").click()
    return page


def says(page: Page, words: str) -> bool:
    """Whether the page says so; asked anew otherwise."""
    if words in page.inner_text("main"):
        return True
    page.reload()
    return words in page.inner_text("main")


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def is_hit(shop: Page, address: str) -> bool:
    shop.goto(f"{address}/bevragen")
    shop.get_by_label("Rekening, nummer").fill(ACCOUNT)
    shop.get_by_label("Uw zaak").fill("bestelling 930")
    shop.get_by_label("Kring en doel").select_option(f"{world.SHOPS_NAME}|0")
    press(shop, "Bevraag")
    return "/dossiers/" in shop.url


def test_a_namesake_is_heard_and_everybody_who_got_it_has_the_correction(
    demo: Demo, open_page: Opened, assert_accessible: Callable[[Page], None], tmp_path: Path
) -> None:
    argv = ("publish", ACCOUNT, "--form", "AVF.AANKOOP", "--grade", "B", "--case", "verwisseld", "--circle", world.SHOPS_NAME)
    done = demo.run(*argv, "--purpose", world.PURPOSES[0], slug="zeilmakerij")
    assert done.returncode == 0, done.stderr
    post, shop_address = ReferenceCounterpart(), demo.url("lantaarn")
    heard = Controller("", "Bel 0800 0000 of schrijf naar Kade 1.", ways=post.ways())
    desk_session, body_session = (demo.session(one, tmp_path / f"{one}.sqlite") for one in ("vuurtoren", "raadhuis"))
    with koppelpunt(desk_session, heard) as desk_address, koppelpunt(body_session, Controller()) as body_address:
        shop_code = credentials.secret(demo.folder / "keys" / "lantaarn.desk").decode()
        shop = sign_in(open_page(shop_address, script=False), shop_address, name="Lotte", code=shop_code)
        dossier = refused_at_the_shop(shop, shop_address)
        desk = sign_in(open_page(desk_address, width=320, script=False), desk_address, name="Dana", code=CODE.decode())
        number = heard_at_the_desk(desk, post)
        shop.goto(dossier)
        until(lambda: press(shop, "Bevraag opnieuw") or "Geen treffer meer" in shop.inner_text("main"))
        body = sign_in(open_page(body_address, width=320, script=False), body_address, name="R. Recht", code=CODE.decode())
        decided_by_a_person(body, body_address, number)
        corrected_everywhere(desk)
        shop.goto(dossier)
        until(lambda: says(shop, "Over hetzelfde kenmerk in deze zaak:"))
        assert "gecorrigeerd" in shop.inner_text("main")
        assert not is_hit(shop, shop_address)


def refused_at_the_shop(shop: Page, address: str) -> str:
    """The shop stops a delivery on the hit, after a person looked; its page says what a hit is and where to object."""
    until(lambda: is_hit(shop, address))
    text = shop.inner_text("main")
    assert "Een treffer is geen bewijs" in text
    assert "Rechtenloket Vuurtoren" in text
    dossier = shop.url
    press(shop, "Vraag de context")
    assert "Beide poorten door" in shop.inner_text("main")
    shop.get_by_label("Welke maatregel").select_option("levering-gestopt")
    shop.get_by_label("de treffer zelf").check()
    shop.get_by_label("de context erachter").check()
    shop.get_by_label("Waarom is de maatregel terecht?").fill("Zelfde rekening als in het signaal.")
    shop.get_by_role("button", name="Maatregel genomen").click()
    assert "maatregel genomen" in shop.content()
    return dossier


def heard_at_the_desk(desk: Page, post: ReferenceCounterpart) -> str:
    """The person proves the account by one cent and objects; the number of the dispute."""
    desk.goto(desk.url.split("/attenderingen")[0] + "/betrokkenen/nieuw")
    desk.get_by_label("Wat vraagt deze persoon?").select_option("bezwaar")
    desk.get_by_label("Kenmerk dat de persoon noemt").fill(ACCOUNT)
    desk.get_by_label("Waarom klopt het niet?").select_option("naamgenoot")
    desk.get_by_label("Naam en adres, voor de brief").fill("J. Jansen\nKade 1\nVoorbeeldstad")
    press(desk, "Neem in")
    desk.get_by_label("Hoe u vaststelde wie het is").select_option("balie")
    press(desk, "Leg vast wie het is")
    press(desk, "Maak 1 cent over met een code")
    desk.get_by_label("Code die de persoon noemt").fill(post.code_at(ACCOUNT))
    press(desk, "Controleer de code")
    press(desk, "Zet stil en laat besluiten")
    assert "staat stil, wacht op besluit" in desk.inner_text("main")
    return desk.locator("#anderen code").inner_text()


def decided_by_a_person(body: Page, address: str, number: str) -> None:
    body.goto(f"{address}/betwistingen")
    until(lambda: says(body, number))
    body.get_by_label("Kring", exact=True).select_option(world.SHOPS_NAME)
    body.get_by_label("Nummer van de betwisting").fill(number)
    body.get_by_label("Kenmerk, van het loket").fill(ACCOUNT)
    body.get_by_label("Uitkomst").select_option("gegrond")
    body.get_by_label("Reden").fill("Zelfde naam, andere geboortedatum. Het nummer is verwisseld.")
    press(body, "Leg het besluit vast")
    assert "R. Recht" in body.inner_text("main")


def corrected_everywhere(desk: Page) -> None:
    """The letter says that the person was right; once every receiver confirmed, a second one says so, and it is closed."""
    at = desk.url.split("#")[0]
    until(lambda: not _waits(desk))
    assert "besloten, stuur de brief: gegrond" in desk.inner_text("main")
    desk.goto(f"{at}/brieven/gegrond")
    assert "Wij geven u gelijk" in desk.inner_text("main")
    assert "medewerker van Geschillencommissie Raadhuis" in desk.inner_text("main")
    desk.goto(f"{at}/brieven/gecorrigeerd")
    assert "Allemaal hebben zij dat bevestigd" in desk.inner_text("main")
    assert ACCOUNT not in desk.content()
    desk.goto(at)
    press(desk, "Sluit het verzoek")
    assert "gesloten: gegrond" in desk.inner_text("main")


def _waits(desk: Page) -> bool:
    """Whether somebody is still to confirm; looks anew."""
    if desk.get_by_role("button", name="Kijk nu hoe het staat").count():
        press(desk, "Kijk nu hoe het staat")
    return "Verbetering is aangekomen" not in desk.inner_text("main")
