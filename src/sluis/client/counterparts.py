"""Reference counterpart of the services that carry a code: text messages, one-cent payments, messages in own accounts.

It answers the contracts of `sluis.client.proof` over HTTP as a real service would, and keeps what it was given so that a test
can read it as the person would: on a telephone, a bank statement, a page after signing in. It sends and pays nothing.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field

import httpx
import msgspec

from sluis.client import proof
from sluis.client.proof import AccountOrder, OverHttp, PaymentOrder, SmsOrder, Ways

_CODE = re.compile(rf"\b[A-Z2-9]{{{proof.CODE_LENGTH}}}\b")


@dataclass(slots=True, repr=False)
class ReferenceCounterpart:
    """Takes orders that carry its token; each reference once. `accounts` are the identifiers that customers have here."""

    token: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    accounts: set[str] = field(default_factory=set)
    inbox: dict[str, list[str]] = field(default_factory=dict)
    away: bool = False
    _seen: set[str] = field(default_factory=set)

    def ways(self) -> Ways:
        """All three ways, carried out here, over HTTP."""
        http = httpx.Client(transport=httpx.MockTransport(self.answer))
        carrier = OverHttp("https://bewijs.test", self.token, http)
        return Ways(carrier, carrier, carrier)

    def code_at(self, identifier: str) -> str:
        """The last code that arrived at an identifier, as its owner reads it; empty when none did."""
        found = [one for text in self.inbox.get(identifier, []) for one in _CODE.findall(text)]
        return found[-1] if found else ""

    def answer(self, request: httpx.Request) -> httpx.Response:
        """The service: 403 without the token, 400 for an order that does not read, 503 while it is away."""
        if self.away:
            return httpx.Response(503)
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not secrets.compare_digest(given.encode(), self.token.encode()):
            return httpx.Response(403)
        try:
            return httpx.Response(200, content=msgspec.json.encode(self._take(request)))
        except msgspec.DecodeError:
            return httpx.Response(400)

    def _take(self, request: httpx.Request) -> dict[str, object]:
        if request.url.path == proof.PATHS["smscode"]:
            sms = msgspec.json.decode(request.content, type=SmsOrder)
            return {"reference": sms.reference, "taken": self._put(sms.reference, sms.to, sms.text)}
        if request.url.path == proof.PATHS["eencent"]:
            payment = msgspec.json.decode(request.content, type=PaymentOrder)
            is_cent = payment.cents == 1 and self._put(payment.reference, payment.iban, payment.description)
            return {"reference": payment.reference, "taken": is_cent}
        order = msgspec.json.decode(request.content, type=AccountOrder)
        placed = order.identifier in self.accounts and self._put(order.reference, order.identifier, order.message)
        return {"reference": order.reference, "placed": placed}

    def _put(self, reference: str, identifier: str, text: str) -> bool:
        if reference not in self._seen:
            self._seen.add(reference)
            self.inbox.setdefault(identifier, []).append(text)
        return True
