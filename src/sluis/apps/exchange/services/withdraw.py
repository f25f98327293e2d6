"""A publisher takes its own signals back: rows and shares s go, entries follow, and who got a context hears it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django.db.models import BinaryField, QuerySet
from django.db.models.functions import Substr

from sluis.apps.audit import services as audit
from sluis.apps.audit.services import Happening
from sluis.apps.exchange import selectors
from sluis.apps.exchange.models import Key, Signal
from sluis.apps.exchange.services import entries, signals
from sluis.apps.partners import selectors as partners
from sluis.core import errors
from sluis.core.exchange.bodies import SignalState
from sluis.core.exchange.encodings import KeyId
from sluis.core.exchange.notices import Notice
from sluis.core.exchange.policy import Member, Section
from sluis.core.exchange.rights import MAX_WITHDRAWN, WithdrawRequest
from sluis.wire import clock

ACTIVITY: Final = "intrekken"
# Where a header names the signal that it replaces: after key id, signal id and publisher.
_REPLACES: Final = Substr("header", 49, 16, output_field=BinaryField())
WITHDRAWN, GONE = "withdrawn", "gone"
DEPARTED: Final = "vertrek"


def withdraw(circle: bytes, request: WithdrawRequest, *, key: bytes) -> list[SignalState]:
    """Takes back 1 to 1,000 signals of the member with `key`; one that is gone already stays gone. In the order asked.

    What replaced one of them under the next key goes with it. Needs no basis: taking back is always allowed.
    Raises NotAllowed, NotFound `onbekende-kring`, Malformed `partijgrootte`.
    """
    if not 1 <= len(request.signals) <= MAX_WITHDRAWN:
        raise errors.Malformed("Withdraw 1 to 1,000 signals a call.", code="partijgrootte")
    section, member = partners.snapshot().member(circle, key)
    with transaction.atomic():
        rows = _with_newer(member, request.signals)
        found = {bytes(one.signal_id) for one in signals.locked(rows)}
        if found:
            audit.record(Happening(ACTIVITY, circle, member.id, len(found)), reference=request.reason)
            signals.erase(section, rows, Notice("gecorrigeerd", clock.now(), circle, outcome="ingetrokken"))
    return [SignalState(one, WITHDRAWN if one in found else GONE) for one in request.signals]


def _with_newer(member: Member, asked: Sequence[bytes]) -> QuerySet[Signal]:
    """These signals of the member, and those that replace them under the next key: what is taken back does not come again."""
    keys = {
        KeyId(bytes(one))
        for one in Signal.objects.filter(publisher=member.id, signal_id__in=asked).values_list("key_id", flat=True)
    }
    following = {key for one in keys if (key := selectors.following_key(one)) is not None}
    entries.lock_keys(keys | following)
    there = Signal.objects.filter(publisher=member.id, key_id__in=following)
    newer = there.annotate(replaced=_REPLACES).filter(replaced__in=asked).values_list("signal_id", flat=True)
    return Signal.objects.filter(publisher=member.id, signal_id__in=[*asked, *map(bytes, newer)])


def withdraw_departed() -> int:
    """Takes back every signal of organisations that left, in the circles of the policy; returns how many. Goes on after a kill:
    what is left of them is found again by the next run."""
    stored = partners.stored_snapshot()
    if stored is None:
        return 0
    return sum(_take_all(party, section) for party in partners.departed() for section in stored.sections.values())


def _take_all(party: bytes, section: Section) -> int:
    keys = [bytes(one) for one in Key.objects.filter(circle=section.circle).values_list("id", flat=True)]
    gone = 0
    while ids := list(_signals(party, keys).values_list("signal_id", flat=True)[:MAX_WITHDRAWN]):
        with transaction.atomic():
            rows = _signals(party, keys).filter(signal_id__in=ids)
            if found := signals.locked(rows):
                audit.record(Happening(ACTIVITY, section.circle, party, len(found)), reference=DEPARTED)
                signals.erase(section, rows, Notice("gecorrigeerd", clock.now(), section.circle, outcome="ingetrokken"))
                gone += len(found)
    return gone


def _signals(party: bytes, keys: Sequence[bytes]) -> QuerySet[Signal]:
    return Signal.objects.filter(publisher=party, key_id__in=keys)
