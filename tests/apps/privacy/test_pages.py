"""The pages of the privacykader: every case through the form, the matrix, the rules with their sources."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import msgspec
import pytest
import yaml
from django.http import HttpResponse
from django.test import Client
from make import Circle

from sluis.apps.audit.models import Event
from sluis.apps.partners import services as partners
from sluis.apps.privacy.views.words import SIGNS
from sluis.core.law import rules

CASES = yaml.safe_load((Path(__file__).parents[2] / "vectors" / "legal-cases.yaml").read_bytes())["cases"]
RULES = rules.packaged_version()


@pytest.fixture
def reader(circle: Circle) -> Client:
    person = partners.Person("jurist", "een lang wachtwoord 1", circle.members["bank"].id, "privacy_officer")
    partners.enrol(person)
    browser = Client()
    assert browser.login(username="jurist", password=person.password)
    return browser


def asked(reader: Client, case: dict[str, Any], **more: Any) -> HttpResponse:
    query = {**case["facts"], "what_if": case.get("what_if", []), **more}
    return reader.get("/privacykader?" + urlencode(query, doseq=True))


def test_every_case_is_answered_by_the_form_as_by_the_command(reader: Client) -> None:
    for case in CASES:
        page, expected = asked(reader, case), case["expected"]
        assert page.status_code == 200, case["id"]
        text = page.content.decode()
        assert f"Uitkomst: {SIGNS[expected['outcome']].word}</h1>" in text, case["id"]
        assert all(f"/privacykader/regels/{name}" in text for name in expected.get("rules", ())), case["id"]
        assert all(f"· {code}</span>" in text for code in expected.get("conditions", ())), case["id"]


def test_a_no_shows_what_is_near_what_would_change_it_and_whether_the_law_was_read(reader: Client) -> None:
    by_id = {case["id"]: case for case in CASES}
    text = asked(reader, by_id["LC-18"]).content.decode()
    assert "een vergunning van de AP dekt precies deze verwerking" in text
    assert "in plaats van: vermoeden tegen een persoon" in text
    assert "Bekijk deze uitkomst" in text
    text = asked(reader, by_id["LC-06"]).content.decode()
    assert "de aangekondigde wijziging van de Telecommunicatiewet" in text
    assert "(eigen afleiding)" in asked(reader, by_id["LC-33"]).content.decode()


def test_an_alternative_leads_to_its_own_answer(reader: Client) -> None:
    text = asked(reader, next(case for case in CASES if case["id"] == "LC-32")).content.decode()
    link = text.split('sluis-klein" href="')[1].split('"')[0].replace("&amp;", "&")
    assert "Uitkomst: mogelijk onder voorwaarden" in reader.get("/privacykader" + link).content.decode()


def test_everything_wrong_is_told_at_once_and_nothing_typed_is_said_again(reader: Client) -> None:
    page = reader.get("/privacykader?from=bakker&to=&data=geheim&offence=none&as_of=straks")
    assert page.status_code == 400
    text = page.content.decode()
    assert text.count('class="sluis-fout"') == 7
    assert "geheim" not in text.split("<footer")[0]
    assert "bakker" not in text.split("<footer")[0]


def test_facts_that_contradict_are_told_where_they_stand(reader: Client) -> None:
    facts = {**CASES[3]["facts"], "subject": "none"}
    page = asked(reader, {"facts": facts})
    assert page.status_code == 400
    assert "Een beschuldiging gaat over iemand." in page.content.decode()


def test_a_day_to_come_is_weighed_by_the_law_of_that_day(reader: Client) -> None:
    facts = {
        "from": "bank",
        "to": "crypto_provider",
        "data": ["transaction_data"],
        "offence": "suspicion",
        "subject": "customer",
    }
    facts |= {"purpose": "aml", "technique": "plain", "flags": ["amlr_partnership"]}
    outcome = {day: asked(reader, {"facts": facts}, as_of=day).content.decode() for day in ("2027-07-09", "2027-07-10")}
    assert "Uitkomst: niet mogelijk" in outcome["2027-07-09"]
    assert "Uitkomst: mogelijk onder voorwaarden" in outcome["2027-07-10"]


def test_the_matrix_has_every_pair_in_page_drawing_and_file(reader: Client) -> None:
    pairs = 26 * 28
    page = reader.get("/privacykader/matrix").content.decode()
    assert page.count('<td class="sluis-uitkomst--') == pairs
    drawing = ET.fromstring(reader.get("/privacykader/matrix.svg").content)
    names = [one.text for one in drawing.iter("{http://www.w3.org/2000/svg}title")]
    assert len(names) == pairs + 1
    assert "bank → webwinkel: niet mogelijk" in names
    rows = list(csv.reader(io.StringIO(reader.get("/privacykader/matrix.csv").content.decode("utf-8-sig"))))
    assert len(rows) == pairs + 1
    assert ["bank", "webwinkel", "niet mogelijk"] in rows


def test_the_matrix_of_another_question_is_another_matrix(reader: Client) -> None:
    usual = "offence=none&subject=customer&purpose=prevent_fraud&technique=hit_no_hit&data=phone_number"
    page = reader.get(f"/privacykader/matrix.csv?{usual}").content.decode()
    assert "bank,webwinkel,mogelijk onder voorwaarden" in page
    assert reader.get("/privacykader/matrix?data=geheim").status_code == 400
    assert reader.get("/privacykader/matrix.svg?data=geheim").status_code == 400


def test_every_rule_has_a_page_with_article_source_and_certainty(reader: Client) -> None:
    page = reader.get("/privacykader/regels").content.decode()
    for rule in RULES.rules:
        assert f"/privacykader/regels/{rule.id}" in page
    text = reader.get("/privacykader/regels/R-10-DEFAULT").content.decode()
    assert "AVG 10; UAVG 31, 33 lid 4 en 5" in text
    assert "bron gelezen" in text
    assert "R-UAVG33-4C-LICENCE" in text
    assert reader.get("/privacykader/regels/R-NONE").status_code == 404


@pytest.mark.parametrize(
    "path", ["", "/politie", "/techniek", "/matrix", "/matrix.svg", "/matrix.csv", "/regels", "/regels/R-SYNTH"]
)
def test_who_is_not_signed_in_reads_nothing(circle: Circle, path: str) -> None:
    assert Client().get("/privacykader" + path).status_code == 302


POLICE = {"from": "bank", "data": ["account_identifier"], "offence": "suspicion", "subject": "suspect"}
POLICE |= {"purpose": "investigate", "technique": "plain"}


def test_a_report_to_the_police_is_a_yes_with_a_message_and_a_receipt_in_the_log(reader: Client) -> None:
    asked = {**POLICE, "flags": ["offence_against_sender"]}
    page = reader.get("/privacykader/politie?" + urlencode(asked, doseq=True)).content.decode()
    assert "Ja, dit mag u met de politie delen" in page
    assert "Uw bericht" not in page
    made = reader.post("/privacykader/politie", asked).content.decode()
    assert "Aan de politie" in made
    assert "- Gegevens: rekeningnummer of cryptoadres" in made
    event = Event.objects.get(activity="advies over de politie")
    assert msgspec.json.decode(bytes(event.event))["reference"] in made


def test_a_no_about_the_police_makes_no_message_and_leaves_no_mark(reader: Client) -> None:
    asked = {**POLICE, "from": "helpline_private", "data": ["phone_number"]}
    made = reader.post("/privacykader/politie", asked).content.decode()
    assert "Nee, dit mag zo niet" in made
    assert "Uw bericht" not in made
    assert not Event.objects.filter(activity="advies over de politie").exists()


def test_the_same_question_to_the_police_has_the_answer_of_the_cases(reader: Client) -> None:
    words = {
        "mogelijk": "Ja, dit mag u",
        "mogelijk_onder_voorwaarden": "Ja, als u aan",
        "niet_mogelijk": "Nee, dit mag zo niet",
    }
    seen = 0
    for case in CASES:
        facts = {name: value for name, value in case["facts"].items() if name != "to"}
        page = reader.get("/privacykader/politie?" + urlencode(facts, doseq=True))
        if case["facts"]["to"] == "police" and page.status_code == 200:
            seen += 1
            assert words[case["expected"]["outcome"]] in page.content.decode(), case["id"]
    assert seen >= 4


@pytest.mark.parametrize(("need", "heading"), [("known", "Blind bevragen"), ("story", "Geen techniek"), ("sum", "Optellen")])
def test_a_need_gets_a_technique_with_what_it_leaks_and_what_law_still_asks(reader: Client, need: str, heading: str) -> None:
    page = reader.get(f"/privacykader/techniek?need={need}&guessable=on").content.decode()
    assert f'sluis-blz">{heading}' in page
    for part in ("Wat anderen eruit leren", "Wat het kost", "Wat het in het recht niet oplost"):
        assert part in page
    assert reader.get("/privacykader/techniek?need=magie").status_code == 400


def test_advice_on_the_technique_is_printed_with_the_assessment(reader: Client) -> None:
    assert "De techniek: Blind bevragen" in asked(reader, next(one for one in CASES if one["id"] == "LC-18")).content.decode()
    assert "De techniek:" not in asked(reader, next(one for one in CASES if one["id"] == "LC-04")).content.decode()
