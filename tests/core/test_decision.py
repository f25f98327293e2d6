"""The legal gate: watching needs a grant of its own; a person's rights outlive the basis of a circle."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from sluis.core import errors
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


def asked(**changes: object) -> decision.Passage:
    """A passage that may pass, with changes."""
    plain = {"circle": circle(), "member": member("check", "watch"), "at": 150, "type": "iban", "use": "check"}
    return decision.Passage(**{**plain, "purpose": "doel", "disclosure": "automatic", **changes})


# One change that keeps a passage out, and the ground it gives.
REFUSED = [
    (asked(circle=circle(until=150)), "kring-buiten-termijn"),
    (asked(circle=circle(from_=151)), "kring-buiten-termijn"),
    (asked(circle=circle(assessment=None)), "geen-beoordeling"),
    (asked(circle=circle(assessment=AssessmentTerm(id="", **{**TERM, "until": 150}))), "beoordeling-verlopen"),
    (asked(circle=circle(assessment=AssessmentTerm(id="", **{**TERM, "from_": 151}))), "beoordeling-verlopen"),
    (asked(type="phone"), "soort-buiten-kring"),
    (asked(purpose="werving"), "doel-past-niet"),
    (asked(disclosure="off"), "verstrekken-staat-uit"),
    (asked(closed=True), "kring-zonder-sleutel"),
    (asked(member=replace(member("check"), until=150)), "deelname-buiten-termijn"),
    (asked(member=replace(member("check"), from_=151)), "deelname-buiten-termijn"),
    (asked(member=replace(member("check"), types=("phone",))), "soort-niet-toegekend"),
    (asked(use="publish"), "gebruik-niet-toegekend"),
]


@pytest.mark.parametrize(("passage", "why"), REFUSED)
def test_one_thing_wrong_is_enough_and_is_named(passage: decision.Passage, why: str) -> None:
    ground = decision.decide(passage)
    assert ground is not None
    assert ground.code == why
    with pytest.raises((errors.NotPermitted, errors.NotAllowed)) as raised:
        decision.require(passage)
    assert isinstance(raised.value, errors.NotPermitted) == ground.of_law
    assert raised.value.fields["ground"] == why
    assert raised.value.fields["inferred"] == "true"


# What was not granted, or has no key, is a right that lacks; every other ground is the law's own no.
LACKS_A_RIGHT = {
    "kring-zonder-sleutel",
    "geen-lid",
    "deelname-buiten-termijn",
    "soort-niet-toegekend",
    "gebruik-niet-toegekend",
}


def test_the_law_says_no_where_it_does_and_elsewhere_a_right_lacks() -> None:
    assert {code for code, ground in decision.GROUNDS.items() if not ground.of_law} == LACKS_A_RIGHT
    for code, ground in decision.GROUNDS.items():
        assert isinstance(ground.error(), errors.NotAllowed if code in LACKS_A_RIGHT else errors.NotPermitted)


def test_what_is_granted_passes_at_the_first_second_and_not_at_the_end() -> None:
    for at, opens in ((99, False), (100, True), (199, True), (200, False)):
        assert (decision.decide(asked(at=at)) is None) == opens
    decision.require(asked())


def test_law_speaks_before_role_and_the_circle_before_the_member() -> None:
    both = asked(circle=circle(assessment=None), member=replace(member(), until=150), use="publish")
    ground = decision.decide(both)
    assert ground is not None
    assert ground.code == "geen-beoordeling"


def test_what_is_not_asked_is_not_weighed() -> None:
    plain = decision.Passage(circle(), member("check"), 150)
    assert decision.decide(plain) is None
