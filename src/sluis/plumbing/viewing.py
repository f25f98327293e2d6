"""Whose rows a transaction sees: the setting that row-level security reads, set for the length of a block and no longer.

The second wall behind what services and selectors check. A session without the setting reads nothing that is confidential.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Final
from uuid import UUID

from django.db import connection, transaction

ORGANISATION: Final = "sluis.organisation"
STEERING: Final = "sluis.steering"
GLASS: Final = "sluis.glass"
MOMENT: Final = "sluis.moment"
PERSON: Final = "sluis.person"
DIGEST: Final = "sluis.digest"
Seeing = AbstractContextManager[None]


def as_organisation(party: bytes) -> AbstractContextManager[None]:
    """A transaction that sees what the organisation with this party id (16 octets) may see, and writes as that organisation."""
    return _seeing({ORGANISATION: party.hex()})


def as_person(party: bytes, *, person: int, at: int) -> AbstractContextManager[None]:
    """As `as_organisation`, for one person of it: what is one's own alone, and what lasts until a moment, is seen at `at`."""
    return _seeing({ORGANISATION: party.hex(), PERSON: str(person), MOMENT: str(at)})


def as_guest(person: int, *, at: int) -> AbstractContextManager[None]:
    """A transaction that sees what was opened to this person of no organisation, while `at` (seconds) is within its term."""
    return _seeing({ORGANISATION: "", PERSON: str(person), MOMENT: str(at)})


def by_secret(digest: bytes) -> AbstractContextManager[None]:
    """A transaction that sees the one row that the secret with this digest opens."""
    return _seeing({ORGANISATION: "", DIGEST: digest.hex()})


def as_nobody() -> AbstractContextManager[None]:
    """A transaction that sees what is open to everyone."""
    return _seeing({ORGANISATION: ""})


def as_steering() -> AbstractContextManager[None]:
    """A transaction in which views for steering show that something waits; the tables stay shut."""
    return _seeing({STEERING: "on"})


def through_glass(glass: UUID, *, party: bytes, at: int) -> AbstractContextManager[None]:
    """A transaction that sees the one item of an opened break-glass, for the operator's organisation, while `at` (seconds) is
    within its hour."""
    return _seeing({ORGANISATION: party.hex(), GLASS: str(glass), MOMENT: str(at)})


@contextmanager
def _seeing(settings: Mapping[str, str]) -> Iterator[None]:
    with transaction.atomic():
        before = {name: _set(name, value) for name, value in settings.items()}
        yield
        # After an error the rollback does this; a block inside another's transaction has to do it itself.
        for name, value in before.items():
            _set(name, value)


def _set(name: str, value: str) -> str:
    """Sets until the end of the transaction; returns what it was."""
    with connection.cursor() as cursor:
        # Two statements: in one the order of the calls would be the server's own business.
        cursor.execute("SELECT coalesce(current_setting(%s, true), '')", [name])
        (before,) = cursor.fetchone()
        cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
    return str(before)
