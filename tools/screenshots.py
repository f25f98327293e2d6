"""Photographs a demo that runs, for the docs: `tools/screenshots.py [FOLDER]`, after `make run`.

Walks the tour of the README with an invented account that nobody used before, so that it can be run again. Needs Chromium.
Writes docs/images/*.png, each below 250 kB.
"""

from __future__ import annotations

import json
import secrets
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from sluis.sim import invented

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
WIDE, NARROW = 1280, 320
TALLEST = {WIDE: 1180, NARROW: 1400}
LIMIT = 250_000
PATIENCE = 60
ACCOUNT = "jurist.kadebank"
CIRCLE = "Praktijkkring webwinkels"


@dataclass(frozen=True, slots=True)
class Studio:
    """A browser, and the demo it looks at: addresses, codes and passwords as `state.json` has them."""

    browser: Browser
    told: dict[str, Any]

    def page(self, face: str, *, width: int = WIDE, dark: bool = False) -> Page:
        """A page of one face of the demo, in a context of its own."""
        scheme = "dark" if dark else "light"
        context = self.browser.new_context(viewport={"width": width, "height": 800}, locale="nl-NL", color_scheme=scheme)
        page = context.new_page()
        page.goto(self.told["urls"][face])
        return page

    def desk(self, slug: str, *, width: int = WIDE) -> Page:
        """An analyst's desk at a koppelpunt, signed in."""
        page = self.page(slug, width=width)
        page.get_by_label("Uw eigen naam").fill("Sam")
        page.get_by_label("Code van het bureau").fill(self.told["codes"][slug])
        page.get_by_role("button", name="Inloggen").click()
        page.get_by_text("Ingelogd als Sam").wait_for()
        return page

    def portal(self, *, width: int = WIDE) -> Page:
        """The portal, signed in as the bank's lawyer."""
        page = self.page("web", width=width)
        page.get_by_label("Naam").fill(ACCOUNT)
        page.get_by_label("Wachtwoord").fill(self.told["accounts"][ACCOUNT])
        page.get_by_role("button", name="Inloggen").click()
        page.get_by_role("heading", level=1).wait_for()
        return page


def shoot(page: Page, name: str, *, start: str = "", end: str = "") -> None:
    """One picture from the top (or what `start` selects) to what `end` selects, or as far as a README has room for."""
    page.evaluate("document.fonts.ready")
    width = page.viewport_size["width"]
    top = page.locator(start).first.bounding_box()["y"] if start else 0
    below = page.locator(end).first.bounding_box()["y"] if end else page.evaluate("document.documentElement.scrollHeight")
    clip = {"x": 0, "y": top, "width": width, "height": min(TALLEST[width], below - top)}
    file = IMAGES / f"{name}.png"
    page.screenshot(path=file, full_page=True, clip=clip, animations="disabled")
    size = file.stat().st_size
    sys.stdout.write(f"{file.name}: {size // 1000} kB\n")
    if size > LIMIT:
        sys.exit(f"{file.name} is larger than {LIMIT // 1000} kB")


def live_page(studio: Studio) -> None:
    """The map with its figures and newest passages, by day, by night and on a telephone; and who sees what."""
    for name, width, dark in (("live-1280", WIDE, False), ("live-1280-dark", WIDE, True), ("live-320", NARROW, False)):
        page = studio.page("live", width=width, dark=dark)
        page.goto(f"{page.url}?stil")
        shoot(page, name, end=".sluis-kade")
        if name == "live-1280":
            shoot(page, "trail-1280", start="[data-deel=ziet]")
        page.context.close()


def shared(studio: Studio, iban: str) -> None:
    """What the bank sees before it shares, and then it shares."""
    bank = studio.desk("kadebank")
    bank.get_by_role("link", name="Delen").click()
    choose(bank, CIRCLE)
    bank.get_by_label("Uw zaak").fill("BANK-1")
    bank.get_by_label("Rekening, nummer, adres of domein").fill(iban)
    bank.get_by_label("Bewijsgraad").select_option(label=option(bank, "Bewijsgraad", "graad B"))
    bank.get_by_role("button", name="Bekijk eerst").click()
    bank.get_by_role("button", name="Deel nu").wait_for()
    shoot(bank, "share-1280")
    bank.get_by_role("button", name="Deel nu").click()
    bank.get_by_role("heading", name="Gedeeld").wait_for(timeout=PATIENCE * 1000)
    bank.context.close()


def dossier(studio: Studio, iban: str) -> None:
    """The dossier of a hit with its context, wide and narrow, and the list of alerts it stands in."""
    shop = studio.desk("lantaarn")
    until(lambda: ask(shop, iban))
    shop.get_by_role("button", name="Vraag de context").click()
    shop.get_by_role("heading", name="Context 1").wait_for()
    where = shop.url.partition("#")[0].removesuffix("/context")
    for width in (WIDE, NARROW):
        page = shop if width == WIDE else studio.desk("lantaarn", width=width)
        page.goto(where)
        shoot(page, f"dossier-{width}")
    shop.goto(studio.told["urls"]["lantaarn"])
    shop.get_by_role("link", name="Alles").click()
    shop.locator("main table a").first.click()
    shop.wait_for_load_state("networkidle")
    shoot(shop, "alerts-1280")


def ask(shop: Page, iban: str) -> bool:
    """Asks about the account, and says whether others know it."""
    shop.get_by_role("link", name="Bevragen").click()
    choose(shop, CIRCLE)
    shop.get_by_label("Uw zaak").fill("ORD-1")
    shop.get_by_label("Rekening, nummer, adres of domein").first.fill(iban)
    shop.get_by_role("button", name="Bevraag", exact=True).first.click()
    shop.wait_for_load_state("networkidle")
    return bool(shop.get_by_text("Bekend bij 1 ander").count())


def portal(studio: Studio) -> None:
    """A circle in two widths and in English, what passed and was refused, and the keys."""
    for width in (WIDE, NARROW):
        page = studio.portal(width=width)
        page.get_by_role("main").get_by_role("link", name=CIRCLE).first.click()
        shoot(page, f"circle-{width}")
        page.context.close()
    page = studio.portal()
    for path, name in (("doorlatingen", "passages-1280"), ("sleutels", "keys-1280")):
        page.goto(f"{studio.told['urls']['web']}/{path}")
        shoot(page, name)
    page.goto(f"{studio.told['urls']['web']}/kringen")
    page.get_by_role("main").get_by_role("link", name=CIRCLE).first.click()
    page.get_by_role("button", name="English").first.click()
    page.wait_for_load_state("networkidle")
    shoot(page, "circle-1280-en")


def choose(page: Page, circle: str) -> None:
    """The first purpose of a circle."""
    label = "Kring en doel"
    page.get_by_label(label, exact=True).first.select_option(label=option(page, label, circle))


def option(page: Page, label: str, part: str) -> str:
    """The first option of a list that has `part` in it."""
    options = page.get_by_label(label, exact=True).first.locator("option").all_inner_texts()
    return next(text for text in options if part in text)


def until(happens: Callable[[], bool]) -> None:
    """Waits for something that takes the demo a moment."""
    end = time.monotonic() + PATIENCE
    while not happens():
        if time.monotonic() > end:
            sys.exit("The demo did not show in time what was to be photographed.")
        time.sleep(1)


def main() -> None:
    """Photographs everything."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "var" / "demo"
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    iban = invented.iban(secrets.token_hex(8))
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage"])
        studio = Studio(browser, json.loads((folder / "state.json").read_text()))
        shared(studio, iban)
        dossier(studio, iban)
        live_page(studio)
        portal(studio)
        browser.close()


if __name__ == "__main__":
    main()
