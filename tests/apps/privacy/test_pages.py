"""The pages of the privacykader: every case through the form, the matrix, the rules with their sources."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import pytest
import yaml
from django.http import HttpResponse
from django.test import Client
from make import Circle

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


@pytest.mark.parametrize("path", ["", "/matrix", "/matrix.svg", "/matrix.csv", "/regels", "/regels/R-SYNTH"])
def test_who_is_not_signed_in_reads_nothing(circle: Circle, path: str) -> None:
    assert Client().get("/privacykader" + path).status_code == 302
