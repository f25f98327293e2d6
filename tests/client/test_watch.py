"""Watching own customers, and corrections of earlier hits, in a bucket circle: looked up once a day, nobody is asked."""

from __future__ import annotations

from dataclasses import replace

import desks
import msgspec
import pytest

from sluis.client import check, feedback, matching, publish, testing, watch
from sluis.client.session import Matter, Session
from sluis.client.testing import FakeSluis
from sluis.client.watch import Watched
from sluis.core import errors
from sluis.core.exchange import policy
from sluis.core.exchange.encodings import Tag
from sluis.core.exchange.envelope import Context
from sluis.core.exchange.policy import Budget
from sluis.core.exchange.signal import Entry
from sluis.core.exchange.words import Grade, Origin
from sluis.core.identifiers import normalise
from sluis.core.identifiers.protected import ProtectedList
from sluis.wire import clock

IBAN = normalise.parse("iban", "NL13 TEST 0123 4567 89")
OTHER = normalise.parse("iban", "NL47SLUI0000000042")
MATTER = Matter(testing.CIRCLE, "zaak-1", testing.PURPOSE)
DAY = 86_400


@pytest.fixture
def fake() -> FakeSluis:
    found = FakeSluis(members=("bank", "shop"))
    found.sign_policy(serial=2, sections=(watching(found),))
    return found


def watching(fake: FakeSluis, *, declared: int = 100, granted: tuple[str, ...] = ("watch",)) -> policy.Section:
    plain = fake.section()
    budget = Budget(minute=1000, day=declared, year=5 * declared)
    members = tuple(
        msgspec.structs.replace(one, uses=(*one.uses, "watch"), budgets={**one.budgets, "watch": budget})
        for one in plain.members
    )
    return msgspec.structs.replace(plain, members=members, assessment=msgspec.structs.replace(plain.assessment, grants=granted))


def share(session: Session) -> None:
    publish.publish(session, [publish.Draft(IBAN, Context("AVF.AANKOOP"), Grade.B)], matter=MATTER)


def add(session: Session, *identifiers: object) -> int:
    items = [Watched(one, f"klant-{i}") for i, one in enumerate(identifiers or (IBAN,))]
    return watch.add(session, items, matter=MATTER)


def alerts(session: Session) -> list[tuple[str, str]]:
    return [(one.kind, one.followed.reference) for one in session.store.casebook.alerts()]


@pytest.fixture
def tomorrow(tmp_path, monkeypatch):
    file = tmp_path / "clock"
    monkeypatch.setenv(clock.VARIABLE, str(file))

    def move(days: int) -> None:
        file.write_text(str(days * DAY))

    return move


def test_what_is_watched_alerts_the_day_others_signal_it(fake: FakeSluis, tomorrow) -> None:
    shop = fake.session("shop")
    assert add(shop) == 1
    assert alerts(shop) == []
    share(fake.session("bank"))
    watch.look_daily(shop)
    tomorrow(1)
    assert watch.look_daily(shop) == 1
    (alert,) = shop.store.casebook.alerts()
    assert (alert.kind, alert.followed.reference, alert.grade, alert.others) == ("treffer", "klant-0", "B", "1")
    assert watch.look_daily(shop) == 0
    tomorrow(2)
    watch.look_daily(shop)
    assert len(alerts(shop)) == 1


def test_a_match_that_is_there_already_alerts_at_once(fake: FakeSluis) -> None:
    share(fake.session("bank"))
    shop = fake.session("shop")
    add(shop, OTHER, IBAN)
    assert alerts(shop) == [("treffer", "klant-1")]


def test_what_the_protected_list_took_in_since_is_alerted_no_more_and_corrected(
    fake: FakeSluis, tomorrow, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, bank = fake.session("shop"), fake.session("bank")
    add(shop, IBAN, OTHER)
    share(bank)
    tomorrow(1)
    watch.look_daily(shop)
    publish.publish(bank, [publish.Draft(OTHER, Context("AVF.AANKOOP"), Grade.B)], matter=MATTER)
    monkeypatch.setattr(ProtectedList, "blocks", lambda _list, found, **_day: found in (IBAN, OTHER))
    tomorrow(2)
    watch.look_daily(shop)
    assert alerts(shop) == [("treffer", "klant-0"), ("gecorrigeerd", "klant-0")]


def test_a_match_asks_no_holder(fake: FakeSluis, tomorrow) -> None:
    shop = fake.session("shop")
    add(shop)
    share(fake.session("bank"))
    tomorrow(1)
    fake.requests.clear()
    watch.look_daily(shop)
    assert alerts(shop)
    assert not [url for url, _body in fake.requests if "evaluate" in url]


def test_ones_own_signal_is_no_match(fake: FakeSluis) -> None:
    bank = fake.session("bank")
    share(bank)
    add(bank)
    assert alerts(bank) == []


def test_an_earlier_hit_that_went_is_corrected_at_its_case(fake: FakeSluis, tomorrow) -> None:
    share(fake.session("bank"))
    shop = fake.session("shop")
    check.check(shop, [IBAN], matter=MATTER)
    fake.withdraw_all()
    tomorrow(1)
    watch.look_daily(shop)
    assert alerts(shop) == [("gecorrigeerd", "zaak-1")]
    tomorrow(2)
    watch.look_daily(shop)
    assert len(alerts(shop)) == 1


def test_watching_needs_its_grant_and_its_right(fake: FakeSluis) -> None:
    fake.sign_policy(serial=3, sections=(watching(fake, granted=()),))
    with pytest.raises(errors.NotPermitted) as refused:
        add(fake.session("shop"))
    assert refused.value.fields["ground"] == "bewaken-niet-beoordeeld"
    fake.sign_policy(serial=4)
    with pytest.raises(errors.SluisError):
        add(fake.session("shop"))


def test_nobody_watches_more_than_declared(fake: FakeSluis) -> None:
    fake.sign_policy(serial=3, sections=(watching(fake, declared=1),))
    shop = fake.session("shop")
    add(shop)
    with pytest.raises(errors.TooMany) as refused:
        add(shop, OTHER)
    assert refused.value.reason == "bewaaklijst-vol"


def test_the_files_hold_neither_identifier_nor_reference(fake: FakeSluis, tmp_path) -> None:
    shop = fake.session("shop", store=str(tmp_path / "store.sqlite"))
    share(fake.session("bank"))
    add(shop)
    check.check(shop, [IBAN], matter=MATTER)
    shop.store.close()
    octets = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"TEST0123456789" not in octets
    assert b"klant-0" not in octets
    assert b"treffer" in octets


def test_what_is_watched_no_more_alerts_no_more(fake: FakeSluis, tomorrow) -> None:
    shop = fake.session("shop")
    add(shop, IBAN, OTHER)
    assert watch.remove(shop, {"klant-0"}) == 1
    share(fake.session("bank"))
    tomorrow(1)
    watch.look_daily(shop)
    assert alerts(shop) == []


@pytest.mark.parametrize(("after", "within"), [(0, "15m"), (901, "1u"), (3_601, "1d"), (DAY + 1, "later")])
def test_the_time_to_a_measure_is_told_in_coarse_steps(after: int, within: str) -> None:
    assert feedback.within(after) == within


def test_feedback_without_a_hit_is_refused(fake: FakeSluis) -> None:
    with pytest.raises(errors.NotFound):
        feedback.give(fake.session("shop"), IBAN, measure="klant-gewaarschuwd")


def on(fake: FakeSluis, tomorrow, day: int) -> None:
    """It is `day`, and the policy authority has signed for it."""
    tomorrow(day)
    on.serial = getattr(on, "serial", 2) + 1
    fake.sign_policy(serial=on.serial, sections=(watching(fake),))


@pytest.mark.parametrize("again", [True, False])
def test_under_the_next_key_a_match_goes_on_and_only_what_is_gone_is_told(tomorrow, again: bool) -> None:
    tomorrow(0)
    fake = FakeSluis(members=("bank", "shop"), term=400 * DAY)
    on(fake, tomorrow, 0)
    bank, shop = fake.session("bank"), fake.session("shop")
    share(bank)
    add(shop, IBAN, OTHER)
    assert alerts(shop) == [("treffer", "klant-0")]
    on(fake, tomorrow, 65)
    fake.make_key(2)
    on(fake, tomorrow, 89)
    assert watch.renew(shop, circle=testing.CIRCLE, seed=bytes(32)) == 2
    assert watch.renew(shop, circle=testing.CIRCLE, seed=bytes(32)) == 0
    if again:
        share(bank)
    on(fake, tomorrow, 91)
    watch.look_daily(shop)
    assert alerts(shop) == [("treffer", "klant-0"), *([] if again else [("gecorrigeerd", "klant-0")])]
    on(fake, tomorrow, 95)
    watch.look_daily(shop)
    assert {place.key_id for key in shop.store.casebook.key_ids() for place in shop.store.casebook.places(key)} == {
        fake.record.id
    }


def test_what_changes_between_renewal_and_the_next_key_is_told_once(tomorrow) -> None:
    tomorrow(0)
    fake = FakeSluis(members=("bank", "shop"), term=400 * DAY)
    on(fake, tomorrow, 0)
    bank, shop = fake.session("bank"), fake.session("shop")
    share(bank)
    add(shop, IBAN, OTHER)
    on(fake, tomorrow, 65)
    fake.make_key(2)
    on(fake, tomorrow, 88)
    assert watch.renew(shop, circle=testing.CIRCLE, seed=bytes(32)) == 2
    fake.withdraw_all()
    publish.publish(bank, [publish.Draft(OTHER, Context("AVF.AANKOOP"), Grade.B)], matter=MATTER)
    told = [("treffer", "klant-0"), ("gecorrigeerd", "klant-0"), ("treffer", "klant-1")]
    for day in (89, 91, 92):
        on(fake, tomorrow, day)
        watch.look_daily(shop)
        assert sorted(alerts(shop)) == sorted(told), day


def test_each_is_renewed_at_its_own_turn(tomorrow) -> None:
    tomorrow(0)
    fake = FakeSluis(members=("bank", "shop"), term=400 * DAY)
    on(fake, tomorrow, 0)
    shop = fake.session("shop")
    add(shop, *(normalise.parse("iban", f"NL{check:02d}TEST{number:010d}") for check, number in numbers(40)))
    on(fake, tomorrow, 65)
    fake.make_key(2)
    done = []
    for day in range(76, 88):
        on(fake, tomorrow, day)
        done.append(watch.renew(shop, circle=testing.CIRCLE, seed=bytes(32)))
    assert sum(done) == 40
    assert max(done) < 15
    assert done[-1] == 0


def numbers(many: int):
    for number in range(many):
        digits = "".join(str(int(sign, 36)) for sign in f"TEST{number:010d}NL00")
        yield 98 - int(digits) % 97, number


def test_what_gave_a_hit_here_is_shared_as_an_own_case_only_when_confirmed(fake: FakeSluis) -> None:
    share(fake.session("bank"))
    shop = fake.session("shop")
    check.check(shop, [IBAN], matter=MATTER)
    draft = publish.Draft(IBAN, Context("AVF.AANKOOP"), Grade.B)
    with pytest.raises(errors.Conflict) as refused:
        publish.publish(shop, [draft], matter=MATTER)
    assert [one.code for one in refused.value.faults] == ["bevestiging-nodig"]
    assert shop.store.processing()[-1].outcome == "geweigerd: bevestiging-nodig"
    for one in (replace(draft, origin=Origin.HIT), replace(draft, confirmed=True)):
        publish.publish(shop, [one], matter=MATTER)


def test_a_large_piece_of_a_replica_is_matched_with_one_look_at_the_casebook(fake: FakeSluis) -> None:
    shop = fake.session("shop")
    add(shop)
    (place,) = shop.store.casebook.places(fake.record.id)
    entries = [Entry(Tag(number.to_bytes(16, "big")), 1, 1, 2, 2, 1, 1, 60_000, number) for number in range(1, 5_000)]
    looks = []
    plain = shop.store.casebook.at
    shop.store.casebook.at = lambda key, tag: (looks.append(tag), plain(key, tag))[1]
    matching.changed(shop, fake.record.id, [*entries, Entry(Tag(place.tag), 1, 1, 2, 2, 1, 1, 60_000, 5_000)])
    assert looks == [place.tag]
    assert [kind for kind, _reference in alerts(shop)] == ["treffer"]


def test_all_hits_of_one_check_are_remembered_in_one_write(fake: FakeSluis) -> None:
    bank, shop = fake.session("bank"), fake.session("shop")
    many = [normalise.parse("iban", one) for one in desks.ibans(20)]
    publish.publish(bank, [publish.Draft(one, Context("AVF.AANKOOP"), Grade.B) for one in many], matter=MATTER)
    written: list[str] = []
    shop.store.casebook._file._database.set_trace_callback(written.append)
    check.check(shop, many, matter=MATTER)
    assert [one for one in written if one.startswith("BEGIN")] == ["BEGIN IMMEDIATE"]
    hits = shop.store.casebook.hits()
    assert {one.identifier for _place, one in hits} == {str(one) for one in many}
    assert all(place.matched for place, _one in hits)
