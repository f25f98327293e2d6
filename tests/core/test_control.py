"""Control charts over what members ask: known limits, what raises an alarm, and how often nothing does."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluis.core.exchange import control
from sluis.core.exchange.control import Counted

counts = st.lists(st.integers(0, 5_000), max_size=60)


def asked(*values: int) -> list[Counted]:
    return [Counted(20_000 + i, value) for i, value in enumerate(values)]


def test_limits_are_those_of_the_handbooks_constants() -> None:
    """Mean 52.5, moving ranges 5 throughout: 3 x 5 / 1.128 = 13.298, narrower than 3 x root of 52.5 = 21.737."""
    point = control.individuals(asked(50, 55, 50, 55, 50, 55, 50, 55, 52))[-1]
    assert point.centre == 52.5
    assert point.upper == pytest.approx(52.5 + 3 * math.sqrt(52.5))
    wide = control.individuals(asked(50, 90, 50, 90, 50, 90, 50, 90, 70))[-1]
    assert wide.upper == pytest.approx(70 + 3 * 40 / 1.128)
    assert wide.lower == 0


def test_a_share_has_the_limits_of_a_proportion() -> None:
    days = [Counted(i, 100, 10) for i in range(10)] + [Counted(10, 400, 0)]
    point = control.proportions(days)[-1]
    width = 3 * math.sqrt(0.1 * 0.9 / 400)
    assert (point.centre, point.alarm) == (0.1, "onder")
    assert point.lower == pytest.approx(0.1 - width)
    assert point.upper == pytest.approx(0.1 + width)


def test_an_enumerator_is_above_on_its_first_day() -> None:
    quiet = [40, 52, 47, 39, 55, 43, 50, 46, 48, 51]
    assert [one.alarm for one in control.individuals(asked(*quiet, 400))][-1] == "boven"
    assert not any(one.alarm for one in control.individuals(asked(*quiet)))


def test_a_slow_rise_is_found_by_its_run() -> None:
    values = [40, 60] * 14 + [58, 60, 59, 61, 60, 59, 62, 60]
    assert control.individuals(asked(*values))[-1].alarm == "reeks"


def test_who_never_differed_raises_no_alarm_by_one_more() -> None:
    assert not any(one.alarm for one in control.individuals(asked(*[5] * 20, 6)))
    assert not any(one.alarm for one in control.individuals(asked(*[0] * 20, 1)))


def test_a_share_of_nothing_raises_no_alarm_by_one() -> None:
    days = [Counted(i, 50, 0) for i in range(20)] + [Counted(20, 50, 1)]
    assert control.proportions(days)[-1].alarm in ("", "boven")
    assert not any(one.alarm for one in control.proportions(days[:-1]))


@given(counts)
def test_the_first_days_have_no_limits_and_every_day_is_a_point(values: list[int]) -> None:
    points = control.individuals(asked(*values))
    assert [one.value for one in points] == [float(value) for value in values]
    assert all(one.centre is None and not one.alarm for one in points[: control.LEAST])
    assert all(one.centre is not None for one in points[control.LEAST :])


@given(counts)
def test_what_comes_later_changes_no_day_before_it(values: list[int]) -> None:
    whole = control.individuals(asked(*values))
    assert control.individuals(asked(*values[:-1])) == whole[:-1]


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), max_size=50))
def test_a_share_stands_between_its_limits_or_says_on_which_side(pairs: list[tuple[int, int]]) -> None:
    days = [Counted(i, asked_, min(asked_, led)) for i, (asked_, led) in enumerate(pairs)]
    points = control.proportions(days)
    assert [one.day for one in points] == [one.day for one in days if one.asked]
    for one in points:
        assert 0 <= one.value <= 1
        if one.alarm in ("boven", "onder"):
            assert one.lower is not None
            assert one.upper is not None
            assert not one.lower <= one.value <= one.upper


def test_an_even_member_is_told_of_seldom() -> None:
    """200 members of 60 days, each a sum of 500 tries of 1 in 10; the seed is fixed. Above or below: under 1 in 100 days."""
    dice, out, days = random.Random(11), 0, 0
    for _ in range(200):
        values = [sum(dice.random() < 0.1 for _try in range(500)) for _day in range(60)]
        points = control.individuals(asked(*values))[control.LEAST :]
        out += sum(one.alarm in ("boven", "onder") for one in points)
        days += len(points)
    assert days == 200 * 52
    assert out / days < 0.01
