"""Cosignatures: what witnesses say of a checkpoint. Who is a witness, and how many are enough, the policy says."""

from __future__ import annotations

from typing import Any, Final

from django.db import connection, transaction

from sluis.apps.audit import selectors
from sluis.apps.audit.models import Checkpoint
from sluis.core import errors
from sluis.core.exchange.log import note
from sluis.core.exchange.log.note import Verifier

_KEEP: Final = """
INSERT INTO audit_cosignature AS there (size, name, key, time, line)
VALUES (%(size)s, %(name)s, %(key)s, %(time)s, %(line)s)
ON CONFLICT (size, name) DO UPDATE SET key = excluded.key, time = excluded.time, line = excluded.line
WHERE excluded.time > there.time
"""


def keep_cosignature(size: int, line: str, verifier: Verifier) -> str:
    """Keeps a witness's cosignature of the checkpoint of this size; returns the checkpoint with all of them.

    Until the caller's transaction ends no other witness signs the same checkpoint, so that together they are counted.
    Raises NotFound `onbekend-checkpoint`, ProtocolFailure `medeondertekening-onjuist`.
    """
    with transaction.atomic():
        row = Checkpoint.objects.select_for_update().filter(size=size).first()
        if row is None:
            raise errors.NotFound("The log keeps no checkpoint of this size.", code="onbekend-checkpoint")
        when = _signed_at(row.note + line, verifier)
        values: dict[str, Any] = {"size": size, "name": verifier.name, "key": verifier.key, "time": when, "line": line}
        with connection.cursor() as cursor:
            cursor.execute(_KEEP, values)
        return selectors.note(size)


def _signed_at(octets: str, verifier: Verifier) -> int:
    try:
        when = note.read(octets).signed_at(verifier)
    except errors.Malformed:
        when = None
    if when is None:
        raise errors.ProtocolFailure(
            "This is no cosignature of the checkpoint under the holder's key.", code="medeondertekening-onjuist"
        )
    return when


def mark_witnessed(size: int) -> None:
    """Enough holders cosigned the checkpoint of this size: it is the one shown, until a larger one is."""
    Checkpoint.objects.filter(size=size, witnessed=False).update(witnessed=True)
