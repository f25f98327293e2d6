"""An epoch passes at the hub: both keys, what replaces what, disputes that stay, and nothing left a day after."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import make
import msgspec
import pytest
from django.conf import settings
from hub_fixtures import Server
from make import OTHER_IBAN, PURPOSE, Circle, Draft

from sluis.apps.audit.models import Event as LogEvent
from sluis.apps.exchange import selectors, services
from sluis.apps.exchange.models import Dispute, Key, Signal
from sluis.apps.exchange.services import ended
from sluis.apps.partners import selectors as partners
from sluis.core import errors
from sluis.core.exchange.rights import DisputeDecision, DisputeRequest, Verified
from sluis.core.exchange.signal import OP_REMOVE, OP_SET, Entry, Header
from sluis.core.exchange.words import Grade, Kind, Origin
from sluis.core.law import purposes
from sluis.plumbing.models import Event
from sluis.wire import clock

DAY = make.DAY
Later = Callable[[float], None]
Roles = Callable[[str], AbstractContextManager[None]]


@pytest.fixture
def days(later: Callable[[int], None]) -> Later:
    return lambda passed: later(int(passed * DAY))


@pytest.fixture
def old(database: Server, days: Later) -> Iterator[Circle]:
    """A circle with the keys of both epochs, in the overlap (day 80); signals are under the old one until `use(2)`."""
    before = settings.SLUIS_POLICY_KEYS
    circle = Circle("bank", "shop", "desk")
    circle.arrive(lasting(circle), assessed=False)
    circle.assess(until=circle.now + 365 * DAY)
    on(circle, days, 65)
    while services.open_ceremonies():
        circle.hold_ceremony()
    assert set(circle.keys) == {1, 2}
    on(circle, days, 80)
    circle.use(1)
    yield circle
    settings.SLUIS_POLICY_KEYS = before


def lasting(circle: Circle, uses: tuple[str, ...] = ("publish", "check", "republish", "dispute", "decide")) -> object:
    budget = {"publish": circle.member("bank").budgets["publish"]}
    members = tuple(circle.member(name, until=circle.now + 365 * DAY, uses=uses, budgets=budget) for name in circle.members)
    return circle.lasting(members=members)


def on(circle: Circle, days: Later, passed: float) -> None:
    days(passed)
    circle.accept(lasting(circle))


def both(circle: Circle, name: str = "bank", **more: object) -> tuple[object, object]:
    """A signal under the old key, and the one under the new that replaces it."""
    circle.use(1)
    first = circle.signal(name, Draft(**more))
    circle.use(2)
    second = circle.signal(name, Draft(replaces=Header.parse(first.header).signal_id, **more))
    circle.use(1)
    return first, second


def faults(work: Callable[[], object]) -> set[str]:
    with pytest.raises(errors.Malformed) as refused:
        work()
    return {one.code for one in refused.value.faults}


def entries(key_id: bytes) -> list[Entry]:
    bodies = [
        bytes(body) for body in Event.objects.filter(stream="entries").order_by("sequence").values_list("body", flat=True)
    ]
    return [Entry.parse(body[16:]) for body in bodies if body[:16] == key_id]


def test_both_are_admitted_in_one_call_or_one_after_the_other(old: Circle) -> None:
    assert [one.state for one in old.publish("bank", *both(old))] == ["stored", "stored"]
    first, second = both(old, iban=OTHER_IBAN)
    assert [one.state for one in (*old.publish("bank", first), *old.publish("bank", second))] == ["stored", "stored"]
    assert [one.state for one in old.publish("bank", first, second)] == ["same", "same"]


def test_the_page_of_the_circle_counts_a_signal_under_both_keys_once(old: Circle) -> None:
    old.publish("bank", *both(old))
    page = selectors.circle_page(old.name, party=old.members["bank"].id)
    assert (page.keys, page.live_signals) == (1, 1)


def test_before_the_overlap_the_new_key_is_unknown_and_on_day_0_the_old_one_is(old: Circle, days: Later) -> None:
    first, second = both(old)
    on(old, days, 75)
    assert "onbekende-sleutel" in faults(lambda: old.publish("bank", second))
    on(old, days, 90)
    assert faults(lambda: old.publish("bank", first)) == {"onbekende-sleutel"}


def test_a_replacement_names_an_own_live_signal_of_the_key_before(old: Circle) -> None:
    first, second = both(old, expires=clock.now() // DAY + 20)
    replaced = Header.parse(first.header)
    assert faults(lambda: old.publish("bank", second)) == {"vervangt-onbekend"}
    old.publish("bank", first)
    old.use(2)
    stolen = old.signal("shop", Draft(replaces=replaced.signal_id))
    assert faults(lambda: old.publish("shop", stolen)) == {"vervangt-onbekend"}
    longer = old.signal("bank", Draft(replaces=replaced.signal_id, expires=replaced.expires + 1))
    assert faults(lambda: old.publish("bank", longer)) == {"vervangt-later"}
    hearsay = old.signal("bank", Draft(replaces=replaced.signal_id, expires=replaced.expires, origin=Origin.HIT))
    assert faults(lambda: old.publish("bank", hearsay)) == {"vervangt-ander-soort"}
    old.use(1)
    sideways = old.signal("bank", Draft(iban=OTHER_IBAN, replaces=replaced.signal_id, expires=replaced.expires))
    assert faults(lambda: old.publish("bank", sideways)) == {"vervangt-andere-sleutel"}
    assert [one.state for one in old.publish("bank", second)] == ["stored"]


def test_an_earlier_expiry_is_fine(old: Circle) -> None:
    first, _second = both(old)
    old.publish("bank", first)
    old.use(2)
    shorter = old.signal("bank", Draft(replaces=Header.parse(first.header).signal_id, expires=clock.now() // DAY + 5))
    assert [one.state for one in old.publish("bank", shorter)] == ["stored"]


def test_what_only_replaces_comes_in_for_the_use_republish(old: Circle) -> None:
    first, second = both(old)
    old.publish("bank", first)
    old.accept(lasting(old, uses=("publish", "check")))
    with pytest.raises(errors.NotAllowed) as refused:
        old.publish("bank", second)
    assert refused.value.fields["ground"] == "gebruik-niet-toegekend"
    old.accept(lasting(old, uses=("republish",)))
    assert [one.state for one in old.publish("bank", second)] == ["stored"]


def test_what_is_shared_again_keeps_the_purposes_it_was_shared_for_first(old: Circle) -> None:
    first, second = both(old)
    old.publish("bank", first)
    wider = msgspec.structs.replace(lasting(old), purposes=(PURPOSE, purposes.INVESTIGATION))
    old.accept(wider)
    old.publish("bank", second)
    assert set(Signal.objects.values_list("purposes", flat=True)) == {purposes.mask([PURPOSE])}


def test_a_tag_that_was_cleared_stays_out_under_the_next_key(old: Circle) -> None:
    """Who cleared it publishes that again, and nobody else can say so."""
    old.publish("bank", old.signal("bank"))
    open_dispute(old)
    cleared = old.signal("shop", Draft(kind=Kind.CLEARED, form=0, grade=Grade.A))
    decision = DisputeDecision("gegrond", cleared)
    services.decide_dispute(bytes(Dispute.objects.get().id), decision, key=old.members["shop"].public)
    old.use(2)
    again = Draft(kind=Kind.CLEARED, form=0, grade=Grade.A, replaces=Header.parse(cleared.header).signal_id)
    assert faults(lambda: old.publish("bank", old.signal("bank", again))) == {"vervangt-onbekend"}
    assert [one.state for one in old.publish("shop", old.signal("shop", again))] == ["stored"]
    old.publish("bank", old.signal("bank"))
    assert entries(old.record.id) == [], "the bank's fresh signal has no entry"


def test_a_dispute_on_the_old_tag_holds_for_the_signal_that_replaces_it(old: Circle) -> None:
    first, second = both(old)
    old.publish("bank", first)
    open_dispute(old)
    old.publish("bank", second)
    new = old.keys[2][0].id
    assert entries(new) == [], "nothing of it ever leaves the hub"
    assert Dispute.objects.filter(key_id=new, state="open").count() == 1
    assert LogEvent.objects.filter(activity="betwisting meegenomen").count() == 1


def test_a_dispute_that_is_opened_after_it_was_replaced_holds_for_both(old: Circle) -> None:
    old.publish("bank", *both(old))
    new = old.keys[2][0].id
    assert [one.op for one in entries(new)] == [OP_SET]
    open_dispute(old)
    assert [one.op for one in entries(new)] == [OP_SET, OP_REMOVE]
    assert Dispute.objects.filter(state="open").count() == 2


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("outcome", ["ongegrond", "gegrond"])
def test_a_dispute_is_decided_under_both_keys_at_once(old: Circle, outcome: str, place: int) -> None:
    old.publish("bank", *both(old))
    new = old.keys[2][0].id
    open_dispute(old)
    cleared = old.signal("shop", Draft(kind=Kind.CLEARED, form=0, grade=Grade.A)) if outcome == "gegrond" else None
    chosen = bytes(Dispute.objects.order_by("key_id")[place].id)
    services.decide_dispute(chosen, DisputeDecision(outcome, cleared), key=old.members["shop"].public)
    assert set(Dispute.objects.values_list("state", flat=True)) == {outcome}
    assert [one.op for one in entries(new)] == [OP_SET, OP_REMOVE, *([OP_SET] if outcome == "ongegrond" else [])]
    left = {bytes(one) for one in Signal.objects.values_list("publisher", flat=True)}
    assert left == {old.members["bank" if outcome == "ongegrond" else "shop"].id}


def open_dispute(circle: Circle) -> None:
    plain = circle.disclosure()
    body = DisputeRequest(
        circle=circle.id,
        commitment=plain["commitment"],
        ground="naamgenoot",
        key=plain["key"],
        verified=Verified(control="bankafschrift", person="paspoort"),
        voucher=plain["voucher"],
    )
    services.open_dispute(body, key=circle.members["desk"].public)


def test_a_day_after_the_epoch_nothing_of_it_is_left(old: Circle, days: Later, as_role: Roles) -> None:
    old.publish("bank", *both(old))
    old.publish("shop", *both(old, "shop", iban=OTHER_IBAN))
    key_id = old.keys[1][0].id
    on(old, days, 90.9)
    with as_role("sluis_worker"):
        assert services.erase_ended() == 0
        on(old, days, 91)
        assert services.erase_ended() == 2
        assert services.erase_ended() == 0
    assert Signal.objects.filter(key_id=key_id).count() == 0
    assert Signal.objects.count() == 2, "what was published under the new key stays"
    assert [one.op for one in entries(key_id)][-2:] == [OP_REMOVE, OP_REMOVE]
    assert Key.objects.get(id=key_id).erased is not None
    event = LogEvent.objects.get(activity="tijdvak gewist")
    assert (event.amount, bytes(event.circle)) == (2, old.id)
    assert key_id not in b"".join(one.payload for one in selectors.key_records([old.id]))


def test_a_day_later_the_stream_tells_of_it_no_more(old: Circle, days: Later) -> None:
    old.publish("bank", *both(old))
    old_key, new_key = old.keys[1][0].id, old.keys[2][0].id
    on(old, days, 91)
    services.erase_ended()
    assert services.forget_stream() == 0
    on(old, days, 92.1)
    assert services.forget_stream() == 2
    assert services.forget_stream() == 0
    assert entries(old_key) == []
    assert len(entries(new_key)) == 1


def test_a_worker_killed_while_it_erases_goes_on(old: Circle, days: Later, monkeypatch: pytest.MonkeyPatch) -> None:
    old.publish("bank", old.signal("bank"), old.signal("bank", Draft(iban=OTHER_IBAN)))
    on(old, days, 91)
    monkeypatch.setattr(ended, "BATCH", 1)
    erase, calls = ended._erase_some, []

    def dying(key_id: bytes) -> int:
        calls.append(key_id)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return erase(key_id)

    with monkeypatch.context() as patch:
        patch.setattr(ended, "_erase_some", dying)
        with pytest.raises(KeyboardInterrupt):
            services.erase_ended()
    assert (Signal.objects.count(), Key.objects.filter(erased=None).count()) == (1, 2)
    assert services.erase_ended() == 1
    assert Key.objects.filter(erased=None).count() == 1


def test_without_a_next_key_the_circle_closes_after_28_days_and_its_page_says_why(database: Server, days: Later) -> None:
    before, circle = settings.SLUIS_POLICY_KEYS, Circle("bank", "shop", "desk")
    circle.arrive(lasting(circle), assessed=False)
    circle.assess(until=circle.now + 365 * DAY)
    on(circle, days, 117)
    party = circle.members["bank"].id
    assert selectors.shut_by(partners.snapshot().section(circle.id), party=party, at=clock.now()) is None
    circle.publish("bank")
    on(circle, days, 118)
    ground = selectors.shut_by(partners.snapshot().section(circle.id), party=party, at=clock.now())
    assert ground is not None
    assert ground.code == "kring-zonder-sleutel"
    with pytest.raises(errors.NotAllowed) as refused:
        circle.publish("bank")
    assert refused.value.fields["ground"] == "kring-zonder-sleutel"
    settings.SLUIS_POLICY_KEYS = before
