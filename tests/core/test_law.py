"""The rule engine of the privacykader: its cases, a second evaluator, and what may never happen."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sluis.core import errors, packaged
from sluis.core.law import alternatives, assessing, facts, matrix, rules
from sluis.core.law.assessing import World
from sluis.core.law.facts import Facts

RULES = rules.packaged_version()
OCTETS = packaged.read("sluis.core.law", f"rules-{rules.VERSIONS[-1]}.yaml")
RAW: dict[str, Any] = yaml.safe_load(OCTETS)
CASES = yaml.safe_load((Path(__file__).parent.parent / "vectors" / "legal-cases.yaml").read_bytes())["cases"]
BY_ID = {case["id"]: case for case in CASES}


def answer(case: dict[str, Any]) -> assessing.Answer:
    found = facts.read(case["facts"], RULES.words)
    return assessing.assess(found, RULES, world=World(frozenset(case.get("what_if", ()))))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_case_gives_its_outcome_rules_and_conditions(case: dict[str, Any]) -> None:
    found, expected = answer(case), case["expected"]
    assert found.outcome == expected["outcome"]
    assert set(expected.get("rules", ())) <= set(found.rules)
    assert set(expected.get("conditions", ())) <= set(found.conditions)


def test_every_rule_and_condition_is_there_with_its_article_and_confidence() -> None:
    assert (len(RULES.rules), len(RULES.conditions)) == (67, 30)
    assert all(rule.article and rule.confidence in {"verified", "inferred"} and rule.title_en for rule in RULES.rules)
    assert {code for rule in RULES.rules for code in rule.conditions} == set(RULES.conditions)


def test_no_source_quotes_the_words_of_a_document() -> None:
    assert not [
        source for rule in RULES.rules for source in rule.source if "seed" in source and ("'" in source or '"' in source)
    ]


# A second evaluator, from the text of the semantics alone: over the raw file, with no word of `sluis.core.law`.
def second_opinion(case: dict[str, Any], what_if: frozenset[str] = frozenset()) -> tuple[str, list[str]]:
    def grown(codes: list[str]) -> set[str]:
        return {one for code in codes for one in (RAW["groups"][code[1:]] if code[0] == "@" else [code])}

    def holds(when: dict[str, list[str]]) -> bool:
        checks = []
        for key, codes in when.items():
            wanted = grown(codes)
            field, _, how = key.partition("_")
            held = set(case[field]) if isinstance(case[field], list) else {case[field]}
            checks.append({"": held & wanted, "any": held & wanted, "only": not held - wanted}.get(how))
            if how == "none":
                checks[-1] = not held & wanted
            if how == "all":
                checks[-1] = not wanted - held
        return all(checks)

    spoken = [one for one in RAW["rules"] if holds(one["when"]) and (not one.get("what_if") or one["what_if"] in what_if)]
    lifted = {name for one in spoken for name in one.get("lifts", ())}
    effects = [one["effect"] for one in spoken if one["id"] not in lifted]
    told = [("forbid", "niet_mogelijk"), ("require", "mogelijk_onder_voorwaarden"), ("allow", "mogelijk")]
    return next((outcome for effect, outcome in told if effect in effects), "nader_onderzoek"), [one["id"] for one in spoken]


def one_of(field: str) -> st.SearchStrategy[str]:
    return st.sampled_from(sorted(RULES.words.words(field)))


def some_of(field: str, *, least: int) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(one_of(field), min_size=least, max_size=4)


anything = st.builds(
    Facts,
    sender=one_of("from"),
    receiver=one_of("to"),
    data=some_of("data", least=1),
    offence=one_of("offence"),
    subject=one_of("subject"),
    purpose=one_of("purpose"),
    technique=one_of("technique"),
    flags=some_of("flags", least=0),
)


@given(anything, st.frozensets(st.sampled_from(RULES.scenarios())))
def test_a_second_evaluator_agrees(asked: Facts, what_if: frozenset[str]) -> None:
    found = assessing.assess(asked, RULES, world=World(what_if))
    assert (found.outcome, list(found.rules)) == second_opinion(asked.as_data(), what_if)


@given(anything, one_of("flags") | one_of("data"))
def test_adding_a_fact_never_turns_a_prohibition_into_a_permission_unless_a_rule_names_it(asked: Facts, more: str) -> None:
    is_flag = more in RULES.words.words("flags")
    wider = replace(asked, flags=asked.flags | {more}) if is_flag else replace(asked, data=asked.data | {more})
    before, after = assessing.assess(asked, RULES), assessing.assess(wider, RULES)
    if before.outcome != assessing.IMPOSSIBLE or not after.opens:
        return
    shut = {one.rule.id for one in before.findings if one.stands and one.rule.effect == "forbid"}
    still = {one.rule.id: one for one in after.findings}
    for name in shut:
        freed = [RULES.rule(one) for one in still[name].lifted_by] if name in still else [RULES.rule(name)]
        assert any(more in named(rule) for rule in freed)


def named(rule: rules.Rule) -> set[str]:
    return {word for codes in rule.when_.values() for word in RULES.words.expand(codes)}


@given(anything)
def test_nothing_is_possible_because_no_rule_speaks(asked: Facts) -> None:
    found = assessing.assess(asked, RULES)
    assert found.opens == bool(found.deciding and found.outcome != assessing.IMPOSSIBLE)
    if not found.findings:
        assert found.outcome == assessing.UNCLEAR


# Source of the three routes: the legal research of the project, section 0 (520,200 combinations).
ROUTES = {"R-UAVG33-4B-GROUP", "R-RECALL", "R-DSA-16"}


def accusations() -> Iterator[Facts]:
    """Every accusation between private parties without a flag, about the two sets of data the research counted with."""
    private = sorted(RULES.words.group("private"))
    data = (frozenset({"account_identifier"}), frozenset({"identity_data", "technical_nonpersonal"}))
    axes = (private, private, data, sorted(RULES.words.group("accusation")), ("suspect", "customer"))
    more = (RULES.words.words("purpose"), RULES.words.words("technique"))
    return itertools.starmap(Facts, itertools.product(*axes, *more))


def require_only_the_routes(asked: Facts) -> None:
    found = assessing.assess(asked, RULES)
    if found.opens:
        lifted = {name for one in found.findings if one.rule.id == "R-10-DEFAULT" for name in one.lifted_by}
        assert lifted
        assert lifted <= ROUTES


def test_of_some_private_accusations_only_the_known_routes_open() -> None:
    every = list(accusations())
    assert len(every) == 520_200
    for asked in random.Random(20_26).sample(every, 8_000):
        require_only_the_routes(asked)


@pytest.mark.slow
def test_of_all_private_accusations_only_the_known_routes_open() -> None:
    for asked in accusations():
        require_only_the_routes(asked)


def test_law_to_come_is_law_on_its_day_and_not_before() -> None:
    asked = Facts(
        *("bank", "crypto_provider", frozenset({"transaction_data"}), "suspicion", "customer", "aml", "plain"),
        frozenset({"amlr_partnership"}),
    )
    outcomes = [
        assessing.outcome_of(asked, RULES, world=World(as_of=day))
        for day in (None, date(2027, 7, 9), date(2027, 7, 10), date(2030, 1, 1))
    ]
    assert outcomes == ["niet_mogelijk", "niet_mogelijk", "mogelijk_onder_voorwaarden", "mogelijk_onder_voorwaarden"]


def test_what_would_lift_a_prohibition_and_what_law_to_come_changes_are_told() -> None:
    shut = answer(BY_ID["LC-06"])
    assert [rule.id for rule in assessing.lifters(shut, RULES)["R-TW-TRAFFIC"]] == ["R-TW-AMEND"]
    assert assessing.scenarios(shut, RULES) == {"tw_amendment": "mogelijk_onder_voorwaarden"}
    assert assessing.scenarios(answer(BY_ID["LC-27"]), RULES) == {"psr": "mogelijk_onder_voorwaarden"}


def test_every_wrong_fact_is_told_at_once() -> None:
    wrong = {"from": "bakker", "data": [], "offence": "none", "subject": 3, "purpose": "prevent_fraud", "technique": [], "x": 1}
    with pytest.raises(errors.Malformed) as caught:
        facts.read(wrong, RULES.words)
    assert caught.value.reason == "feiten-onjuist"
    assert {fault.where for fault in caught.value.faults} == {"x", "from", "to", "data", "subject", "technique"}
    assert "bakker" not in str(caught.value.faults)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"subject": "none"}, "subject"),
        ({"data": ["synthetic"]}, "offence"),
        ({"from": "public"}, "from"),
        ({"technique": "aggregate"}, "technique"),
        ({"flags": ["pifi_both"]}, "flags"),
        ({"flags": ["legal_demand"]}, "flags"),
    ],
)
def test_facts_that_contradict_each_other_are_refused(change: dict[str, Any], where: str) -> None:
    with pytest.raises(errors.Malformed) as caught:
        facts.read({**BY_ID["LC-04"]["facts"], **change}, RULES.words)
    assert [(one.where, one.code) for one in caught.value.faults] == [(where, "tegenspraak")]


def spoilt(**changes: Any) -> bytes:
    rows = [*RAW["rules"][1:], {**RAW["rules"][0], **changes}]
    return yaml.safe_dump({**RAW, "rules": rows}).encode()


@pytest.mark.parametrize(
    ("octets", "codes"),
    [
        (b"rules: [", {"leest-niet"}),
        (b"[]", {"leest-niet"}),
        (spoilt(effect="maybe"), {"onjuist"}),
        (spoilt(when={"from": ["bakker"]}), {"onbekend-woord"}),
        (spoilt(when={"from": ["@bakkers"]}), {"onbekende-groep"}),
        (spoilt(when={"weather": ["rain"]}), {"onbekend"}),
        (spoilt(conditions=["C-NONE"], lifts=["R-NONE"]), {"onbekend"}),
        (spoilt(id="R-SYNTH"), {"dubbel"}),
        (spoilt(status="proposed"), {"ontbreekt"}),
        (spoilt(valid_from="soon"), {"onjuist"}),
        (spoilt(effect="forbid", lifts=["R-SCOPE-AGG"]), {"kringverwijzing"}),
    ],
)
def test_a_rule_set_that_does_not_hold_is_refused_whole(octets: bytes, codes: set[str]) -> None:
    with pytest.raises(errors.Malformed) as caught:
        rules.parse(octets)
    assert caught.value.reason == "regels-onjuist"
    assert {fault.code for fault in caught.value.faults} == codes


def test_all_faults_of_a_rule_set_come_at_once() -> None:
    with pytest.raises(errors.Malformed) as caught:
        rules.parse(spoilt(when={"from": ["bakker"], "to": ["@bakkers"]}, conditions=["C-NONE"]))
    assert len(caught.value.faults) == 3


def test_the_difference_between_versions_names_what_is_new_gone_and_changed() -> None:
    newer = {**RAW, "rules": [{**RAW["rules"][0], "id": "R-NEW"}, {**RAW["rules"][1], "article": "x"}, *RAW["rules"][2:]]}
    newer["conditions"] = {**RAW["conditions"], "C-PARENT": {"nl": "a", "en": "b", "article": "c"}}
    found = rules.difference(RULES, rules.parse(yaml.safe_dump(newer).encode()))
    assert found == rules.Difference(("R-NEW",), ("R-SCOPE-AGG",), ("R-SCOPE-MO", "R-MINOR"))
    assert rules.difference(RULES, RULES) == rules.Difference((), (), ())


def told(case: str) -> list[list[tuple[str, tuple[str, ...]]]]:
    shut = answer(BY_ID[case])
    found = alternatives.nearest(shut.facts, RULES, world=shut.world)
    return [[(change.field, change.with_ or change.without) for change in one.changes] for one in found]


def test_the_nearest_alternatives_are_those_a_lawyer_would_name() -> None:
    risk, licence, method = [("offence", ("risk_signal",))], [("flags", ("ap_licence",))], [("data", ("modus_operandi",))]
    assert told("LC-18") == [risk, licence, method]
    assert told("LC-32") == [[("data", ("health_data",))], [("flags", ("explicit_consent",))]]
    assert told("LC-29")[0] == [("data", ("fiu_report",)), ("offence", ("risk_signal",))]
    assert told("LC-20") == []


@given(anything)
def test_an_alternative_opens_and_nothing_nearer_in_one_step_does(asked: Facts) -> None:
    found = alternatives.nearest(asked, RULES, most=1)
    if not found or any(facts.contradicted(asked, RULES.words)):
        return
    assert assessing.outcome_of(asked, RULES) not in assessing.OPEN
    assert found[0].answer.opens
    single = [change.price for change, changed in alternatives.steps(asked, RULES) if opens(changed)]
    assert found[0].price <= min(single, default=found[0].price)


def opens(asked: Facts) -> bool:
    return assessing.outcome_of(asked, RULES) in assessing.OPEN


def test_the_matrix_says_in_each_cell_what_an_assessment_says() -> None:
    base = Facts("bank", "webshop", frozenset({"phone_number"}), "risk_signal", "customer", "prevent_fraud", "hit_no_hit")
    found = matrix.matrix(base, RULES)
    assert set(found.cells) == set(itertools.product(matrix.senders(RULES), RULES.words.words("to")))
    for (sender, receiver), outcome in found.cells.items():
        assert outcome == assessing.assess(replace(base, sender=sender, receiver=receiver), RULES).outcome
    assert found.row("bank")[0] == ("bank", found.cells["bank", "bank"])


def test_data_about_nobody_accuses_nobody_in_the_whole_matrix() -> None:
    base = Facts("bank", "webshop", frozenset({"phone_number"}), "suspicion", "suspect", "prevent_fraud", "plain")
    found = matrix.whole(base, RULES)
    assert set(found) == set(RULES.words.words("data"))
    assert set(found["modus_operandi"].cells.values()) == {"mogelijk"}
    assert found["account_identifier"].cells["webshop", "webshop"] == "niet_mogelijk"
