"""Members' signed cursors: how far each has processed a stream, removals included."""

from __future__ import annotations

from typing import Any

import msgspec
from django.db import connection

from sluis.apps.partners import selectors as partners
from sluis.core import errors
from sluis.core.exchange import notices
from sluis.core.exchange.documents import Signed
from sluis.core.exchange.notices import Cursor

_KEEP = """
INSERT INTO exchange_receipt AS there (party, stream, sequence, time, signed) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (party, stream) DO UPDATE SET sequence = excluded.sequence, time = excluded.time, signed = excluded.signed
WHERE excluded.sequence >= there.sequence
"""


def keep_cursor(signed: Signed, *, key: bytes) -> Cursor:
    """Keeps a member's cursor; one that lies before the one we have changes nothing. Returns it.

    Raises ProtocolFailure `cursor-handtekening`, NotAllowed when it is of another party, Malformed.
    """
    cursor = notices.accept_cursor(signed, key=key)
    parties = {member.id for _section, member in partners.snapshot().memberships(key)}
    if cursor.party not in parties:
        raise errors.NotAllowed("A member hands in its own cursor.")
    with connection.cursor() as statement:
        values: list[Any] = [cursor.party, cursor.stream, cursor.sequence, cursor.time, msgspec.json.encode(signed)]
        statement.execute(_KEEP, values)
    return cursor
