"""What the hub checks before it admits a published signal, all faults at once.

Source: `docs/reference/protocol.md`, Publish.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from sluis.core import errors
from sluis.core.errors import Fault
from sluis.core.exchange import envelope, signal
from sluis.core.exchange.encodings import KeyId, Tag
from sluis.core.exchange.policy import Member, Section
from sluis.core.exchange.words import Kind, Origin, grade_named
from sluis.core.taxonomy import forms

MAX_SIGNALS: Final = 1000
DAY: Final = 86_400


class PublishedSignal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One signal as sent: header (80), voucher (32), salt s (32), sealed context (1,040), signature (64)."""

    header: bytes
    voucher: bytes
    salt: bytes
    context: bytes
    signature: bytes


class Publication(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A publish call: 1 to 1,000 signals."""

    signals: tuple[PublishedSignal, ...]


@dataclass(frozen=True, slots=True)
class Admitted:
    """A signal that holds: its header, the tag the hub computed, and the parts to store."""

    header: signal.Header
    tag: Tag
    salt: bytes
    context: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a publication arrives: circle, publisher, its live key ids, time in seconds.

    `kind` is what may come in here: fraud, or with the decision on a dispute the word that a tag is cleared.
    """

    section: Section
    member: Member
    keys: frozenset[KeyId]
    now: int
    kind: Kind = Kind.FRAUD


def admit(publication: Publication, desk: Desk) -> list[Admitted]:
    """The signals with their tags, in order. Raises Malformed `signalen-geweigerd` with every fault of every signal."""
    if not 1 <= len(publication.signals) <= MAX_SIGNALS:
        raise errors.Malformed("A call holds 1 to 1,000 signals.", code="partijgrootte")
    admitted, faults = [], []
    for position, published in enumerate(publication.signals):
        outcome = _admit(published, desk, f"signals[{position}]")
        if isinstance(outcome, Admitted):
            admitted.append(outcome)
        else:
            faults.extend(outcome)
    faults.extend(_doubles(admitted))
    if faults:
        raise errors.Malformed(
            "Nothing was stored; mend these and send again.", code="signalen-geweigerd", faults=tuple(faults)
        )
    return admitted


def _admit(published: PublishedSignal, desk: Desk, where: str) -> Admitted | list[Fault]:
    faults = [Fault(where, code, hint) for holds, code, hint in _lengths(published) if not holds]
    if faults:
        return faults
    try:
        header = signal.Header.parse(published.header)
    except errors.Malformed as error:
        return [Fault(f"{where}.header", error.reason, error.detail)]
    tag = signal.tag(header.key_id, published.voucher)
    octets = signal.signed_octets(published.header, tag, salt=published.salt, context=published.context)
    checks = [
        *_rules(header, desk),
        (_is_signed(desk, published, octets), "signaal-handtekening", "Sign header, tag, s and context."),
    ]
    faults = [Fault(where, code, hint) for holds, code, hint in checks if not holds]
    return faults or Admitted(header, tag, published.salt, published.context, published.signature)


def _is_signed(desk: Desk, published: PublishedSignal, octets: bytes) -> bool:
    try:
        signal.check_signature(desk.member.key, published.signature, octets)
    except errors.ProtocolFailure:
        return False
    return True


def _lengths(published: PublishedSignal) -> Iterator[tuple[bool, str, str]]:
    wanted = {
        "header": signal.HEADER_OCTETS,
        "voucher": 32,
        "salt": signal.SALT_OCTETS,
        "context": envelope.SEALED_OCTETS,
        "signature": 64,
    }
    for name, length in wanted.items():
        yield len(getattr(published, name)) == length, "lengte", f"{name} takes {length} octets."


def _rules(header: signal.Header, desk: Desk) -> Sequence[tuple[bool, str, str]]:
    section, today = desk.section, desk.now // DAY
    latest = header.seen + section.retention
    return (
        (header.key_id in desk.keys, "onbekende-sleutel", "Use the key of the current period of this circle."),
        (header.publisher == desk.member.id, "andere-aanbieder", "Sign with your own party id."),
        (header.kind == desk.kind, "soort-signaal", "Only the dispute body clears a tag, and only with a decision."),
        (header.origin in (Origin.OWN, Origin.HIT), "herkomst", "Name where the signal comes from."),
        (
            header.grade <= grade_named(section.grade),
            "bewijsgraad",
            f"This circle takes grade {section.grade} or better.",
        ),
        (_fits(header.form, desk.kind), "onbekende-vorm", "Use a number from the list of forms; 0 clears."),
        (header.seen <= today, "gezien-in-toekomst", "The day it was seen lies ahead; look at your clock."),
        (
            header.created * 3600 <= desk.now + 3600,
            "gemaakt-in-toekomst",
            "It was made in the future; look at your clock.",
        ),
        (
            today < header.expires <= latest,
            "vervaldag",
            f"Expire after today and within {section.retention} days of the day seen.",
        ),
    )


def _fits(form: int, kind: Kind) -> bool:
    return form in forms.by_number() if kind == Kind.FRAUD else form == 0


def _doubles(admitted: Sequence[Admitted]) -> Iterator[Fault]:
    tags: set[Tag] = set()
    for position, one in enumerate(admitted):
        if one.tag in tags:
            yield Fault(f"signals[{position}]", "dubbel", "This identifier is in the call already.")
        tags.add(one.tag)
