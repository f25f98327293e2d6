"""The cells of the threat table that are about keys: what a part of the secrets gives, and what nobody can make."""

from __future__ import annotations

import secrets

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from make import IBAN, Circle

from sluis.apps.partners import selectors
from sluis.core import errors
from sluis.core.exchange import documents, envelope, keys, oprf, policy, sharing, signal
from sluis.core.exchange.documents import Signed
from sluis.core.exchange.encodings import document
from sluis.core.identifiers import normalise
from sluis.wire import clock


def seal_of(circle: Circle, published: object, **changes: bytes) -> envelope.Seal:
    header = signal.Header.parse(published.header)
    parts = {"output": circle.output(IBAN), "salt": published.salt, **changes}
    return envelope.Seal(parts["output"], header.key_id, circle.tag(), header.signal_id, parts["salt"])


def test_with_both_a_context_opens(circle: Circle) -> None:
    published = circle.signal("bank")
    assert envelope.open_sealed(published.context, seal_of(circle, published)).form


def test_with_y_but_without_s_no_context_opens(circle: Circle) -> None:
    published = circle.signal("bank")
    with pytest.raises(errors.ProtocolFailure):
        envelope.open_sealed(published.context, seal_of(circle, published, salt=secrets.token_bytes(32)))


def test_with_s_but_without_y_no_context_opens(circle: Circle) -> None:
    published = circle.signal("bank")
    for output in (secrets.token_bytes(64), published.voucher * 2, circle.tag() * 4):
        with pytest.raises(errors.ProtocolFailure):
            envelope.open_sealed(published.context, seal_of(circle, published, output=output))


def test_fewer_holders_than_needed_find_no_tag_with_all_the_hub_has(circle: Circle) -> None:
    x = normalise.parse("iban", IBAN).octets()
    element, wanted = oprf.hash_to_group(x), circle.tag()
    for index, secret in circle._shares.items():
        (answer,) = oprf.evaluate(secret, [element])
        for guess in (answer, sharing.combine({index: answer}), circle.record.key, circle.record.shares[index - 1]):
            voucher = signal.voucher(oprf.finalize(x, guess), circle.record.id)
            assert signal.tag(circle.record.id, voucher) != wanted


def test_a_hub_makes_no_key_that_others_accept(circle: Circle) -> None:
    forged = document(msgspec.structs.replace(circle.record, shares=circle.record.shares[::-1]))
    snapshot = policy_of(circle)
    for signers in ([circle.hub.key], [circle.hub.key, *(one.key for one in circle.holders[:2])]):
        signed = Signed(forged, tuple(documents.signature("keys", forged, one) for one in signers))
        with pytest.raises(errors.ProtocolFailure):
            keys.accept(signed, snapshot)


def policy_of(circle: Circle) -> policy.Snapshot:
    """The policy in force at the hub, which any party would hold."""
    assert circle.serial
    return selectors.snapshot()


def test_a_hub_makes_no_member_that_others_accept(circle: Circle) -> None:
    own, intruder = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    member = circle.member("shop", key=documents.public_key(intruder))
    sent = circle.snapshot(circle.section(members=(member,)), signers=1)
    with_hub = sent.head.with_signature(documents.signature("policy", sent.head.payload, own))
    pinned = {documents.public_key(one) for one in circle.policy_keys}
    for head in (sent.head, with_hub):
        with pytest.raises(errors.ProtocolFailure):
            policy.accept(msgspec.structs.replace(sent, head=head), pinned=pinned, stored=policy_of(circle), now=clock.now())
