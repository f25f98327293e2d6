"""Proof that an identifier is the requester's: a code by text message, in the description of one cent, or in an own account.

Each way is a contract: what is ordered, what is answered, and a `Protocol` that whoever carries it out fulfils. Here they are
fulfilled over HTTP, by a service of the partner's own; `sluis.client.counterparts` answers like one, for tests.
Without proof an answer would tell a stranger whether somebody was signalled.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol, TypeVar

import httpx
import msgspec

from sluis.core import errors
from sluis.core.exchange.rights import ControlCheck

CODE_LENGTH: Final = 8
# No letter or digit that is easily taken for another.
_SIGNS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
TIMEOUT: Final = 10.0
Way = Literal["smscode", "eencent", "eigen-account"]
PATHS: Final[Mapping[str, str]] = {"smscode": "/sms", "eencent": "/betalingen", "eigen-account": "/berichten"}


class SmsOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Send `text` (at most 160 signs) to a number (E.164). `reference` names the order; the same again is sent once."""

    reference: str
    to: str
    text: str


class SmsReceipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the message was taken to be sent."""

    reference: str
    taken: bool


class PaymentOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Pay so many cents to an account (IBAN) with a description (at most 140 signs). The same reference is paid once."""

    reference: str
    iban: str
    cents: int
    description: str


class PaymentReceipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the payment was taken to be made."""

    reference: str
    taken: bool


class AccountOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Put a message in the account, at this very organisation, that holds this identifier. The same reference is put once."""

    reference: str
    type: str
    identifier: str
    message: str


class AccountReceipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether there was such an account. Nobody outside may learn it: the requester reads the same either way."""

    reference: str
    placed: bool


class Sms(Protocol):
    """Who sends text messages. Raises Unavailable `bewijsdienst-weg`."""

    def send(self, order: SmsOrder) -> SmsReceipt: ...


class Payments(Protocol):
    """Who pays a cent. Raises Unavailable `bewijsdienst-weg`."""

    def pay(self, order: PaymentOrder) -> PaymentReceipt: ...


class Accounts(Protocol):
    """Who holds the accounts of customers. Raises Unavailable `bewijsdienst-weg`."""

    def put(self, order: AccountOrder) -> AccountReceipt: ...


Receipt = TypeVar("Receipt", SmsReceipt, PaymentReceipt, AccountReceipt)


@dataclass(frozen=True, slots=True, repr=False)
class OverHttp:
    """The three contracts by HTTP at a service of the partner's own: `POST {url}/sms`, `/betalingen`, `/berichten`, JSON."""

    url: str
    token: str
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=TIMEOUT))

    def send(self, order: SmsOrder) -> SmsReceipt:
        """Sends a text message."""
        return self._post("smscode", order, SmsReceipt)

    def pay(self, order: PaymentOrder) -> PaymentReceipt:
        """Pays a cent."""
        return self._post("eencent", order, PaymentReceipt)

    def put(self, order: AccountOrder) -> AccountReceipt:
        """Puts a message in an account."""
        return self._post("eigen-account", order, AccountReceipt)

    def _post(self, way: str, order: msgspec.Struct, kind: type[Receipt]) -> Receipt:
        headers = {"authorization": f"Bearer {self.token}", "content-type": "application/json"}
        try:
            answer = self.http.post(self.url + PATHS[way], content=msgspec.json.encode(order), headers=headers)
            if answer.is_success:
                return msgspec.json.decode(answer.content, type=kind)
        except (httpx.HTTPError, msgspec.DecodeError):
            pass
        raise errors.Unavailable("The service that carries codes does not answer.", code="bewijsdienst-weg") from None


@dataclass(frozen=True, slots=True, repr=False)
class Sending:
    """What is to be carried: to which identifier, under which reference, from whom (a name), and the code."""

    reference: str
    type: str
    identifier: str
    sender: str
    code: str

    def text(self) -> str:
        """What the person reads; a code and from whom, and nothing of why."""
        return f"{self.sender}: uw code is {self.code}. Geef die alleen aan ons."


@dataclass(frozen=True, slots=True, repr=False)
class Ways:
    """The ways of proof that a partner has; none of a kind when nobody carries it out."""

    sms: Sms | None = None
    payments: Payments | None = None
    accounts: Accounts | None = None

    def named(self, kind: str) -> tuple[ControlCheck, ...]:
        """The ways there are for a type of identifier, by the word that the hub is told."""
        found: list[ControlCheck] = []
        if kind == "phone" and self.sms:
            found.append("smscode")
        if kind == "iban" and self.payments:
            found.append("eencent")
        if self.accounts:
            found.append("eigen-account")
        return tuple(found)

    def carry(self, way: str, sending: Sending) -> None:
        """Carries a code to who has the identifier. Whether it arrived is told to nobody.

        Raises Malformed `onbekende-weg` for a way that is not there for this type, Unavailable `bewijsdienst-weg`.
        """
        text, one = sending.text(), sending
        if way not in self.named(one.type):
            raise errors.Malformed("There is no such way of proof for this type of identifier.", code="onbekende-weg")
        if way == "smscode" and self.sms:
            self.sms.send(SmsOrder(one.reference, one.identifier, text[:160]))
        elif way == "eencent" and self.payments:
            self.payments.pay(PaymentOrder(one.reference, one.identifier, 1, text[:140]))
        elif self.accounts:
            self.accounts.put(AccountOrder(one.reference, one.type, one.identifier, text))


def draw() -> str:
    """A fresh code of 8 signs (40 bits)."""
    return "".join(secrets.choice(_SIGNS) for _ in range(CODE_LENGTH))


def as_drawn(given: str) -> str:
    """What a person typed, as a code is written: capitals, without spaces and hyphens."""
    return "".join(sign for sign in given.upper() if sign.isalnum())[: CODE_LENGTH * 2]
