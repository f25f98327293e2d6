"""Who asks about a tag, and may that be asked: one way for every call that shows a voucher."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Protocol

from django.db.models import QuerySet

from sluis.apps.audit import services as audit
from sluis.apps.audit.services import Happening
from sluis.apps.exchange import selectors
from sluis.apps.exchange.models import Dispute, Signal
from sluis.apps.exchange.selectors import pilots
from sluis.apps.exchange.services import entries
from sluis.apps.partners import selectors as partners
from sluis.core import errors
from sluis.core.exchange import entries as merging
from sluis.core.exchange import signal
from sluis.core.exchange.encodings import KeyId, Tag, exactly
from sluis.core.exchange.policy import Member, Section
from sluis.core.law import decision
from sluis.wire import clock

DAY: Final = 86_400


class Voucher(Protocol):
    """Every body that shows a voucher: circle, key id, the commitment to the asker's case."""

    @property
    def circle(self) -> bytes: ...
    @property
    def commitment(self) -> bytes: ...
    @property
    def key(self) -> bytes: ...
    @property
    def voucher(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked: by whom (public key), what the log calls it, for which use, and with which purpose and release."""

    key: bytes
    activity: str
    use: str
    purpose: str | None = None
    release: str | None = None


@dataclass(frozen=True, slots=True)
class Asker:
    """Who passed: circle, member, the tag of the voucher, the key's id, time in seconds."""

    section: Section
    member: Member
    tag: Tag
    key_id: KeyId
    now: int

    def signals(self) -> list[Signal]:
        """The live signals of others under the tag, where the circle may see that there are any."""
        return [row for row in shown(self.section, self.everything()) if bytes(row.publisher) != self.member.id]

    def is_disputed(self) -> bool:
        """Whether a dispute on the tag is open."""
        return is_disputed(self.key_id, self.tag)

    def everything(self) -> QuerySet[Signal]:
        """All live signals under the tag."""
        return Signal.objects.filter(key_id=self.key_id, tag=self.tag, expires__gte=self.now // DAY)


def through(body: Voucher, wish: Wish) -> Asker:
    """The asker, when role, law and key allow it; a refusal is logged.

    Raises NotAllowed, NotPermitted `geen-grondslag`, NotFound `onbekende-sleutel`, `onbekende-kring`, Malformed `lengte`.
    """
    exactly(body.commitment, 32, what="commitment")
    exactly(body.voucher, 32, what="voucher")
    snapshot, now = partners.snapshot(), clock.now()
    section, member = snapshot.member(body.circle, wish.key)
    with audit.recorded_refusals(Happening(wish.activity, body.circle, member.id), policy=snapshot.head.serial):
        kind = selectors.live_keys(section.circle, snapshot, at=now).get(KeyId(body.key))
        asked = decision.Passage(section, member, now, type=kind.label if kind else None, use=wish.use)
        decision.require(_with(asked, wish))
        if wish.use not in decision.RIGHTS:
            pilots.basis_of(section, at=now, purpose=wish.purpose)
        if kind is None:
            raise errors.NotFound("This key is not in its period in this circle.", code="onbekende-sleutel")
    return Asker(section, member, signal.tag(body.key, body.voucher), KeyId(body.key), now)


def _with(asked: decision.Passage, wish: Wish) -> decision.Passage:
    words = (asked.circle, asked.member, asked.at, asked.type, asked.use)
    return decision.Passage(*words, purpose=wish.purpose, disclosure=wish.release)


def shown(section: Section, rows: Iterable[Signal]) -> list[Signal]:
    """All live signals under one tag when a hit may stand for them, disputed or not; none below k, and none when cleared.

    Who evaluated an identifier has its voucher, hit or no hit: without this a voucher would tell what the entries do not.
    """
    found = list(rows)
    live = [entries.live(signal.Header.parse(bytes(row.header)), bytes(row.group)) for row in found]
    return found if found and merging.merge(Tag(bytes(found[0].tag)), live, k=section.k) else []


def is_disputed(key_id: bytes, tag: bytes) -> bool:
    """Whether a dispute on this tag is open."""
    return Dispute.objects.filter(key_id=key_id, tag=tag, state="open").exists()


def nothing() -> errors.NotFound:
    """The error when there is no signal under a voucher."""
    return errors.NotFound("Nobody else shared a signal under this voucher.", code="geen-signaal")
