"""A publisher takes its own signals back: rows and shares s go, entries follow, and who got a context hears it."""

from __future__ import annotations

from typing import Final

from django.db import transaction

from sluis.apps.audit import services as audit
from sluis.apps.audit.services import Happening
from sluis.apps.exchange.models import Signal
from sluis.apps.exchange.services import signals
from sluis.apps.partners import selectors as partners
from sluis.core import errors
from sluis.core.exchange.bodies import SignalState
from sluis.core.exchange.notices import Notice
from sluis.core.exchange.rights import MAX_WITHDRAWN, WithdrawRequest
from sluis.wire import clock

ACTIVITY: Final = "intrekken"
WITHDRAWN, GONE = "withdrawn", "gone"


def withdraw(circle: bytes, request: WithdrawRequest, *, key: bytes) -> list[SignalState]:
    """Takes back 1 to 1,000 signals of the member with `key`; one that is gone already stays gone. In the order asked.

    Needs no basis: taking back is always allowed. Raises NotAllowed, NotFound `onbekende-kring`, Malformed `partijgrootte`.
    """
    if not 1 <= len(request.signals) <= MAX_WITHDRAWN:
        raise errors.Malformed("Withdraw 1 to 1,000 signals a call.", code="partijgrootte")
    section, member = partners.snapshot().member(circle, key)
    with transaction.atomic():
        rows = Signal.objects.filter(publisher=member.id, signal_id__in=list(request.signals))
        found = {bytes(one.signal_id) for one in signals.locked(rows)}
        if found:
            audit.record(Happening(ACTIVITY, circle, member.id, len(found)), reference=request.reason)
            signals.erase(section, rows, Notice("gecorrigeerd", clock.now(), circle, outcome="ingetrokken"))
    return [SignalState(one, WITHDRAWN if one in found else GONE) for one in request.signals]
