"""Commit and audit, the pure part: what is drawn, how likely an invented question is caught, and what an opening proves."""

from __future__ import annotations

import hashlib
import hmac
import os
import random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sluis.core import errors
from sluis.core.exchange import asking, draws, group, samples
from sluis.core.exchange.asking import AskedBatch, Question
from sluis.core.exchange.bodies import LogLine
from sluis.core.exchange.draws import Drawn
from sluis.core.exchange.encodings import KeyId, sha256
from sluis.core.exchange.policy import Budget, Disclosure, Member, Section
from sluis.core.exchange.words import Use

octets = st.binary(min_size=16, max_size=16)
digests = st.binary(min_size=32, max_size=32)
lines = st.lists(
    st.builds(
        LogLine,
        batch=octets,
        digest=digests,
        key=octets,
        m=st.integers(1, 30),
        member=st.sampled_from([bytes(16), b"\1" * 16, b"\2" * 16]),
        root=digests,
        time=st.integers(0, 86_399),
        use=st.integers(1, 6),
    ),
    max_size=12,
)


def line(dice: random.Random, m: int, member: bytes = bytes(16)) -> LogLine:
    return LogLine(
        dice.randbytes(16), dice.randbytes(32), dice.randbytes(16), m, member, dice.randbytes(32), dice.randrange(86_400), 2
    )


def question(one: LogLine, position: int) -> Drawn:
    told = msgspec.structs.asdict(one)
    del told["time"], told["trace"]
    return Drawn(position=position, **told)


# drawing


@given(digests, lines)
def test_each_member_has_its_lowest_ten_or_all_it_asked(secret: bytes, asked: list[LogLine]) -> None:
    drawn = draws.draw(secret, asked)
    for member in {one.member for one in asked}:
        every = {question(one, j) for one in asked if one.member == member for j in range(one.m)}
        lowest = sorted(every, key=lambda one: (draws.rank(secret, one), one))[:10]
        assert [one for one in drawn if one.member == member] == lowest
    assert {one.member for one in drawn} == {one.member for one in asked}


@given(digests, lines, st.randoms(use_true_random=False))
def test_the_draw_depends_on_no_order_and_on_no_holder_telling_twice(
    secret: bytes, asked: list[LogLine], dice: random.Random
) -> None:
    told = [*asked, *(msgspec.structs.replace(one, time=one.time + 1, trace="aa") for one in asked)]
    dice.shuffle(told)
    assert draws.draw(secret, told) == draws.draw(secret, asked)


@given(digests, lines)
def test_what_others_asked_changes_nothing_for_a_member(secret: bytes, asked: list[LogLine]) -> None:
    own = [one for one in asked if one.member == bytes(16)]
    found = [one for one in draws.draw(secret, asked) if one.member == bytes(16)]
    assert found == list(draws.draw(secret, own))


def test_the_rank_and_the_commitment_are_those_of_the_protocol() -> None:
    one = line(random.Random(1), 3)
    secret = bytes(range(32))
    expected = hmac.new(secret, one.root + one.batch + b"\0\2", hashlib.sha256).digest()
    assert draws.rank(secret, question(one, 2)) == expected
    assert draws.commitment(secret) == hashlib.sha256(secret).digest()
    with pytest.raises(errors.Malformed):
        draws.commitment(secret[:-1])


def test_a_second_request_under_the_same_batch_id_is_drawn_from_too() -> None:
    one = line(random.Random(2), 4)
    other = msgspec.structs.replace(one, digest=bytes(32))
    assert {drawn.digest for drawn in draws.draw(bytes(32), [one, other])} == {one.digest, other.digest}


# how likely


def test_one_in_a_hundred_invented_is_caught_in_a_month_with_95_in_100() -> None:
    large = draws.caught(0.01, days=30, asked=1_000_000)
    assert large == pytest.approx(1 - 0.99**300, abs=1e-4)
    assert large >= 0.95
    assert all(draws.caught(0.01, days=30, asked=asked) >= large - 1e-9 for asked in (100, 300, 1_000, 10_000))
    assert draws.caught(0, days=30, asked=1_000) == 0
    assert draws.caught(0.5, days=1, asked=8) == 1


def test_what_is_caught_in_fact_is_what_was_computed() -> None:
    """200 months of 30 days of 100 questions in four batches, of which one is invented; the seed is fixed."""
    dice, months = random.Random(20_261_122), 200
    caught = sum(any(_is_caught(dice) for _day in range(30)) for _month in range(months))
    expected = draws.caught(0.01, days=30, asked=100)
    spread = (expected * (1 - expected) / months) ** 0.5
    print(f"caught in {caught} of {months} months, {expected:.4f} expected")
    assert abs(caught / months - expected) < 4 * spread


def _is_caught(dice: random.Random) -> bool:
    asked = [line(dice, 25) for _ in range(4)]
    invented = question(dice.choice(asked), dice.randrange(25))
    return invented in draws.draw(dice.randbytes(32), asked)


def test_every_question_of_a_day_is_drawn_as_often_as_any_other() -> None:
    """Chi-square over 40 questions in two batches, 3,000 draws of ten; the seed is fixed."""
    dice = random.Random(7)
    asked, counts = [line(dice, 25), line(dice, 15)], dict[tuple[bytes, int], int]()
    for _ in range(3_000):
        for one in draws.draw(dice.randbytes(32), asked):
            counts[one.digest, one.position] = counts.get((one.digest, one.position), 0) + 1
    mean = 3_000 * 10 / 40
    chi = sum((count - mean) ** 2 / (mean * 0.75) for count in counts.values()) * 39 / 40
    assert len(counts) == 40
    assert chi < 72.1  # 0.999 quantile of chi-square with 39 degrees of freedom


# opening


def asked(count: int = 5, *, seed: bytes = b"s" * 32) -> AskedBatch:
    questions = [Question(b"sluis/1\0iban\x001\0NL13TEST%010d" % i, "onderzoek", f"zaak {i}") for i in range(count)]
    return asking.ask(questions, asking.Plan(KeyId(b"k" * 16), Use.CHECK, b"b" * 16, seed))


def logged(batch: AskedBatch, position: int) -> Drawn:
    request = batch.request
    return Drawn(
        member=bytes(16),
        batch=request.batch_id,
        digest=sha256(request.octets()),
        key=request.key_id,
        m=len(request.blinded),
        position=position,
        root=request.root,
        use=request.use,
    )


@settings(max_examples=30)
@given(st.integers(1, 40), st.data())
def test_what_was_asked_opens_at_every_position_of_every_size(count: int, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, count - 1))
    batch = asked(count)
    samples.require_opened(samples.opened(batch, position), logged(batch, position))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"message": b"sluis/1\0iban\x001\0NL47SLUI0000000042"}, "opening-vraag"),
        ({"blind": (7).to_bytes(32, "little")}, "opening-vraag"),
        ({"blind": bytes(32)}, "opening-vraag"),
        ({"blind": group.ORDER.to_bytes(32, "little")}, "opening-vraag"),
        ({"reference": "zaak 99"}, "opening-zaak"),
        ({"purpose": "nieuwsgierig"}, "opening-zaak"),
        ({"rand": os.urandom(32)}, "opening-zaak"),
        ({"path": ()}, "opening-zaak"),
        ({"position": 1}, "opening-verzoek"),
        ({"request": b"\1" * 99}, "opening-verzoek"),
    ],
)
def test_nothing_else_opens_it(change: dict[str, object], code: str) -> None:
    batch = asked()
    opening = msgspec.structs.replace(samples.opened(batch, 2), **change)
    with pytest.raises(errors.ProtocolFailure) as raised:
        samples.require_opened(opening, logged(batch, 2))
    assert raised.value.reason == code


def test_another_question_of_the_same_batch_does_not_stand_in_for_the_one_drawn() -> None:
    batch = asked()
    moved = msgspec.structs.replace(samples.opened(batch, 3), position=2)
    with pytest.raises(errors.ProtocolFailure) as raised:
        samples.require_opened(moved, logged(batch, 2))
    assert raised.value.reason == "opening-vraag"


def test_a_request_that_differs_from_what_the_holders_logged_does_not_open() -> None:
    with pytest.raises(errors.ProtocolFailure) as raised:
        samples.require_opened(samples.opened(asked(seed=b"t" * 32), 2), logged(asked(), 2))
    assert raised.value.reason == "opening-verzoek"


def test_a_case_thought_up_afterwards_is_not_under_the_root() -> None:
    """The asker's own seed, and yet another case than the one it committed to."""
    batch = asked()
    late = msgspec.structs.replace(samples.opened(batch, 0), reference="zaak van later")
    with pytest.raises(errors.ProtocolFailure) as raised:
        samples.require_opened(late, logged(batch, 0))
    assert raised.value.reason == "opening-zaak"


def test_an_opening_shows_one_identifier_and_nothing_that_opens_the_others() -> None:
    batch = asked()
    shown = msgspec.json.encode(samples.opened(batch, 2))
    plain = b"".join(
        msgspec.to_builtins(samples.opened(batch, 2), builtin_types=(bytes,))[name] for name in ("message", "rand")
    )
    assert b"0000000002" in plain
    assert all(b"%010d" % i not in plain for i in (0, 1, 3, 4))
    assert batch.seed not in plain
    assert b"zaak 2" in shown
    assert b"zaak 3" not in shown
    assert "NL13" not in repr(samples.opened(batch, 2))


# consequences


def section() -> Section:
    budgets = {"check": Budget(minute=60, day=5_000, year=1_000_000), "watch": Budget(minute=1, day=0, year=150)}
    members = tuple(
        Member(
            id=bytes([i]) * 16,
            name=f"m{i}",
            sector="bank",
            group=bytes([i]) * 16,
            key=bytes([i]) * 32,
            types=("iban",),
            uses=("check",),
            budgets=budgets,
            from_=0,
            until=9,
        )
        for i in (1, 2)
    )
    return Section(
        v=1,
        circle=bytes(16),
        name="proeftuin",
        title="Proeftuin",
        from_=0,
        until=9,
        types=("iban",),
        purposes=("onderzoek",),
        mode="bucket",
        k=1,
        grade="C",
        retention=90,
        disclosure=Disclosure(context="automatic", publisher="off"),
        assessment=None,
        members=members,
    )


def test_the_consequence_is_a_hundredth_of_every_budget_of_that_member_alone() -> None:
    before = section()
    after = draws.reduced(before, bytes([1]) * 16)
    assert after.members[1] == before.members[1]
    assert after.members[0].budgets["check"] == Budget(minute=1, day=50, year=10_000)
    assert after.members[0].budgets["watch"] == Budget(minute=1, day=0, year=2)
    assert msgspec.structs.replace(after, members=before.members) == before
    with pytest.raises(errors.NotFound):
        draws.reduced(before, bytes(16))
