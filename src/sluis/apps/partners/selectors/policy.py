"""The snapshot in force, and what of it a caller may have."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

import msgspec
from django.conf import settings
from django.db import connection
from django.db.models import Max

from sluis.apps.partners.models import PolicyDocument, PolicyProof, Revocation
from sluis.core import errors
from sluis.core.exchange import documents, policy
from sluis.core.exchange.documents import Signed
from sluis.core.exchange.log.inclusion import Logged
from sluis.core.exchange.policy import Holder, SealedSection, SignedSnapshot, Snapshot, Step
from sluis.wire import clock

# One statement, for every request asks it.
_LATEST: Final = """
SELECT (SELECT number FROM partners_policyproof ORDER BY serial DESC, number DESC LIMIT 1),
       ARRAY(SELECT key FROM partners_revocation)
"""


def pinned() -> frozenset[bytes]:
    """The three policy keys this hub was started with."""
    return frozenset(bytes.fromhex(key) for key in settings.SLUIS_POLICY_KEYS)


@lru_cache(maxsize=4)
def _accepted(number: int) -> tuple[SignedSnapshot, Snapshot]:
    row = PolicyProof.objects.select_related("document").get(number=number)
    proof = msgspec.json.decode(bytes(row.body), type=Logged)
    sent = msgspec.structs.replace(_sent(row.document), proof=proof)
    # The proof was weighed before it was stored, against the holders of then.
    return sent, _checked(sent)


def _sent(document: PolicyDocument) -> SignedSnapshot:
    return msgspec.json.decode(bytes(document.body), type=SignedSnapshot)


def _checked(sent: SignedSnapshot) -> Snapshot:
    created = documents.read(sent.head.payload, policy.Head).created
    return policy.check(sent, pinned=pinned(), stored=None, now=created)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A snapshot that was handed in: as sent, as read, and the number of its leaf in the log."""

    sent: SignedSnapshot
    snapshot: Snapshot
    leaf: int | None


def candidate() -> Candidate | None:
    """The snapshot with the highest serial, in force already or waiting for its proof; None when none was handed in."""
    row = PolicyDocument.objects.order_by("-serial").first()
    if row is None:
        return None
    sent = _sent(row)
    return Candidate(sent, _checked(sent), row.leaf)


def waiting() -> Candidate | None:
    """The candidate that is not in force yet; None when there is none."""
    found, stored = candidate(), stored_snapshot()
    return None if found is None or (stored and found.snapshot.octets == stored.octets) else found


def witness(key: bytes) -> Holder:
    """The holder with this key, of the snapshot in force or of the one that waits. Raises NotAllowed `geen-recht`."""
    stored, found = stored_snapshot(), waiting()
    for one in (stored, found.snapshot if found else None):
        holder = one.holder_with(key) if one else None
        if holder is not None:
            return holder
    raise errors.NotAllowed("Only key holders witness the log.")


def owner(key: bytes) -> bytes:
    """The party id, as member or key holder, under which the log has events of whoever has this key. Raises NotAllowed."""
    _sent, known = _known()
    for _section, member in known.memberships(key):
        return member.id
    holder = known.holder_with(key)
    if holder is None:
        raise errors.NotAllowed("This key is in no circle and holds no share.")
    return holder.id


def _latest() -> tuple[SignedSnapshot, Snapshot] | None:
    with connection.cursor() as cursor:
        cursor.execute(_LATEST)
        number, revoked = cursor.fetchone()
    if number is None:
        return None
    sent, accepted = _accepted(number)
    return sent, accepted.with_revoked(map(bytes, revoked))


def _known() -> tuple[SignedSnapshot, Snapshot]:
    found = _latest()
    if found is None:
        raise errors.Unavailable("There is no policy snapshot yet.", code="geen-beleid")
    return found


def stored_snapshot() -> Snapshot | None:
    """The proven snapshot with the highest serial, its term over or not; None when there is none."""
    found = _latest()
    return found[1] if found else None


def snapshot() -> Snapshot:
    """The snapshot in force. Raises Unavailable `geen-beleid`, `beleid-verlopen`."""
    _sent, found = _known()
    found.require_current(clock.now())
    return found


@dataclass(frozen=True, slots=True)
class PolicyView:
    """What a caller may have of the policy: head, sections, revocations, proof, changes of holders, and its circles."""

    head: Signed
    sections: tuple[SealedSection, ...]
    revocations: tuple[Signed, ...]
    proof: Logged | None
    steps: tuple[Step, ...]
    circles: frozenset[bytes]


def policy_for(key: bytes, *, since: int) -> PolicyView:
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
    return PolicyView(sent.head, sections, tuple(revocations), sent.proof, _steps(since, known), circles)


def _steps(since: int, current: Snapshot) -> tuple[Step, ...]:
    """The snapshots after serial `since` by which holders, threshold or log changed, but for the one in force."""
    if not 0 < since < current.head.serial:
        return ()
    proofs = PolicyProof.objects.filter(document__gte=since).values("document").annotate(last=Max("number"))
    known = [_accepted(number) for number in proofs.order_by("document").values_list("last", flat=True)]
    changed = (
        sent
        for (_before, judge), (sent, snapshot) in pairwise(known)
        if policy.trust_in(judge, judge) != policy.trust_in(snapshot, snapshot) and snapshot.octets != current.octets
    )
    return tuple(Step(head=sent.head, proof=sent.proof) for sent in changed if sent.proof)


def party_of(key: bytes, circle: bytes) -> bytes:
    """The party id of the member of `circle` with this key. Raises NotAllowed `geen-lid`, NotFound `onbekende-kring`."""
    _section, member = snapshot().member(circle, key)
    return member.id
