"""A partner over the days of an epoch: both keys, republishing, refreshes in between. Days pass by the clock offset."""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from sluis.client import check, publish, republish, turns
from sluis.client.cli.main import app
from sluis.client.publish import Draft
from sluis.client.republish import Pace
from sluis.client.session import Matter, Session
from sluis.client.testing import EPOCH, PURPOSE, FakeSluis
from sluis.core import errors
from sluis.core.exchange import signal
from sluis.core.exchange.admission import Publication
from sluis.core.exchange.entries import Hit, NoHit
from sluis.core.exchange.envelope import Context
from sluis.core.exchange.words import Grade, Origin
from sluis.core.identifiers import normalise
from sluis.core.identifiers.kinds import Identifier
from sluis.wire import clock

DAY = 86_400
MATTER = Matter("proeftuin", "zaak-1", PURPOSE)
SEED = bytes(32)
AT_ONCE = Pace(SEED, at_once=True)
Later = Callable[[float], None]


@pytest.fixture
def days(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Later:
    """`days(3)`: it is three days after the epoch began."""
    file = tmp_path / "clock"
    monkeypatch.setenv(clock.VARIABLE, str(file))

    def move(passed: float) -> None:
        seconds = int(passed * DAY)
        file.write_text(str(seconds))
        os.utime(file, (seconds, seconds))

    move(0)
    return move


@pytest.fixture
def fake(days: Later) -> FakeSluis:
    return FakeSluis(term=4 * EPOCH)


def on(fake: FakeSluis, days: Later, day: float) -> None:
    """It is `day`, and the policy authority has signed for it."""
    days(day)
    on.serial = getattr(on, "serial", 1) + 1
    fake.sign_policy(serial=on.serial)


def iban(number: int) -> Identifier:
    bban = f"TEST{number:010d}"
    digits = "".join(str(int(sign, 36)) for sign in f"{bban}NL00")
    return normalise.parse("iban", f"NL{98 - int(digits) % 97:02d}{bban}")


def share(session: Session, *numbers: int, **more: object) -> list[bytes]:
    drafts = [Draft(iban(one), Context("PHI"), Grade.B, expires=clock.now() // DAY + 80, **more) for one in numbers]
    return [one.id for one in publish.publish(session, drafts, matter=MATTER)]


def hit(session: Session, number: int) -> bool:
    (found,) = check.check(session, [iban(number)], matter=MATTER)
    return isinstance(found.outcome, Hit)


def headers(fake: FakeSluis, *, epoch: int) -> list[signal.Header]:
    key = fake._newest[epoch].id
    return [one.header for one in fake._signals.values() if one.header.key_id == key]


def calls(fake: FakeSluis, part: str) -> list[bytes]:
    return [body for url, body in fake.requests if part in url]


def overlap(fake: FakeSluis, days: Later, day: float = 77) -> None:
    """The key of the next epoch was made on day 65, and it is `day`."""
    on(fake, days, 65)
    fake.make_key(2)
    on(fake, days, day)


def test_in_the_last_14_days_a_signal_goes_out_under_both_keys_in_one_call(fake: FakeSluis, days: Later) -> None:
    overlap(fake, days)
    bank, shop = fake.session("bank"), fake.session("shop")
    (published,) = share(bank, 1)
    (old,), (new,) = headers(fake, epoch=1), headers(fake, epoch=2)
    assert (old.signal_id, new.replaces, new.expires, new.origin) == (published, published, old.expires, old.origin)
    assert new.signal_id != old.signal_id
    assert len(calls(fake, "signalen")) == 1
    assert hit(shop, 1)
    on(fake, days, 90)
    assert hit(shop, 1), "day 0: the hit is found under the new key"


def test_before_the_last_14_days_it_goes_out_under_the_old_key_only(fake: FakeSluis, days: Later) -> None:
    overlap(fake, days, 75.9)
    share(fake.session("bank"), 1)
    assert (len(headers(fake, epoch=1)), len(headers(fake, epoch=2))) == (1, 0)


def test_a_revision_in_the_overlap_revises_both(fake: FakeSluis, days: Later) -> None:
    overlap(fake, days)
    bank = fake.session("bank")
    assert share(bank, 1) == share(bank, 1)
    assert [one.revision for one in (*headers(fake, epoch=1), *headers(fake, epoch=2))] == [2, 2]


def test_what_was_shared_before_is_published_again_and_found_under_the_new_key(fake: FakeSluis, days: Later) -> None:
    bank, shop = fake.session("bank"), fake.session("shop")
    on(fake, days, 30)
    ids = share(bank, 1, 2, origin=Origin.HIT) + share(bank, 3)
    overlap(fake, days)
    assert republish.republish(bank, circle="proeftuin", pace=AT_ONCE).done == 3
    again = headers(fake, epoch=2)
    before = {one.signal_id: one for one in headers(fake, epoch=1)}
    assert {one.replaces for one in again} == set(ids)
    for one in again:
        old = before[one.replaces]
        assert (one.expires, one.seen, one.origin, one.grade, one.form) == (
            old.expires,
            old.seen,
            old.origin,
            old.grade,
            old.form,
        )
    on(fake, days, 91)
    assert (hit(shop, 3), hit(shop, 1)) == (True, False), "a signal born from a hit still counts for nothing"


def test_republishing_is_spread_over_ten_days_in_an_order_of_its_own(fake: FakeSluis, days: Later) -> None:
    bank = fake.session("bank")
    on(fake, days, 60)
    ids = share(bank, *range(60))
    on(fake, days, 65)
    fake.make_key(2)
    seen = []
    # The ids are drawn, so the bounds leave a quarter of 60 the room that chance needs once in a hundred thousand runs.
    for day in (75.9, 78.5, 81, 83.5, 86):
        on(fake, days, day)
        republish.republish(bank, circle="proeftuin", pace=Pace(SEED))
        seen.append(len(headers(fake, epoch=2)))
    assert seen[0] == 0
    assert seen[-1] == 60
    assert all(3 <= later - before <= 34 for before, later in itertools.pairwise(seen))
    order = [one.replaces for one in headers(fake, epoch=2)]
    assert order != ids


def test_turns_are_even_and_depend_on_the_seed() -> None:
    ids = [bytes([i, j]) * 8 for i in range(40) for j in range(25)]
    moments = [turns.turn(SEED, one, begin=1000, length=1000) for one in ids]
    assert all(1000 <= one < 2000 for one in moments)
    assert all(60 <= sum(1000 + 100 * part <= one < 1100 + 100 * part for one in moments) <= 140 for part in range(10))
    assert moments != [turns.turn(bytes([1]) * 32, one, begin=1000, length=1000) for one in ids]
    assert turns.turn(SEED, ids[0], begin=5, length=0) == 5


def test_a_run_stops_at_its_limit_and_tells_how_far_it_is(fake: FakeSluis, days: Later) -> None:
    bank, heard = fake.session("bank"), []
    on(fake, days, 60)
    share(bank, *range(7))
    overlap(fake, days)
    found = republish.republish(
        bank, circle="proeftuin", pace=Pace(SEED, limit=5, at_once=True), heard=lambda *n: heard.append(n)
    )
    assert (found.done, found.waiting, heard) == (5, 2, [(0, 5), (5, 5)])
    assert republish.republish(bank, circle="proeftuin", pace=AT_ONCE) == republish.Republished(2, 0)
    assert republish.republish(bank, circle="proeftuin", pace=AT_ONCE) == republish.Republished(0, 0)


@pytest.mark.parametrize("moment", ["before-sending", "answer-lost"])
def test_a_run_that_is_killed_goes_on_and_doubles_nothing(
    fake: FakeSluis, days: Later, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    store = str(tmp_path / "bank.db")
    bank = fake.session("bank", store=store)
    on(fake, days, 60)
    share(bank, *range(9))
    overlap(fake, days)
    deliver = publish._deliver

    def die(*given: object, **named: object) -> None:
        if moment == "answer-lost":
            session, _number = given
            session.transport.post(f"{session.web}/v1/kringen/{named['circle'].hex()}/signalen", named["body"])
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(publish, "_deliver", die)
        with pytest.raises(KeyboardInterrupt):
            republish.republish(bank, circle="proeftuin", pace=Pace(SEED, limit=4, at_once=True))
    again = fake.session("bank", store=store)
    assert publish._deliver is deliver
    republish.republish(again, circle="proeftuin", pace=AT_ONCE)
    replaced = [one.replaces for one in headers(fake, epoch=2)]
    assert len(replaced) == len(set(replaced)) == 9


def test_republishing_has_its_own_budget_and_goes_on_when_there_is_more(days: Later) -> None:
    fake = FakeSluis(term=4 * EPOCH, day_budget=6)
    bank = fake.session("bank")
    on(fake, days, 60)
    share(bank, *range(6))
    overlap(fake, days)
    assert republish.republish(bank, circle="proeftuin", pace=AT_ONCE).done == 6, "publishing left it untouched"
    fake._used.clear()
    share(bank, 7, 8, 9)
    with pytest.raises(errors.TooMany):
        share(bank, 10, 11, 12, 13)


def test_a_member_without_the_use_republishes_nothing(fake: FakeSluis, days: Later) -> None:
    bank = fake.session("bank")
    on(fake, days, 60)
    share(bank, 1)
    overlap(fake, days)
    section = fake.section()
    members = tuple(msgspec.structs.replace(one, uses=("publish", "check")) for one in section.members)
    on.serial += 1
    fake.sign_policy(serial=on.serial, sections=(msgspec.structs.replace(section, members=members),))
    with pytest.raises(errors.NotAllowed):
        republish.republish(bank, circle="proeftuin", pace=AT_ONCE)


def test_what_expired_or_was_withdrawn_is_not_published_again(fake: FakeSluis, days: Later) -> None:
    bank = fake.session("bank")
    on(fake, days, 10)
    share(bank, 1)
    on(fake, days, 60)
    (gone,) = share(bank, 2)
    (kept,) = share(bank, 3)
    bank.store.forget_own([gone])
    overlap(fake, days)
    on(fake, days, 89.9)
    republish.republish(bank, circle="proeftuin", pace=AT_ONCE)
    assert {one.replaces for one in headers(fake, epoch=2)} >= {kept}
    assert gone not in {one.replaces for one in headers(fake, epoch=2)}
    on(fake, days, 90.5)
    bank.store.forget_shared(today=clock.now() // DAY)
    assert bank.store._file.row("SELECT count(*) FROM shared WHERE signal_id = ?", (gone,)) == (0,)


def test_a_replacement_that_would_live_longer_or_replaces_nothing_is_refused(fake: FakeSluis, days: Later) -> None:
    bank = fake.session("bank")
    on(fake, days, 60)
    (shared,) = share(bank, 1)
    overlap(fake, days)
    section, member = bank.membership("proeftuin")
    writer = publish.Writer(bank, section, member, fake._newest[2])

    def refused(**more: object) -> set[str]:
        draft = Draft(iban(1), Context("PHI"), Grade.B, **{"replaces": shared, **more})
        body = msgspec.json.encode(Publication((writer.write(draft, os.urandom(64), matter=MATTER).published,)))
        with pytest.raises(errors.Malformed) as found:
            bank.transport.post(f"{bank.web}/v1/kringen/{section.circle.hex()}/signalen", body)
        return {fault.code for fault in found.value.faults}

    latest = headers(fake, epoch=1)[0].expires
    assert refused(expires=latest + 1) == {"vervangt-later"}
    assert refused(expires=latest, replaces=bytes([7]) * 16) == {"vervangt-onbekend"}
    assert refused(expires=latest, origin=Origin.HIT) == {"vervangt-ander-soort"}


def test_what_is_kept_for_republishing_is_sealed(fake: FakeSluis, tmp_path: Path) -> None:
    bank = fake.session("bank", store=str(tmp_path / "bank.db"))
    share(bank, 1)
    octets = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert str(iban(1)).encode() not in octets
    assert b"zaak-1" not in octets


def test_a_circle_without_a_next_key_goes_on_28_days_and_then_says_why_it_is_closed(fake: FakeSluis, days: Later) -> None:
    bank, shop = fake.session("bank"), fake.session("shop")
    on(fake, days, 117)
    share(bank, 1)
    assert hit(shop, 1)
    on(fake, days, 118)
    for work in (lambda: hit(shop, 1), lambda: share(bank, 2)):
        with pytest.raises(errors.NotAllowed) as refused:
            work()
        assert refused.value.fields["ground"] == "kring-zonder-sleutel"


def test_a_refresh_in_between_changes_nothing_for_a_partner(fake: FakeSluis, days: Later) -> None:
    bank, shop = fake.session("bank"), fake.session("shop")
    share(bank, 1)
    on(fake, days, 30)
    fake.refresh(fake.record)
    assert hit(shop, 1)
    assert not hit(shop, 2)


def test_a_holder_that_is_a_generation_behind_is_no_liar_and_its_answer_is_not_mixed_in(fake: FakeSluis, days: Later) -> None:
    bank, shop = fake.session("bank"), fake.session("shop")
    share(bank, 1)
    fake.refresh(fake.record)
    fake.behind = {2: 1}
    for _ in range(4):
        (found,) = check.check(shop, [iban(1)], matter=MATTER)
        assert isinstance(found.outcome, Hit)
        assert found.failed_holders == ()
    fake.down = {1}
    with pytest.raises(errors.Unavailable) as refused:
        hit(shop, 1)
    assert refused.value.reason == "te-weinig-sleutelhouders"
    fake.behind = {2: 1, 3: 1}
    assert hit(shop, 1), "two of the older generation agree as well"


def test_a_partner_that_was_away_during_a_refresh_fetches_the_new_record(fake: FakeSluis) -> None:
    shop = fake.session("shop")
    assert not hit(shop, 1)
    fake.refresh(fake.record)
    before = len(calls(fake, "beleid"))
    (found,) = check.check(shop, [iban(1)], matter=MATTER)
    assert (found.outcome, found.failed_holders) == (NoHit(), ())
    assert len(calls(fake, "beleid")) > before


def test_the_command_tells_what_it_did(monkeypatch: pytest.MonkeyPatch, fake: FakeSluis, days: Later) -> None:
    bank = fake.session("bank")
    on(fake, days, 60)
    share(bank, 1, 2)
    overlap(fake, days, 76.01)

    class Partner:
        def session(self) -> Session:
            return bank

        def matter(self, **_given: str) -> Matter:
            return MATTER

    monkeypatch.setattr("sluis.client.config.load", lambda _file: Partner())
    first = CliRunner().invoke(app, ["republish", "--json"])
    assert json.loads(first.stdout) == {"done": 0, "waiting": 2}, first.output
    found = CliRunner().invoke(app, ["republish", "--all"])
    assert found.stdout == "2 published again, 0 wait for their turn\n"
