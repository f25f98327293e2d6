"""Pilots as pure rules: the clock decides how one stands, criteria are met at their bound and not before."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluis.core import errors
from sluis.core.exchange import pilots
from sluis.core.exchange.pilots import Bound, Counts, Phase, Plan, Standing, State

MOMENTS = st.integers(0, 10_000)
COUNT = st.integers(0, 60)
DECISIONS = {State.DECIDED: st.sampled_from(["stoppen", "praktijk"])}


@st.composite
def standings(draw: st.DrawFn) -> Standing:
    state = draw(st.sampled_from(list(State)))
    starts = draw(MOMENTS)
    decision = draw(DECISIONS.get(state, st.sampled_from(["", "verlengd"])))
    return Standing(state, decision, starts, starts + draw(st.integers(1, 5_000)), draw(MOMENTS))


@given(standings(), MOMENTS)
def test_a_pilot_runs_only_when_confirmed_and_within_its_term(one: Standing, at: int) -> None:
    runs = pilots.phase(one, at) is Phase.RUNNING
    assert runs == (one.state == State.CONFIRMED and one.starts <= at < one.ends)


@given(standings(), MOMENTS, st.integers(0, 10_000))
def test_time_alone_never_makes_a_pilot_run_again(one: Standing, at: int, more: int) -> None:
    order = [Phase.PROPOSED, Phase.PLANNED, Phase.RUNNING, Phase.OVER]
    before, after = pilots.phase(one, at), pilots.phase(one, at + more)
    if before in order and after in order:
        assert order.index(before) <= order.index(after)
    elif before is not Phase.PROPOSED:
        assert before is after


@given(COUNT, COUNT, st.integers(1, 99))
def test_a_share_stops_above_its_bound_and_from_ten_on(wrong: int, right: int, bound: int) -> None:
    found = Counts(feedback=wrong + right, wrong=wrong)
    met = pilots.reached([Bound("aandeel-onterecht", bound)], found, at=0) is not None
    assert met == (wrong + right >= 10 and wrong / max(1, wrong + right) > bound / 100)


@pytest.mark.parametrize(
    ("bound", "found", "at", "met"),
    [
        (Bound("betwistingen", 3), Counts(disputes=3), 0, False),
        (Bound("betwistingen", 3), Counts(disputes=4), 0, True),
        (Bound("geen-treffer", 100), Counts(), 99, False),
        (Bound("geen-treffer", 100), Counts(), 100, True),
        (Bound("geen-treffer", 100), Counts(contexts=1), 100, False),
        (Bound("geen-treffer", 100), Counts(feedback=1), 100, False),
    ],
)
def test_a_criterion_is_met_at_its_bound(bound: Bound, found: Counts, at: int, met: bool) -> None:
    assert (pilots.reached([bound], found, at=at) == bound) is met


@given(COUNT)
def test_one_to_four_are_not_shown(number: int) -> None:
    assert (pilots.shown(number) is None) == (1 <= number <= 4)


def plan(**changes: object) -> Plan:
    plain: dict[str, object] = {
        "title": "Een proeftuin",
        "hypothesis": "Er worden meer bestellingen tegengehouden dan nu.",
        "kind": "verzonnen",
        "starts": 100,
        "ends": 200,
        "goal": Bound("maatregelen", 5),
        "criteria": (Bound("betwistingen", 0),),
    }
    return Plan(**(plain | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ends": 100}, "einde-te-vroeg"),
        ({"ends": 90, "starts": 50}, "einde-te-vroeg"),
        ({"ends": 100 + pilots.LONGEST + 1}, "te-lang"),
        ({"goal": Bound("binnen-een-uur", 101)}, "doel-onjuist"),
        ({"goal": Bound("aandeel-onterecht", 5)}, "doel-onjuist"),
        ({"criteria": ()}, "geen-criterium"),
        ({"criteria": (Bound("betwistingen", 1), Bound("betwistingen", 2))}, "dubbel"),
        ({"criteria": (Bound("aandeel-onterecht", 100),)}, "criterium-onjuist"),
        ({"criteria": (Bound("geen-treffer", 201),)}, "criterium-onjuist"),
        ({"criteria": (Bound("onbekend", 1),)}, "criterium-onjuist"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(changes: dict[str, object], code: str) -> None:
    pilots.require(plan(), at=90)
    with pytest.raises(errors.Malformed) as raised:
        pilots.require(plan(**changes), at=95)
    assert [one.code for one in raised.value.faults] == [code]
