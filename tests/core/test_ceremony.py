"""The key ceremony: honest holders agree, a cheat is named, nothing half-done is kept."""

from __future__ import annotations

import secrets
from collections.abc import Callable

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from sluis.core.exchange import ceremony, group, oprf, sharing
from sluis.core.exchange.ceremony import Blamed, Deal, Participant, Setting
from sluis.core.exchange.encodings import document, sha256
from sluis.core.exchange.keys import Slot

SEALS = {i: X25519PrivateKey.generate() for i in range(1, 6)}


class Round:
    """A ceremony of n holders with threshold t; `change` may tamper with one holder's deal before it is committed to."""

    def __init__(self, n: int = 3, t: int = 2, *, slots: int = 1) -> None:
        keys = {i: SEALS[i].public_key().public_bytes_raw() for i in range(1, n + 1)}
        circle = secrets.token_bytes(16)
        self.setting = Setting(bytes(16), tuple(Slot(circle, kind, 1, 1) for kind in range(1, slots + 1)), t, keys)
        self.people = {i: Participant(self.setting, i, secrets.token_bytes) for i in keys}
        self.commits = {i: one.commit() for i, one in self.people.items()}
        self.deals = {i: one.deal() for i, one in self.people.items()}

    def tamper(self, index: int, change: Callable[[Deal], Deal], *, recommit: bool = True) -> None:
        deal = change(msgspec.json.decode(self.deals[index], type=Deal))
        self.deals[index] = document(deal)
        if recommit:
            digest = sha256(self.deals[index])
            self.commits[index] = document(ceremony.Commit(self.setting.ceremony, index, digest))

    def finish(self, index: int) -> ceremony.Result:
        return self.people[index].finish(self.commits, self.deals, SEALS[index])


def changed(deal: Deal, **fields: object) -> Deal:
    return msgspec.structs.replace(deal, slots=(msgspec.structs.replace(deal.slots[0], **fields),))


@pytest.mark.parametrize(("n", "t"), [(1, 1), (3, 2), (5, 3), (4, 4)])
def test_honest_holders_agree_and_any_t_shares_are_the_key(n: int, t: int) -> None:
    held = Round(n, t, slots=2)
    results = {i: held.finish(i) for i in held.people}
    assert len({result.transcript for result in results.values()}) == 1
    for slot in held.setting.slots:
        record = results[1].records[slot]
        assert all(result.records[slot] == record for result in results.values())
        sharing.check_public_shares(record.key, record.shares, t)
        element = oprf.hash_to_group(b"x")
        parts = {i: group.multiply(result.shares[slot].secret, element) for i, result in results.items()}
        last = dict(list(parts.items())[-t:])
        assert sharing.combine(last) == sharing.combine(dict(list(parts.items())[:t]))


def test_a_deal_other_than_the_committed_one_is_blamed() -> None:
    held = Round()
    held.tamper(2, lambda deal: changed(deal, possession=bytes(64)), recommit=False)
    with pytest.raises(Blamed) as blamed:
        held.finish(1)
    assert (blamed.value.against, blamed.value.why) == (2, "belofte-gebroken")


def test_a_wrong_share_is_blamed_on_its_sender_by_its_receiver() -> None:
    held = Round()

    def wrong(deal: Deal) -> Deal:
        info = held.setting.info(deal.slots[0].slot, 3, 1)
        public = SEALS[1].public_key()
        sealed = ceremony._SUITE.encrypt(group.reduce(secrets.token_bytes(64)), public, info=info)
        shares = (msgspec.structs.replace(deal.slots[0].shares[0], sealed=sealed), *deal.slots[0].shares[1:])
        return changed(deal, shares=shares)

    held.tamper(3, wrong)
    with pytest.raises(Blamed) as blamed:
        held.finish(1)
    assert (blamed.value.against, blamed.value.why) == (3, "aandeel-onjuist")
    assert held.finish(2).transcript


def test_a_key_copied_from_another_holder_is_not_possessed() -> None:
    held = Round()
    copied = msgspec.json.decode(held.deals[1], type=Deal).slots[0]
    held.tamper(2, lambda deal: changed(deal, commitments=copied.commitments, possession=copied.possession))
    with pytest.raises(Blamed) as blamed:
        held.finish(3)
    assert (blamed.value.against, blamed.value.why) == (2, "bezit-niet-bewezen")


@pytest.mark.parametrize("commitment", [bytes(32), b"\xff" * 32])
def test_an_identity_or_invalid_commitment_is_blamed(commitment: bytes) -> None:
    held = Round()
    held.tamper(1, lambda deal: changed(deal, commitments=(deal.slots[0].commitments[0], commitment)))
    with pytest.raises(Blamed) as blamed:
        held.finish(2)
    assert blamed.value.against == 1


def test_a_polynomial_of_another_degree_is_blamed() -> None:
    held = Round()
    held.tamper(1, lambda deal: changed(deal, commitments=deal.slots[0].commitments[:1]))
    with pytest.raises(Blamed) as blamed:
        held.finish(2)
    assert (blamed.value.against, blamed.value.why) == (1, "onvolledig")


def test_messages_read_back_as_their_round() -> None:
    held = Round()
    assert isinstance(ceremony.read(held.commits[1]), ceremony.Commit)
    assert isinstance(ceremony.read(held.deals[1]), ceremony.Deal)
    blame = ceremony.Blame(bytes(16), 1, 2, "afwezig")
    assert ceremony.read(document(blame)) == blame
