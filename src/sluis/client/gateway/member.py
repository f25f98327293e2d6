"""One partner in a gateway: all that is its own. Several may stand beside each other; who signs in chooses one."""

from __future__ import annotations

from dataclasses import dataclass, field

from sluis.client.gateway.jobs import Jobs
from sluis.client.gateway.upkeep import Upkeep
from sluis.client.gateway.webhook import Webhook
from sluis.client.persons import Controller
from sluis.client.session import Session
from sluis.core import errors
from sluis.core.exchange.policy import Member as Membership
from sluis.core.exchange.policy import Section


@dataclass(slots=True, repr=False)
class Member:
    """A partner: its session with store and keys, the token of its systems, the code of its desk (empty: no pages)."""

    session: Session
    token: bytes
    upkeep: Upkeep
    desk_code: bytes = b""
    jobs: Jobs = field(default_factory=Jobs)
    controller: Controller = field(default_factory=Controller)

    @classmethod
    def of(cls, session: Session, *, token: bytes, webhook: Webhook | None = None, desk_code: bytes = b"") -> Member:
        """A partner with what runs beside its answers, not started yet."""
        return cls(session, token, Upkeep(session, webhook), desk_code)

    @property
    def slug(self) -> str:
        """What tells members of one gateway apart in forms and cookies: the begin of the public key (8 hexadecimal digits)."""
        return self.session.key.hex()[:8]

    def circles(self) -> list[tuple[Section, Membership]]:
        """The circles this partner is in, by title. Raises Unavailable without a policy in force."""
        found = self.session.directory.snapshot().memberships(self.session.key)
        return sorted(found, key=lambda one: one[0].title)

    def name(self) -> str:
        """The partner's name in the policy; empty when no policy is in force or it is in no circle."""
        try:
            return next((member.name for _section, member in self.circles()), "")
        except errors.SluisError:
            return ""
