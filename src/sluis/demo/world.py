"""The demo's invented world as data: who takes part, in which circle, with which rights. Tests use it too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgspec

from sluis.core.exchange import policy
from sluis.core.exchange.encodings import sha256
from sluis.core.exchange.policy import AssessmentTerm, Budget, Disclosure, Epoch, Member, Section
from sluis.core.identifiers.kinds import IdentifierType

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
    gateway: bool = False

    @property
    def id(self) -> bytes:
        """16 octets, the same in every demo."""
        return invented_id(f"party {self.slug}")


PARTIES: Final = (
    Party("kadebank", "Kadebank", "bank", gateway=True),
    Party("tolhuis", "Tolhuis Betalingen", "psp"),
    Party("lantaarn", "Winkel Lantaarn", "webshop", gateway=True),
    Party("zeilmakerij", "Zeilmakerij Online", "webshop"),
    Party("pakketboot", "Pakketboot", "parcel_carrier"),
)
DESKS: Final = (
    Party("vuurtoren", "Rechtenloket Vuurtoren", "rights_desk"),
    Party("raadhuis", "Geschillencommissie Raadhuis", "dispute_body"),
)
MEMBERS: Final = (*PARTIES, *DESKS)
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
ASSESSMENTS: Final = {"DC-PROEFTUIN": CIRCLE, "DC-WINKELKRING": SHOPS}
_RIGHTS: Final = {"rights_desk": ("dispute", "inzage"), "dispute_body": ("dispute", "decide", "republish")}


def sections(start: int, keys: dict[str, bytes]) -> tuple[Section, ...]:
    """Both circles, from `start` for a year; `keys` are the members' Ed25519 keys by slug.

    `proeftuin` answers in buckets about IBANs. `winkelkring` gives its members a replica of all nine types, may watch, and
    names a publisher when both agree.
    """
    plain = _plain(start, tuple(_member(party, keys, start=start, types=("iban",)) for party in PARTIES))
    every = tuple(kind.label for kind in IdentifierType)
    shops = msgspec.structs.replace(
        plain,
        circle=SHOPS,
        name=SHOPS_NAME,
        title=SHOPS_TITLE,
        types=every,
        mode="replica",
        disclosure=Disclosure(context="automatic", publisher="approval"),
        assessment=AssessmentTerm(id="DC-WINKELKRING", from_=start, until=_until(start), grants=("watch",)),
        members=tuple(_member(party, keys, start=start, types=every) for party in MEMBERS),
    )
    return plain, shops


def _until(start: int) -> int:
    return start + CIRCLE_DAYS * DAY


def _plain(start: int, members: tuple[Member, ...]) -> Section:
    return Section(
        v=1,
        circle=CIRCLE,
        name=CIRCLE_NAME,
        title=CIRCLE_TITLE,
        from_=start,
        until=_until(start),
        types=("iban",),
        purposes=PURPOSES,
        mode="bucket",
        k=1,
        grade="C",
        retention=180,
        disclosure=Disclosure(context="automatic", publisher="off"),
        assessment=AssessmentTerm(id="DC-PROEFTUIN", from_=start, until=_until(start)),
        members=members,
    )


def _member(party: Party, keys: dict[str, bytes], *, start: int, types: tuple[str, ...]) -> Member:
    uses = _RIGHTS.get(party.sector, ("publish", "check", "republish", *(("watch",) if len(types) > 1 else ())))
    return Member(
        id=party.id,
        name=party.name,
        sector=party.sector,
        group=invented_id(f"group {party.slug}"),
        key=keys[party.slug],
        types=types,
        uses=uses,
        budgets={use: budget for use, budget in BUDGETS.items() if use in uses},
        from_=start,
        until=_until(start),
    )


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
