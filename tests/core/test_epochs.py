"""The timetable of a key: order, overlap, take-over, prolonging, closing, erasure."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sluis.core.exchange import epochs
from sluis.core.exchange.epochs import DAY, Timetable
from sluis.core.exchange.policy import Epoch

LENGTH = 90 * DAY
START = 20_000 * DAY
SECOND = START + LENGTH
THIRD = SECOND + LENGTH
PERIODS = tuple(Epoch(number=n, start=START + (n - 1) * LENGTH, end=START + n * LENGTH) for n in (1, 2, 3))
IN_TIME = {1: START, 2: SECOND - 20 * DAY}


def table(made: dict[int, int]) -> Timetable:
    return Timetable(PERIODS, made)


def test_a_new_circle_orders_the_key_of_now_and_near_the_end_the_next_one_too() -> None:
    assert table({}).orders(START) == (1,)
    assert table({}).orders(SECOND - 28 * DAY - 1) == (1,)
    assert table({}).orders(SECOND - 28 * DAY) == (1, 2)
    assert table({1: START}).orders(SECOND - 28 * DAY) == (2,)
    assert table(IN_TIME).orders(SECOND - 1) == ()


def test_publishing_goes_out_under_both_in_the_last_14_days_and_checking_stays_with_the_old() -> None:
    found = table(IN_TIME)
    assert found.publishes(SECOND - 14 * DAY - 1) == (1,)
    assert found.publishes(SECOND - 14 * DAY) == found.publishes(SECOND - 1) == (1, 2)
    assert found.checks(SECOND - 1) == 1
    assert (found.checks(SECOND), found.publishes(SECOND)) == (2, (2,))


def test_an_ended_epoch_answers_for_a_day_and_is_then_erased() -> None:
    found = table(IN_TIME)
    assert found.is_live(1, SECOND + DAY - 1)
    assert not found.is_over(1, SECOND + DAY - 1)
    assert not found.is_live(1, SECOND + DAY)
    assert found.is_over(1, SECOND + DAY)
    assert not found.is_over(2, SECOND + DAY)


def test_the_next_key_is_evaluated_under_from_14_days_ahead_but_not_checked_under() -> None:
    found = table(IN_TIME)
    assert not found.is_live(2, SECOND - 14 * DAY - 1)
    assert found.is_live(2, SECOND - 14 * DAY)
    assert found.checks(SECOND - 14 * DAY) == 1


def test_without_a_next_key_the_old_one_goes_on_for_twice_14_days_and_then_the_circle_closes() -> None:
    found = table({1: START})
    assert (found.checks(SECOND - 1), found.prolonged(SECOND - 1)) == (1, 0)
    assert (found.checks(SECOND), found.prolonged(SECOND)) == (1, 1)
    assert (found.checks(SECOND + 14 * DAY), found.prolonged(SECOND + 14 * DAY)) == (1, 2)
    assert found.publishes(SECOND + 28 * DAY - 1) == (1,)
    assert not found.is_closed(SECOND + 28 * DAY - 1)
    assert found.checks(SECOND + 28 * DAY) is None
    assert found.is_closed(SECOND + 28 * DAY)
    assert found.is_over(1, SECOND + 29 * DAY)
    assert found.orders(SECOND + 40 * DAY) == (2,), "a closed circle opens again with a key"


def test_a_circle_that_never_had_a_key_is_not_closed() -> None:
    assert not table({}).is_closed(START)
    assert table({}).publishes(START) == ()


def test_a_key_that_came_too_late_to_republish_under_takes_over_14_or_28_days_later() -> None:
    assert table({1: START, 2: SECOND - 10 * DAY}).starts(2) == SECOND
    assert table({1: START, 2: SECOND - 10 * DAY + 1}).starts(2) == SECOND + 14 * DAY
    assert table({1: START, 2: SECOND + 5 * DAY}).starts(2) == SECOND + 28 * DAY
    assert table({1: START, 2: SECOND + 20 * DAY}).starts(2) == SECOND + 28 * DAY
    late = table({1: START, 2: SECOND + 2 * DAY})
    assert late.publishes(SECOND + 3 * DAY) == (1, 2)
    assert (late.checks(SECOND + 14 * DAY - 1), late.checks(SECOND + 14 * DAY)) == (1, 2)
    assert late.is_over(1, SECOND + 15 * DAY)


def test_a_key_made_after_the_circle_closed_opens_it_at_once() -> None:
    found = table({1: START, 2: SECOND + 40 * DAY})
    assert found.is_closed(SECOND + 39 * DAY)
    assert found.checks(SECOND + 40 * DAY) == 2
    assert not found.is_closed(SECOND + 40 * DAY)


def test_republishing_takes_10_days_from_the_moment_one_may() -> None:
    assert table(IN_TIME).republishing(2) == (SECOND - 14 * DAY, 10 * DAY)
    assert table({1: START, 2: SECOND - 10 * DAY}).republishing(2) == (SECOND - 10 * DAY, 10 * DAY)
    assert table({1: START, 2: SECOND + 20 * DAY}).republishing(2) == (SECOND + 20 * DAY, 8 * DAY)
    assert table(IN_TIME).republishing(1) is None


def test_an_epoch_that_is_no_longer_announced_is_over_and_one_that_is_not_yet_is_not() -> None:
    found = Timetable(PERIODS[1:], {1: START, 2: SECOND - 20 * DAY, 9: THIRD})
    assert found.is_over(1, SECOND)
    assert not found.is_over(9, SECOND)
    assert not found.is_live(9, SECOND)


def test_a_timetable_is_of_one_circle_and_type() -> None:
    class Key:
        def __init__(self, circle: bytes, kind: int, epoch: int) -> None:
            self.circle, self.type, self.epoch, self.made = circle, kind, epoch, START

    there = [Key(b"a", 1, 1), Key(b"a", 2, 2), Key(b"b", 1, 3)]
    assert epochs.timetable(reversed(PERIODS), there, circle=b"a", kind=1) == Timetable(PERIODS, {1: START})


MOMENTS = st.integers(START, THIRD + LENGTH)
MADE = st.dictionaries(st.sampled_from([1, 2, 3]), MOMENTS)


@given(MADE, MOMENTS)
def test_one_checks_under_one_key_and_publishes_under_it(made: dict[int, int], at: int) -> None:
    found = table(made)
    checked, published = found.checks(at), found.publishes(at)
    assert checked is None or (checked in published and found.is_live(checked, at))
    assert all(found.is_live(number, at) for number in published)
    assert len(set(published)) == len(published) <= 2


def test_a_key_made_after_its_own_epoch_is_never_used() -> None:
    found = table({1: START, 2: THIRD + 29 * DAY})
    assert all(found.publishes(at) == () for at in (THIRD + 28 * DAY, THIRD + 29 * DAY, THIRD + 30 * DAY))


@given(MADE, MOMENTS)
def test_nothing_that_is_used_is_erased_and_what_is_over_stays_over(made: dict[int, int], at: int) -> None:
    found = table(made)
    for number in made:
        assert not (found.is_over(number, at) and found.is_live(number, at))
        assert found.is_over(number, at) <= found.is_over(number, at + DAY)


@given(st.integers(START - 20 * DAY, SECOND + 28 * DAY), st.integers(START, SECOND + 60 * DAY))
def test_from_the_old_key_to_the_new_there_is_no_moment_without_one(made: int, at: int) -> None:
    """As long as the new key comes before the circle closes."""
    assert table({1: START, 2: max(made, START)}).checks(at) is not None


def test_refresh_is_due_after_30_days_and_old_shares_go_after_an_hour() -> None:
    assert (epochs.is_due(START, START + 30 * DAY - 1), epochs.is_due(START, START + 30 * DAY)) == (False, True)
    assert (epochs.is_superseded(START, START + 3599), epochs.is_superseded(START, START + 3600)) == (False, True)
