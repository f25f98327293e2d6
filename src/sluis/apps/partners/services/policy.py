"""Takes a policy snapshot, puts it in force when its holders saw it in the log; takes a revocation."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

import msgspec
from django.db import connection, transaction

from sluis.apps.audit import selectors as audited
from sluis.apps.audit import services as audit
from sluis.apps.audit.services import Happening
from sluis.apps.partners import selectors
from sluis.apps.partners.models import Organisation, PolicyDocument, PolicyProof, Revocation
from sluis.core import errors
from sluis.core.exchange import policy
from sluis.core.exchange.bodies import Cosigned
from sluis.core.exchange.documents import Signed
from sluis.core.exchange.encodings import sha256
from sluis.core.exchange.log import checkpoint
from sluis.core.exchange.log.inclusion import Logged
from sluis.core.exchange.log.note import Kind, Verifier
from sluis.core.exchange.policy import SignedSnapshot, Snapshot
from sluis.wire import clock


@dataclass(frozen=True, slots=True)
class Offered:
    """What became of a snapshot handed in: `candidate` until enough holders saw it in the log, then `in-force`."""

    serial: int
    state: str


def offer_policy(sent: SignedSnapshot) -> Offered:
    """Stores a snapshot that holds, and puts its digest in the log at once. Again the same changes nothing.

    It is in force when enough holders cosigned a checkpoint over it, and not before.
    Raises what `policy.check` raises, and ProtocolFailure `beleid-sectie` when a section is missing.
    """
    known = selectors.candidate()
    checked = policy.check(sent, pinned=selectors.pinned(), stored=known.snapshot if known else None, now=clock.now())
    if len(sent.sections) != len(checked.head.sections):
        raise errors.ProtocolFailure("The hub takes a snapshot with all its sections.", code="beleid-sectie")
    serial = checked.head.serial
    with transaction.atomic():
        _alone()
        if not PolicyDocument.objects.filter(serial=serial).exists():
            leaf = audit.record(Happening(policy.OFFERED), reference=sha256(sent.head.payload).hex())
            body = msgspec.json.encode(sent)
            PolicyDocument.objects.create(serial=serial, received=clock.now(), body=body, leaf=leaf)
    audit.sequence()
    stored = selectors.stored_snapshot()
    return Offered(serial, "in-force" if stored and stored.head.serial >= serial else "candidate")


def _alone() -> None:
    """Until the transaction ends nobody else hands in a snapshot: the same one twice gets one leaf."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('policy', 7))")


def cosign(given: Cosigned, *, key: bytes) -> None:
    """Keeps a holder's cosignature of a checkpoint; what waited for it is in force from now on.

    Raises NotAllowed when the key is no holder's, and as `audit.keep_cosignature`.
    """
    holder = selectors.witness(key)
    with transaction.atomic():
        note = audit.keep_cosignature(given.size, given.line, Verifier(holder.witness, holder.key, Kind.COSIGNATURE))
        judge = selectors.stored_snapshot() or _candidate_snapshot()
        if judge and len(checkpoint.witnesses(note, policy.trust_in(judge, judge).witnesses)) >= judge.head.threshold:
            audit.mark_witnessed(given.size)
            _prove(given.size)


def _candidate_snapshot() -> Snapshot | None:
    found = selectors.candidate()
    return found.snapshot if found else None


def _prove(size: int) -> None:
    """Puts the candidate in force when the checkpoint of this size proves it; one in force gets the cosignature more."""
    found, stored = selectors.candidate(), selectors.stored_snapshot()
    if found is None or found.leaf is None:
        return
    is_stored = stored is not None and stored.octets == found.snapshot.octets
    if is_stored and PolicyProof.objects.filter(document=found.snapshot.head.serial).exclude(size=size).exists():
        return
    proof = audited.logged(found.leaf, size=size)
    if proof is None:
        return
    sent = msgspec.structs.replace(found.sent, proof=proof)
    with contextlib.suppress(errors.ProtocolFailure, errors.Unavailable):
        accepted = policy.accept(sent, pinned=selectors.pinned(), stored=stored, now=clock.now())
        _keep_proof(accepted, proof, size)
        if not is_stored:
            _put_in_force(accepted)


def _keep_proof(accepted: Snapshot, proof: Logged, size: int) -> None:
    body = msgspec.json.encode(proof)
    PolicyProof.objects.create(document_id=accepted.head.serial, size=size, received=clock.now(), body=body)


def _put_in_force(accepted: Snapshot) -> None:
    _name_organisations(accepted)
    audit.record(Happening("beleid aanvaard", amount=len(accepted.sections)), reference=str(accepted.head.serial))


def _name_organisations(snapshot: Snapshot) -> None:
    members = {member.id: member for section in snapshot.sections.values() for member in section.members}
    rows = [Organisation(id=one.id, name=one.name, sector=one.sector, group=one.group) for one in members.values()]
    Organisation.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["id"], update_fields=["name", "sector", "group"]
    )


def accept_revocation(signed: Signed) -> bytes:
    """Stores a revocation; the key counts no more from now on. Raises ProtocolFailure `intrekking-handtekening`."""
    key = policy.accept_revocation(signed, pinned=selectors.pinned())
    with transaction.atomic():
        body = msgspec.json.encode(signed)
        _row, new = Revocation.objects.get_or_create(key=key, defaults={"received": clock.now(), "body": body})
        if new:
            audit.record(Happening("sleutel ingetrokken"))
    return key
