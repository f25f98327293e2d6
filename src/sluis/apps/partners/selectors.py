"""Reads: the snapshot in force, what of it a caller may have, and whose person somebody is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import msgspec
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import connection

from sluis.apps.partners.models import Membership, Organisation, PolicyDocument, Revocation
from sluis.core import errors
from sluis.core.exchange import documents, policy
from sluis.core.exchange.documents import Signed
from sluis.core.exchange.policy import SealedSection, SignedSnapshot, Snapshot
from sluis.wire import clock

# One statement, for every request asks it.
_LATEST: Final = "SELECT (SELECT max(serial) FROM partners_policydocument), ARRAY(SELECT key FROM partners_revocation)"


def pinned() -> frozenset[bytes]:
    """The three policy keys this hub was started with."""
    return frozenset(bytes.fromhex(key) for key in settings.SLUIS_POLICY_KEYS)


@lru_cache(maxsize=4)
def _accepted(serial: int) -> tuple[SignedSnapshot, Snapshot]:
    body = bytes(PolicyDocument.objects.values_list("body", flat=True).get(serial=serial))
    sent = msgspec.json.decode(body, type=SignedSnapshot)
    created = documents.read(sent.head.payload, policy.Head).created
    return sent, policy.accept(sent, pinned=pinned(), stored=None, now=created)


def _latest() -> tuple[SignedSnapshot, Snapshot] | None:
    with connection.cursor() as cursor:
        cursor.execute(_LATEST)
        serial, revoked = cursor.fetchone()
    if serial is None:
        return None
    sent, accepted = _accepted(serial)
    return sent, accepted.with_revoked(map(bytes, revoked))


def _known() -> tuple[SignedSnapshot, Snapshot]:
    found = _latest()
    if found is None:
        raise errors.Unavailable("There is no policy snapshot yet.", code="geen-beleid")
    return found


def stored_snapshot() -> Snapshot | None:
    """The snapshot with the highest serial, in force or not; None when there is none."""
    found = _latest()
    return found[1] if found else None


def snapshot() -> Snapshot:
    """The snapshot in force. Raises Unavailable `geen-beleid`, `beleid-verlopen`."""
    _sent, found = _known()
    found.require_current(clock.now())
    return found


@dataclass(frozen=True, slots=True)
class PolicyView:
    """What a caller may have of the policy: head, sections, revocations, and which circles those sections are."""

    head: Signed
    sections: tuple[SealedSection, ...]
    revocations: tuple[Signed, ...]
    circles: frozenset[bytes]


def policy_for(key: bytes) -> PolicyView:
    """Head and sections for the caller with this key: all of them for holders, hub and edge, a member's own otherwise.

    An expired snapshot is still handed out: it is the receiver that refuses. Raises NotAllowed `geen-recht`.
    """
    sent, known = _known()
    if known.holder_with(key) or known.is_service(key):
        sections = sent.sections
    elif known.memberships(key):
        sections = tuple(policy.seen_by(sent.sections, key))
    else:
        raise errors.NotAllowed("This key is in no circle and holds no share.")
    circles = frozenset(documents.read(one.payload, policy.Section).circle for one in sections)
    revocations = [msgspec.json.decode(bytes(body), type=Signed) for body in Revocation.objects.values_list("body", flat=True)]
    return PolicyView(sent.head, sections, tuple(revocations), circles)


def organisation_of(user: AbstractBaseUser | AnonymousUser) -> Membership | None:
    """The person's organisation and role, or None."""
    if not user.is_authenticated:
        return None
    return Membership.objects.select_related("organisation").filter(user_id=user.pk).first()


def names() -> dict[bytes, str]:
    """Organisations' names by party id."""
    return {bytes(key): name for key, name in Organisation.objects.values_list("id", "name")}
