"""Signed documents: a JSON payload, signed as sent. Source: `docs/reference/protocol.md`, Keys."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sluis.core import errors
from sluis.core.exchange.encodings import document, label


class Signature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One Ed25519 signature (64 octets) with the public key (32) it holds under."""

    key: bytes
    signature: bytes


class Signed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A document as sent, with its signatures."""

    payload: bytes
    signatures: tuple[Signature, ...]

    def with_signature(self, signature: Signature) -> Signed:
        """The same document with one signature more."""
        return Signed(self.payload, (*self.signatures, signature))


Document = TypeVar("Document", bound=msgspec.Struct)


def public_key(private: Ed25519PrivateKey) -> bytes:
    """The 32 octets of the public key."""
    return private.public_key().public_bytes_raw()


def signature(word: str, payload: bytes, private: Ed25519PrivateKey) -> Signature:
    """One signature over L(word) payload."""
    return Signature(public_key(private), private.sign(label(word) + payload))


def sign(word: str, value: object, privates: Iterable[Ed25519PrivateKey]) -> Signed:
    """`value` written by RFC 8785 and signed by each key under the label `word`."""
    payload = document(value)
    return Signed(payload, tuple(signature(word, payload, private) for private in privates))


def holds(key: bytes, octets: bytes, signed: bytes) -> bool:
    """Whether `signed` is the Ed25519 signature of `key` over `octets`. A key that is no key holds nothing."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signed, octets)
    except (InvalidSignature, ValueError):
        return False
    return True


def signers(word: str, signed: Signed) -> frozenset[bytes]:
    """The public keys whose signature under `word` holds."""
    octets = label(word) + signed.payload
    return frozenset(one.key for one in signed.signatures if holds(one.key, octets, one.signature))


def read(payload: bytes, kind: type[Document]) -> Document:
    """`payload` as a document of this kind. Raises Malformed `document-onleesbaar` with the place of the first fault."""
    try:
        return msgspec.json.decode(payload, type=kind)
    except msgspec.DecodeError as error:
        raise errors.Malformed(f"The document does not read: {error}", code="document-onleesbaar") from None
