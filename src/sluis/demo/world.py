"""The demo's invented world as data: who takes part, in which circle, with which rights. Tests use it too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sluis.core.exchange import policy
from sluis.core.exchange.encodings import sha256
from sluis.core.exchange.policy import Budget, Epoch

DAY: Final = 86_400
EPOCH_DAYS: Final = 90
CIRCLE_DAYS: Final = 365
THRESHOLD: Final = 2


@dataclass(frozen=True, slots=True)
class Party:
    """An invented organisation. `slug` names its files; ids are made of it."""

    slug: str
    name: str
    sector: str

    @property
    def id(self) -> bytes:
        """16 octets, the same in every demo."""
        return invented_id(f"party {self.slug}")


BANK: Final = Party("kadebank", "Kadebank", "bank")
PAYMENTS: Final = Party("tolhuis", "Tolhuis Betalingen", "psp")
SHOPKEEPERS: Final = (Party("lantaarn", "Winkel Lantaarn", "webshop"), Party("zeilmakerij", "Zeilmakerij Online", "webshop"))
CARRIER: Final = Party("pakketboot", "Pakketboot", "parcel_carrier")
TELECOM: Final = Party("veertel", "Veertel", "telecom")
# Those of the synthetic circles; telecom comes beside them where its law lets it.
TRADERS: Final = (BANK, PAYMENTS, *SHOPKEEPERS, CARRIER)
PARTIES: Final = (*TRADERS, TELECOM)
DESKS: Final = (
    Party("vuurtoren", "Rechtenloket Vuurtoren", "rights_desk"),
    Party("raadhuis", "Geschillencommissie Raadhuis", "dispute_body"),
)
# Draws from what members asked; asks and shares nothing itself.
AUDITOR: Final = Party("peilschaal", "Auditdienst Peilschaal", "auditor")
MEMBERS: Final = (*PARTIES, *DESKS, AUDITOR)
HOLDERS: Final = (
    Party("rekenhuis", "Rekenhuis Noord", "key_holder"),
    Party("sluiswacht", "Stichting Sluiswacht", "key_holder"),
    Party("archief", "Archief Zuid", "key_holder"),
)
HUB: Final = Party("knooppunt", "Sluis knooppunt", "hub")
EDGE: Final = Party("loket", "Sluis leeskant", "hub")

LOG_ORIGIN: Final = "sluis-demo/logboek"
CIRCLE_NAME: Final = "proeftuin"
CIRCLE_TITLE: Final = "Proeftuin met verzonnen gegevens"
PURPOSES: Final = ("onderzoek-proeftuin", "fraude-voorkomen")
BUDGETS: Final = {
    "publish": Budget(minute=10_000, day=200_000, year=5_000_000),
    "check": Budget(minute=3_000, day=100_000, year=5_000_000),
    "republish": Budget(minute=10_000, day=200_000, year=2_000_000),
    "watch": Budget(minute=10_000, day=100_000, year=500_000),
    "dispute": Budget(minute=20, day=200, year=20_000),
    "inzage": Budget(minute=20, day=200, year=20_000),
}


def invented_id(name: str) -> bytes:
    """The 16 octets an invented thing is known by."""
    return sha256(b"sluis demo ", name.encode())[:16]


CIRCLE: Final = invented_id(f"circle {CIRCLE_NAME}")
SHOPS_NAME: Final = "winkelkring"
SHOPS_TITLE: Final = "Winkelkring met verzonnen gegevens"
SHOPS: Final = invented_id(f"circle {SHOPS_NAME}")


def epochs(start: int, now: int) -> tuple[Epoch, ...]:
    """The key periods of 90 days from `start` that count at `now`: the last (it may be prolonged), this one, the next."""
    length = EPOCH_DAYS * DAY
    current = max(0, now - start) // length + 1
    numbers = range(max(1, current - 1), current + 2)
    return tuple(Epoch(number=n, start=start + (n - 1) * length, end=start + n * length) for n in numbers)


def holders(keys: dict[str, tuple[bytes, bytes]], urls: dict[str, str]) -> tuple[policy.Holder, ...]:
    """The three holders with their keys (signing, sealing) and addresses by slug."""
    return tuple(
        policy.Holder(
            id=party.id, index=index, name=party.name, key=keys[party.slug][0], seal=keys[party.slug][1], url=urls[party.slug]
        )
        for index, party in enumerate(HOLDERS, start=1)
    )
