"""The style sheets and drawings that every face shares."""

from __future__ import annotations

import functools
import http.server
import re
import threading
from collections.abc import Callable, Iterator
from importlib import resources
from pathlib import Path

import pytest
from playwright.sync_api import Page

ASSETS = Path(str(resources.files("sluis.wire"))) / "assets"
PAGE = """<!doctype html><html lang="nl" class="voorbeeld-theme"><head><meta charset="utf-8"><title>Proef</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="/logo.svg"><link rel="stylesheet" href="/vendor/voorbeeld.css">
<link rel="stylesheet" href="/vendor/utrecht.css"><link rel="stylesheet" href="/sluis.css"></head>
<body class="utrecht-document utrecht-body"><main class="sluis-baan"><h1 class="utrecht-heading-1">Beide poorten dicht</h1>
<p class="utrecht-paragraph"><a class="utrecht-link" href="/">Naar het begin</a></p>
<img src="/lock-closed.svg" alt="Sluis met twee dichte poorten" width="200"></main></body></html>"""


class Handler(http.server.SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path != "/":
            return super().do_GET()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(PAGE.encode())
        return None

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(ASSETS)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@pytest.mark.browser
@pytest.mark.parametrize(("width", "dark"), [(320, False), (1280, True)])
def test_a_plain_page_is_accessible_and_has_its_font(
    address: str, open_page: Callable[..., Page], assert_accessible: Callable[[Page], None], width: int, dark: bool
) -> None:
    page = open_page(address, width=width, dark=dark)
    page.evaluate("document.fonts.ready")
    assert page.evaluate("document.fonts.check('600 17px \"Fira Sans\"')")
    assert_accessible(page)


def test_every_address_in_our_style_sheet_exists() -> None:
    named = re.findall(r"url\((?!data:)[\"']?([^\"')]+)", (ASSETS / "sluis.css").read_text())
    assert named
    assert [name for name in named if not (ASSETS / name).exists()] == []
