"""The policy authority at its desk, offline: draft a snapshot, sign it with one key after another, revoke a key."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sluis.core import errors
from sluis.core.exchange import documents
from sluis.core.exchange.documents import Signed
from sluis.core.exchange.encodings import document
from sluis.core.exchange.policy import Head, Member, Revocation, SealedSection, Section, SignedSnapshot


class Draft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the authority writes: a head (its `sections` are filled in here) and the circles."""

    head: Head
    sections: tuple[Section, ...]


def read_draft(octets: bytes) -> Draft:
    """A draft from JSON. Raises Malformed `concept-onjuist` with the place of the first fault."""
    try:
        return msgspec.json.decode(octets, type=Draft)
    except msgspec.DecodeError as error:
        raise errors.Malformed(f"The draft does not hold: {error}", code="concept-onjuist") from None


def read_snapshot(octets: bytes) -> SignedSnapshot:
    """A snapshot as sent, from JSON. Raises Malformed `beleid-onleesbaar`."""
    try:
        return msgspec.json.decode(octets, type=SignedSnapshot)
    except msgspec.DecodeError as error:
        raise errors.Malformed(f"This is no policy snapshot: {error}", code="beleid-onleesbaar") from None


def with_circle(definition: Draft, section: Section) -> Draft:
    """The definition with one circle more. Raises Conflict `kring-bestaat` when a circle has that name."""
    if any(one.name == section.name for one in definition.sections):
        raise errors.Conflict("A circle has this name already; choose another.", code="kring-bestaat")
    return Draft(definition.head, (*definition.sections, section))


def read_members(octets: bytes) -> tuple[Member, ...]:
    """Members as a section has them, from JSON. Raises Malformed `leden-onjuist` with the place of the first fault."""
    try:
        found = msgspec.json.decode(octets, type=tuple[Member, ...])
    except msgspec.DecodeError as error:
        raise errors.Malformed(f"The members do not hold: {error}", code="leden-onjuist") from None
    if not found:
        raise errors.Malformed("A circle has members.", code="leden-onjuist")
    return found


def draft(head: Head, sections: Sequence[Section]) -> SignedSnapshot:
    """An unsigned snapshot: each section under fresh salt, its digest in the head."""
    sealed = tuple(SealedSection(payload=document(section), salt=secrets.token_bytes(16)) for section in sections)
    named = msgspec.structs.replace(head, sections=tuple(one.digest() for one in sealed))
    return SignedSnapshot(head=Signed(document(named), ()), sections=sealed)


def countersign(snapshot: SignedSnapshot, private: Ed25519PrivateKey) -> SignedSnapshot:
    """The snapshot with one signature more.

    Raises Conflict `al-getekend` when this key signed already, and as `require_whole`: what does not read is not signed.
    """
    require_whole(snapshot)
    if documents.public_key(private) in documents.signers("policy", snapshot.head):
        raise errors.Conflict("This key has signed already; two different keys are needed.", code="al-getekend")
    signature = documents.signature("policy", snapshot.head.payload, private)
    return SignedSnapshot(head=snapshot.head.with_signature(signature), sections=snapshot.sections)


def require_whole(snapshot: SignedSnapshot) -> None:
    """Raises Malformed when head or a section does not read, or the sections are not those the head names."""
    head = documents.read(snapshot.head.payload, Head)
    for sealed in snapshot.sections:
        documents.read(sealed.payload, Section)
    if tuple(sealed.digest() for sealed in snapshot.sections) != head.sections:
        raise errors.Malformed("The circles are not those that the head names; draft it again.", code="andere-kringen")


def revoke(key: bytes, private: Ed25519PrivateKey, *, now: int) -> Signed:
    """A revocation of `key`, signed by one policy key or by the key itself. Raises Malformed `sleutels`."""
    if len(key) != 32:
        raise errors.Malformed("Give the public key to revoke in 64 hexadecimal digits.", code="sleutels")
    return documents.sign("revoke", Revocation(v=1, key=key, created=now), [private])
