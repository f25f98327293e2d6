"""The analyst's desk as people use it: by keyboard, on a telephone, in the dark, without JavaScript, and read by a machine."""

from __future__ import annotations

import json
import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import msgspec
import pytest
import uvicorn
from desks import CASE, CODE, IBAN, Desk, DeskSluis, share, watching
from playwright.sync_api import Page

from sluis.client import persons, publish
from sluis.client.casebook import Alert, Followed
from sluis.client.gateway import app
from sluis.client.gateway.member import Member
from sluis.client.persons import Controller, Intake
from sluis.client.session import Matter, Session
from sluis.core.exchange.envelope import Context
from sluis.core.exchange.notices import Notice
from sluis.core.exchange.words import Grade
from sluis.core.identifiers import normalise
from sluis.wire import clock

pytestmark = pytest.mark.browser
OTHER = "NL47SLUI0000000042"
NAMED = "(e) => ({tag: e.tagName, name: e.textContent.trim() || e.name, visible: e.getBoundingClientRect().width > 0})"
REACHABLE = f"""[...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
    .filter((e) => e.checkVisibility() && !e.hidden).map({NAMED})"""
FOCUSED = f"document.activeElement === document.body ? null : ({NAMED})(document.activeElement)"
SIZES = [(320, False), (1280, False), (1280, True)]
PAGES = ("attenderingen", "attenderingen?open=1", "dossiers/1", "bevragen", "delen", "bewaken", "mijn-signalen")
MORE = ("ontvangstbewijzen", "kringen", "betrokkenen", "betrokkenen/nieuw", "betrokkenen/1", "betrokkenen/1/brieven/ontvangst")
# A letter is in the language of who gets it, whatever the desk reads in.
LETTER, ENGLISH = MORE[-1], "?taal=en"


@dataclass(frozen=True)
class Bureau:
    """The gateway of a shop in a thread, with hits, a correction, a watched account, own signals and a request."""

    address: str
    session: Session
    fake: DeskSluis

    def sign_in(self, open_page: Callable[..., Page], **how: object) -> Page:
        page = open_page(f"{self.address}/", **how)
        page.get_by_label("Uw eigen naam").fill("Anna Smit")
        page.get_by_label("Code van het bureau").fill(CODE.decode())
        page.get_by_role("button", name="Inloggen").click()
        page.wait_for_url(f"{self.address}/attenderingen")
        return page


@pytest.fixture
def bureau() -> Iterator[Bureau]:
    fake = DeskSluis()
    fake.sign_policy(serial=2, sections=(watching(fake),))
    desk = Desk(fake)
    fill(desk)
    member = Member.of(desk.session, token=b"token", desk_code=CODE)
    member.controller = Controller("Winkel", "Bel 0800 0000 of schrijf naar Kade 1.", "webshop")
    served = app.application(member)
    settings = uvicorn.Config(served, port=0, log_config=None, lifespan="off")
    server = uvicorn.Server(settings)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield Bureau(f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", desk.session, fake)
    server.should_exit = server.force_exit = True
    thread.join()


def fill(desk: Desk) -> None:
    """A hit with context, one without, a correction, something watched, two own signals of which one is asked about."""
    share(desk.fake.session("bank"), IBAN, OTHER)
    desk.sign_in("Anna Smit")
    desk.check()
    desk.check(OTHER, zaak="ORD-20402")
    desk.send("/dossiers/1/context", niveau="context")
    desk.finished(desk.send("/bewaken", kenmerk="NL39TEST0200300400", eigen="klant-7", doel="proeftuin|0", soort="iban"))
    followed = Followed("iban", "", OTHER, "ORD-20371", "doel", "proeftuin", bytes(64), bytes(32))
    desk.session.store.casebook.keep_alert(Alert("gecorrigeerd", clock.now(), followed, note="ingetrokken"))
    own = [normalise.parse("iban", text) for text in ("NL05TEST0417164300", "NL30TEST0733980012")]
    drafts = [publish.Draft(one, Context("AVF.VERKOOP.ACHTERAF"), Grade.B) for one in own]
    states = publish.publish(desk.session, drafts, matter=Matter("proeftuin", "zaak-7", "onderzoek met verzonnen gegevens"))
    now, first = clock.now(), states[0].id
    account = normalise.parse("iban", IBAN)
    persons.take_in(desk.session, Intake("bezwaar", account, "J. Jansen, Kade 1", "naamgenoot", now // 86_400 - 40))
    asked = Notice(
        "verstrekking-gevraagd", now, b"k", b"v" * 16, first, now + 3_600, "context", "bank", "onderzoek", ("AVG 6",)
    )
    told = Notice("terugkoppeling", now, b"k", signal=first, counts={"betaling-aangehouden": 2, "bleek-onterecht": 1})
    desk.session.store.casebook.keep_notices((i, msgspec.json.encode(one)) for i, one in enumerate((asked, told), 1))


@pytest.mark.parametrize(("width", "dark"), SIZES)
def test_every_page_is_accessible(
    bureau: Bureau, open_page: Callable[..., Page], assert_accessible: Callable[[Page], None], width: int, dark: bool
) -> None:
    page = open_page(f"{bureau.address}/inloggen", width=width, dark=dark)
    assert_accessible(page)
    keep(page, f"inloggen-{width}{'-donker' if dark else ''}")
    page = bureau.sign_in(open_page, width=width, dark=dark)
    for path in (*PAGES, *MORE):
        page.goto(f"{bureau.address}/{path}")
        assert_accessible(page)
        keep(page, f"{path.replace('/', '-').replace('?', '-')}-{width}{'-donker' if dark else ''}")


@pytest.mark.parametrize("width", [320, 1280])
def test_the_page_of_a_dispute_body_is_accessible(
    bureau: Bureau, open_page: Callable[..., Page], assert_accessible: Callable[[Page], None], width: int
) -> None:
    section = watching(bureau.fake)
    members = tuple(msgspec.structs.replace(one, uses=(*one.uses, "decide")) for one in section.members)
    bureau.fake.sign_policy(serial=3, sections=(msgspec.structs.replace(section, members=members),))
    bureau.session.directory.refresh()
    told = Notice("betwisting-geopend", clock.now(), b"k", b"q" * 16, until=clock.now() + 9 * 86_400, outcome="naamgenoot")
    bureau.session.store.casebook.keep_notices([(9, msgspec.json.encode(told))])
    page = bureau.sign_in(open_page, width=width)
    page.get_by_role("link", name="Betwistingen").click()
    page.get_by_text("Wacht op een besluit").wait_for()
    assert_accessible(page)
    keep(page, f"betwistingen-{width}")


@pytest.mark.parametrize("width", [320, 1280])
def test_what_forms_answer_is_accessible_too(
    bureau: Bureau, open_page: Callable[..., Page], assert_accessible: Callable[[Page], None], width: int
) -> None:
    page = bureau.sign_in(open_page, width=width)
    page.goto(f"{bureau.address}/bevragen")
    page.get_by_label("Rekening, nummer").fill("NL13TEST0123456780")
    page.get_by_role("button", name="Bevraag", exact=True).click()
    page.get_by_role("alert").wait_for()
    assert_accessible(page)
    keep(page, f"bevragen-fout-{width}")
    page.get_by_label("Uw zaak").fill(CASE)
    page.get_by_text("Veel tegelijk").click()
    page.get_by_label("Eén per regel").fill(f"{IBAN}\tklant-1\nonzin\n{OTHER}")
    page.get_by_role("button", name="Bekijk eerst").click()
    page.get_by_role("button", name="Bevraag alleen wat goed leest").wait_for()
    assert_accessible(page)
    keep(page, f"bevragen-voorbeeld-{width}")
    page.get_by_role("button", name="Bevraag alleen wat goed leest").click()
    page.get_by_role("heading", name="2 treffers").wait_for()
    assert_accessible(page)
    keep(page, f"bevragen-uitkomst-{width}")
    page.goto(f"{bureau.address}/delen")
    page.get_by_label("Rekening, nummer").fill("NL91TEST0417164307")
    page.get_by_role("button", name="Bekijk eerst").click()
    page.get_by_role("alert").wait_for()
    assert_accessible(page)
    keep(page, f"delen-fout-{width}")
    page.get_by_label("Rekening, nummer").fill(IBAN)
    page.get_by_label("Uw zaak").fill(CASE)
    page.get_by_role("button", name="Bekijk eerst").click()
    page.get_by_text("Wie ziet dit").first.wait_for()
    assert_accessible(page)
    keep(page, f"delen-voorbeeld-{width}")


def test_the_whole_way_of_a_hit_without_javascript(bureau: Bureau, open_page: Callable[..., Page]) -> None:
    page = bureau.sign_in(open_page, script=False)
    page.get_by_role("link", name=re.compile("NL47 SLUI")).last.click()
    page.get_by_role("button", name="Vraag de context").click()
    page.get_by_text("Beide poorten door").wait_for()
    page.get_by_label("Welke maatregel").select_option("levering-gestopt")
    page.get_by_label("de treffer zelf").check()
    page.get_by_label("Waarom is de maatregel terecht?").fill("Zelfde rekening in twee eigen zaken.")
    page.get_by_role("button", name="Maatregel genomen").click()
    page.wait_for_url(re.compile(r"/dossiers/\d+#besluit"))
    assert bureau.fake.heard == ["levering-gestopt"]
    page.goto(f"{bureau.address}/bevragen")
    page.get_by_text("Veel tegelijk").click()
    page.get_by_label("Eén per regel").fill(f"{IBAN}\n{OTHER}")
    page.get_by_label("Uw zaak").fill(CASE)
    page.get_by_role("button", name="Bekijk eerst").click()
    page.get_by_role("button", name="Bevraag", exact=True).click()
    for _ in range(50):
        if page.get_by_role("heading", name="2 treffers").count():
            break
        page.reload()
    assert page.get_by_role("heading", name="2 treffers").count() == 1
    assert page.locator("[data-script]:visible").count() == 0


def test_the_keyboard_alone_reaches_everything(bureau: Bureau, open_page: Callable[..., Page]) -> None:
    page = bureau.sign_in(open_page)
    for path in (*PAGES, *MORE):
        page.goto(f"{bureau.address}/{path}")
        wanted = page.evaluate(REACHABLE)
        reached = []
        # A field for a day has a stop for each of its parts.
        for _ in range(len(wanted) + 8):
            page.keyboard.press("Tab")
            reached.append(page.evaluate(FOCUSED))
        assert [one for one in wanted if one not in reached] == [], path
        assert all(one["visible"] for one in reached if one), f"{path}: focus cannot be seen"


def test_j_and_k_go_through_the_list_and_a_number_takes_two_presses(bureau: Bureau, open_page: Callable[..., Page]) -> None:
    page = bureau.sign_in(open_page)
    numbers = page.locator("[data-rij]")
    for key, place in (("j", 0), ("j", 1), ("k", 0)):
        page.keyboard.press(key)
        assert numbers.nth(place).evaluate("e => e === document.activeElement"), (key, place)
    page.goto(f"{bureau.address}/attenderingen?open=2")
    page.keyboard.press("3")
    page.wait_for_timeout(200)
    assert bureau.fake.heard == []
    page.keyboard.press("3")
    page.wait_for_url(re.compile("/dossiers/2"))
    assert bureau.fake.heard == ["geen-maatregel"]
    page.goto(f"{bureau.address}/bevragen")
    page.get_by_label("Uw zaak").press_sequentially("jk34")
    assert page.get_by_label("Uw zaak").input_value() == "jk34"


def test_a_new_alert_comes_by_itself(bureau: Bureau, open_page: Callable[..., Page]) -> None:
    page = bureau.sign_in(open_page)
    page.get_by_text("2 attenderingen wachten op u").wait_for()
    page.wait_for_timeout(1_500)
    followed = Followed("iban", "", "NL39TEST0200300400", "klant-nieuw", "doel", "proeftuin", bytes(64), bytes(32))
    alert = Alert("treffer", clock.now(), followed, "2-3", "A", "hold", "HDF.BANK", 20_000)
    bureau.session.store.casebook.keep_alert(alert)
    page.get_by_text("klant-nieuw").wait_for(timeout=8_000)
    page.get_by_text("3 attenderingen wachten op u").wait_for()


def test_the_desk_reads_in_english_too(
    bureau: Bureau, open_page: Callable[..., Page], assert_accessible: Callable[[Page], None]
) -> None:
    page = bureau.sign_in(open_page)
    page.goto(f"{bureau.address}/dossiers/1")
    page.get_by_role("button", name="English").click()
    page.get_by_text("A hit is no proof").first.wait_for()
    assert page.locator("html").get_attribute("lang") == "en"
    assert_accessible(page)
    keep(page, "dossier-1280-en")
    for path in (*PAGES, *MORE):
        page.goto(f"{bureau.address}/{path}{ENGLISH if path == LETTER else ''}")
        text = page.locator("main").inner_text()
        assert not re.search(r"\b(de|het|een|niet|wordt|waarom)\b", text), (path, text)


def test_no_identifier_is_asked_for_in_any_address(bureau: Bureau, open_page: Callable[..., Page]) -> None:
    page = bureau.sign_in(open_page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in (*PAGES, *MORE):
        page.goto(f"{bureau.address}/{path}")
    assert len(asked) > 8
    assert not [url for url in asked if IBAN[4:] in url or "0123456789" in url or CASE in url]
    links = json.dumps(page.evaluate("[...document.links].map((one) => one.href)"))
    assert IBAN[4:] not in links


def keep(page: Page, name: str) -> None:
    """A picture for whoever asks for one by SLUIS_PICTURES."""
    if folder := os.environ.get("SLUIS_PICTURES"):
        page.screenshot(path=f"{folder}/koppelpunt-{name}.png", full_page=True)
