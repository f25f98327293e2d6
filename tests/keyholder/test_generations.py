"""Refresh, reshare and erasure at the holders: three of them with a hub in memory, days passing by the clock offset."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from holders import World, ask, key_of, refused

from sluis.core import errors
from sluis.core.exchange import asking, attest, ceremony, documents, openings, oprf, sharing, wire
from sluis.core.exchange.keys import KeyRecord, Slot
from sluis.core.exchange.words import Use
from sluis.demo import world
from sluis.keyholder import service
from sluis.wire import clock, credentials

DAY, HOUR = 86_400, 3600
Later = Callable[[int], None]


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Later:
    """`later(60)`: a minute later than when the test began, for every holder."""
    file = tmp_path / "clock"
    monkeypatch.setenv(clock.VARIABLE, str(file))

    def move(seconds: int) -> None:
        file.write_text(str(seconds))
        os.utime(file, (seconds, seconds))

    return move


@pytest.fixture
def made(tmp_path: Path, later: Later) -> World:
    later(0)
    found = World(tmp_path)
    asyncio.run(found.ready())
    return found


def policy(made: World) -> None:
    """A snapshot of now, with every holder."""
    made.hub.snapshot = made.hub.sign()
    asyncio.run(made.refresh())


def order(made: World, index: int = 1) -> documents.Signed:
    private = made.hub.keyring.private(world.HOLDERS[index - 1].slug)
    return documents.sign(openings.ORDER_LABEL, openings.RefreshOrder(index, clock.now()), [private])


def run(made: World, identity: bytes, *, but: tuple[int, ...] = (), rounds: int = 4) -> bytes:
    """The holders look in their mailbox so many times."""

    async def looking() -> None:
        for _ in range(rounds):
            for place, holder in enumerate(made.holders, 1):
                if place not in but:
                    await holder.take_part()

    asyncio.run(looking())
    return identity


def newest(made: World) -> documents.Signed:
    return next(iter(made.holders[0].directory.keys.values())).signed


def refresh(made: World, **more: object) -> None:
    identity = run(made, made.hub.open_renewal("refresh", renews=newest(made), **more))
    assert made.hub.close_when_done(identity)
    asyncio.run(made.refresh())


def generations(holder: service.Holder) -> list[int]:
    return sorted(one.record.generation for one in holder.desk.vault.kept())


def erase(made: World) -> None:
    for holder in made.holders:
        asyncio.run(holder.erase())


def output(made: World, indices: tuple[int, ...]) -> bytes:
    """y of one question as these holders answer it over HTTP, every proof checked."""
    record = made.record()
    asked = asking.ask([asking.Question(b"one", "p", "r")], asking.Plan(record, Use.CHECK, os.urandom(16), os.urandom(32)))
    heads = made.holders[0].directory.snapshot(clock.now()).head.holders
    answers = []
    for i in indices:
        octets = asyncio.run(ask(made.holders[i - 1], asked.request.octets(), key_of(made))).content
        answers.append(asking.check_answer(octets, asked, asking.Witness(record, heads[i - 1], world.PARTIES[0].id)))
    (found,) = asking.outputs(asked, asking.one_generation(answers, 2))
    return found


def test_a_refresh_gives_other_shares_the_same_key_and_the_same_output(made: World, later: Later) -> None:
    before, first = made.record(), output(made, (1, 2))
    later(30 * DAY)
    policy(made)
    refresh(made)
    after = made.record()
    assert (after.id, after.generation, after.made) == (before.id, 2, before.made)
    assert not set(after.shares) & set(before.shares)
    assert output(made, (1, 3)) == output(made, (2, 3)) == first


def test_old_shares_stay_an_hour_and_are_then_erased_overwritten_and_attested(made: World, later: Later) -> None:
    later(30 * DAY)
    policy(made)
    refresh(made)
    erase(made)
    holder = made.holders[0]
    assert generations(holder) == [1, 2]
    old = next(one for one in holder.desk.vault.kept() if one.record.generation == 1)
    later(30 * DAY + HOUR)
    asyncio.run(holder.erase())
    assert generations(holder) == generations(made.open(world.HOLDERS[0])) == [2]
    (told,) = made.hub.attestations
    assert documents.signers(attest.LABEL, told) == {made.hub.keyring.public(world.HOLDERS[0].slug)}
    (gone,) = documents.read(told.payload, attest.Attestation).erased
    assert (gone.reason, gone.slot) == ("superseded", old.record.slot)
    assert 0 <= clock.now() - gone.time < 60
    asyncio.run(holder.erase())
    assert len(made.hub.attestations) == 1, "told once"


def test_the_octets_of_a_file_that_was_replaced_are_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "sealed"
    credentials.write(file, b"secret" * 100)
    with file.open("rb") as old:
        credentials.write_over(file, b"new")
        assert old.read() == bytes(600)
    assert file.read_bytes() == b"new"


def test_an_erasure_is_told_although_the_hub_was_away_and_the_holder_killed(made: World, later: Later) -> None:
    later(30 * DAY)
    policy(made)
    refresh(made)
    later(30 * DAY + HOUR)
    made.hub.up = False
    with pytest.raises(errors.Unavailable):
        asyncio.run(made.holders[0].erase())
    made.hub.up = True
    made.holders[0] = made.open(world.HOLDERS[0])
    asyncio.run(made.holders[0].erase())
    assert len(made.hub.attestations) == 1


def test_a_holder_killed_between_the_intention_and_the_erasure_erases_after_its_restart(
    made: World, later: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    later(30 * DAY)
    policy(made)
    refresh(made)
    later(30 * DAY + HOUR)

    def die(*_given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(made.holders[0].desk.vault._sealed.__class__, "write_over", die)
        with pytest.raises(KeyboardInterrupt):
            asyncio.run(made.holders[0].erase())
    assert made.hub.attestations == []
    made.holders[0] = made.open(world.HOLDERS[0])
    asyncio.run(made.holders[0].erase())
    assert generations(made.holders[0]) == [2]
    (told,) = made.hub.attestations
    assert len(documents.read(told.payload, attest.Attestation).erased) == 1


def test_a_refresh_that_is_not_due_and_not_ordered_gets_no_message(made: World, later: Later) -> None:
    later(29 * DAY)
    policy(made)
    identity = run(made, made.hub.open_renewal("refresh", renews=newest(made)))
    assert made.hub.ceremonies[identity][1] == []


def test_a_holder_orders_a_refresh_after_an_incident(made: World, later: Later) -> None:
    later(DAY)
    refresh(made, order=order(made))
    assert made.record().generation == 2
    stale = order(made)
    later(DAY + 10)
    refresh(made, order=order(made, 2))
    identity = run(made, made.hub.open_renewal("refresh", renews=newest(made), order=stale))
    assert made.hub.ceremonies[identity][1] == [], "a key that was renewed since is not renewed for that order"


@pytest.mark.parametrize("forged", ["member", "other-holder", "days-old"])
def test_an_order_that_no_holder_gave_today_moves_nobody(made: World, later: Later, forged: str) -> None:
    signer = {"member": world.PARTIES[0], "other-holder": world.HOLDERS[1], "days-old": world.HOLDERS[0]}[forged]
    made_at = clock.now() + 10
    later(2 * DAY if forged == "days-old" else 20)
    told = openings.RefreshOrder(1, made_at)
    signed = documents.sign(openings.ORDER_LABEL, told, [made.hub.keyring.private(signer.slug)])
    identity = run(made, made.hub.open_renewal("refresh", renews=newest(made), order=signed))
    assert made.hub.ceremonies[identity][1] == []


def test_a_ceremony_that_was_opened_at_another_time_gets_no_message(made: World, later: Later) -> None:
    later(30 * DAY)
    policy(made)
    for away in (-301, 301):
        identity = made.hub.open_renewal("refresh", renews=newest(made))
        made.hub.openings[identity]["opened"] = clock.now() + away
        assert made.hub.ceremonies[run(made, identity)][1] == []
        made.hub.ceremonies.clear()


def test_a_holder_killed_between_its_confirmation_and_the_record_still_answers(made: World, later: Later) -> None:
    """The shares of the generation before stay until the record is there: they are the only usable ones."""
    first = output(made, (1, 2))
    later(30 * DAY)
    policy(made)
    identity = run(made, made.hub.open_renewal("refresh", renews=newest(made)))
    assert generations(made.holders[0]) == [1, 2]
    made.holders = [made.open(party) for party in world.HOLDERS]
    later(30 * DAY + 2 * HOUR)
    policy(made)
    erase(made)
    assert [generations(one) for one in made.holders] == [[1, 2]] * 3
    assert output(made, (1, 2)) == first
    assert made.hub.close_when_done(identity)
    asyncio.run(made.refresh())
    assert output(made, (2, 3)) == first
    erase(made)
    assert [generations(one) for one in made.holders] == [[2]] * 3


def test_an_absentee_leaves_everything_as_it_was_and_the_next_refresh_succeeds(made: World, later: Later) -> None:
    later(30 * DAY)
    policy(made)
    identity = run(made, made.hub.open_renewal("refresh", renews=newest(made)), but=(3,))
    assert not made.hub.close_when_done(identity)
    made.hub.ceremonies.clear()
    refresh(made)
    assert made.record().generation == 2


def test_an_equivocating_holder_makes_no_record(made: World, later: Later) -> None:
    """Holder 3 deals others than it sent to the first: the transcripts differ, and the records do."""
    later(30 * DAY)
    policy(made)
    identity = run(made, made.hub.open_renewal("refresh", renews=newest(made)), rounds=2)
    slots = made.hub.ceremonies[identity][0]
    asyncio.run(made.holders[0].take_part())
    others = ceremony.Participant(made.holders[2].clerk._parts[identity].participant.setting, 3, os.urandom)
    signer = made.hub.keyring.private(world.HOLDERS[2].slug)

    def swapped(one: documents.Signed) -> documents.Signed:
        message = ceremony.read(one.payload)
        if message.index != 3 or message.round == 3:
            return one
        payload = others.commit() if message.round == 1 else others.deal()
        return documents.Signed(payload, (documents.signature("dkg", payload, signer),))

    made.hub.ceremonies[identity] = slots, [swapped(one) for one in made.hub.ceremonies[identity][1]]
    asyncio.run(made.holders[1].take_part())
    confirms = [ceremony.read(one.payload) for one in made.hub.ceremonies[identity][1]]
    confirms = [one for one in confirms if isinstance(one, ceremony.Confirm)]
    assert len({one.transcript for one in confirms}) == len({one.records[0].record for one in confirms}) == 2


def lose(made: World, place: int, folder: Path) -> None:
    """A holder is lost for good; the policy names another organisation in its place, which has no share."""
    slug = world.HOLDERS[place - 1].slug
    for name in ("key", "seal", "passphrase"):
        made.hub.keyring.file(f"{slug}.{name}").unlink()
    made.hub.keyring.ensure()
    (made.folder / slug).rename(folder / "lost")
    made.holders[place - 1] = made.open(world.HOLDERS[place - 1])
    policy(made)


def test_a_reshare_replaces_a_holder_that_was_lost_for_good(made: World, tmp_path: Path, later: Later) -> None:
    before, first = made.record(), output(made, (1, 3))
    later(DAY)
    lose(made, 3, tmp_path)
    assert output(made, (1, 2)) == first, "until then the others go on under the old record"
    error = asyncio.run(refused(made.holders[2], made.request().octets(), key_of(made)))
    assert isinstance(error, errors.NotFound | errors.Unavailable)
    identity = run(made, made.hub.open_renewal("reshare", renews=newest(made), dealers=[1, 2]))
    assert made.hub.close_when_done(identity)
    asyncio.run(made.refresh())
    after = made.record()
    assert (after.id, after.generation, after.made) == (before.id, 2, before.made)
    assert output(made, (1, 3)) == output(made, (2, 3)) == first


def test_the_lost_share_is_worth_nothing_after_the_reshare(made: World, tmp_path: Path, later: Later) -> None:
    lost = made.holders[2].desk.vault.share(made.record())
    public = made.record().key
    later(DAY)
    lose(made, 3, tmp_path)
    identity = run(made, made.hub.open_renewal("reshare", renews=newest(made), dealers=[1, 2]))
    assert made.hub.close_when_done(identity)
    asyncio.run(made.refresh())
    held = made.holders[0].desk.vault.share(made.record())
    assert sharing.combine({1: held.public, 3: lost.public}) != public
    assert sharing.combine({1: held.public, 3: made.record().shares[2]}) == public


@pytest.mark.parametrize("dealers", [[1], [1, 1], [1, 2, 3], [1, 3], []])
def test_a_reshare_by_others_than_t_old_holders_gets_no_message(
    made: World, tmp_path: Path, later: Later, dealers: list[int]
) -> None:
    later(DAY)
    lose(made, 3, tmp_path)
    identity = run(made, made.hub.open_renewal("reshare", renews=newest(made), dealers=dealers), but=(3,))
    assert made.hub.ceremonies[identity][1] == []


def test_nobody_reshares_while_no_holder_was_replaced(made: World, later: Later) -> None:
    later(DAY)
    identity = run(made, made.hub.open_renewal("reshare", renews=newest(made), dealers=[1, 2]))
    assert made.hub.ceremonies[identity][1] == []


def test_a_new_holder_believes_no_record_that_the_hub_made_up(made: World, tmp_path: Path, later: Later) -> None:
    later(DAY)
    lose(made, 3, tmp_path)
    record = msgspec.json.decode(newest(made).payload, type=KeyRecord)
    forged = documents.sign("keys", record, [Ed25519PrivateKey.generate() for _ in range(3)])
    identity = run(made, made.hub.open_renewal("reshare", renews=forged, dealers=[1, 2]), but=(1, 2))
    assert made.hub.ceremonies[identity][1] == []


def test_a_record_that_was_accepted_counts_on_after_a_holder_was_replaced_also_after_a_restart(
    made: World, tmp_path: Path, later: Later
) -> None:
    first = output(made, (1, 2))
    later(DAY)
    lose(made, 3, tmp_path)
    made.holders[:2] = [made.open(party) for party in world.HOLDERS[:2]]
    asyncio.run(made.refresh())
    assert output(made, (1, 2)) == first


def test_another_key_in_the_place_of_one_that_is_there_is_refused(made: World) -> None:
    """Even when all holders signed it."""
    record, secret = made.record(), os.urandom(64)
    coefficients = [sharing.group.reduce(secret), sharing.group.reduce(secret[::-1])]
    committed = sharing.commitments(coefficients)
    shares = tuple(sharing.public_at(committed, i) for i in (1, 2, 3))
    other = msgspec.structs.replace(record, key=committed[0], shares=shares)
    made.hub.keys.append(documents.sign("keys", other, [made.hub.keyring.private(one.slug) for one in world.HOLDERS]))
    asyncio.run(made.refresh())
    assert made.record() == record


def test_shares_of_an_ended_epoch_are_erased_a_day_after_it(made: World, later: Later) -> None:
    later(70 * DAY)
    policy(made)
    assert made.hub.close_when_done(run(made, made.hub.open_ceremony(Slot(world.CIRCLE, 1, 2, 1))))
    asyncio.run(made.refresh())
    later(91 * DAY - HOUR)
    policy(made)
    erase(made)
    assert {one.record.epoch for one in made.holders[0].desk.vault.kept()} == {1, 2}
    later(91 * DAY)
    erase(made)
    assert {one.record.epoch for one in made.holders[0].desk.vault.kept()} == {2}
    gone = [documents.read(one.payload, attest.Attestation) for one in made.hub.attestations]
    assert [(one.holder, one.erased[0].reason, one.erased[0].slot.epoch) for one in gone] == [
        (1, "ended", 1),
        (2, "ended", 1),
        (3, "ended", 1),
    ]


def test_a_clock_that_runs_ahead_of_the_policy_erases_nothing(made: World, later: Later) -> None:
    later(200 * DAY)
    with pytest.raises(errors.Unavailable):
        asyncio.run(made.holders[0].erase())
    assert generations(made.holders[0]) == [1]


def test_a_key_is_ordered_28_days_ahead_and_not_earlier(made: World, later: Later) -> None:
    for days, taken in ((61, False), (62, True)):
        later(days * DAY)
        policy(made)
        identity = run(made, made.hub.open_ceremony(Slot(world.CIRCLE, 1, 2, 1)))
        assert bool(made.hub.ceremonies.pop(identity)[1]) == taken


def test_without_a_next_key_the_old_one_answers_for_28_days_and_then_the_circle_is_closed(made: World, later: Later) -> None:
    later(117 * DAY)
    policy(made)
    assert asyncio.run(ask(made.holders[0], made.request().octets(), key_of(made))).status_code == 200
    later(120 * DAY)
    policy(made)
    error = asyncio.run(refused(made.holders[0], made.request().octets(), key_of(made)))
    assert isinstance(error, errors.NotAllowed)
    assert error.fields["ground"] == "kring-zonder-sleutel"


def test_a_key_that_was_prolonged_answers_until_the_next_takes_over(made: World, later: Later) -> None:
    later(95 * DAY)
    policy(made)
    assert made.hub.close_when_done(run(made, made.hub.open_ceremony(Slot(world.CIRCLE, 1, 2, 1))))
    asyncio.run(made.refresh())
    by_epoch = {one.record.epoch: one.record for one in made.holders[0].directory.keys.values()}
    asked = {
        epoch: wire.EvaluateRequest(record.id, Use.CHECK, os.urandom(16), os.urandom(32), [oprf.hash_to_group(b"x")]).octets()
        for epoch, record in by_epoch.items()
    }
    for days, answering in ((117, {1, 2}), (118, {1, 2}), (120, {2})):
        later(days * DAY)
        policy(made)
        found = {e for e, body in asked.items() if asyncio.run(ask(made.holders[0], body, key_of(made))).status_code == 200}
        assert found == answering, days
