"""The rights of a data subject: terms from data, one extension told in time, grounds only where the law has them."""

from __future__ import annotations

from typing import get_args

import pytest

from sluis.core import errors
from sluis.core.law import terms


def test_every_right_has_its_article_and_says_what_it_rests_on() -> None:
    assert {one.id for one in terms.book().rights} == set(get_args(terms.RightId))
    assert {one.id for one in terms.book().refusals} == set(get_args(terms.RefusalId))
    assert {one.id for one in terms.book().extensions} == set(get_args(terms.ExtensionId))
    assert all(one.article and one.kind == "law" for one in (*terms.book().rights, *terms.book().refusals))
    assert terms.book().design.kind == "design"


def test_a_request_is_answered_in_a_month_or_extended_in_three() -> None:
    assert terms.due(100, extended=False) == 130
    assert terms.due(100, extended=True) == 190


@pytest.mark.parametrize(
    ("today", "left", "late", "near"), [(100, 30, False, False), (123, 7, False, True), (131, -1, True, True)]
)
def test_the_clock_says_how_many_days_are_left(today: int, left: int, late: bool, near: bool) -> None:
    found = terms.clock(130, today=today)
    assert (found.left, found.is_late, found.is_near) == (left, late, near)


def test_a_term_is_extended_once_and_within_the_first() -> None:
    terms.require_extendable(100, today=130, extended=False)
    for today, extended, code in ((131, False, "termijn-voorbij"), (110, True, "al-verlengd")):
        with pytest.raises(errors.Conflict) as refused:
            terms.require_extendable(100, today=today, extended=extended)
        assert refused.value.reason == code


def test_a_ground_counts_for_the_rights_the_law_names_it_for() -> None:
    assert terms.refusal("rechtsvordering", of="wissing").article == "AVG 17 lid 3 e"
    for ground, of in (("rechtsvordering", "inzage"), ("rechten-van-anderen", "bezwaar"), ("zomaar", "inzage")):
        with pytest.raises(errors.Malformed) as refused:
            terms.refusal(ground, of=of)
        assert refused.value.reason == "geen-weigeringsgrond"


@pytest.mark.parametrize("sector", ["bank", "psp", "insurer"])
def test_of_a_bank_one_complains_at_kifid_too(sector: str) -> None:
    assert "Kifid" in terms.complaint(sector).nl
    assert "Kifid" not in terms.complaint("webshop").nl


def test_an_unknown_right_or_reason_is_told() -> None:
    with pytest.raises(errors.Malformed):
        terms.right("gelijk")
    with pytest.raises(errors.Malformed):
        terms.extension("druk")
