"""Crypto addresses: the id of the chain (CAIP-2) and an address whose checksum, or where there is none its length, holds."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from sluis.core import errors
from sluis.core.identifiers import checksums, spelling
from sluis.core.identifiers.kinds import Identifier, IdentifierType

BITCOIN: Final = "bip122:000000000019d6689c085ae165831e93"
LITECOIN: Final = "bip122:12a765e31ffd4059bada1e25190f6e98"
DOGECOIN: Final = "bip122:1a91e3dace36e2be3bf030a65679fe82"
TRON: Final = "tron:728126428"
SOLANA: Final = "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp"
XRPL: Final = "xrpl:0"
POLKADOT: Final = "polkadot:91b171bb158e2d3848fa23a9f1c25182"
# One key holds an address on every EVM chain, so all of them are one.
EVM: Final = "eip155"

_VERSIONS: Final = {0x00: BITCOIN, 0x05: BITCOIN, 0x30: LITECOIN, 0x32: LITECOIN, 0x1E: DOGECOIN, 0x16: DOGECOIN, 0x41: TRON}
_SEGWIT: Final = {"bc": BITCOIN, "ltc": LITECOIN}
_CHAINS: Final = (BITCOIN, LITECOIN, DOGECOIN, TRON, SOLANA, XRPL, POLKADOT)
_EVM_ADDRESS = re.compile(r"0[xX][0-9a-fA-F]{40}")
_EVM_CHAIN = re.compile(r"eip155(:(0|[1-9][0-9]{0,31}))?")
_SIGNS = re.compile(r"[0-9A-Za-z]{25,90}")


@dataclass(frozen=True, slots=True)
class _Found:
    chain: str
    address: str
    holds: bool = True


def parse(text: str) -> Identifier:
    """The address in `text` as `chain:address`; the chain in front may be left out, as the address itself tells it.

    Raises Malformed: `crypto-leeg`, `crypto-keten` (a chain that is not read, or not that of the address), `crypto-vorm`,
    `crypto-controlegetal`.
    """
    trimmed = spelling.trimmed(text)
    if not trimmed:
        raise errors.Malformed("There is no crypto address here.", code="crypto-leeg")
    named, _colon, address = trimmed.rpartition(":")
    chain = _chain(named)
    found = _read(address)
    if chain not in ("", found.chain):
        raise errors.Malformed("This is no address on the chain named.", code="crypto-keten")
    return Identifier(IdentifierType.CRYPTO, f"{found.chain}:{found.address}")


def _chain(named: str) -> str:
    if _EVM_CHAIN.fullmatch(named):
        return EVM
    if named and named not in _CHAINS:
        raise errors.Malformed("No addresses of this chain are read.", code="crypto-keten")
    return named


def _read(address: str) -> _Found:
    if not _SIGNS.fullmatch(address):
        raise _wrong_form()
    found = [one for reader in _READERS for one in reader(address)]
    if not found:
        raise _wrong_form()
    for one in found:
        if one.holds:
            return one
    raise errors.Malformed("The checksum does not match; look for a typing error.", code="crypto-controlegetal")


def _wrong_form() -> errors.Malformed:
    return errors.Malformed("No chain that is read has addresses of this form.", code="crypto-vorm")


def _evm(address: str) -> Iterator[_Found]:
    if _EVM_ADDRESS.fullmatch(address):
        digits = address[2:]
        plain = digits in (digits.lower(), digits.upper())
        yield _Found(EVM, "0x" + digits.lower(), plain or digits == _eip55(digits.lower()))


def _eip55(digits: str) -> str:
    marks = checksums.keccak256(digits.encode()).hex()
    return "".join(sign.upper() if int(mark, 16) > 7 else sign for sign, mark in zip(digits, marks, strict=False))


def _witness(address: str) -> Iterator[_Found]:
    lower = address.lower()
    for prefix, chain in _SEGWIT.items():
        if lower.startswith(prefix + "1"):
            yield _Found(chain, lower, checksums.segwit(address) == prefix)


def _base58(address: str) -> Iterator[_Found]:
    octets = checksums.base58(address) or b""
    if len(octets) == 25 and octets[0] in _VERSIONS:
        yield _Found(_VERSIONS[octets[0]], address, checksums.base58check(octets))
    if len(octets) == 32:
        yield _Found(SOLANA, address)
    if len(octets) == 35 and octets[0] == 0:
        mark = hashlib.blake2b(b"SS58PRE" + octets[:-2]).digest()[:2]
        yield _Found(POLKADOT, address, mark == octets[-2:])


def _ripple(address: str) -> Iterator[_Found]:
    octets = checksums.base58(address, alphabet=checksums.RIPPLE_ALPHABET) or b""
    if address.startswith("r") and len(octets) == 25 and octets[0] == 0:
        yield _Found(XRPL, address, checksums.base58check(octets))


_READERS: Final[tuple[Callable[[str], Iterator[_Found]], ...]] = (_evm, _witness, _base58, _ripple)
