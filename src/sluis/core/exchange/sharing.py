"""Shamir and Feldman sharing of a key over n holders, of whom t are needed (1 <= t <= n <= 9).

Secret scalars stay inside libsodium; coefficients of Lagrange are public and are Python integers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from sluis.core import errors
from sluis.core.exchange import group
from sluis.core.exchange.group import Element, Scalar

MAX_HOLDERS: Final = 9


def lagrange_at_zero(indices: Iterable[int]) -> dict[int, int]:
    """l_i for each index: product over j != i of j / (j - i), modulo the group order. Raises Malformed on doubles or range."""
    chosen = sorted(indices)
    if len(set(chosen)) != len(chosen) or not chosen or chosen[0] < 1 or chosen[-1] > MAX_HOLDERS:
        raise errors.Malformed("Indices are different numbers from 1 to 9.", code="ongeldige-index")
    return {i: _coefficient(i, chosen) for i in chosen}


def _coefficient(i: int, chosen: Sequence[int]) -> int:
    over, under = 1, 1
    for j in chosen:
        if j != i:
            over, under = over * j % group.ORDER, under * (j - i) % group.ORDER
    return over * pow(under, -1, group.ORDER) % group.ORDER


def combine(answers: Mapping[int, bytes], *, factor: Scalar | None = None) -> Element:
    """The sum of l_i · E_i over holders' elements, times `factor` when given (one multiplication per holder either way)."""
    weights = {i: group.public_scalar(value) for i, value in lagrange_at_zero(answers).items()}
    scalars = (group.scalar_multiply(weights[i], factor) if factor else weights[i] for i in answers)
    return group.sum_of_products(scalars, answers.values())


def share_at(coefficients: Sequence[Scalar], index: int, *, lowest: int = 0) -> Scalar:
    """f(index) of the polynomial with these secret coefficients, lowest first (Horner, inside libsodium).

    `lowest` is the power of the first coefficient: 1 when the constant is zero, as in a refresh.
    """
    point = group.public_scalar(index)
    value = coefficients[-1]
    for coefficient in reversed(coefficients[:-1]):
        value = group.scalar_add(group.scalar_multiply(value, point), coefficient)
    for _ in range(lowest):
        value = group.scalar_multiply(value, point)
    return value


def commitments(coefficients: Iterable[Scalar]) -> list[Element]:
    """Feldman: coefficient · G for each."""
    return [group.multiply_base(coefficient) for coefficient in coefficients]


def public_at(committed: Sequence[bytes], index: int, *, lowest: int = 0) -> Element:
    """f(index) · G from the commitments, `lowest` as in `share_at`. Public, so Horner with small multiplications."""
    point = group.public_scalar(index)
    value = Element(committed[-1])
    for commitment in reversed(committed[:-1]):
        value = group.add(group.multiply(point, value), commitment)
    for _ in range(lowest):
        value = group.multiply(point, value)
    return value


def check_share(share: Scalar, index: int, committed: Sequence[bytes], *, lowest: int = 0) -> None:
    """Raises ProtocolFailure `aandeel-onjuist` when the share is zero or not the value the commitments promise."""
    try:
        right = group.multiply_base(group.check_scalar(share)) == public_at(committed, index, lowest=lowest)
    except errors.Malformed:
        right = False
    if not right:
        raise errors.ProtocolFailure("The share does not fit its commitments.", code="aandeel-onjuist")


def check_public_shares(public: bytes, shares: Sequence[bytes], threshold: int) -> None:
    """Holds when shares 1..n lie on one polynomial of degree threshold - 1 that gives `public` at 0.

    Each holder beyond the first t - 1 takes a turn as the last of a subset. Raises ProtocolFailure `sleutel-onsamenhangend`.
    """
    if not 1 <= threshold <= len(shares) <= MAX_HOLDERS:
        raise errors.ProtocolFailure("The threshold and the number of shares do not fit.", code="sleutel-onsamenhangend")
    fixed = range(1, threshold)
    for last in range(threshold, len(shares) + 1):
        chosen = {i: shares[i - 1] for i in (*fixed, last)}
        if combine(chosen) != public:
            raise errors.ProtocolFailure("The public shares do not give the public key.", code="sleutel-onsamenhangend")
