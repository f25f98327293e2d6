"""The live page in a browser: narrow and wide, light and dark, by keyboard, with and without its script."""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import live_made
import pytest
import uvicorn
from live_made import NOW, Made, line, picture, seen
from playwright.sync_api import Page

from sluis.demo.layout import free_ports

pytestmark = pytest.mark.browser
SIZES = [(320, False), (1280, True), *(pytest.param(*one, marks=pytest.mark.slow) for one in ((320, True), (1280, False)))]
REACHABLE = "[...document.querySelectorAll('a[href], button, input:not([type=hidden])')].map(e => e.textContent.trim())"


@dataclass
class Live:
    address: str
    made: Made


@pytest.fixture
def live() -> Iterator[Live]:
    made, port = Made(), free_ports(1)[0]
    config = uvicorn.Config(live_made.application(made), port=port, log_config=None, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield Live(f"http://127.0.0.1:{port}", made)
    server.should_exit = True
    thread.join(10)


@pytest.mark.parametrize(("width", "dark"), SIZES)
def test_the_page_and_the_list_are_accessible(
    live: Live, open_page: Callable[..., Page], assert_accessible: Callable[[Page], None], width: int, dark: bool
) -> None:
    page = open_page(f"{live.address}/?stil", width=width, dark=dark)
    assert_accessible(page)
    keep(page, f"live-{width}{'-donker' if dark else ''}")
    page.goto(f"{live.address}/doorlatingen")
    assert_accessible(page)


def test_the_map_is_wide_on_a_wide_screen_and_the_lock_alone_on_a_narrow_one(
    live: Live, open_page: Callable[..., Page]
) -> None:
    wide = open_page(f"{live.address}/?stil")
    assert wide.get_by_role("img", name="Kaart van de proefopstelling").is_visible()
    assert wide.get_by_role("img", name=re.compile("De sluis van boven")).count() == 0
    narrow = open_page(f"{live.address}/?stil", width=320)
    assert narrow.get_by_role("img", name=re.compile("De sluis van boven. Poort 2 blijft dicht")).is_visible()
    assert narrow.get_by_role("table").filter(has_text="Verbinding").first.is_visible()


def test_without_a_script_everything_is_there_and_a_signal_can_be_followed(live: Live, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{live.address}/", script=False)
    assert page.locator("meta[http-equiv=refresh]").count() == 1
    page.get_by_role("button", name="Volg een ander signaal").click()
    page.wait_for_url(f"{live.address}/?stil#ziet")
    assert live.made.followed == 1
    assert page.locator("meta[http-equiv=refresh]").count() == 0
    assert page.get_by_text(live_made.IBAN).count() == 2


def test_with_a_script_what_changed_is_put_in_place(live: Live, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{live.address}/")
    page.evaluate("window.same = true")
    live.made.now = picture(lines=[*seen().lines, line("pakketboot", "bevragen", "7 treffers", amount=9, time=NOW)])
    page.locator("[data-deel=rijen]").get_by_text("9 rekeningen bevraagd").wait_for(timeout=10_000)
    assert page.evaluate("window.same") is True
    assert page.locator("[data-deel=cijfers] dd").first.inner_text() == "1.029"


def test_a_part_in_which_the_keyboard_stands_is_left_alone(live: Live, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{live.address}/")
    page.get_by_role("link", name="Als CSV").focus()
    live.made.now = picture(lines=[line("pakketboot", "bevragen", "7 treffers", amount=9, time=NOW)])
    page.locator("[data-deel=cijfers] dd").first.get_by_text("9", exact=True).wait_for(timeout=10_000)
    assert page.evaluate("document.activeElement.textContent") == "Als CSV"


def test_stopped_the_page_stands_still(live: Live, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{live.address}/")
    page.get_by_role("link", name="Stilzetten").click()
    page.wait_for_url(f"{live.address}/?stil")
    live.made.now = picture(lines=())
    page.wait_for_timeout(3000)
    assert page.locator("[data-deel=cijfers] dd").first.inner_text() == "1.020"
    page.get_by_role("link", name="Laten verversen").click()
    assert page.locator("[data-deel=cijfers] dd").first.inner_text() == "0"


def test_the_keyboard_alone_reaches_everything(live: Live, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{live.address}/?stil")
    wanted = page.evaluate(REACHABLE)
    reached = []
    for _ in range(len(wanted) + 2):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.textContent.trim()"))
    assert [one for one in wanted if one not in reached] == []
    assert reached[0] == "Naar de inhoud"


def test_the_page_reads_in_english_too(
    live: Live, open_page: Callable[..., Page], assert_accessible: Callable[[Page], None]
) -> None:
    page = open_page(f"{live.address}/?stil")
    page.get_by_role("button", name="English").click()
    page.get_by_role("heading", name="Who sees what").wait_for()
    assert page.url == f"{live.address}/?stil"
    assert_accessible(page)


def keep(page: Page, name: str) -> None:
    """A picture for whoever asks for one by SLUIS_PICTURES."""
    if folder := os.environ.get("SLUIS_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
