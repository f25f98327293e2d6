"""A receipt for who asked whether something may be given to the police: what was asked, what the rules said, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db import transaction

from sluis.apps.audit import services as audit
from sluis.apps.audit.services import Happening
from sluis.core.exchange.encodings import document, sha256
from sluis.core.law.assessing import Answer
from sluis.wire import clock

ACTIVITY: Final = "advies over de politie"


@dataclass(frozen=True, slots=True)
class Receipt:
    """SHA-256 of `content` (RFC 8785) in hexadecimal, the leaf of the log that holds it, and the second it was given."""

    digest: str
    leaf: int
    given: int
    content: str


def keep_advice(answer: Answer, *, party: bytes) -> Receipt:
    """Puts the digest of question and answer in the log, as something of `party`. The log learns neither."""
    now = clock.now()
    content = document(
        {
            "asked": answer.facts.as_data(),
            "outcome": answer.outcome,
            "rules": list(answer.rules),
            "version": answer.version,
            "given": now,
        }
    )
    digest = sha256(content).hex()
    with transaction.atomic():
        leaf = audit.record(Happening(ACTIVITY, party=party), reference=digest)
    return Receipt(digest, leaf, now, content.decode())
