"""The legal gate: watching needs a grant of its own; a person's rights outlive the basis of a circle."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from sluis.core.exchange.policy import AssessmentTerm, Disclosure, Member, Section
from sluis.core.law import decision

TERM = {"from_": 100, "until": 200}


def member(*uses: str) -> Member:
    return Member(
        id=bytes(16), name="", sector="", group=bytes(16), key=bytes(32), types=("iban",), uses=uses, budgets={}, **TERM
    )


def circle(**changes: object) -> Section:
    plain = Section(
        v=1,
        circle=bytes(16),
        name="",
        title="",
        types=("iban",),
        purposes=("doel",),
        mode="bucket",
        k=1,
        grade="C",
        retention=90,
        disclosure=Disclosure(context="automatic", publisher="off"),
        assessment=AssessmentTerm(id="", grants=("watch",), **TERM),
        members=(),
        **TERM,
    )
    return replace(plain, **changes)


def code(section: Section, *, use: str, at: int = 150) -> str | None:
    asker = replace(member("check", "watch", "dispute", "inzage"), until=10_000)
    ground = decision.decide(decision.Passage(section, asker, at, type="iban", use=use))
    return ground.code if ground else None


def test_watching_passes_where_the_assessment_grants_it() -> None:
    assert code(circle(), use="watch") is None


def test_watching_without_its_grant_is_refused_though_the_member_has_the_right() -> None:
    assert code(circle(assessment=AssessmentTerm(id="", **TERM)), use="watch") == "bewaken-niet-beoordeeld"


@pytest.mark.parametrize("use", ["dispute", "inzage"])
@pytest.mark.parametrize("section", [circle(), circle(assessment=None), circle(until=150)])
def test_rights_of_a_person_outlive_term_and_assessment(section: Section, use: str) -> None:
    assert code(section, use=use, at=180) is None


@pytest.mark.parametrize(
    ("section", "why"), [(circle(assessment=None), "geen-beoordeling"), (circle(until=150), "kring-buiten-termijn")]
)
def test_checking_does_not(section: Section, why: str) -> None:
    assert code(section, use="check", at=180) == why


@pytest.mark.parametrize("outcome", ["niet_mogelijk", "nader_onderzoek", "", "Mogelijk", "ja"])
def test_an_assessment_that_does_not_say_yes_keeps_everything_out_and_names_its_articles(outcome: str) -> None:
    term = AssessmentTerm(id="", outcome=outcome, articles=("Telecommunicatiewet 11.5",), **TERM)
    ground = decision.decide(decision.Passage(circle(assessment=term), member("check"), 150, type="iban", use="check"))
    assert ground
    assert (ground.code, ground.articles) == ("beoordeling-zegt-nee", ("Telecommunicatiewet 11.5",))
    assert circle(assessment=term).identifier_types() == ()


def test_rights_keep_to_the_types_of_the_circle() -> None:
    assert code(circle(types=("phone",)), use="dispute") == "soort-buiten-kring"
