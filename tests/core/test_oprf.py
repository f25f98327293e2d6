"""RFC 9497 bit for bit, an independent implementation, and what a proof must refuse."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sluis.client import vectors
from sluis.core import errors
from sluis.core.exchange import group, oprf, sharing
from sluis.core.exchange.oprf import Batch, Mode

A1 = Path(__file__).parent.parent / "vectors" / "rfc9497-a1.json"


def scalar() -> group.Scalar:
    return group.reduce(secrets.token_bytes(64))


def test_all_ristretto255_oprf_and_voprf_vectors_of_rfc_9497_pass() -> None:
    outcomes = {outcome.mode: outcome for outcome in vectors.run(A1.read_bytes())}
    assert (outcomes["OPRF"].passed, outcomes["OPRF"].failed) == (2, 0)
    assert (outcomes["VOPRF"].passed, outcomes["VOPRF"].failed) == (3, 0)
    assert (outcomes["POPRF"].passed, outcomes["POPRF"].skipped) == (0, 1)


def test_a_changed_vector_fails() -> None:
    changed = A1.read_bytes().replace(b"527759c3", b"527759c4")
    assert [outcome.failed for outcome in vectors.run(changed)] == [1, 0, 0]


def test_an_independent_implementation_accepts_our_answers_and_gives_the_same_output() -> None:
    """PyPI `voprf` blinds, verifies our batch proof and finalizes; then it evaluates and we verify its proof."""
    ristretto = pytest.importorskip("voprf").ristretto
    secret = oprf.derive_key(bytes(32), b"")
    oracle = ristretto.Evaluator(bytes(32))
    public = oracle.public_key.serialize()
    assert public == group.multiply_base(secret)
    messages = [b"a", b"bb", b"ccc"]
    pairs = [ristretto.Client.blind(message) for message in messages]
    blinded = [one.serialize() for _, one in pairs]
    evaluated = oprf.evaluate(secret, blinded)
    batch = Batch(group.Element(public), blinded, evaluated)
    answer = ristretto.VerifiableBatchOutput.deserialize(oprf.prove(secret, batch, scalar()) + b"".join(evaluated))
    theirs = ristretto.Client.finalize_batch([client for client, _ in pairs], answer, oracle.public_key)
    ours = [oprf.finalize(message, group.multiply(secret, oprf.hash_to_group(message))) for message in messages]
    assert list(theirs) == ours == [oracle.evaluate_known_input(message) for message in messages]
    proof = oracle.evaluate_batch([one for _, one in pairs]).serialize()[:64]
    oprf.verify(batch, proof)


@given(st.binary(max_size=200), st.integers(1, 2**251))
@settings(max_examples=25, deadline=None)
def test_unblinding_is_independent_of_the_blind(message: bytes, number: int) -> None:
    secret = oprf.derive_key(bytes(32), b"key")
    direct = oprf.finalize(message, group.multiply(secret, oprf.hash_to_group(message)))
    blind = group.public_scalar(number)
    (evaluated,) = oprf.evaluate(secret, [oprf.blind(message, blind)])
    assert oprf.finalize(message, group.multiply(group.scalar_invert(blind), evaluated)) == direct


def test_three_of_five_holders_equal_the_single_key() -> None:
    coefficients = [scalar() for _ in range(3)]
    element = oprf.hash_to_group(b"x")
    whole = group.multiply(coefficients[0], element)
    parts = {i: group.multiply(sharing.share_at(coefficients, i), element) for i in range(1, 6)}
    for chosen in ((1, 2, 3), (3, 4, 5), (5, 1, 4)):
        assert sharing.combine({i: parts[i] for i in chosen}) == whole
    assert sharing.combine({i: parts[i] for i in (1, 2)}) != whole


def test_mixed_generations_pass_every_proof_and_are_silently_wrong() -> None:
    """Why answers of one generation only are combined: nothing else would notice."""
    old, change = [scalar(), scalar()], [group.public_scalar(0), scalar()]
    new = [old[0], group.scalar_add(old[1], change[1])]
    element = oprf.hash_to_group(b"x")
    first, second = sharing.share_at(old, 1), sharing.share_at(new, 2)
    for share in (first, second):
        evaluated = oprf.evaluate(share, [element])
        batch = Batch(group.multiply_base(share), [element], evaluated)
        oprf.verify(batch, oprf.prove(share, batch, scalar()))
    mixed = sharing.combine({1: group.multiply(first, element), 2: group.multiply(second, element)})
    assert mixed != group.multiply(old[0], element)


@pytest.fixture
def proven() -> tuple[Batch, bytes]:
    secret = scalar()
    blinded = [oprf.hash_to_group(bytes([i])) for i in range(5)]
    batch = Batch(group.multiply_base(secret), blinded, oprf.evaluate(secret, blinded))
    return batch, oprf.prove(secret, batch, scalar())


def test_a_right_proof_verifies(proven: tuple[Batch, bytes]) -> None:
    oprf.verify(*proven)


@pytest.mark.parametrize("position", [0, 31, 32, 63])
def test_a_changed_proof_is_refused(proven: tuple[Batch, bytes], position: int) -> None:
    batch, proof = proven
    changed = bytearray(proof)
    changed[position] ^= 1
    with pytest.raises(errors.ProtocolFailure):
        oprf.verify(batch, bytes(changed))


def test_swapped_answers_another_key_and_another_mode_are_refused(proven: tuple[Batch, bytes]) -> None:
    batch, proof = proven
    swapped = [batch.evaluated[1], batch.evaluated[0], *batch.evaluated[2:]]
    other = group.multiply_base(scalar())
    for wrong in (
        Batch(batch.public, batch.blinded, swapped),
        Batch(other, batch.blinded, batch.evaluated),
        Batch(batch.public, batch.blinded, batch.evaluated, Mode.OPRF),
    ):
        with pytest.raises(errors.ProtocolFailure):
            oprf.verify(wrong, proof)


@pytest.mark.parametrize(
    "element", [bytes(32), bytes(31), b"\xff" * 32, (2**255 - 18).to_bytes(32, "little"), b"\x01" + bytes(31)]
)
def test_no_holder_multiplies_the_identity_or_what_is_not_canonical(element: bytes) -> None:
    good = oprf.hash_to_group(b"good")
    with pytest.raises(errors.Malformed) as refused:
        oprf.evaluate(scalar(), [good, element])
    assert refused.value.fields["position"] == 1
    with pytest.raises(errors.Malformed):
        group.check_element(element)


def test_libsodium_itself_calls_the_identity_valid() -> None:
    """The reason `check_element` refuses 0^32 by hand; if this changes, that line may go."""
    assert group._is_valid(bytes(32)) == 1
