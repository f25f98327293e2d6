"""Ask the hub to disclose the context behind a hit: through the legal gate, with a purpose, against a receipt."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from sluis.client.check import Checked
from sluis.client.session import Matter, Session
from sluis.core import errors
from sluis.core.exchange import documents, envelope
from sluis.core.exchange.bodies import DisclosureAnswer, DisclosureRequest, Level, RefusedSignal
from sluis.core.exchange.documents import Signed
from sluis.core.exchange.envelope import Context


@dataclass(frozen=True, slots=True)
class Disclosed:
    """The opened contexts by signal id, the refused ones, and ids of contexts that did not open (to be reported)."""

    contexts: dict[bytes, Context]
    refused: tuple[RefusedSignal, ...]
    unreadable: tuple[bytes, ...]
    receipt: Signed


def disclose(session: Session, checked: Checked, *, matter: Matter, level: Level = "context") -> Disclosed:
    """The contexts behind a checked identifier. `matter.purpose` is told to the hub and logged.

    Raises NotPermitted `geen-grondslag`, NotFound `geen-signaal`, ProtocolFailure when the receipt is not the hub's.
    """
    section, _member = session.membership(matter.circle)
    request = DisclosureRequest(section.circle, checked.commitment, checked.key_id, level, matter.purpose, checked.voucher)
    octets = session.transport.post(f"{session.web}/v1/verstrekkingen", msgspec.json.encode(request))
    answer = msgspec.json.decode(octets, type=DisclosureAnswer)
    _check_receipt(session, answer.receipt)
    opened = _opened(checked, answer)
    kind = checked.identifier.type.label
    session.store.log(matter.logged("verstrekken", kind=kind, amount=len(opened.contexts), outcome=level))
    return opened


def _check_receipt(session: Session, receipt: Signed) -> None:
    if session.directory.snapshot().head.hub.key not in documents.signers("disclosure", receipt):
        raise errors.ProtocolFailure("The hub did not sign this receipt.", code="kwitantie-ongeldig", party="knooppunt")


def _opened(checked: Checked, answer: DisclosureAnswer) -> Disclosed:
    contexts: dict[bytes, Context] = {}
    unreadable: list[bytes] = []
    for one in answer.signals:
        binding = envelope.Seal(checked.output, checked.key_id, checked.tag, one.id, one.salt)
        try:
            contexts[one.id] = envelope.open_sealed(one.context, binding)
        except errors.ProtocolFailure:
            unreadable.append(one.id)
    return Disclosed(contexts, answer.refused, tuple(unreadable), answer.receipt)
