"""Reads of the log for people of a party: its own leaves, and the proof of one, verified before it is shown."""

from __future__ import annotations

from dataclasses import dataclass

from sluis.apps.audit import selectors as audit
from sluis.apps.audit.selectors import OwnLeaf, Proof
from sluis.apps.partners import selectors as partners
from sluis.core import errors
from sluis.core.exchange import policy
from sluis.core.exchange.log import checkpoint, inclusion, merkle
from sluis.core.exchange.log.checkpoint import Trust


@dataclass(frozen=True, slots=True)
class Verified:
    """A leaf with its proof as the server verified it: which holders cosigned and when (seconds), by name.

    `proof` is None while no checkpoint over it was cosigned by enough holders. `fault` is the code of what does not hold.
    """

    leaf: OwnLeaf
    proof: Proof | None
    cosigned: tuple[tuple[str, int], ...] = ()
    threshold: int = 0
    fault: str = ""


def verified(party: bytes, place: int) -> Verified:
    """The leaf of a party at this place with its proof. Raises NotFound `geen-eigen-gebeurtenis`, Unavailable `geen-beleid`."""
    leaf, proof = audit.own_leaf(party, place), audit.proof(place)
    stored = partners.stored_snapshot()
    if stored is None:
        raise errors.Unavailable("There is no policy snapshot yet.", code="geen-beleid")
    trust, names = policy.trust_in(stored, stored), {one.witness: one.name for one in stored.head.holders}
    if proof is None:
        return Verified(leaf, None, threshold=trust.threshold)
    seen = checkpoint.witnesses(proof.note, trust.witnesses)
    cosigned = tuple(sorted((names[witness], when) for witness, when in seen.items()))
    return Verified(leaf, proof, cosigned, trust.threshold, _fault(leaf, proof, trust))


def _fault(leaf: OwnLeaf, proof: Proof, trust: Trust) -> str:
    try:
        if leaf.event:
            inclusion.verify(proof.logged(leaf), trust)
            return "" if inclusion.entry(leaf.salt, leaf.event) == leaf.leaf else "blad-onjuist"
        found = trust.verify(proof.note)
        merkle.require_inclusion(
            merkle.leaf_hash(leaf.leaf), leaf.place, size=found.size, root_hash=found.root, path=proof.path
        )
    except errors.SluisError as error:
        return error.reason
    return ""
