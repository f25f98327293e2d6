"""What passed and what was refused: a salted leaf each, which waits for its place in the log."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any, Final

import msgspec
from django.db import connection, transaction

from sluis.apps.audit import selectors
from sluis.apps.audit.services import records
from sluis.apps.audit.services.records import Decided
from sluis.core import errors
from sluis.core.exchange.encodings import document
from sluis.core.exchange.log import inclusion
from sluis.wire import clock, trace

LEGAL_GATE: Final = 2
SALT_OCTETS: Final = 16
# A leaf waits from the same statement on: the sequencer finds it when, and only when, its transaction is committed.
_APPEND: Final = """
WITH given AS (
    SELECT * FROM unnest(%(leaf)s::bytea[], %(salt)s::bytea[], %(event)s::bytea[], %(time)s::bigint[], %(activity)s::text[],
                         %(circle)s::bytea[], %(party)s::bytea[], %(outcome)s::text[], %(gate)s::int[], %(ground)s::text[],
                         %(articles)s::text[], %(amount)s::int[], %(witness)s::bytea[], %(processing)s::text[])
    WITH ORDINALITY AS one (leaf, salt, event, time, activity, circle, party, outcome, gate, ground, articles, amount, witness,
                            processing, place)
), leaf AS (
    INSERT INTO audit_leaf (time, leaf) SELECT time, leaf FROM given ORDER BY place RETURNING number, leaf
), waiting AS (
    INSERT INTO audit_waiting (leaf_id, party, witness) SELECT number, party, witness FROM leaf JOIN given USING (leaf)
), processed AS (
    INSERT INTO audit_processing
        (trace, span, "foreign", activity, controller, circle, amount, started, ended, status, leaf)
    SELECT %(trace)s::text, %(span)s::text, %(parent)s::text, processing, party, circle, amount, %(began)s::bigint,
           %(ended)s::bigint, CASE outcome WHEN 'passed' THEN 'ok' ELSE 'refused' END, number
    FROM leaf JOIN given USING (leaf) WHERE processing IS NOT NULL ORDER BY place
)
INSERT INTO audit_event
    (leaf_id, salt, event, time, activity, circle, party, outcome, gate, ground, articles, amount)
SELECT number, salt, event, time, activity, circle, party, outcome, gate, ground, articles::jsonb, amount
FROM leaf JOIN given USING (leaf) ORDER BY place RETURNING leaf_id
"""


@dataclass(frozen=True, slots=True)
class Happening:
    """What is to be logged: activity, circle and party (16 octets each, where known), how many.

    `witness` is the id of the key holder that says so, where one does: it may ask for the event as the party may.
    """

    activity: str
    circle: bytes | None = None
    party: bytes | None = None
    amount: int = 1
    witness: bytes | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One leaf with all that stands beside it."""

    leaf: bytes
    salt: bytes
    event: bytes
    time: int
    activity: str
    circle: bytes | None
    party: bytes | None
    outcome: str
    gate: int | None
    ground: str
    articles: str
    amount: int
    witness: bytes | None


def record(happening: Happening, *, reference: str = "") -> int:
    """Logs a passage inside the caller's transaction; returns the leaf's number. `reference` is a receipt's or row's id."""
    return append([passed(happening, reference)])[0]


def passed(happening: Happening, reference: str) -> Row:
    """The leaf of a passage, not yet logged."""
    return _row(happening, outcome=selectors.PASSED, ground="", articles=[], reference=reference)


def refuse(happening: Happening, error: errors.SluisError) -> int:
    """Logs a refusal in a transaction of its own, so that it stays when the caller's is rolled back."""
    ground, *told = records.reasons_of(error)
    with transaction.atomic():
        return append([_row(happening, outcome=selectors.REFUSED, ground=ground, articles=told, reference="")])[0]


@contextmanager
def recorded_refusals(happening: Happening, *, policy: int = 0) -> Iterator[None]:
    """Around where it is decided whether something may pass: the decision is kept, by the policy of that serial.

    What role or law refuses is logged too, then raised on.
    """
    try:
        yield
    except (errors.NotAllowed, errors.NotPermitted) as error:
        refuse(happening, error)
        records.record_decision(_decided(happening, policy, records.reasons_of(error)))
        raise
    records.record_decision(_decided(happening, policy, []))


def _decided(happening: Happening, policy: int, reasons: list[str]) -> Decided:
    return Decided(
        subject=(records.PARTY, (happening.party or b"").hex()),
        action=happening.activity,
        resource=(records.CIRCLE, (happening.circle or b"").hex()),
        allowed=not reasons,
        policy=f"beleid {policy}" if policy else "beleid",
        reasons=reasons,
        context={"amount": happening.amount},
    )


def _row(happening: Happening, *, outcome: str, ground: str, articles: list[str], reference: str) -> Row:
    now, salt = clock.now(), secrets.token_bytes(SALT_OCTETS)
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
            **({"trace": traced} if (traced := trace.current_id()) else {}),
        }
    )
    return Row(
        leaf=inclusion.entry(salt, event),
        salt=salt,
        event=event,
        time=now,
        outcome=outcome,
        gate=LEGAL_GATE if outcome == selectors.REFUSED else None,
        ground=ground,
        articles=msgspec.json.encode(articles).decode(),
        **asdict(happening),
    )


def append(rows: Sequence[Row]) -> list[int]:
    """Logs these rows in one statement, inside the caller's transaction; returns the leaves' numbers in order."""
    columns: dict[str, Any] = {name: [getattr(row, name) for row in rows] for name in Row.__slots__}
    columns["processing"] = [records.activity_id(row.activity) if _is_own(row) else None for row in rows]
    step, now = trace.current(), clock.now_ms()
    around = {"trace": step.id, "span": step.span, "parent": step.parent, "began": min(step.began, now), "ended": now}
    with connection.cursor() as cursor:
        cursor.execute(_APPEND, columns | around)
        return sorted(number for (number,) in cursor.fetchall())


def _is_own(row: Row) -> bool:
    """Whether the hub processed something here for a party; what holders and edge tell of is their own processing."""
    return row.party is not None and row.activity not in (selectors.HOLDER_LINE, selectors.EDGE_LEAF)
