"""Refresh and reshare: other shares, the same key; a cheat is named, an older generation's messages are worth nothing."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from sluis.core import errors
from sluis.core.exchange import asking, ceremony, evaluation, group, oprf, sharing, wire
from sluis.core.exchange.ceremony import Blamed, Deal, Kind, Participant, Setting
from sluis.core.exchange.encodings import document, sha256
from sluis.core.exchange.keys import KeyRecord, Slot
from sluis.core.exchange.words import Use

OLD = {i: X25519PrivateKey.generate() for i in range(1, 6)}
NEW = {i: X25519PrivateKey.generate() for i in range(1, 6)}
SLOT = Slot(bytes(16), 1, 1, 1)
X = b"x"


class Held:
    """One ceremony of any kind among `seals`; `shares` are the generation before, of who has it."""

    def __init__(self, setting: Setting, seals: dict[int, X25519PrivateKey], shares: dict[int, group.Scalar]) -> None:
        self.setting, self.seals, (slot,) = setting, seals, setting.slots
        held = {i: {slot: shares[i]} if i in shares else {} for i in seals}
        self.people = {i: Participant(setting, i, secrets.token_bytes, held=held[i]) for i in seals}
        self.commits = {i: one.commit() for i, one in self.people.items()}
        self.deals = {i: one.deal() for i, one in self.people.items()}

    def put(self, index: int, payload: bytes) -> None:
        self.deals[index] = payload
        self.commits[index] = document(ceremony.Commit(self.setting.ceremony, index, sha256(payload)))

    def change(self, index: int, change: Callable[[ceremony.Dealt], ceremony.Dealt]) -> None:
        deal = msgspec.json.decode(self.deals[index], type=Deal)
        self.put(index, document(msgspec.structs.replace(deal, slots=tuple(map(change, deal.slots)))))

    def finish(self, index: int) -> ceremony.Result:
        return self.people[index].finish(self.commits, self.deals, self.seals[index])

    def all(self) -> tuple[KeyRecord, dict[int, group.Scalar]]:
        (slot,) = self.setting.slots
        results = {i: self.finish(i) for i in self.people}
        assert len({result.transcript for result in results.values()}) == 1
        assert len({document(result.records[slot]) for result in results.values()}) == 1
        return results[1].records[slot], {i: result.shares[slot].secret for i, result in results.items()}


def public(seals: dict[int, X25519PrivateKey]) -> dict[int, bytes]:
    return {i: one.public_key().public_bytes_raw() for i, one in seals.items()}


def made(n: int = 3, t: int = 2) -> tuple[KeyRecord, dict[int, group.Scalar]]:
    seals = {i: OLD[i] for i in range(1, n + 1)}
    return Held(Setting(bytes(16), (SLOT,), t, public(seals), opened=1000), seals, {}).all()


def renewal(
    kind: Kind, record: KeyRecord, shares: dict[int, group.Scalar], *, lost: Sequence[int] = (), opened: int = 2000
) -> Held:
    """A refresh, or a reshare in which the holders `lost` are replaced by others without shares."""
    seals = {i: NEW[i] if i in lost else OLD[i] for i in range(1, record.n + 1)}
    left = {i: share for i, share in shares.items() if i not in lost}
    dealers = tuple(sorted(left)[: record.t]) if kind == "reshare" else ()
    slot = record.slot.next()
    identity = secrets.token_bytes(16)
    setting = Setting(identity, (slot,), record.t, public(seals), opened, kind, {slot: record}, dealers)
    return Held(setting, seals, left)


def output(shares: dict[int, group.Scalar], chosen: Sequence[int]) -> bytes:
    element = oprf.hash_to_group(X)
    return oprf.finalize(X, sharing.combine({i: group.multiply(shares[i], element) for i in chosen}))


@pytest.mark.parametrize(("n", "t"), [(2, 2), (3, 2), (5, 3)])
@pytest.mark.parametrize("kind", ["refresh", "reshare"])
def test_other_shares_give_the_same_key_and_the_same_output(kind: Kind, n: int, t: int) -> None:
    record, shares = made(n, t)
    lost = [n] if kind == "reshare" and n > t else []
    newer, fresh = renewal(kind, record, shares, lost=lost).all()
    assert (newer.id, newer.key, newer.generation, newer.made, newer.renewed) == (record.id, record.key, 2, 1000, 2000)
    assert not set(newer.shares) & set(record.shares)
    sharing.check_public_shares(newer.key, newer.shares, t)
    first, last = range(1, t + 1), range(n - t + 1, n + 1)
    assert output(fresh, first) == output(fresh, last) == output(shares, first)


@settings(max_examples=12, deadline=None)
@given(st.lists(st.sampled_from(["refresh", "reshare 1", "reshare 2", "reshare 3"]), max_size=4))
def test_any_sequence_of_renewals_keeps_the_key(kinds: list[str]) -> None:
    record, shares = made()
    public_key, before = record.key, output(shares, (1, 3))
    for one in kinds:
        kind, _, who = one.partition(" ")
        held = renewal("reshare" if who else "refresh", record, shares, lost=[int(who)] if who else [])
        record, shares = held.all()
        assert kind == held.setting.kind
    assert (record.key, record.generation, output(shares, (2, 3))) == (public_key, 1 + len(kinds), before)


def test_two_generations_together_pass_every_proof_and_give_another_output() -> None:
    """Why an answer names its generation: nothing else tells a mixture from the truth."""
    record, shares = made()
    _newer, fresh = renewal("refresh", record, shares).all()
    assert output({1: shares[1], 2: fresh[2]}, (1, 2)) != output(shares, (1, 2))


def test_an_asker_combines_one_generation_only() -> None:
    answers = [wire.EvaluateAnswer(i, generation, 0, [], bytes(64), b"") for i, generation in ((1, 1), (2, 2))]
    with pytest.raises(errors.Unavailable):
        asking.one_generation(answers, 2)
    third = wire.EvaluateAnswer(3, 2, 0, [], bytes(64), b"")
    assert set(asking.one_generation([*answers, third], 2)) == {2, 3}


def test_an_answer_of_another_generation_does_not_pass_under_this_one_s_shares() -> None:
    record, shares = made()
    _newer, fresh = renewal("refresh", record, shares).all()
    plan = asking.Plan(record.id, Use.CHECK, bytes(16), bytes(32))
    asked = asking.ask([asking.Question(X, "p", "r")], plan)
    blinded = asked.request.blinded
    share = evaluation.Share(1, 2, fresh[1], group.multiply_base(fresh[1]))
    evaluated = oprf.evaluate(share.secret, blinded)
    proof = oprf.prove(share.secret, oprf.Batch(share.public, blinded, evaluated), group.reduce(secrets.token_bytes(64)))
    with pytest.raises(errors.ProtocolFailure):
        oprf.verify(oprf.Batch(group.Element(record.shares[0]), blinded, evaluated), proof)


def blamed(held: Held, by: int) -> tuple[int, str]:
    with pytest.raises(Blamed) as found:
        held.finish(by)
    return found.value.against, found.value.why


@pytest.mark.parametrize("kind", ["refresh", "reshare"])
def test_a_bad_share_is_blamed_on_its_sender_by_its_receiver_alone(kind: Kind) -> None:
    held = renewal(kind, *made())

    def wrong(part: ceremony.Dealt) -> ceremony.Dealt:
        info = held.setting.info(part.slot, 2, 1)
        sealed = ceremony._SUITE.encrypt(group.reduce(secrets.token_bytes(64)), OLD[1].public_key(), info=info)
        return msgspec.structs.replace(part, shares=(ceremony.SealedShare(1, sealed), *part.shares[1:]))

    held.change(2, wrong)
    assert blamed(held, 1) == (2, "aandeel-onjuist")
    assert held.finish(3).transcript


def test_a_refresh_with_a_constant_that_would_change_the_key_is_blamed() -> None:
    """One commitment too many is seen by all; a constant hidden in the shares is seen by who receives them."""
    record, shares = made()
    held = renewal("refresh", record, shares)
    seen = replace(held.setting, kind="dkg")
    held.put(2, Participant(seen, 2, secrets.token_bytes).deal())
    assert blamed(held, 1) == blamed(held, 3) == (2, "onvolledig")

    held = renewal("refresh", record, shares)
    more = group.reduce(secrets.token_bytes(64))

    def hidden(part: ceremony.Dealt) -> ceremony.Dealt:
        sealed = []
        for share in part.shares:
            info = held.setting.info(part.slot, 2, share.to)
            opened = ceremony._SUITE.decrypt(share.sealed, OLD[share.to], info=info)
            changed = group.scalar_add(group.Scalar(opened), more)
            sealed.append(
                ceremony.SealedShare(share.to, ceremony._SUITE.encrypt(changed, OLD[share.to].public_key(), info=info))
            )
        return msgspec.structs.replace(part, shares=tuple(sealed))

    held.change(2, hidden)
    assert blamed(held, 1) == blamed(held, 3) == (2, "aandeel-onjuist")


def test_a_reshare_with_a_constant_that_would_change_the_key_is_blamed_by_everybody() -> None:
    record, shares = made()
    lying = {**shares, 2: group.reduce(secrets.token_bytes(64))}
    held = renewal("reshare", record, lying, lost=[3])
    assert {blamed(held, i) for i in (1, 3)} == {(2, "andere-sleutel")}


def test_a_reshare_takes_nothing_of_who_is_no_dealer() -> None:
    record, shares = made()
    held = renewal("reshare", record, shares, lost=[3])
    dealt = msgspec.json.decode(held.deals[1], type=Deal)
    held.put(3, document(msgspec.structs.replace(dealt, index=3)))
    assert blamed(held, 1) == (3, "andere-sleutels")


def test_messages_of_an_older_generation_are_worth_nothing() -> None:
    """Another ceremony id; under the new id another slot; and for the new slot an old proof and an old seal do not hold."""
    record, shares = made()
    first = renewal("refresh", record, shares)
    newer, fresh = first.all()
    again = renewal("refresh", newer, fresh, opened=3000)
    again.commits[2], again.deals[2] = first.commits[2], first.deals[2]
    assert blamed(again, 1) == (2, "belofte-gebroken")
    old = msgspec.json.decode(first.deals[2], type=Deal)
    moved = msgspec.structs.replace(old, ceremony=again.setting.ceremony)
    again.put(2, document(moved))
    assert blamed(again, 1) == (2, "andere-sleutels")
    (slot,) = again.setting.slots
    relabelled = tuple(msgspec.structs.replace(part, slot=slot) for part in old.slots)
    again.put(2, document(msgspec.structs.replace(moved, slots=relabelled)))
    assert blamed(again, 1) == (2, "bezit-niet-bewezen")


def test_who_equivocates_is_seen_by_different_transcripts() -> None:
    held = renewal("refresh", *made())
    seen_by_one = held.finish(1).transcript
    other = Participant(held.setting, 2, secrets.token_bytes)
    held.put(2, other.deal())
    assert held.finish(3).transcript != seen_by_one


@pytest.mark.parametrize("kind", ["refresh", "reshare"])
def test_two_participants_draw_nothing_alike(kind: Kind) -> None:
    record, shares = made()
    one, two = renewal(kind, record, shares), renewal(kind, record, shares)
    assert one.deals[1] != two.deals[1]
    assert set(one.all()[1].values()).isdisjoint(two.all()[1].values())
