"""A signal that is published again under the next key names what it replaces: may it?

Source: `docs/reference/protocol.md`, Epochs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sluis.core import errors
from sluis.core.errors import Fault
from sluis.core.exchange.admission import Admitted, Publication
from sluis.core.exchange.encodings import KeyId, Tag
from sluis.core.exchange.signal import HEADER_OCTETS, NOTHING, Header
from sluis.core.exchange.words import Kind, Use

_REPLACES = slice(48, 64)
_KIND = 64


@dataclass(frozen=True, slots=True)
class Replaced:
    """A live signal of the publisher that is replaced: its header and tag."""

    header: Header
    tag: Tag


@dataclass(frozen=True, slots=True)
class Succession:
    """A signal under an old key and the one that replaces it."""

    old: Replaced
    new: Admitted


def named(admitted: Sequence[Admitted]) -> list[bytes]:
    """The ids of the signals that these say they replace."""
    return [one.header.replaces for one in admitted if one.header.replaces != NOTHING]


def nature(publication: Publication) -> tuple[Use, Kind]:
    """For which use a call comes in, and with which kind of signals: publishing fraud, unless every signal replaces another.

    That a signal is cleared is published again only, by who cleared it: `check` sees to that.
    """
    headers = [one.header for one in publication.signals]
    if not headers or not all(len(one) == HEADER_OCTETS and one[_REPLACES] != NOTHING for one in headers):
        return Use.PUBLISH, Kind.FRAUD
    return Use.REPUBLISH, Kind.CLEARED if all(one[_KIND] == Kind.CLEARED for one in headers) else Kind.FRAUD


def check(admitted: Sequence[Admitted], live: Mapping[bytes, Replaced], *, previous: Mapping[KeyId, KeyId]) -> list[Succession]:
    """Who replaces whom. `live` are the publisher's own live signals by id; those of the same call count too.

    `previous` gives for each key the one of the epoch before, of the same circle and type. Raises Malformed
    `signalen-geweigerd` with every fault: `vervangt-onbekend`, `vervangt-andere-sleutel`, `vervangt-later`,
    `vervangt-ander-soort`.
    """
    known = {**live, **{one.header.signal_id: Replaced(one.header, one.tag) for one in admitted}}
    found, faults = [], []
    for position, one in enumerate(admitted):
        if one.header.replaces == NOTHING:
            continue
        old = known.get(one.header.replaces)
        faults += [Fault(f"signals[{position}]", code, hint) for code, hint in _faults(one.header, old, previous)]
        if old is not None:
            found.append(Succession(old, one))
    if faults:
        words = "Nothing was stored; mend these and send again."
        raise errors.Malformed(words, code="signalen-geweigerd", faults=tuple(faults))
    return found


def _faults(header: Header, old: Replaced | None, previous: Mapping[KeyId, KeyId]) -> Iterator[tuple[str, str]]:
    if old is None:
        yield "vervangt-onbekend", "You have no live signal of the id that this one replaces."
        return
    if previous.get(header.key_id) != old.header.key_id:
        yield "vervangt-andere-sleutel", "Replace a signal under the key of the epoch before, of the same circle and type."
    if header.expires > old.header.expires:
        yield "vervangt-later", "A republished signal does not expire later than the one it replaces."
    if (header.kind, header.origin) != (old.header.kind, old.header.origin):
        yield "vervangt-ander-soort", "Keep kind and origin of the signal that is replaced."
