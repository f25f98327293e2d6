"""Encodings with a checksum that crypto addresses are written in: base58check, bech32, bech32m, Keccak-256 for EIP-55."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

from stdnum import bitcoin

BITCOIN_ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
RIPPLE_ALPHABET: Final = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
_BECH32: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH32_ONE, _BECH32M_ONE = 1, 0x2BC830A3
_RATE: Final = 136
_MASK: Final = 2**64 - 1


def base58(text: str, *, alphabet: str = BITCOIN_ALPHABET) -> bytes | None:
    """The octets written in base58, or None when a sign is not of the alphabet."""
    if not text or not set(text) <= set(alphabet):
        return None
    value = 0
    for sign in text:
        value = value * 58 + alphabet.index(sign)
    zeros = len(text) - len(text.lstrip(alphabet[0]))
    return bytes(zeros) + value.to_bytes((value.bit_length() + 7) // 8, "big")


def base58check(octets: bytes) -> bool:
    """Whether the last four octets are those of the double SHA-256 of the others."""
    return hashlib.sha256(hashlib.sha256(octets[:-4]).digest()).digest()[:4] == octets[-4:]


def segwit(text: str) -> str | None:
    """The human-readable part of a witness address in lower case, or None when it does not hold.

    Source: BIP-173 and BIP-350 (version 0 has bech32 and 20 or 32 octets, later ones bech32m and 2 to 40).
    """
    prefix, one, data = text.lower().rpartition("1")
    mixed = text not in (text.lower(), text.upper())
    if mixed or not (prefix and one) or len(text) > 90 or len(data) < 8 or not set(data) <= set(_BECH32):
        return None
    values = [_BECH32.index(sign) for sign in data]
    constant = _BECH32_ONE if values[0] == 0 else _BECH32M_ONE
    return prefix if _polymod([*_expanded(prefix), *values]) == constant and _is_program(values) else None


def _expanded(prefix: str) -> list[int]:
    return [*(ord(sign) >> 5 for sign in prefix), 0, *(ord(sign) & 31 for sign in prefix)]


def _polymod(values: Iterable[int]) -> int:
    return bitcoin.bech32_checksum(values)


def _is_program(values: list[int]) -> bool:
    bits = 5 * (len(values) - 7)
    size, spare = divmod(bits, 8)
    padded = spare < 5 and not values[-7] & ((1 << spare) - 1)
    return padded and values[0] <= 16 and (size in (20, 32) if values[0] == 0 else 2 <= size <= 40)


def keccak256(octets: bytes) -> bytes:
    """Keccak-256 as Ethereum uses it: the permutation of FIPS 202 with the padding of the first Keccak (0x01)."""
    return sponge(octets, padding=0x01)


def sponge(octets: bytes, *, padding: int) -> bytes:
    """32 octets of the sponge with capacity 512; with `padding` 0x06 it is SHA3-256. Source: FIPS 202, sections 3 and 4."""
    padded = bytearray(octets + bytes([padding]) + bytes(-(len(octets) + 1) % _RATE))
    padded[-1] |= 0x80
    lanes = [0] * 25
    for start in range(0, len(padded), _RATE):
        for i in range(_RATE // 8):
            lanes[i] ^= int.from_bytes(padded[start + 8 * i : start + 8 * i + 8], "little")
        lanes = _permuted(lanes)
    return b"".join(lane.to_bytes(8, "little") for lane in lanes[:4])


def _rotated(lane: int, by: int) -> int:
    by %= 64
    return (lane << by | lane >> (64 - by)) & _MASK


def _permuted(a: list[int]) -> list[int]:
    for constant in _ROUNDS:
        a = _round(a)
        a[0] ^= constant
    return a


def _round(a: list[int]) -> list[int]:
    # Theta: each lane takes the parity of two columns.
    c = [a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20] for x in range(5)]
    d = [c[(x - 1) % 5] ^ _rotated(c[(x + 1) % 5], 1) for x in range(5)]
    # Rho and pi: rotate each lane and move it.
    b = [0] * 25
    for i, (target, by) in enumerate(_MOVES):
        b[target] = _rotated(a[i] ^ d[i % 5], by)
    # Chi: the only step that is not linear.
    return [b[i] ^ (~b[i - i % 5 + (i + 1) % 5] & _MASK & b[i - i % 5 + (i + 2) % 5]) for i in range(25)]


def _moves() -> list[tuple[int, int]]:
    """Where lane x + 5 y goes and how far it turns."""
    moves = [(0, 0)] * 25
    x, y = 1, 0
    for t in range(24):
        moves[x + 5 * y] = (y + 5 * ((2 * x + 3 * y) % 5), (t + 1) * (t + 2) // 2)
        x, y = y, (2 * x + 3 * y) % 5
    return moves


def _round_constants() -> list[int]:
    """The 24 constants, from the linear feedback register of FIPS 202 algorithm 5."""
    constants, register = [], 1
    for _ in range(24):
        constant = 0
        for j in range(7):
            constant |= (register & 1) << (2**j - 1)
            register = register << 1 ^ (0x171 if register & 0x80 else 0)
        constants.append(constant)
    return constants


_MOVES: Final = _moves()
_ROUNDS: Final = _round_constants()
