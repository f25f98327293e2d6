"""Notices to members, each in the member's own stream. Called last in a transaction, after the entries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from sluis.apps.exchange.models import Handed
from sluis.core.exchange import notices
from sluis.core.exchange.notices import Notice
from sluis.plumbing import outbox


def tell(told: Iterable[tuple[bytes, Notice]]) -> None:
    """Appends each notice to the stream of its party, in one order of parties so that two calls never wait for each other."""
    by_party: dict[bytes, list[bytes]] = defaultdict(list)
    for party, notice in told:
        by_party[party].append(msgspec.json.encode(notice))
    for party in sorted(by_party):
        outbox.append(notices.stream_of(party), by_party[party])


def corrections(signals: Iterable[bytes], notice: Notice) -> list[tuple[bytes, Notice]]:
    """`notice` for everybody who got the context of one of these signals, one notice a signal."""
    rows = Handed.objects.filter(signal_id__in=list(signals)).values_list("party", "signal_id")
    return [(bytes(party), msgspec.structs.replace(notice, signal=bytes(signal_id))) for party, signal_id in rows]
