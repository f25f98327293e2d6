"""What happens, as data: one wave of fraud and the honest life around it, the same for the same seed and number.

Nothing here is sent. Names of circles and parties are the demo's; a refusal on purpose is a deed like any other.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sluis.core.exchange.envelope import Channel, Role
from sluis.core.exchange.rights import Measure
from sluis.sim import invented

PREVENT: Final = "fraude-voorkomen"
PROEFTUIN, WINKELKRING, PRAKTIJK, DOMAINS = "proeftuin", "winkelkring", "praktijkkring", "nepdomeinen"
_FORMS: Final = (
    "AVF.AANKOOP.WEBWINKEL",
    "AVF.VERKOOP.ACHTERAF",
    "HDF.BANK",
    "IDF.OVERNAME",
    "PHI.SMS",
    "HVF.CHAT",
    "BDF.FACTUUR",
)
# Of a hundred hits on an order.
_LED_TO: Final[dict[Measure, int]] = {
    "levering-gestopt": 70,
    "klant-gewaarschuwd": 10,
    "geen-maatregel": 10,
    "bleek-onterecht": 10,
}


@dataclass(frozen=True, slots=True)
class Told:
    """What the one who shares tells: form, grade, the identifier's part, the channel."""

    form: str
    grade: str
    role: Role = "payee"
    channel: Channel = "webshop"


@dataclass(frozen=True, slots=True, repr=False)
class Deed:
    """One thing one party does: share, check or watch identifiers of a type in a circle, under a case, with a purpose.

    `leads_to` is what the party does about a hit.
    """

    party: str
    verb: Literal["share", "check", "watch"]
    circle: str
    type: str
    case: str
    identifiers: tuple[str, ...]
    purpose: str = PREVENT
    told: Told = Told("OVF", "B")
    leads_to: Measure = "geen-maatregel"

    def __repr__(self) -> str:
        return f"<{self.party} {self.verb} {len(self.identifiers)} {self.type} in {self.circle}>"


def wave(seed: str, number: int, *, domains: Sequence[str]) -> Iterator[Deed]:
    """The deeds of wave `number` in their order, 9 to 15 of them. `domains` are fake domains that were shared already."""
    made = _Wave(seed, number, random.Random(f"{seed} {number}"))  # noqa: S311 - a story, not a secret
    yield from made.orders()
    yield from made.devices()
    yield from made.payments()
    yield from made.parcels()
    if domains:
        yield from made.clicks(domains)
    if number % 3 == 2:
        yield from made.watched()
    if number % 2 == 1:
        yield made.refused()


@dataclass(frozen=True, slots=True)
class _Wave:
    seed: str
    number: int
    dice: random.Random

    def name(self, what: str) -> str:
        return f"{self.seed} {what} {self.number}"

    def case(self, prefix: str) -> str:
        return f"{prefix}-{20_000 + self.number}"

    def told(self, grade: str) -> Told:
        return Told(self.dice.choice(_FORMS), grade)

    def measure(self) -> Measure:
        return self.dice.choices(list(_LED_TO), list(_LED_TO.values()))[0]

    def among(self, found: str, honest: Sequence[str]) -> tuple[str, ...]:
        """The one between honest ones, anywhere."""
        every = [*honest, found]
        self.dice.shuffle(every)
        return tuple(every)

    def orders(self) -> Iterator[Deed]:
        """A bank knows a mule's account; a shop has it in an order."""
        mule, shop = invented.iban(self.name("mule")), self.dice.choice(("lantaarn", "zeilmakerij"))
        honest = [invented.iban(self.name(f"order {n}")) for n in range(self.dice.randint(6, 18))]
        told = self.told(self.dice.choice("AB"))
        yield Deed("kadebank", "share", PRAKTIJK, "iban", self.case("FR"), (mule,), told=told)
        asked = self.among(mule, honest)
        yield Deed(shop, "check", PRAKTIJK, "iban", self.case("ORD"), asked, leads_to=self.measure())

    def devices(self) -> Iterator[Deed]:
        """One shop caught a device; the other sees it sign in."""
        first, second = self.dice.sample(("lantaarn", "zeilmakerij"), 2)
        caught = invented.device(self.name("device"))
        honest = [invented.device(self.name(f"login {n}")) for n in range(self.dice.randint(4, 10))]
        yield Deed(first, "share", PRAKTIJK, "device", self.case("FR"), (caught,), told=Told("IDF.OVERNAME", "B", "other"))
        asked = self.among(caught, honest)
        yield Deed(second, "check", PRAKTIJK, "device", self.case("LOG"), asked, leads_to="account-geblokkeerd")

    def payments(self) -> Iterator[Deed]:
        """A payment provider refused a payee in the sandbox; a bank is about to pay the same one."""
        payee = invented.iban(self.name("payee"))
        honest = [invented.iban(self.name(f"payment {n}")) for n in range(self.dice.randint(10, 25))]
        yield Deed("tolhuis", "share", PROEFTUIN, "iban", self.case("TB"), (payee,), told=self.told("C"))
        yield Deed("kadebank", "check", PROEFTUIN, "iban", self.case("BET"), tuple(honest))
        asked = self.among(payee, honest[:5])
        yield Deed("kadebank", "check", PROEFTUIN, "iban", self.case("BET"), asked, leads_to="betaling-aangehouden")

    def parcels(self) -> Iterator[Deed]:
        """A carrier checks the numbers behind delivery changes; some waves one was signalled."""
        caller = invented.phone(self.name("caller"))
        honest = [invented.phone(self.name(f"delivery {n}")) for n in range(self.dice.randint(6, 14))]
        if self.number % 2 == 0:
            told = Told("PHI.SMS", "B", "contact", "sms")
            yield Deed("tolhuis", "share", WINKELKRING, "phone", self.case("TB"), (caller,), told=told)
        asked = self.among(caller, honest)
        yield Deed("pakketboot", "check", WINKELKRING, "phone", self.case("PKT"), asked, leads_to=self.measure())

    def clicks(self, domains: Sequence[str]) -> Iterator[Deed]:
        """A telecom provider looks up where its customers are sent by text message."""
        honest = [f"winkel-{n}-{self.number}.example" for n in range(self.dice.randint(4, 9))]
        asked = self.among(self.dice.choice(domains), honest)
        yield Deed("veertel", "check", DOMAINS, "domain", self.case("SMS"), asked, leads_to="klant-gewaarschuwd")

    def watched(self) -> Iterator[Deed]:
        """A shop watches its payees; one of them is signalled afterwards."""
        payees = tuple(invented.iban(self.name(f"payee {n}")) for n in range(5))
        yield Deed(self.dice.choice(("lantaarn", "zeilmakerij")), "watch", PRAKTIJK, "iban", self.case("CRED"), payees)
        told = self.told("B")
        yield Deed("kadebank", "share", PRAKTIJK, "iban", self.case("FR"), (self.dice.choice(payees),), told=told)

    def refused(self) -> Deed:
        """Something that has no basis; its refusal is what is to be seen."""
        mule, caller = invented.iban(self.name("suspicion")), invented.phone(self.name("call"))
        return self.dice.choice(
            (
                Deed("kadebank", "share", "zonder-vergunning", "iban", self.case("FR"), (mule,), told=Told("HDF.BANK", "C")),
                Deed(
                    "veertel",
                    "share",
                    "in-gesprek",
                    "phone",
                    self.case("BEL"),
                    (caller,),
                    told=Told("HDF.BANK", "C", "contact"),
                ),
                Deed("kadebank", "check", PRAKTIJK, "iban", self.case("BET"), (mule,)),
                Deed("pakketboot", "check", WINKELKRING, "phone", self.case("ACT"), (caller,), purpose="werving"),
            )
        )
