"""What key holders and the edge say: holders' lines, each with a leaf of its own, and nonces of the edge."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from django.db import connection, transaction

from sluis.apps.audit import selectors
from sluis.apps.audit.models import EdgeNonce, HolderLine
from sluis.apps.audit.services import happenings
from sluis.apps.audit.services.happenings import Happening
from sluis.core.exchange.bodies import LeafGiven, LogLine
from sluis.core.exchange.encodings import document, sha256
from sluis.wire import clock, replay

ACTIVITY = selectors.HOLDER_LINE


def keep_holder_lines(holder: int, lines: Sequence[LogLine], *, witness: bytes) -> list[LeafGiven]:
    """Keeps the lines of the holder with this index and party id; one that is there already changes nothing.

    Returns, in order, salt and event of each line's leaf, with which the holder can find it in the log. The event's reference
    is SHA-256 of the line as RFC 8785 JSON. A salt that was erased since comes back empty.
    """
    with transaction.atomic():
        _alone(holder)
        digests = [line.digest for line in lines]
        known = set(HolderLine.objects.filter(holder=holder, digest__in=digests).values_list("digest", flat=True))
        seen = {bytes(one) for one in known}
        fresh = list({line.digest: line for line in lines if line.digest not in seen}.values())
        rows = [happenings.passed(_happening(line, witness), sha256(document(line)).hex()) for line in fresh]
        numbers = happenings.append(rows) if rows else []
        HolderLine.objects.bulk_create(
            HolderLine(holder=holder, leaf=number, **msgspec.structs.asdict(line))
            for line, number in zip(fresh, numbers, strict=True)
        )
    return selectors.leaves_of_lines(holder, digests)


def _happening(line: LogLine, witness: bytes) -> Happening:
    return Happening(ACTIVITY, party=line.member, amount=line.m, witness=witness)


def _alone(holder: int) -> None:
    """Until the transaction ends nobody else keeps lines of this holder: the same line sent twice gets one leaf."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('holder lines', %s))", [holder])


def forget_edge_nonces() -> int:
    """Removes nonces of the edge past the window; how many."""
    removed, _ = EdgeNonce.objects.filter(seen__lt=clock.now() - replay.WINDOW).delete()
    return removed
