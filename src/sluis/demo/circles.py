"""The circles of the demo as data: who may do what in each, and what is assessed. All invented but the law.

A person enters facts and evidence at the hub; the rules of the privacykader answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from sluis.core.exchange import draws
from sluis.core.exchange.policy import AssessmentTerm, Disclosure, Member, Release, Section
from sluis.core.identifiers.kinds import IdentifierType
from sluis.core.law import assessing, facts
from sluis.core.law.assessing import Answer
from sluis.core.law.rules import packaged_version
from sluis.demo import world
from sluis.demo.world import Party

ASK: Final = ("publish", "check", "republish")
WATCH: Final = (*ASK, "watch")
GIVE: Final = ("publish", "republish")
RIGHTS: Final = {
    "rights_desk": ("dispute", "inzage"),
    "dispute_body": ("dispute", "decide", "republish"),
    "auditor": (draws.RIGHT,),
}
EVERY_TYPE: Final = tuple(kind.label for kind in IdentifierType)


@dataclass(frozen=True, slots=True)
class Assessed:
    """An assessment: its name, the facts of every direction, the reason, evidence by condition, and further promises.

    Outcome and articles are what the rules of the privacykader say.
    """

    name: str
    exchanges: tuple[Mapping[str, object], ...]
    reason: str
    met: Mapping[str, str] = field(default_factory=dict)
    promises: tuple[str, ...] = ()

    def answers(self) -> tuple[Answer, ...]:
        """What the rules say, direction by direction."""
        rules = packaged_version()
        return tuple(assessing.assess(facts.read(one, rules.words), rules) for one in self.exchanges)

    @property
    def outcome(self) -> str:
        """The worst of the directions."""
        return assessing.worst(self.answers()).outcome

    @property
    def articles(self) -> tuple[str, ...]:
        """By which articles."""
        return assessing.worst(self.answers()).articles


@dataclass(frozen=True, slots=True)
class Circle:
    """A circle of the demo. `uses` is what a member of a sector may do, with `""` for every other sector."""

    name: str
    title: str
    members: tuple[Party, ...]
    assessed: Assessed
    types: tuple[str, ...]
    uses: Mapping[str, tuple[str, ...]]
    mode: Literal["bucket", "replica"] = "replica"
    grade: Literal["A", "B", "C", "D"] = "C"
    purposes: tuple[str, ...] = world.PURPOSES
    publisher: Release = "off"
    grants: tuple[str, ...] = field(default=("watch",))

    @property
    def id(self) -> bytes:
        """16 octets, the same in every demo."""
        return world.invented_id(f"circle {self.name}")

    def section(self, start: int, keys: Mapping[str, bytes]) -> Section:
        """The circle in a policy snapshot, for a year from `start` (seconds); `keys` are the members' Ed25519 keys by slug."""
        until = start + world.CIRCLE_DAYS * world.DAY
        told = self.assessed
        return Section(
            v=1,
            circle=self.id,
            name=self.name,
            title=self.title,
            from_=start,
            until=until,
            types=self.types,
            purposes=self.purposes,
            mode=self.mode,
            k=1,
            grade=self.grade,
            retention=180,
            disclosure=Disclosure(context="automatic", publisher=self.publisher),
            assessment=AssessmentTerm(
                id=told.name, from_=start, until=until, grants=self.grants, outcome=told.outcome, articles=told.articles
            ),
            members=tuple(self._member(party, keys[party.slug], start=start) for party in self.members),
        )

    def _member(self, party: Party, key: bytes, *, start: int) -> Member:
        uses = RIGHTS.get(party.sector) or self.uses.get(party.sector, self.uses.get("", ()))
        return Member(
            id=party.id,
            name=party.name,
            sector=party.sector,
            group=world.invented_id(f"group {party.slug}"),
            key=key,
            types=self.types,
            uses=uses,
            budgets={use: budget for use, budget in world.BUDGETS.items() if use in uses},
            from_=start,
            until=start + world.CIRCLE_DAYS * world.DAY,
        )


def _facts(sender: str, receiver: str, data: tuple[str, ...], **more: object) -> dict[str, object]:
    plain = {"offence": "none", "subject": "none", "purpose": "prevent_fraud", "technique": "pet_hit_no_hit", "flags": []}
    return {"from": sender, "to": receiver, "data": list(data), **plain, **more}


def _established(sender: str, data: tuple[str, ...]) -> dict[str, object]:
    return _facts(sender, "webshop", data, offence="established", subject="suspect", flags=["ap_licence"])


def _synthetic(name: str) -> Assessed:
    return Assessed(
        name,
        (
            _facts("bank", "webshop", ("synthetic",), purpose="research"),
            _facts("bank", "webshop", ("synthetic",), purpose="prevent_fraud"),
        ),
        "In de proeftuin staan alleen verzonnen gegevens. Er is dus niemand op wie ze betrekking hebben.",
        promises=("Alleen verzonnen kenmerken, zaken en personen", "Geen gegevens uit een echt systeem invoeren"),
    )


PROEFTUIN: Final = Circle(
    world.CIRCLE_NAME,
    world.CIRCLE_TITLE,
    (*world.TRADERS, world.AUDITOR),
    _synthetic("DC-PROEFTUIN"),
    types=("iban",),
    uses={"": ASK},
    mode="bucket",
    grants=(),
)
WINKELKRING: Final = Circle(
    world.SHOPS_NAME,
    world.SHOPS_TITLE,
    (*world.TRADERS, *world.DESKS, world.AUDITOR),
    _synthetic("DC-WINKELKRING"),
    types=EVERY_TYPE,
    uses={"": WATCH},
    publisher="approval",
)
PRAKTIJKKRING: Final = Circle(
    "praktijkkring",
    "Praktijkkring webwinkels, met een verzonnen vergunning",
    (world.BANK, *world.SHOPKEEPERS, *world.DESKS),
    Assessed(
        "DC-PRAKTIJK-WINKELS",
        (_established("webshop", ("pseudonymous_token",)), _established("bank", ("pseudonymous_token", "account_identifier"))),
        "Webwinkels delen met elkaar, en de bank met hen, alleen wat voldoende vaststaat (graad A of B). Dat kan met een "
        "vergunning van de AP. De vergunning in deze demo is verzonnen: in het echt gaat deze kring zonder haar niet open.",
        {
            "C-LICENCE": "VERZONNEN-VERGUNNING",
            "C-DPIA": "VERZONNEN-DPIA",
            "C-JOINT": "VERZONNEN-REGELING",
            "C-INFORM": "VERZONNEN-INFORMATIE",
            **dict.fromkeys(("C-HUMAN", "C-EVR8"), "VERZONNEN-PROTOCOL"),
        },
    ),
    types=("iban", "phone", "device", "crypto"),
    # A shop knows its own customers: it may open a dispute for one whose account it verified.
    uses={"bank": GIVE, "": (*WATCH, "dispute")},
    grade="B",
    purposes=("fraude-voorkomen",),
    publisher="approval",
)
NEPDOMEINEN: Final = Circle(
    "nepdomeinen",
    "Nepdomeinen, zonder personen",
    world.PARTIES,
    Assessed(
        "DC-NEPDOMEINEN",
        (_facts("bank", "telecom", ("technical_nonpersonal",), technique="plain"),),
        "Een nepdomein is geen gegeven over een persoon. Delen kan dus tussen alle sectoren.",
        promises=("Alleen domeinen, geen namen of adressen van houders",),
    ),
    types=("domain",),
    uses={"": WATCH},
    grade="D",
    purposes=("fraude-voorkomen",),
)
ZONDER_VERGUNNING: Final = Circle(
    "zonder-vergunning",
    "Dezelfde praktijkkring, zonder vergunning",
    (world.BANK, *world.SHOPKEEPERS),
    Assessed(
        "DC-ZONDER-VERGUNNING",
        (_facts("bank", "webshop", ("pseudonymous_token",), offence="suspicion", subject="suspect"),),
        "Een vermoeden van fraude delen met een ander bedrijf mag niet zonder vergunning van de AP. Ook een gegeven dat alleen "
        "als treffer zichtbaar wordt, valt daaronder.",
    ),
    types=("iban",),
    uses={"": ASK},
    purposes=("fraude-voorkomen",),
    grants=(),
)
IN_GESPREK: Final = Circle(
    "in-gesprek",
    "Is de klant in gesprek? Telecom aan bank",
    (world.TELECOM, world.BANK),
    Assessed(
        "DC-IN-GESPREK",
        (_facts("telecom", "bank", ("traffic_data",), subject="customer", purpose="stop_payment"),),
        "Een telecomaanbieder mag verkeersgegevens nu niet gebruiken tegen fraude, ook niet als ja of nee, en ook niet "
        "versleuteld. Wel mogelijk: de bank vraagt de klant zelf of iemand hem belt.",
    ),
    types=("phone",),
    uses={"": ASK},
    purposes=("fraude-voorkomen",),
    grants=(),
)
EVERY: Final = (PROEFTUIN, WINKELKRING, PRAKTIJKKRING, NEPDOMEINEN, ZONDER_VERGUNNING, IN_GESPREK)


def sections(start: int, keys: Mapping[str, bytes]) -> tuple[Section, ...]:
    """Every circle, for a year from `start` (seconds); `keys` are the members' Ed25519 keys by slug."""
    return tuple(circle.section(start, keys) for circle in EVERY)
