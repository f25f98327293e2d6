"""The portal in a thread, for tests with a browser: signing in, what the keyboard reaches, and pictures."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from make import Circle
from playwright.sync_api import Page

PASSWORD = "een lang wachtzinnetje"
NAMED = "(e) => ({tag: e.tagName, name: e.textContent.trim() || e.name, visible: e.getBoundingClientRect().width > 0})"
REACHABLE = f"""[...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, summary, [tabindex]')]
    .map({NAMED})"""
FOCUSED = f"document.activeElement === document.body ? null : ({NAMED})(document.activeElement)"
SIZES = [(320, False), (1280, False), (1280, True)]


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@dataclass(frozen=True)
class Portal:
    """The hub in a thread, with a circle in which things passed and were refused."""

    address: str
    circle: Circle

    def sign_in(self, open_page: Callable[..., Page], user: str = "jurist", **how: object) -> Page:
        page = open_page(f"{self.address}/", **how)
        page.get_by_label("Naam").fill(user)
        page.get_by_label("Wachtwoord").fill(PASSWORD)
        page.get_by_role("button", name="Inloggen").click()
        page.wait_for_url(f"{self.address}/kringen")
        return page


@contextmanager
def serving(circle: Circle) -> Iterator[Portal]:
    """The hub answers until the block ends."""
    from django.core.wsgi import get_wsgi_application

    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.daemon_threads = True
    server.set_app(StaticFilesHandler(get_wsgi_application()))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield Portal(f"http://127.0.0.1:{server.server_port}", circle)
    server.shutdown()
    server.server_close()
    thread.join()


def unreached(page: Page) -> tuple[list[object], bool]:
    """What the keyboard alone does not reach, and whether all that it reached can be seen. A day takes three tabs."""
    wanted, reached = page.evaluate(REACHABLE), []
    for _ in range(len(wanted) + 10):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(FOCUSED))
    return [one for one in wanted if one not in reached], all(one["visible"] for one in reached if one)


def keep(page: Page, name: str) -> None:
    """A picture for whoever asks for one by SLUIS_PICTURES."""
    if folder := os.environ.get("SLUIS_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
