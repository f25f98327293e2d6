"""A partner at work: its directory, its store, its way to the services. What `check`, `publish` and `disclose` are given."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from sluis.client.directory import Directory
from sluis.client.store import Processing, Store
from sluis.client.transport import Transport
from sluis.core import errors
from sluis.core.exchange.policy import Member, Section
from sluis.core.identifiers import protected, suffixes
from sluis.core.identifiers.kinds import NORMALISER_VERSION
from sluis.core.identifiers.protected import ProtectedList
from sluis.core.law import decision
from sluis.wire import clock


@dataclass(slots=True)
class Session:
    """One partner. `edge` and `web` are addresses without a slash at the end; `key` is its public key (32 octets).

    `region` (ISO 3166, may be empty) is where a telephone number without `+` is from, when a call does not say. `followed`
    names the streams that something in this process follows all the time.
    """

    transport: Transport
    directory: Directory
    store: Store
    web: str
    edge: str
    key: bytes
    bits: dict[bytes, int] = field(default_factory=dict)
    region: str = ""
    followed: set[str] = field(default_factory=set)

    def used_by(self, who: str) -> Session:
        """The same partner at work in the hands of an analyst, who is named in the partner's own log."""
        return replace(self, store=self.store.used_by(who))

    def membership(self, circle: str) -> tuple[Section, Member]:
        """The circle by name and this partner as its member. Raises NotFound `onbekende-kring`, NotAllowed `geen-lid`."""
        snapshot = self.directory.snapshot()
        return snapshot.member(snapshot.named(circle).circle, self.key)

    def protected(self) -> ProtectedList:
        """The protected list, when it and all that shapes an identifier are what the snapshot names.

        Raises Unavailable: `andere-beschermde-lijst`, `andere-achtervoegsels`, `andere-normaliser`. With another list of
        suffixes or another normaliser the same identifier would get another tag, and a hit would be missed in silence.
        """
        held, head = protected.packaged_list(), self.directory.snapshot().head
        if held.digest != head.protected:
            raise errors.Unavailable(
                "Your protected list is not the one in force; update Sluis.", code="andere-beschermde-lijst"
            )
        if suffixes.packaged_list().digest != head.suffixes:
            raise errors.Unavailable(
                "Your public suffix list is not the one in force; update Sluis.", code="andere-achtervoegsels"
            )
        if head.normaliser != NORMALISER_VERSION:
            raise errors.Unavailable("Your normaliser is not the one in force; update Sluis.", code="andere-normaliser")
        return held

    @contextmanager
    def recording(self, matter: Matter, activity: str, *, kind: str, amount: int) -> Iterator[None]:
        """Around something asked of others: what is refused stands in the partner's own log, and is raised on."""
        try:
            yield
        except errors.SluisError as error:
            ground = str(error.fields.get("ground", error.reason))
            self.store.log(matter.logged(activity, kind=kind, amount=amount, outcome=f"geweigerd: {ground}"))
            raise


@dataclass(frozen=True, slots=True)
class Matter:
    """Why a partner asks or publishes: circle by name, its own case reference, the legal purpose in the circle's words."""

    circle: str
    case: str
    purpose: str

    def require(self, section: Section, member: Member, *, kind: str, use: str) -> None:
        """Asks the gate before anything leaves the premises. Raises Malformed `geen-zaak`, NotPermitted, NotAllowed."""
        if not self.case.strip():
            raise errors.Malformed("Each question needs the reference of your own case.", code="geen-zaak")
        decision.require(decision.Passage(section, member, clock.now(), type=kind, use=use, purpose=self.purpose))

    def logged(self, activity: str, *, kind: str, amount: int, outcome: str) -> Processing:
        """The line for the processing log."""
        return Processing(clock.now(), activity, self.circle, kind, self.purpose, amount, outcome)
