"""The record of necessity: whole or refused with every fault, and bounds that a measured value leaves or does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluis.core.law import necessity
from sluis.core.law.necessity import ENOUGH, LONGEST, SHORTEST, Measured, Outside, Texts

WHOLE = dict.fromkeys(necessity.parts().dpia, "Zo staat het er voor.")
WEIGHED = dict.fromkeys(necessity.parts().balancing, "Zo is het afgewogen.")


def texts(**changes: object) -> Texts:
    plain: dict[str, object] = {"dpia": WHOLE, "balancing": {}, "bounds": {"wrong": 10}, "review_days": 180}
    return Texts(**{**plain, **changes})  # type: ignore[arg-type]


def codes(**changes: object) -> list[tuple[str, str]]:
    return [(one.where, one.code) for one in necessity.faults(texts(**changes))]


def test_there_are_twelve_parts_of_a_dpia_and_six_of_a_balancing_each_with_its_article() -> None:
    known = necessity.parts()
    assert (len(known.dpia), len(known.balancing)) == (12, 6)
    assert all(one.article for one in (*known.dpia.values(), *known.balancing.values()))


def test_a_whole_record_holds_with_or_without_a_balancing() -> None:
    assert codes() == []
    assert codes(balancing=WEIGHED) == []
    assert codes(balancing=dict.fromkeys(WEIGHED, "  ")) == []


def test_a_balancing_that_was_begun_is_finished() -> None:
    assert codes(balancing={"B1": "Minder mensen bedrogen."}) == [
        (f"balancing.{code}", "deel-ontbreekt") for code in ("B2", "B3", "B4", "B5", "B6")
    ]


@pytest.mark.parametrize(("signs", "holds"), [(SHORTEST - 1, False), (SHORTEST, True), (LONGEST, True), (LONGEST + 1, False)])
def test_a_part_is_neither_empty_nor_endless(signs: int, holds: bool) -> None:
    assert (codes(dpia={**WHOLE, "D5": "x" * signs}) == []) == holds


def test_every_fault_is_told_at_once() -> None:
    wrong = {"dpia": {**WHOLE, "D1": "", "D99": "x" * 20}, "bounds": {"wrong": 101, "geluk": 3}, "review_days": 0}
    assert codes(**wrong) == [
        ("dpia.D1", "deel-ontbreekt"),
        ("dpia", "onbekend-deel"),
        ("bounds.wrong", "onjuiste-grens"),
        ("bounds", "onbekende-maat"),
        ("review_days", "onjuiste-termijn"),
    ]
    assert codes(bounds={}) == [("bounds", "grens-ontbreekt")]
    assert codes(bounds={"upheld": 10_000}, review_days=730) == []
    assert codes(review_days=731) == [("review_days", "onjuiste-termijn")]


def test_a_share_of_few_hits_is_not_judged() -> None:
    assert Measured(ENOUGH - 1, wrong=19, acted=0, upheld=1).values() == {"upheld": 1}
    assert Measured(ENOUGH, wrong=3, acted=19, upheld=0).values() == {"wrong": 15, "acted": 95, "upheld": 0}


def test_a_value_on_its_bound_lies_within_it_and_one_past_it_outside() -> None:
    bounds = {"wrong": 10, "acted": 50, "upheld": 0}
    assert necessity.outside(bounds, {"wrong": 10, "acted": 50, "upheld": 0}) == ()
    assert necessity.outside(bounds, {"wrong": 11, "acted": 49, "upheld": 1}) == (
        Outside("wrong", 11, 10),
        Outside("acted", 49, 50),
        Outside("upheld", 1, 0),
    )


@given(st.dictionaries(st.sampled_from(["wrong", "acted", "upheld"]), st.integers(0, 100)))
def test_what_has_no_bound_or_no_value_is_never_outside(values: dict[str, int]) -> None:
    assert necessity.outside({}, values) == ()
    assert necessity.outside(values, {}) == ()
    assert {one.measure for one in necessity.outside(values, {"wrong": 100})} <= {"wrong"}
