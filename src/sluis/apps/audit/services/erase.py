"""Erasure: salt and event of a leaf go; the leaf, its place and every proof stay."""

from __future__ import annotations

from django.db import connection, transaction

from sluis.apps.audit.services.happenings import Happening, record


def erase_event(leaf: int) -> bool:
    """Erases what the leaf with this number is of, and logs that; whether there was anything.

    Nobody can find the event back from its leaf: the salt is gone too. Services may do this one thing; they may not delete.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT audit_erase(%s)", [leaf])
        erased = bool(cursor.fetchone()[0])
        if erased:
            record(Happening("gebeurtenis gewist"), reference=str(leaf))
    return erased
