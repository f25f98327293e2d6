"""Pages without Django: language, headers, forms of our own pages only."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from sluis.wire import asgi, pages

FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """A package with one template, which echoes what it was given."""
    (tmp_path / "bezoek" / "templates").mkdir(parents=True)
    (tmp_path / "bezoek" / "__init__.py").touch()
    (tmp_path / "bezoek" / "locale").mkdir()
    (tmp_path / "bezoek" / "templates" / "page.html").write_text("{{ language }} {{ here }} {{ said }}")
    words = "{% trans n=said %}{{ n }} keer, 100% zeker{% endtrans %} {{ _('%(n)s mogelijk') % {'n': said} }}"
    (tmp_path / "bezoek" / "templates" / "words.html").write_text(words)
    (tmp_path / "bezoek" / "locale" / "en" / "LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "bezoek" / "locale" / "en" / "LC_MESSAGES" / "bezoek.mo").write_bytes(_empty_mo())
    monkeypatch.syspath_prepend(str(tmp_path))
    made = pages.Pages("bezoek", domain="bezoek")

    async def show(request: Request) -> Response:
        return made.render(request, "page.html", said=request.query_params.get("said", ""))

    async def take(request: Request) -> Response:
        return made.render(request, "page.html", said=(await pages.read_form(request, limit=100))["said"])

    async def take_file(request: Request) -> Response:
        form = await pages.read_form(request, limit=4_000_000)
        file = form.files["bestand"]
        return made.render(request, "page.html", said=f"{file.name} {len(file.octets)} {form.all('keuze')} {form['geen']!r}")

    async def tell(request: Request) -> Response:
        return made.render(request, "words.html", said="<3>")

    routes = [
        Route("/woorden", tell),
        Route("/", show),
        Route("/", take, methods=["POST"]),
        Route("/bestand", take_file, methods=["POST"]),
    ]
    routes += made.routes()
    return TestClient(asgi.application({}, routes=routes), base_url="http://127.0.0.1")


def _empty_mo() -> bytes:
    head = [0x950412DE, 0, 0, 28, 28, 0, 28]
    return b"".join(number.to_bytes(4, "little") for number in head)


def test_dutch_unless_the_reader_chose_or_the_browser_asks_english_first(client: TestClient) -> None:
    assert client.get("/").text.startswith("nl")
    assert client.get("/", headers={"accept-language": "en-GB,nl"}).text.startswith("en")
    answer = client.post("/taal", data={"language": "en", "next": "/?said=x"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/?said=x")
    assert client.get("/").text.startswith("en")


@pytest.mark.parametrize("elsewhere", ["https://example.com/", "//example.com", "/\\example.com", "javascript:x", "", "x"])
def test_a_form_never_sends_its_reader_elsewhere(client: TestClient, elsewhere: str) -> None:
    answer = client.post("/taal", data={"language": "nl", "next": elsewhere}, follow_redirects=False)
    assert answer.headers["location"] == "/"


def test_what_is_shown_is_escaped_and_no_script_from_elsewhere_may_run(client: TestClient) -> None:
    answer = client.get("/", params={"said": "<script>"})
    assert "<script>" not in answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("said", [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "http://x"}])
def test_another_site_cannot_post_a_form(client: TestClient, said: dict[str, str]) -> None:
    answer = client.post("/", content=b"said=x", headers={**FORM, **said})
    assert (answer.status_code, answer.json()["code"]) == (403, "andere-herkomst")


@pytest.mark.parametrize("said", [{"sec-fetch-site": "same-origin"}, {"origin": "http://127.0.0.1"}, {}])
def test_our_own_pages_post(client: TestClient, said: dict[str, str]) -> None:
    assert client.post("/", content=b"said=h%C3%A9", headers={**FORM, **said}).text.endswith("hé")


def test_a_form_too_large_or_not_utf8_is_refused(client: TestClient) -> None:
    assert client.post("/", content=b"said=" + b"x" * 200, headers=FORM).json()["code"] == "te-groot"
    assert client.post("/", content=b"said=%ff", headers=FORM).json()["code"] == "onjuiste-invoer"


def test_the_shared_style_sheet_is_served(client: TestClient) -> None:
    assert "sluis-kop" in client.get("/static/sluis.css").text
    assert client.get("/static/../pages.py").status_code == 404


def test_a_file_comes_whole_with_the_fields_beside_it_and_never_touches_the_disk(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spilled(*_given: object, **_named: object) -> None:
        raise AssertionError("a form was written to disk")

    monkeypatch.setattr(tempfile, "TemporaryFile", spilled)
    octets = b"kenmerk\n" * 200_000
    answer = client.post("/bestand", files={"bestand": ("zaken.csv", octets)}, data={"keuze": ["a", "b"]})
    assert answer.text.endswith(f"zaken.csv {len(octets)} (&#39;a&#39;, &#39;b&#39;) &#39;&#39;")


def test_a_form_that_is_no_multipart_is_refused(client: TestClient) -> None:
    head = {"content-type": "multipart/form-data; boundary=x"}
    assert client.post("/bestand", content=b"--y\r\n\r\n", headers=head).json()["code"] == "onjuiste-invoer"
    bare = {"content-type": "multipart/form-data"}
    assert client.post("/bestand", content=b"--y\r\n\r\n", headers=bare).json()["code"] == "onjuiste-invoer"


def test_a_sentence_with_something_filled_in_is_translated_and_escaped(client: TestClient) -> None:
    assert client.get("/woorden").text == "&lt;3&gt; keer, 100% zeker &lt;3&gt; mogelijk"
