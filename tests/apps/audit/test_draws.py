"""Commit-and-audit at the hub: fixed before the day, told after the seal, opened in time; nobody sees what is not theirs."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import make
import msgspec
import pytest
from hub_fixtures import Server
from make import Circle

from sluis.apps.audit import selectors, services
from sluis.apps.audit.models import Draw, Event, Sample
from sluis.core.exchange import draws
from sluis.core.exchange.auditing import AuditedDay
from sluis.core.exchange.bodies import LogLine
from sluis.core.exchange.draws import DAY, TERM
from sluis.core.exchange.log import inclusion
from sluis.core.exchange.words import Use

Later = Callable[[int], None]
SECRET = bytes(range(32))


@pytest.fixture
def audited(database: Server, later: Later) -> Circle:
    """A circle with an auditor, at the very end of a day."""
    del later
    circle = Circle("bank", "shop", "auditor")
    rights = {"auditor": (draws.RIGHT,)}
    circle.arrive(circle.lasting(members=tuple(member(circle, name, rights) for name in circle.members)))
    return circle


def member(circle: Circle, name: str, rights: dict[str, tuple[str, ...]]) -> Any:
    return circle.member(name, uses=rights.get(name, ("publish", "check")), until=circle.now + 365 * DAY)


def tomorrow(circle: Circle) -> int:
    return circle.now // DAY + 1


def path(circle: Circle, *more: object) -> str:
    return "/".join([f"/v1/kringen/{circle.id.hex()}/controles", *map(str, more)])


def commit(circle: Circle, day: int, *, secret: bytes = SECRET, name: str = "auditor") -> Any:
    body = {"commitment": make.base64ed(draws.commitment(secret)), "day": day}
    return circle.post(path(circle), body, key=circle.members[name].key)


def reveal(circle: Circle, day: int, *, secret: bytes = SECRET, name: str = "auditor") -> Any:
    body = {"secret": make.base64ed(secret)}
    return circle.post(path(circle, day, "onthulling"), body, key=circle.members[name].key)


def read(circle: Circle, day: int, name: str = "auditor") -> AuditedDay:
    answer = make.call("GET", path(circle, day), key=circle.members[name].key)
    assert answer.status_code == 200, answer.content
    return msgspec.json.decode(answer.content, type=AuditedDay)


def end(circle: Circle, day: int, name: str = "auditor", **changes: Any) -> Any:
    (first, *_more) = read(circle, day).questions
    plain = {
        "digest": make.base64ed(first.drawn.digest),
        "member": make.base64ed(first.drawn.member),
        "outcome": "aangetoond",
        "position": first.drawn.position,
    }
    body = {"outcomes": [plain | changes]}
    return circle.post(path(circle, day, "uitkomsten"), body, key=circle.members[name].key)


def asked(circle: Circle, name: str, m: int, *, time: int, holders: tuple[int, ...] = (1, 2)) -> LogLine:
    """A batch that these holders told of."""
    of = circle.members[name].id
    line = LogLine(
        secrets.token_bytes(16), secrets.token_bytes(32), circle.record.id, m, of, secrets.token_bytes(32), time, Use.CHECK
    )
    for index in holders:
        services.keep_holder_lines(index, [line], witness=circle.holders[index - 1].id)
    return line


def seal(circle: Circle) -> None:
    services.sequence()
    circle.witness()


@pytest.fixture
def drawn(audited: Circle, later: Later) -> tuple[Circle, int]:
    """A day that was fixed, lived through, told and drawn from."""
    day = tomorrow(audited)
    assert commit(audited, day).status_code == 201
    start = day * DAY - audited.now
    later(start + 60)
    asked(audited, "bank", 40, time=day * DAY + 60)
    asked(audited, "shop", 4, time=day * DAY + 70)
    later(start + DAY + draws.SETTLES + 5)
    audited.accept(audited.lasting(members=audited_members(audited)))
    seal(audited)
    told = reveal(audited, day)
    assert told.status_code == 200, told.content
    return audited, day


def audited_members(circle: Circle) -> tuple[Any, ...]:
    return tuple(member(circle, name, {"auditor": (draws.RIGHT,)}) for name in circle.members)


def test_each_members_lowest_ten_are_drawn_and_anyone_can_recompute_it(drawn: tuple[Circle, int]) -> None:
    circle, day = drawn
    told = read(circle, day)
    assert told.secret == SECRET
    assert draws.commitment(told.secret) == told.commitment
    expected = draws.draw(told.secret, [one.line for one in told.lines])
    assert tuple(one.drawn for one in told.questions) == expected
    counts = {name: sum(one.drawn.member == circle.members[name].id for one in told.questions) for name in ("bank", "shop")}
    assert counts == {"bank": 10, "shop": 4}
    assert len({one.until for one in told.questions}) == 1


def test_every_line_comes_with_the_salt_and_place_of_its_leaf(drawn: tuple[Circle, int]) -> None:
    circle, day = drawn
    told = read(circle, day)
    assert sorted(one.holder for one in told.lines) == [1, 1, 2, 2]
    for one in told.lines:
        assert one.place is not None
        assert told.seal is not None
        assert one.place < told.seal
        leaf = selectors.own_leaf(one.line.member, one.place).leaf
        assert inclusion.entry(one.salt, one.event) == leaf


def test_a_member_sees_its_own_lines_and_questions_alone(drawn: tuple[Circle, int]) -> None:
    circle, day = drawn
    own = circle.members["shop"].id
    told = read(circle, day, "shop")
    assert {one.line.member for one in told.lines} == {one.drawn.member for one in told.questions} == {own}
    assert told.questions == tuple(one for one in read(circle, day).questions if one.drawn.member == own)


def test_who_is_in_no_circle_sees_nothing(drawn: tuple[Circle, int]) -> None:
    circle, day = drawn
    for where in (path(circle), path(circle, day)):
        assert make.call("GET", where, key=make.Party().key).status_code == 403


def test_a_day_that_has_begun_is_not_fixed_any_more(audited: Circle, later: Later) -> None:
    day = tomorrow(audited)
    later(day * DAY - audited.now)
    refused = commit(audited, day)
    assert (refused.status_code, refused.json()["code"]) == (409, "dag-begonnen")
    assert Draw.objects.count() == 0


def test_the_secret_of_a_day_is_fixed_once_and_the_same_again_changes_nothing(audited: Circle) -> None:
    day = tomorrow(audited)
    assert [commit(audited, day).status_code for _ in range(2)] == [201, 201]
    other = commit(audited, day, secret=bytes(32))
    assert (other.status_code, other.json()["code"]) == (409, "dag-vastgelegd")
    assert Event.objects.filter(activity="controle vastgelegd").count() == 1


@pytest.mark.parametrize("name", ["bank", "shop"])
def test_no_other_member_fixes_tells_or_ends_and_trying_is_logged(drawn: tuple[Circle, int], name: str) -> None:
    circle, day = drawn
    answers = [commit(circle, day + 9, name=name), reveal(circle, day, name=name), end(circle, day, name)]
    assert [one.status_code for one in answers] == [403, 403, 403]
    assert Event.objects.filter(activity="controle", outcome="refused", party=circle.members[name].id).count() == 3


def test_an_auditor_out_of_its_term_is_none(audited: Circle) -> None:
    members = [
        msgspec.structs.replace(one, until=audited.now - 1) if draws.RIGHT in one.uses else one
        for one in audited_members(audited)
    ]
    audited.accept(audited.lasting(members=tuple(members)))
    assert commit(audited, tomorrow(audited)).status_code == 403


def test_another_secret_than_was_fixed_draws_nothing(audited: Circle) -> None:
    commit(audited, tomorrow(audited))
    refused = reveal(audited, tomorrow(audited), secret=bytes(32))
    assert (refused.status_code, refused.json()["code"]) == (409, "ander-geheim")


def test_nothing_is_told_before_the_day_and_its_hour_are_over(audited: Circle, later: Later) -> None:
    day = tomorrow(audited)
    commit(audited, day)
    later(day * DAY - audited.now + DAY + draws.SETTLES - 60)
    refused = reveal(audited, day)
    assert (refused.status_code, refused.json()["code"]) == (409, "dag-niet-voorbij")
    assert read(audited, day).secret is None


def test_nothing_is_told_while_a_line_of_the_day_is_not_in_the_cosigned_log(audited: Circle, later: Later) -> None:
    day = tomorrow(audited)
    commit(audited, day)
    asked(audited, "bank", 3, time=day * DAY)
    later(day * DAY - audited.now + DAY + draws.SETTLES)
    refused = reveal(audited, day)
    assert (refused.status_code, refused.json()["code"]) == (503, "dag-niet-verzegeld")
    services.sequence()
    assert reveal(audited, day).status_code == 503
    audited.witness()
    assert reveal(audited, day).status_code == 200


def test_a_line_that_comes_after_the_seal_changes_no_draw(drawn: tuple[Circle, int]) -> None:
    circle, day = drawn
    before = read(circle, day)
    asked(circle, "bank", 500, time=day * DAY + 5)
    seal(circle)
    assert reveal(circle, day).status_code == 200
    after = read(circle, day)
    assert (after.questions, after.seal) == (before.questions, before.seal)
    assert len(after.lines) == len(before.lines) + 2, "the auditor sees that it came late"


def test_an_outcome_is_told_once_and_the_same_again_changes_nothing(drawn: tuple[Circle, int]) -> None:
    circle, day = drawn
    assert [end(circle, day).json() for _ in range(2)] == [{"open": 13}, {"open": 13}]
    other = end(circle, day, outcome="geen-zaak")
    assert (other.status_code, other.json()["code"]) == (409, "al-afgehandeld")


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"position": 1023}, 404), ({"outcome": "niet-op-tijd"}, 400), ({"outcome": "prima"}, 400)],
)
def test_a_wrong_outcome_is_refused(drawn: tuple[Circle, int], changes: dict[str, Any], status: int) -> None:
    circle, day = drawn
    assert end(circle, day, **changes).status_code == status
    assert not Sample.objects.exclude(outcome="").exists()


def test_what_nobody_opens_in_time_ends_by_the_clock(drawn: tuple[Circle, int], later: Later) -> None:
    circle, day = drawn
    end(circle, day)
    assert services.lapse_samples() == 0
    later(day * DAY - circle.now + DAY + draws.SETTLES + 10 + TERM)
    assert services.lapse_samples() == 13
    assert services.lapse_samples() == 0
    found = {(one.member, one.outcome): one.amount for one in selectors.samples_of(circle.id, since=day)}
    assert sum(amount for (_member, outcome), amount in found.items() if outcome == "niet-op-tijd") == 13
    assert Event.objects.filter(activity="steekproef afgehandeld").count() == 14


def test_what_is_drawn_stands_in_the_members_own_log(drawn: tuple[Circle, int]) -> None:
    circle, day = drawn
    mine = Event.objects.get(activity="steekproef getrokken", party=circle.members["shop"].id)
    assert (mine.amount, msgspec.json.decode(bytes(mine.event))["reference"]) == (4, str(day))
