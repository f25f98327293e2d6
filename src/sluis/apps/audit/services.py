"""Writes to the log: what passed, what was refused, what holders say."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from django.db import connection, transaction

from sluis.apps.audit.models import EdgeNonce, HolderLine
from sluis.core import errors
from sluis.core.exchange.bodies import LogLine
from sluis.core.exchange.encodings import document, label, sha256
from sluis.wire import clock, replay

PASSED: Final = "passed"
REFUSED: Final = "refused"
LEGAL_GATE: Final = 2
_APPEND: Final = """
WITH leaf AS (INSERT INTO audit_leaf (time, leaf) VALUES (%(time)s, %(leaf)s) RETURNING number)
INSERT INTO audit_event
    (leaf_id, salt, event, time, activity, circle, party, outcome, gate, ground, articles, amount)
SELECT number, %(salt)s, %(event)s, %(time)s, %(activity)s, %(circle)s, %(party)s, %(outcome)s, %(gate)s, %(ground)s,
       %(articles)s::jsonb, %(amount)s
FROM leaf RETURNING leaf_id
"""


@dataclass(frozen=True, slots=True)
class Happening:
    """What is to be logged: activity, circle and party (16 octets each, where known), how many."""

    activity: str
    circle: bytes | None = None
    party: bytes | None = None
    amount: int = 1


def record(happening: Happening, *, reference: str = "") -> int:
    """Logs a passage inside the caller's transaction; returns the leaf's number. `reference` is a receipt's or row's id."""
    return _append(happening, outcome=PASSED, ground="", articles=[], reference=reference)


def refuse(happening: Happening, error: errors.SluisError) -> int:
    """Logs a refusal in a transaction of its own, so that it stays when the caller's is rolled back."""
    articles = error.fields.get("articles")
    ground = str(error.fields.get("ground", error.reason))
    with transaction.atomic():
        return _append(happening, outcome=REFUSED, ground=ground, articles=articles if isinstance(articles, list) else [])


@contextmanager
def recorded_refusals(happening: Happening) -> Iterator[None]:
    """Around a service: what role or law refuses is logged, then raised on."""
    try:
        yield
    except (errors.NotAllowed, errors.NotPermitted) as error:
        refuse(happening, error)
        raise


def _append(happening: Happening, *, outcome: str, ground: str, articles: list[str], reference: str = "") -> int:
    now, salt = clock.now(), secrets.token_bytes(16)
    event = document(
        {
            "activity": happening.activity,
            "amount": happening.amount,
            "articles": articles,
            "circle": (happening.circle or b"").hex(),
            "ground": ground,
            "outcome": outcome,
            "party": (happening.party or b"").hex(),
            "reference": reference,
            "time": now,
        }
    )
    values: dict[str, Any] = {
        "time": now,
        "leaf": sha256(label("leaf"), salt, event),
        "salt": salt,
        "event": event,
        "activity": happening.activity,
        "circle": happening.circle,
        "party": happening.party,
        "outcome": outcome,
        "gate": LEGAL_GATE if outcome == REFUSED else None,
        "ground": ground,
        "articles": msgspec.json.encode(articles).decode(),
        "amount": happening.amount,
    }
    with connection.cursor() as cursor:
        cursor.execute(_APPEND, values)
        return int(cursor.fetchone()[0])


def keep_holder_lines(holder: int, lines: Sequence[LogLine]) -> int:
    """Keeps a holder's lines; one that is there already changes nothing. Returns how many were sent."""
    rows = [HolderLine(holder=holder, **msgspec.structs.asdict(line)) for line in lines]
    with transaction.atomic():
        HolderLine.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def forget_edge_nonces() -> int:
    """Removes nonces of the edge past the window; how many."""
    removed, _ = EdgeNonce.objects.filter(seen__lt=clock.now() - replay.WINDOW).delete()
    return removed
