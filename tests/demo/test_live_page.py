"""The live page as it is written: numbers, both languages, no script needed, nothing of an identifier but the invented one."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import jinja2
import live_made
import msgspec
import pytest
from live_made import IBAN, NOW, Made, line, picture, seen
from starlette.testclient import TestClient

from sluis.demo.anew import Begun
from sluis.demo.live.trail import Trails

ENGLISH = {"accept-language": "en"}
TEMPLATES = Path(__file__).parents[2] / "src/sluis/demo/live/templates"


@pytest.fixture(scope="module")
def pages() -> tuple[Made, TestClient]:
    """Compiled once: the first reader of a page waits a second for its templates."""
    made = Made()
    return made, TestClient(live_made.application(made), base_url="http://127.0.0.1")


@pytest.fixture
def made(pages: tuple[Made, TestClient]) -> Made:
    pages[0].__init__()  # type: ignore[misc]
    return pages[0]


@pytest.fixture
def client(pages: tuple[Made, TestClient], made: Made) -> TestClient:
    return pages[1]


def text(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_page_shows_figures_passages_refusals_and_the_log(client: TestClient) -> None:
    page = text(client.get("/").text)
    for said in (
        "keer bevraagd, afgelopen uur 1.020",
        "4,2 min",
        "bleken onterecht, 100 op 100 treffers",
        "Kadebank → Winkel Lantaarn",
        "Telecommunicatiewet 11.5 (en 11.2a inhoud).",
        "De beoordeling van deze uitwisseling zegt nee.",
        "48.213 regels. Laatste zegel 11.32.00, medeondertekend door 3 van 3",
        "5.120 van 71.999 nepdomeinen gedeeld",
        "Stand van 11.32.07",
    ):
        assert said in page or said in page.replace(" .", "."), said


def test_it_says_who_recovers_and_who_has_recovered(client: TestClient) -> None:
    page = text(client.get("/").text)
    assert "herstelt zich, 4 s weg (SIGKILL)" in page
    assert "was 4 s weg (SIGTERM), hersteld om 11.31.01" in page


def test_it_refreshes_by_itself_without_a_script_and_can_be_stopped(client: TestClient) -> None:
    page = client.get("/").text
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page
    assert '<script src="/static/live.js" defer>' in page
    still = client.get("/?stil").text
    assert "http-equiv" not in still
    assert "<script" not in still
    assert client.get("/static/live.js").status_code == 200


def test_its_own_policy_lets_no_inline_style_or_script_through(client: TestClient) -> None:
    answer = client.get("/")
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert " style=" not in answer.text
    assert re.findall(r"<script(?![^>]*src=)", answer.text) == []
    assert " onclick" not in answer.text


def test_the_trail_shows_octets_of_everybody_and_the_value_to_two(client: TestClient) -> None:
    page = client.get("/").text
    assert page.count(IBAN) == 2
    blocks = re.findall(r'<code class="sluis-octetten([^"]*)">(.*?)</code>', page, re.DOTALL)
    readable = [body for how, body in blocks if "leesbaar" in how]
    assert len(readable) == 2
    assert all(IBAN in body for body in readable)
    rest = text(" ".join(body for how, body in blocks if "leesbaar" not in how))
    assert "7a7a 7a7a" in rest
    assert "Stichting Sluiswacht kreeg dezelfde verblinde waarden" in rest
    assert "Archief Zuid kreeg dezelfde" not in rest
    assert "860 rijen in 20 tabellen" in rest
    assert "AVG 5 lid 1 b" in text(page)


def test_a_find_of_the_thief_is_said_loudly(client: TestClient, made: Made) -> None:
    newest = made.trails.newest
    assert newest is not None
    assert newest.search is not None
    search = msgspec.structs.replace(newest.search, found=("exchange_signal.header: value",))
    made.trails = Trails().with_trail(msgspec.structs.replace(newest, search=search))
    page = text(client.get("/").text)
    assert "exchange_signal.header: value" in page
    assert "Dit mag niet." in page


def test_an_empty_demo_teaches_what_to_do(client: TestClient, made: Made) -> None:
    made.now = picture(lines=(), found=None, life=None, policy=None, state=None, happenings=())
    made.trails = Trails()
    page = text(client.get("/").text)
    assert "Er is nog geen signaal gevolgd." in page
    assert "Nog niets. Zodra een partner deelt" in page
    assert "Nog niets gemeten." in page
    assert "De database herstelt zich" in page
    assert "er gebeurt alleen wat u zelf doet" in page
    assert client.get("/doorlatingen").status_code == 200


def test_a_trail_that_broke_off_and_a_start_that_failed_are_told(client: TestClient, made: Made) -> None:
    newest = made.trails.newest
    assert newest is not None
    broken = msgspec.structs.replace(newest, error="niet-gezien", hub=None, log=None, search=None, asked=None, steps=())
    made.trails, made.problem = Trails().with_trail(broken), "geen-kring"
    page = text(client.get("/").text)
    assert "brak af met de fout niet-gezien" in page
    assert "Volgen lukte nu niet (geen-kring)" in page


def test_a_demo_that_began_anew_says_so(client: TestClient, made: Made) -> None:
    made.now = picture(begun=Begun(NOW, "kringen", "var/demo/oud-2026-11-22"))
    page = text(client.get("/").text)
    assert "Deze proefopstelling begon op 22 november 2026 opnieuw." in page
    assert "oud-2026-11-22" in page


def test_the_list_can_show_refusals_only_and_comes_as_csv(client: TestClient) -> None:
    everything = client.get("/doorlatingen").text
    refused = client.get("/doorlatingen?alleen=geweigerd").text
    assert everything.count('class="sluis-teken"') == 7
    assert refused.count('class="sluis-teken"') == 1
    answer = client.get("/doorlatingen.csv?alleen=geweigerd")
    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert (row["party"], row["ground"], row["articles"]) == (
        "veertel",
        "beoordeling-zegt-nee",
        "Telecommunicatiewet 11.5 (en 11.2a inhoud)",
    )
    assert len(client.get("/doorlatingen.csv").text.splitlines()) == 8
    assert IBAN not in everything + answer.text


def test_every_outcome_has_words_in_both_languages(client: TestClient, made: Made) -> None:
    outcomes = [
        ("delen", "gedeeld"),
        ("opnieuw delen", "gedeeld"),
        ("bevragen", "3 treffers"),
        ("bewaken", "toegevoegd"),
        ("verstrekken", "opgehaald"),
        ("betwisten", "naamgenoot"),
        ("inzage", "gevraagd"),
        ("terugkoppelen", "geen-maatregel"),
        *((activity, "geweigerd: doel-past-niet") for activity in ("delen", "bevragen", "bewaken", "verstrekken")),
        ("delen", "geweigerd: te-veel"),
        ("delen", "geweigerd: niet-bereikbaar"),
        ("delen", "geweigerd: gebruik-niet-toegekend"),
    ]
    made.now = picture(lines=[line("kadebank", activity, outcome, amount=4) for activity, outcome in outcomes])
    dutch, english = (text(client.get("/doorlatingen", headers=headers).text) for headers in ({}, ENGLISH))
    for said in (
        "4 rekeningen op de bewaaklijst",
        "betwisting geopend",
        "geen recht",
        "lukte niet",
        "wilde 4 rekeningen delen",
    ):
        assert said in dutch, said
    for said in ("4 accounts on the watch list", "dispute opened", "no right", "did not work", "This purpose is not in the"):
        assert said in english, said


def test_the_page_reads_in_english_and_only_law_and_names_stay_dutch(client: TestClient) -> None:
    page = client.get("/", headers=ENGLISH).text
    assert '<html lang="en"' in page
    own = re.sub(r'<(\w+)[^>]* lang="nl"[^>]*>.*?</\1>', "", page, flags=re.DOTALL)
    left = set(re.findall(r"(?<![-\w])(?:de|het|een|nog|niet|wordt|geweigerd|bevraagd|kring)(?![-\w])", text(own)))
    assert left == set()


def test_every_sentence_of_the_templates_has_its_english() -> None:
    environment = jinja2.Environment(extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True, autoescape=True)
    environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    asked = {
        message if isinstance(message, str) else message[0]
        for file in TEMPLATES.glob("*.html")
        for _line, _function, message in environment.extract_translations(file.read_text())  # type: ignore[attr-defined]
    }
    po = (TEMPLATES.parent / "locale/en/LC_MESSAGES/live.po").read_text()
    known = {re.sub(r"\\(.)", r"\1", one) for one in re.findall(r'^msgid "(.+)"$', po, re.MULTILINE)}
    assert asked - known == set()
    assert known - asked == set()


def test_following_is_asked_for_by_a_form_of_the_page_itself(client: TestClient, made: Made) -> None:
    answer = client.post("/volg", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"], made.followed) == (303, "/?stil#ziet", 1)
    assert client.post("/volg", headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert client.get("/volg").status_code == 405
    assert made.followed == 1


def test_the_numbers_of_this_page_name_nobody_s_identifier(client: TestClient, made: Made) -> None:
    made.trails = Trails()
    made.now = picture(lines=[*seen().lines])
    assert re.search(r"[A-Z]{2}\d{2}[A-Z]{4}\d{10}", client.get("/").text) is None
