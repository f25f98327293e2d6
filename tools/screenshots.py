"""Photographs the portal of a running demo for the README: `tools/screenshots.py [FOLDER]`, after `make run`.

Needs Chromium. Writes docs/images/*.png, each below 250 kB.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
TALLEST = {1280: 1240, 320: 1240}
LIMIT = 250_000
ACCOUNT = "jurist.kadebank"


def told(folder: Path) -> tuple[str, str]:
    """The address of the portal, and the password of the account that signs in."""
    state = json.loads((folder / "state.json").read_text())
    return state["urls"]["web"], state["accounts"][ACCOUNT]


def sign_in(page: Page, password: str) -> None:
    """Fills in the form of the sign-in page; the circle of the demo opens."""
    page.locator("input[name=username]").fill(ACCOUNT)
    page.locator("input[name=password]").fill(password)
    page.locator("form:has(input[name=password]) button[type=submit]").click()
    page.wait_for_load_state("networkidle")
    if page.locator("input[name=password]").count():
        sys.exit("The portal did not take the password; is this the folder of the demo that runs?")


def open_circle(page: Page) -> None:
    """Goes on to the circle's own page where the list comes first."""
    link = page.locator("main a[href*='/kringen/']")
    if link.count():
        link.first.click()
        page.wait_for_load_state("networkidle")


def shoot(page: Page, name: str) -> None:
    """One picture of the page from its top, as far down as a README has room for."""
    page.evaluate("document.fonts.ready")
    file, width = IMAGES / name, page.viewport_size["width"]
    height = min(TALLEST[width], page.evaluate("document.documentElement.scrollHeight"))
    clip = {"x": 0, "y": 0, "width": width, "height": height}
    page.screenshot(path=file, full_page=True, clip=clip, animations="disabled")
    size = file.stat().st_size
    sys.stdout.write(f"{name}: {size // 1000} kB\n")
    if size > LIMIT:
        sys.exit(f"{name} is larger than {LIMIT // 1000} kB")


def shoot_all(browser: Browser, address: str, password: str) -> None:
    """The sign-in page and the circle at every width, and the circle in English."""
    for width in TALLEST:
        context = browser.new_context(viewport={"width": width, "height": 800}, locale="nl-NL", color_scheme="light")
        page = context.new_page()
        page.goto(address)
        page.wait_for_load_state("networkidle")
        shoot(page, f"sign-in-{width}.png")
        sign_in(page, password)
        open_circle(page)
        shoot(page, f"circle-{width}.png")
        if width == max(TALLEST):
            page.get_by_role("button", name="English").first.click()
            page.wait_for_load_state("networkidle")
            shoot(page, f"circle-{width}-en.png")
        context.close()


def main() -> None:
    """Photographs everything."""
    address, password = told(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "var" / "demo")
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage"])
        shoot_all(browser, address, password)
        browser.close()


if __name__ == "__main__":
    main()
