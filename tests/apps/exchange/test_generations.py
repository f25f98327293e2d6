"""Renewed keys at the hub: refresh when due or ordered, reshare for a lost holder, one key for a place, attested erasure."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import make
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.conf import settings
from hub_fixtures import Server
from make import Circle

from sluis.apps.audit.models import Event as LogEvent
from sluis.apps.exchange import selectors, services
from sluis.apps.exchange.models import Attestation, Ceremony, CeremonyState, Generation, Key, RefreshOrder
from sluis.apps.partners import selectors as partners
from sluis.core import errors
from sluis.core.exchange import attest, documents, openings
from sluis.core.exchange.documents import Signed
from sluis.core.exchange.keys import Slot
from sluis.wire import clock

DAY = make.DAY
Later = Callable[[int], None]


@pytest.fixture
def opened(database: Server) -> Iterator[Circle]:
    """A circle that lasts a year, with its first key."""
    before = settings.SLUIS_POLICY_KEYS
    circle = Circle()
    circle.arrive(circle.lasting())
    yield circle
    settings.SLUIS_POLICY_KEYS = before


def on(circle: Circle, later: Later, days: float) -> None:
    """So many days later, with a snapshot of then."""
    later(int(days * DAY))
    circle.accept(circle.lasting())


def order(circle: Circle, index: int = 1, **changes: int) -> Signed:
    told = openings.RefreshOrder(**{"holder": index, "time": clock.now(), **changes})
    return documents.sign(openings.ORDER_LABEL, told, [circle.holders[index - 1].key])


def kinds() -> list[str]:
    return list(Ceremony.objects.filter(state=CeremonyState.OPEN).values_list("kind", flat=True))


def test_shares_are_refreshed_after_30_days_and_the_key_stays(opened: Circle, later: Later) -> None:
    before = opened.record
    on(opened, later, 29)
    assert services.open_ceremonies() == 0
    on(opened, later, 30.1)
    assert services.open_ceremonies() == 1
    assert kinds() == ["refresh"]
    opened.hold_ceremony()
    after = opened.record
    row = Key.objects.get()
    assert (after.id, row.generation, row.made, row.renewed) == (before.id, 2, before.made, after.renewed)
    assert list(Generation.objects.order_by("generation").values_list("generation", flat=True)) == [1, 2]
    assert services.open_ceremonies() == 0
    assert LogEvent.objects.filter(activity="sleutels vernieuwd").count() == 1


def test_a_signal_is_found_after_a_refresh_as_before(opened: Circle, later: Later) -> None:
    tag = opened.tag()
    on(opened, later, 30.1)
    services.open_ceremonies()
    opened.hold_ceremony()
    assert opened.tag() == tag
    assert [one.state for one in opened.publish("bank")] == ["stored"]


def test_the_record_before_is_handed_out_for_an_hour(opened: Circle, later: Later) -> None:
    on(opened, later, 30.1)
    services.open_ceremonies()
    opened.hold_ceremony()

    def generations() -> list[int]:
        read = [msgspec.json.decode(one.payload)["generation"] for one in selectors.key_records([opened.id])]
        return sorted(read)

    assert generations() == [1, 2]
    later(int(30.1 * DAY) + 3605)
    assert generations() == [2]


def test_a_holder_orders_a_refresh_and_all_see_the_order(opened: Circle, later: Later) -> None:
    later(DAY)
    signed = order(opened, 2)
    holder = opened.holders[1]
    for _ in range(2):
        answer = make.call("POST", "/v1/sleutelhouders/verversingen", msgspec.json.encode(signed), key=holder.key)
        assert answer.status_code == 201
    assert RefreshOrder.objects.count() == LogEvent.objects.filter(activity="verversing bevolen").count() == 1
    assert services.open_ceremonies() == 1
    (found,) = selectors.open_mailboxes(holder.public)
    assert (found.kind, found.order, found.slots) == ("refresh", signed, (opened.record.slot.next(),))
    assert [one.payload for one in found.renews] == [one.payload for one in selectors.key_records([opened.id])]
    opened.hold_ceremony()
    assert services.open_ceremonies() == 0, "an order is done once every key was renewed after it"


def test_only_a_holder_orders_a_refresh_and_only_for_today(opened: Circle, later: Later) -> None:
    later(3 * DAY)
    holder, member = opened.holders[0], opened.members["bank"]
    forged = documents.sign(openings.ORDER_LABEL, openings.RefreshOrder(1, clock.now()), [member.key])
    for signed, key in (
        (order(opened), member.public),
        (forged, holder.public),
        (order(opened, 2), holder.public),
        (order(opened, time=clock.now() - 2 * DAY), holder.public),
        (order(opened, time=clock.now() + 3600), holder.public),
    ):
        with pytest.raises(errors.NotAllowed):
            services.order_refresh(signed, key=key)
    assert RefreshOrder.objects.count() == 0


def lose(circle: Circle, index: int) -> None:
    """Another organisation comes in the place of a holder that is lost for good."""
    holders, seals = list(circle.holders), list(circle.seals)
    holders[index - 1], seals[index - 1] = make.Party(), X25519PrivateKey.generate()
    circle.holders, circle.seals = tuple(holders), tuple(seals)
    circle.keys = {
        epoch: (record, {i: s for i, s in shares.items() if i != index}) for epoch, (record, shares) in circle.keys.items()
    }


def test_a_lost_holder_is_replaced_by_a_reshare_of_two_others(opened: Circle, later: Later) -> None:
    before, tag = opened.record, opened.tag()
    later(DAY)
    snapshot = opened.snapshot(opened.lasting())
    lose(opened, 1)
    replaced = opened.snapshot(opened.lasting())
    assert snapshot != replaced
    offer(opened, replaced)
    assert services.open_ceremonies() == 1
    (row,) = Ceremony.objects.filter(state=CeremonyState.OPEN)
    assert (row.kind, row.dealers) == ("reshare", [2, 3])
    opened.hold_ceremony()
    assert (opened.record.id, opened.record.generation, opened.record.made) == (before.id, 2, before.made)
    assert opened.tag() == tag
    (signed,) = [one for one in selectors.key_records([opened.id]) if b'"generation":2' in one.payload]
    assert documents.signers("keys", signed) == {one.public for one in opened.holders}
    assert services.open_ceremonies() == 0


def offer(circle: Circle, snapshot: object) -> None:
    """The hub takes a snapshot that names another holder; the old ones and the new one see it in the log."""
    from sluis.apps.partners import services as directory

    directory.offer_policy(snapshot)
    circle.witness()


def test_with_fewer_than_t_left_nothing_can_be_reshared(opened: Circle, later: Later) -> None:
    later(DAY)
    lose(opened, 1)
    lose(opened, 2)
    one = selectors.accepted(Key.objects.get())
    snapshot = partners.snapshot()
    head = msgspec.structs.replace(snapshot.head, holders=tuple(opened.holder(i) for i in (1, 2, 3)))
    changed = type(snapshot)(head, snapshot.sections, snapshot.octets)
    assert openings.is_replaced(one, changed)
    assert openings.dealers(one, changed) == ()
    assert [due.kind for due in selectors.due_ceremonies(changed, at=clock.now())] == []


def test_the_key_of_the_next_epoch_is_ordered_at_day_28(opened: Circle, later: Later) -> None:
    on(opened, later, 61.9)
    assert Slot(opened.id, 1, 2, 1) not in [slot for due in due_now() for slot in due.slots]
    on(opened, later, 62)
    assert ("dkg", (Slot(opened.id, 1, 2, 1),)) in [(due.kind, due.slots) for due in due_now()]


def due_now() -> list[selectors.Due]:
    return selectors.due_ceremonies(partners.snapshot(), at=clock.now())


def test_no_key_is_ordered_for_a_period_the_circle_does_not_reach(opened: Circle, later: Later) -> None:
    later(70 * DAY)
    opened.accept(opened.lasting(until=opened.now + 80 * DAY))
    assert [due.kind for due in due_now()] == ["refresh"]


def test_what_fails_waits_until_the_other_kinds_had_their_turn(opened: Circle, later: Later) -> None:
    on(opened, later, 65)
    assert services.open_ceremonies() == 1
    first = kinds()
    later(65 * DAY + 61)
    assert services.open_ceremonies() == 1
    assert {*first, *kinds()} == {"dkg", "refresh"}
    later(65 * DAY + 122)
    assert services.open_ceremonies() == 1
    assert kinds() == first


def test_a_record_with_another_key_in_the_place_of_one_does_not_count(opened: Circle, later: Later) -> None:
    """All three holders sign a new key where a refresh was opened: the hub keeps the old one."""
    on(opened, later, 30.1)
    services.open_ceremonies()
    row = Ceremony.objects.get(state=CeremonyState.OPEN)
    Ceremony.objects.filter(id=row.id).update(kind="dkg")
    held = opened.participants()
    Ceremony.objects.filter(id=row.id).update(kind="refresh")
    held.commit()
    held.deal()
    held.confirm()
    assert Ceremony.objects.get(id=row.id).why == "sleutel-gewisseld"
    assert (Key.objects.get().id, Key.objects.get().generation) == (opened.record.id, 1)


def attestation(circle: Circle, index: int, *, reason: str = "superseded") -> Signed:
    erased = attest.Erased(reason, circle.record.slot, clock.now())
    return documents.sign(attest.LABEL, attest.Attestation((erased,), index), [circle.holders[index - 1].key])


def test_an_erasure_is_kept_and_logged_once(opened: Circle) -> None:
    signed, holder = attestation(opened, 2), opened.holders[1]
    for _ in range(2):
        answer = make.call("POST", "/v1/sleutelhouders/wissingen", msgspec.json.encode(signed), key=holder.key)
        assert answer.status_code == 201
    assert Attestation.objects.get().holder == 2
    event = LogEvent.objects.get(activity="aandelen gewist")
    assert (bytes(event.party), event.amount) == (opened.holder(2).id, 1)
    assert bytes(Attestation.objects.get().digest).hex() in bytes(event.event).decode()


def test_nobody_attests_anothers_erasure(opened: Circle) -> None:
    signed = attestation(opened, 2)
    for key in (opened.holders[0].public, opened.members["bank"].public):
        with pytest.raises(errors.NotAllowed):
            services.keep_attestation(signed, key=key)
    empty = documents.sign(attest.LABEL, attest.Attestation((), 1), [opened.holders[0].key])
    with pytest.raises(errors.Malformed):
        services.keep_attestation(empty, key=opened.holders[0].public)
    assert Attestation.objects.count() == 0
