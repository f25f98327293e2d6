"""Refresh, reshare and erasure at the holders: three of them with a hub in memory, days passing by the clock offset."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from holders import World, ask, erase, generations, key_of, newest, order, output, policy, refresh, refused, run

from sluis.core import errors
from sluis.core.exchange import attest, ceremony, documents, openings, oprf, sharing, wire
from sluis.core.exchange.keys import Slot
from sluis.core.exchange.words import Use
from sluis.demo import world
from sluis.wire import clock, credentials

DAY, HOUR = 86_400, 3600
Later = Callable[[int], None]


def test_a_refresh_gives_other_shares_the_same_key_and_the_same_output(keyed: World, later: Later) -> None:
    before, first = keyed.record(), output(keyed, (1, 2))
    later(30 * DAY)
    policy(keyed)
    refresh(keyed)
    after = keyed.record()
    assert (after.id, after.generation, after.made) == (before.id, 2, before.made)
    assert not set(after.shares) & set(before.shares)
    assert output(keyed, (1, 3)) == output(keyed, (2, 3)) == first


def test_old_shares_stay_an_hour_and_are_then_erased_overwritten_and_attested(keyed: World, later: Later) -> None:
    later(30 * DAY)
    policy(keyed)
    refresh(keyed)
    erase(keyed)
    holder = keyed.holders[0]
    assert generations(holder) == [1, 2]
    old = next(one for one in holder.desk.vault.kept() if one.record.generation == 1)
    later(30 * DAY + HOUR)
    asyncio.run(holder.erase())
    assert generations(holder) == generations(keyed.open(world.HOLDERS[0])) == [2]
    (told,) = keyed.hub.attestations
    assert documents.signers(attest.LABEL, told) == {keyed.hub.keyring.public(world.HOLDERS[0].slug)}
    (gone,) = documents.read(told.payload, attest.Attestation).erased
    assert (gone.reason, gone.slot) == ("superseded", old.record.slot)
    assert 0 <= clock.now() - gone.time < 60
    asyncio.run(holder.erase())
    assert len(keyed.hub.attestations) == 1, "told once"


def test_the_octets_of_a_file_that_was_replaced_are_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "sealed"
    credentials.write(file, b"secret" * 100)
    with file.open("rb") as old:
        credentials.write_over(file, b"new")
        assert old.read() == bytes(600)
    assert file.read_bytes() == b"new"


def test_an_erasure_is_told_although_the_hub_was_away_and_the_holder_killed(keyed: World, later: Later) -> None:
    later(30 * DAY)
    policy(keyed)
    refresh(keyed)
    later(30 * DAY + HOUR)
    keyed.hub.up = False
    with pytest.raises(errors.Unavailable):
        asyncio.run(keyed.holders[0].erase())
    keyed.hub.up = True
    keyed.holders[0] = keyed.open(world.HOLDERS[0])
    asyncio.run(keyed.holders[0].erase())
    assert len(keyed.hub.attestations) == 1


def test_a_holder_killed_between_the_intention_and_the_erasure_erases_after_its_restart(
    keyed: World, later: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    later(30 * DAY)
    policy(keyed)
    refresh(keyed)
    later(30 * DAY + HOUR)

    def die(*_given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(keyed.holders[0].desk.vault._sealed.__class__, "write_over", die)
        with pytest.raises(KeyboardInterrupt):
            asyncio.run(keyed.holders[0].erase())
    assert keyed.hub.attestations == []
    keyed.holders[0] = keyed.open(world.HOLDERS[0])
    asyncio.run(keyed.holders[0].erase())
    assert generations(keyed.holders[0]) == [2]
    (told,) = keyed.hub.attestations
    assert len(documents.read(told.payload, attest.Attestation).erased) == 1


def test_a_refresh_that_is_not_due_and_not_ordered_gets_no_message(keyed: World, later: Later) -> None:
    later(29 * DAY)
    policy(keyed)
    identity = run(keyed, keyed.hub.open_renewal("refresh", renews=newest(keyed)))
    assert keyed.hub.ceremonies[identity][1] == []


def test_a_holder_orders_a_refresh_after_an_incident(keyed: World, later: Later) -> None:
    later(DAY)
    refresh(keyed, order=order(keyed))
    assert keyed.record().generation == 2
    stale = order(keyed)
    later(DAY + 10)
    refresh(keyed, order=order(keyed, 2))
    identity = run(keyed, keyed.hub.open_renewal("refresh", renews=newest(keyed), order=stale))
    assert keyed.hub.ceremonies[identity][1] == [], "a key that was renewed since is not renewed for that order"


@pytest.mark.parametrize("forged", ["member", "other-holder", "days-old"])
def test_an_order_that_no_holder_gave_today_moves_nobody(keyed: World, later: Later, forged: str) -> None:
    signer = {"member": world.PARTIES[0], "other-holder": world.HOLDERS[1], "days-old": world.HOLDERS[0]}[forged]
    made_at = clock.now() + 10
    later(2 * DAY if forged == "days-old" else 20)
    told = openings.RefreshOrder(1, made_at)
    signed = documents.sign(openings.ORDER_LABEL, told, [keyed.hub.keyring.private(signer.slug)])
    identity = run(keyed, keyed.hub.open_renewal("refresh", renews=newest(keyed), order=signed))
    assert keyed.hub.ceremonies[identity][1] == []


def test_a_ceremony_that_was_opened_at_another_time_gets_no_message(keyed: World, later: Later) -> None:
    later(30 * DAY)
    policy(keyed)
    for away in (-330, 330):
        identity = keyed.hub.open_renewal("refresh", renews=newest(keyed))
        keyed.hub.openings[identity]["opened"] = clock.now() + away
        assert keyed.hub.ceremonies[run(keyed, identity)][1] == []
        keyed.hub.ceremonies.clear()


def test_a_holder_killed_between_its_confirmation_and_the_record_still_answers(keyed: World, later: Later) -> None:
    """The shares of the generation before stay until the record is there: they are the only usable ones."""
    first = output(keyed, (1, 2))
    later(30 * DAY)
    policy(keyed)
    identity = run(keyed, keyed.hub.open_renewal("refresh", renews=newest(keyed)))
    assert generations(keyed.holders[0]) == [1, 2]
    keyed.holders = [keyed.open(party) for party in world.HOLDERS]
    later(30 * DAY + 2 * HOUR)
    policy(keyed)
    erase(keyed)
    assert [generations(one) for one in keyed.holders] == [[1, 2]] * 3
    assert output(keyed, (1, 2)) == first
    assert keyed.hub.close_when_done(identity)
    asyncio.run(keyed.refresh())
    assert output(keyed, (2, 3)) == first
    erase(keyed)
    assert [generations(one) for one in keyed.holders] == [[2]] * 3


def test_an_absentee_leaves_everything_as_it_was_and_the_next_refresh_succeeds(keyed: World, later: Later) -> None:
    later(30 * DAY)
    policy(keyed)
    identity = run(keyed, keyed.hub.open_renewal("refresh", renews=newest(keyed)), but=(3,))
    assert not keyed.hub.close_when_done(identity)
    keyed.hub.ceremonies.clear()
    refresh(keyed)
    assert keyed.record().generation == 2


def test_an_equivocating_holder_makes_no_record(keyed: World, later: Later) -> None:
    """Holder 3 deals others than it sent to the first: the transcripts differ, and the records do."""
    later(30 * DAY)
    policy(keyed)
    identity = run(keyed, keyed.hub.open_renewal("refresh", renews=newest(keyed)), rounds=2)
    slots = keyed.hub.ceremonies[identity][0]
    asyncio.run(keyed.holders[0].take_part())
    others = ceremony.Participant(keyed.holders[2].clerk._parts[identity].participant.setting, 3, os.urandom)
    signer = keyed.hub.keyring.private(world.HOLDERS[2].slug)

    def swapped(one: documents.Signed) -> documents.Signed:
        message = ceremony.read(one.payload)
        if message.index != 3 or message.round == 3:
            return one
        payload = others.commit() if message.round == 1 else others.deal()
        return documents.Signed(payload, (documents.signature("dkg", payload, signer),))

    keyed.hub.ceremonies[identity] = slots, [swapped(one) for one in keyed.hub.ceremonies[identity][1]]
    asyncio.run(keyed.holders[1].take_part())
    confirms = [ceremony.read(one.payload) for one in keyed.hub.ceremonies[identity][1]]
    confirms = [one for one in confirms if isinstance(one, ceremony.Confirm)]
    assert len({one.transcript for one in confirms}) == len({one.records[0].record for one in confirms}) == 2


def test_another_key_in_the_place_of_one_that_is_there_is_refused(keyed: World) -> None:
    """Even when all holders signed it."""
    record, secret = keyed.record(), os.urandom(64)
    coefficients = [sharing.group.reduce(secret), sharing.group.reduce(secret[::-1])]
    committed = sharing.commitments(coefficients)
    shares = tuple(sharing.public_at(committed, i) for i in (1, 2, 3))
    other = msgspec.structs.replace(record, key=committed[0], shares=shares)
    keyed.hub.keys.append(documents.sign("keys", other, [keyed.hub.keyring.private(one.slug) for one in world.HOLDERS]))
    asyncio.run(keyed.refresh())
    assert keyed.record() == record


def test_shares_of_an_ended_epoch_are_erased_a_day_after_it(keyed: World, later: Later) -> None:
    later(70 * DAY)
    policy(keyed)
    assert keyed.hub.close_when_done(run(keyed, keyed.hub.open_ceremony(Slot(world.CIRCLE, 1, 2, 1))))
    asyncio.run(keyed.refresh())
    later(91 * DAY - HOUR)
    policy(keyed)
    erase(keyed)
    assert {one.record.epoch for one in keyed.holders[0].desk.vault.kept()} == {1, 2}
    later(91 * DAY)
    erase(keyed)
    assert {one.record.epoch for one in keyed.holders[0].desk.vault.kept()} == {2}
    gone = [documents.read(one.payload, attest.Attestation) for one in keyed.hub.attestations]
    assert [(one.holder, one.erased[0].reason, one.erased[0].slot.epoch) for one in gone] == [
        (1, "ended", 1),
        (2, "ended", 1),
        (3, "ended", 1),
    ]


def test_a_clock_that_runs_ahead_of_the_policy_erases_nothing(keyed: World, later: Later) -> None:
    later(200 * DAY)
    with pytest.raises(errors.Unavailable):
        asyncio.run(keyed.holders[0].erase())
    assert generations(keyed.holders[0]) == [1]


def test_a_key_is_ordered_28_days_ahead_and_not_earlier(keyed: World, later: Later) -> None:
    for days, taken in ((61, False), (62, True)):
        later(days * DAY)
        policy(keyed)
        identity = run(keyed, keyed.hub.open_ceremony(Slot(world.CIRCLE, 1, 2, 1)))
        assert bool(keyed.hub.ceremonies.pop(identity)[1]) == taken


def test_without_a_next_key_the_old_one_answers_for_28_days_and_then_the_circle_is_closed(keyed: World, later: Later) -> None:
    later(117 * DAY)
    policy(keyed)
    assert asyncio.run(ask(keyed.holders[0], keyed.request().octets(), key_of(keyed))).status_code == 200
    later(120 * DAY)
    policy(keyed)
    error = asyncio.run(refused(keyed.holders[0], keyed.request().octets(), key_of(keyed)))
    assert isinstance(error, errors.NotAllowed)
    assert error.fields["ground"] == "kring-zonder-sleutel"


def test_a_key_that_was_prolonged_answers_until_the_next_takes_over(keyed: World, later: Later) -> None:
    later(95 * DAY)
    policy(keyed)
    assert keyed.hub.close_when_done(run(keyed, keyed.hub.open_ceremony(Slot(world.CIRCLE, 1, 2, 1))))
    asyncio.run(keyed.refresh())
    by_epoch = {one.record.epoch: one.record for one in keyed.holders[0].directory.keys.values()}
    asked = {
        epoch: wire.EvaluateRequest(record.id, Use.CHECK, os.urandom(16), os.urandom(32), [oprf.hash_to_group(b"x")]).octets()
        for epoch, record in by_epoch.items()
    }
    for days, answering in ((117, {1, 2}), (118, {1, 2}), (120, {2})):
        later(days * DAY)
        policy(keyed)
        found = {e for e, body in asked.items() if asyncio.run(ask(keyed.holders[0], body, key_of(keyed))).status_code == 200}
        assert found == answering, days
