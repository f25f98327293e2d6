"""The whole assessment of a circle, and the page of a circle that an assessment keeps shut."""

from __future__ import annotations

import msgspec
from make import Circle
from make_law import RISK, SUSPICION, register
from make_people import reader, shown

from sluis.apps.exchange.views import words
from sluis.apps.privacy import selectors as privacy
from sluis.core.law.decision import SAYS_NO

PATH = "/kringen/proeftuin/beoordeling"
ARTICLES = ("AVG 10; UAVG 31, 33 lid 4 en 5",)


def refuse(circle: Circle) -> None:
    """The policy and the register both say no, from now on."""
    section = circle.section()
    term = msgspec.structs.replace(section.assessment, outcome="niet_mogelijk", articles=ARTICLES)
    circle.accept(circle.section(assessment=term))
    circle.assess(exchanges=(SUSPICION,), reason="Een vermoeden delen mag niet.")


def test_facts_articles_conditions_and_term_are_told_in_words(circle: Circle) -> None:
    circle.assess(exchanges=(SUSPICION, RISK), promises=("Een mens beslist",))
    page = shown(reader(circle), PATH)
    for told in (
        "vermoeden tegen een persoon",
        "fraude voorkomen",
        "webwinkel",
        "postadres",
        "Een mens beslist",
        "niets",
        *ARTICLES,
    ):
        assert told in page
    assert "suspicion" not in page


def test_each_condition_says_what_meets_it(circle: Circle) -> None:
    circle.assess(exchanges=(RISK,), met={"C-DPIA": register()})
    page = shown(reader(circle), PATH)
    assert "Bewijs: Verzonnen DPIA (DPIA-1), tot en met" in page
    assert "dwingt de sluis af" in page
    assert "Zolang dit open staat, gaat er niets door." in page
    assert "Waarom poort 2 dicht is" in page


def test_a_no_names_what_is_nearest_and_possible(circle: Circle) -> None:
    refuse(circle)
    page = shown(reader(circle), PATH)
    assert "risico, zonder beschuldiging van een persoon, in plaats van: vermoeden tegen een persoon" in page
    assert "een vergunning van de AP dekt precies deze verwerking" in page


def test_every_version_is_there_the_newest_first(circle: Circle) -> None:
    circle.assess(reason="De tweede reden.")
    circle.assess(reason="De derde reden.")
    page = shown(reader(circle), PATH)
    assert page.index("De derde reden.") < page.index("De tweede reden.") < page.index("Er is niemand op wie")
    assert "PK-1, versie 1" in page


def test_a_fact_without_words_is_shown_as_it_was_entered() -> None:
    assert privacy.fact_rows({"weather": "rain", "from": "bank"}) == (("Van", "bank"), ("weather", "rain"))
    assert privacy.fact_rows({"data": ["synthetic", "unheard_of"]}) == (("Gegevens", "verzonnen gegevens; unheard_of"),)


def test_an_assessment_that_says_no_keeps_the_lock_shut_and_says_why(circle: Circle) -> None:
    refuse(circle)
    client = reader(circle)
    for path in ("/kringen/proeftuin", PATH):
        page = shown(client, path)
        assert "Waarom poort 2 dicht is" in page
        assert ARTICLES[0] in page
        assert "Een vermoeden delen mag niet." in page
        assert 'href="#st-x2"' in page or "lock-closed-2.svg" in page
    page = shown(client, "/kringen/proeftuin")
    assert "3 partners willen dit delen" in page
    assert "tot de beoordeling afloopt" not in page
    assert "Niets, want poort 2 is dicht." in page


def test_articles_of_the_assessment_are_nobodys_inference(circle: Circle) -> None:
    refuse(circle)
    bank = circle.members["bank"]
    answer = circle.post("/v1/verstrekkingen", circle.disclosure(), key=bank.key)
    assert (answer.status_code, answer.json()["ground"]) == (403, SAYS_NO)
    (row,) = [one for one in reader(circle).get("/doorlatingen.json").json()["passages"] if one["outcome"] == "refused"]
    assert (row["articles"], row["inferred"]) == (list(ARTICLES), False)
    section = circle.section(
        assessment=msgspec.structs.replace(circle.section().assessment, outcome="niet_mogelijk", articles=ARTICLES)
    )
    at_edge = words.refusal(SAYS_NO, (), section=section)
    assert (at_edge.articles, at_edge.inferred) == (ARTICLES, False)


def test_a_circle_that_was_never_assessed_says_so(circle: Circle) -> None:
    other = circle.section(circle=b"\7" * 16, name="nieuw", title="Nieuwe kring", assessment=None)
    circle.accept(circle.section(), other)
    page = shown(reader(circle), "/kringen/nieuw/beoordeling")
    assert "Nog niet beoordeeld" in page
    assert "Laat de uitwisseling eerst beoordelen." in page


def test_who_is_no_member_reads_no_assessment(circle: Circle) -> None:
    other = circle.section(circle=b"\7" * 16, name="bankenkring", title="Kring van banken", members=(circle.member("bank"),))
    circle.accept(circle.section(), other)
    assert reader(circle).get("/kringen/bankenkring/beoordeling").status_code == 200
    assert reader(circle, "shop").get("/kringen/bankenkring/beoordeling").status_code == 404
