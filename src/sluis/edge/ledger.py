"""What the edge writes: its audit line and the request's nonce, one statement, durable before it answers.

The tables belong to the hub's migrations; the edge may only insert. Never a prefix.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, LiteralString

import psycopg
from psycopg import errors as postgres
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from sluis.core import errors
from sluis.wire import replay, trace
from sluis.wire.signatures import Signer

_NONCE: Final = "INSERT INTO edge_nonce (key, nonce, seen) VALUES (%s, %s, %s)"
_WRITE: Final = """
WITH used AS (INSERT INTO edge_nonce (key, nonce, seen) VALUES (%s, %s, %s) RETURNING seen)
INSERT INTO edge_audit (time, member, circle, type, key_id, prefixes, outcome, trace)
SELECT seen, %s, %s, %s, %s, %s, %s, %s FROM used
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One question that reached the gate: who, in which circle, for which type and key, how many prefixes, how it ended."""

    member: bytes
    circle: bytes
    type: int
    key_id: bytes
    prefixes: int
    outcome: str


async def write(pool: AsyncConnectionPool, signer: Signer, line: Line, *, now: int) -> None:
    """Records both or none. Raises Conflict `herhaling` for a nonce seen before, Unavailable when nothing can be recorded."""
    values = (line.member, line.circle, line.type, line.key_id, line.prefixes, line.outcome, trace.current_id())
    await _write(pool, _WRITE, (signer.key, signer.nonce, now, *values))


async def use_nonce(pool: AsyncConnectionPool, signer: Signer, *, now: int) -> None:
    """Records the nonce of a request that reads nothing of others. Raises as `write`."""
    await _write(pool, _NONCE, (signer.key, signer.nonce, now))


async def _write(pool: AsyncConnectionPool, statement: LiteralString, values: tuple[object, ...]) -> None:
    try:
        async with pool.connection(timeout=5) as connection:
            await connection.execute(statement, values)
    except postgres.UniqueViolation:
        raise replay.refusal() from None
    except (psycopg.Error, PoolTimeout):
        raise errors.Unavailable("Nothing passes that cannot be recorded.", code="geen-verantwoording") from None
