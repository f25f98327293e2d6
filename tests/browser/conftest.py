"""The installed Chromium for browser tests: absent, it is a counted skip, or a failure under REQUIRE_BROWSER=1."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from hub_fixtures import circle, database, later, server, stocked
from playwright.sync_api import Browser, Page, sync_playwright

__all__ = ["circle", "database", "later", "server", "stocked"]
AXE = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for a file of tests: while playwright lives, its loop bars `asyncio.run` in the same process."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        stop = pytest.fail if os.environ.get("REQUIRE_BROWSER") == "1" else pytest.skip
        stop("no Chromium on this machine; on Debian: apt install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage"])
        # Playwright keeps an event loop in this thread, in which Django would refuse to query.
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
            yield browser
        browser.close()


def is_form(complaint: str) -> bool:
    """A form that says what is wrong answers 422, which the browser calls an error."""
    return "status of 422" in complaint


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Opens an address in a context of its own (`width`, `dark`, `script`); the test fails on an error in its console
    and on a request to anywhere but this machine.
    """
    contexts: list[Any] = []
    complaints: list[str] = []

    def stay_here(route: Any) -> None:
        if route.request.url.startswith(("http://127.0.0.1", "http://localhost", "data:")):
            route.continue_()
        else:
            complaints.append(f"request to {route.request.url}")
            route.abort()

    def opened(address: str, *, width: int = 1280, dark: bool = False, script: bool = True) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
            locale="nl-NL",
        )
        contexts.append(context)
        context.route("**/*", stay_here)
        page = context.new_page()
        page.on(
            "console", lambda told: complaints.append(told.text) if told.type == "error" and not is_form(told.text) else None
        )
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def assert_accessible() -> Callable[[Page], None]:
    """Axe without violations, and no scrolling sideways."""

    def check(page: Page) -> None:
        # After a click the new page may be there before its style sheets are.
        page.wait_for_load_state("load")
        found = Axe().run(page, options=AXE)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "scrolls sideways"

    return check
