"""Bodies of what follows a signal: withdrawal, dispute, access by a data subject, feedback. Octets are base64 in JSON.

Source: `docs/reference/protocol.md`, After a signal. Codes are closed lists, so that no free text can name anybody.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from sluis.core.exchange.admission import PublishedSignal

MAX_WITHDRAWN: Final = 1000
DECIDE_WITHIN: Final = 14 * 86_400
ANSWER_WITHIN: Final = 28 * 86_400

PersonCheck = Literal["balie", "eidas-hoog", "eidas-substantieel", "video"]
ControlCheck = Literal[
    "bankafschrift",
    "terugboeking",
    "terugbellen",
    "mailcode",
    "dns-record",
    "handelsregister",
    "brief",
    "smscode",
    "eencent",
    "eigen-account",
]
Ground = Literal["naamgenoot", "niet-van-mij", "overgenomen", "onjuist", "verouderd"]
Withdrawn = Literal["onjuist", "niet-meer-nodig", "vergissing", "op-verzoek"]
# What a hit led to. The last two are no measure: nothing was found, or the hit turned out to be wrong.
Measure = Literal[
    "betaling-aangehouden",
    "betaling-geweigerd",
    "levering-gestopt",
    "account-geblokkeerd",
    "klant-gewaarschuwd",
    "geen-maatregel",
    "bleek-onterecht",
]
WRONG: Final = "bleek-onterecht"
NO_MEASURE: Final = frozenset({"geen-maatregel", WRONG})
Within = Literal["15m", "1u", "1d", "later"]
Outcome = Literal["gegrond", "ongegrond"]
Answer = Literal["verstrekt", "geweigerd"]
REFUSALS: Final = ("lopend-onderzoek", "rechten-van-anderen", "wettelijk-verbod")


class Verified(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a desk verified who the person is, and that the identifier is under that person's control."""

    control: ControlCheck
    person: PersonCheck


class WithdrawRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`POST /v1/kringen/{circle}/intrekkingen`: 1 to 1,000 signal ids of the caller's own, and one reason for all."""

    reason: Withdrawn
    signals: tuple[bytes, ...]


class DisputeRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`POST /v1/betwistingen`. The voucher shows that the desk evaluated the identifier (use `dispute`); nobody keeps it."""

    circle: bytes
    commitment: bytes
    ground: Ground
    key: bytes
    verified: Verified
    voucher: bytes


class DisputeState(msgspec.Struct, frozen=True):
    """How a dispute is: `open`, `gegrond` or `ongegrond`; until when (seconds) a human decides."""

    decide_by: int
    id: bytes
    state: str


class DisputeReach(msgspec.Struct, frozen=True):
    """How far the last word on a dispute got: how many were to have it, how many confirmed, who is still to, by sector.

    To have it: who got a context behind it, and in a replica circle every member that holds the entries.
    """

    confirmed: int
    receivers: int
    waiting: dict[str, int]


class DisputeDecision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`POST /v1/betwistingen/{id}/besluiten`. `gegrond` comes with a signal of kind cleared on the same tag."""

    outcome: Outcome
    clearing: PublishedSignal | None = None


class AccessRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`POST /v1/inzagen`. The voucher shows that the desk evaluated the identifier (use `inzage`); no k applies."""

    circle: bytes
    commitment: bytes
    key: bytes
    verified: Verified
    voucher: bytes


class AccessSignal(msgspec.Struct, frozen=True):
    """One signal about the data subject: `gevraagd`, `verstrekt`, `geweigerd` (with ground) or `geen-antwoord`.

    `recipients` counts who got its context, by sector. Once provided: header, context and share s, for the desk to open.
    """

    id: bytes
    recipients: dict[str, int]
    state: str
    context: bytes | None = None
    ground: str = ""
    header: bytes | None = None
    salt: bytes | None = None


class AccessState(msgspec.Struct, frozen=True):
    """An access request: until when (seconds) publishers may answer, and every signal. None live: an empty list."""

    answer_by: int
    id: bytes
    signals: tuple[AccessSignal, ...]


class AccessAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`POST /v1/inzagen/{id}/antwoorden` by a publisher. A refusal names its ground, one of `REFUSALS`."""

    answer: Answer
    signal: bytes
    ground: Literal["", "lopend-onderzoek", "rechten-van-anderen", "wettelijk-verbod"] = ""


class FeedbackRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`POST /v1/terugkoppelingen`: what a hit led to, so long after the hit. Publishers hear it the day after."""

    circle: bytes
    commitment: bytes
    key: bytes
    measure: Measure
    voucher: bytes
    within: Within
