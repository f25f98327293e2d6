"""Publish one's own live signals again under the next key: in random order over ten days, with a budget of its own.

When each signal's turn comes follows from `seed` and its id alone, so a run that is killed goes on where it was. What the hub
has is never doubled: a signal that was replaced is not due, and a call whose answer was lost is sent again, the same octets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Self

import msgspec

from sluis.client import evaluate, publish, turns
from sluis.client.directory import Succession
from sluis.client.publish import Draft, Kept
from sluis.client.session import Matter, Session
from sluis.client.store import Shared
from sluis.core import errors
from sluis.core.exchange import asking
from sluis.core.exchange.admission import MAX_SIGNALS
from sluis.core.exchange.policy import Member, Section
from sluis.core.exchange.words import Advice, Grade, Kind, Origin, Use
from sluis.core.identifiers import normalise, scopes
from sluis.core.identifiers.kinds import NORMALISER_VERSION, Identifier, IdentifierType, type_named
from sluis.core.law import decision
from sluis.wire import clock

DAY: Final = 86_400
Heard = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast: `seed` (at least 16 octets, the same every time) spreads the signals; at most `limit` a run; `at_once` waits
    for nobody's turn."""

    seed: bytes
    limit: int | None = None
    at_once: bool = False


class Republished(msgspec.Struct, frozen=True):
    """What a run did: signals published again, and how many wait for their turn."""

    done: int
    waiting: int


@dataclass(frozen=True, slots=True, repr=False)
class _Own:
    """An own signal as it was shared."""

    signal_id: bytes
    kept: Kept
    identifier: Identifier

    @classmethod
    def read(cls, shared: Shared) -> Self | None:
        """The signal, its identifier read anew when the normaliser is another by now. None when it no longer reads."""
        kept = msgspec.json.decode(shared.text, type=Kept)
        if kept.normaliser == NORMALISER_VERSION:
            return cls(shared.signal_id, kept, Identifier(type_named(kept.type), kept.identifier, kept.scope))
        try:
            return cls(shared.signal_id, kept, scopes.pick(normalise.parse(kept.type, kept.identifier), kept.scope))
        except errors.Malformed:
            return None

    def draft(self) -> Draft:
        """The same signal, naming the one it replaces, that expires no later."""
        kept = self.kept
        words = (Grade(kept.grade), Advice(kept.advice), kept.seen, kept.expires, Origin(kept.origin))
        return Draft(self.identifier, kept.context, *words, confirmed=True, replaces=self.signal_id, kind=Kind(kept.kind))


def republish(session: Session, *, circle: str, pace: Pace, heard: Heard = lambda _done, _total: None) -> Republished:
    """Publishes again what is due in a circle; `heard` is told how many of how many are done.

    Raises NotAllowed, NotPermitted, TooMany (the budget of `republish`; go on later), Unavailable. What was sent stays sent.
    """
    publish.resume(session)
    section, member = session.membership(circle)
    session.store.forget_shared(today=clock.now() // DAY)
    done = waiting = 0
    for kind in section.identifier_types():
        found = session.directory.succession(section, kind)
        if found is not None:
            due, later = _due(session, found, pace)
            done += _Run(session, section, member, found).all(due, heard=heard)
            waiting += later
    return Republished(done, waiting)


def _due(session: Session, found: Succession, pace: Pace) -> tuple[list[bytes], int]:
    """The ids whose turn came, in its order and within the limit, and how many are left."""
    now = clock.now()
    order = sorted(
        (turns.turn(pace.seed, one, begin=found.begin, length=found.length), one)
        for one in session.store.unreplaced(found.old.id, today=now // DAY)
    )
    due = [one for moment, one in order if pace.at_once or moment <= now][: pace.limit]
    return due, len(order) - len(due)


@dataclass(frozen=True, slots=True)
class _Run:
    session: Session
    section: Section
    member: Member
    succession: Succession

    def all(self, due: Sequence[bytes], *, heard: Heard) -> int:
        """Publishes these again, a call at a time; how many went."""
        if not due:
            return 0
        asked = decision.Passage(self.section, self.member, clock.now(), type=self._kind.label, use=Use.REPUBLISH.label)
        decision.require(asked)
        heard(0, len(due))
        done = 0
        for start in range(0, len(due), MAX_SIGNALS):
            done += self._some(due[start : start + MAX_SIGNALS])
            heard(start + len(due[start : start + MAX_SIGNALS]), len(due))
        return done

    @property
    def _kind(self) -> IdentifierType:
        return self.succession.new.identifier_type

    def _some(self, ids: Sequence[bytes]) -> int:
        owns = list(self._free(ids))
        return sum(self._call([one for one in owns if one.kept.kind == kind]) for kind in Kind)

    def _call(self, owns: Sequence[_Own]) -> int:
        """One call to the hub holds signals of one kind."""
        if not owns:
            return 0
        drafts = [one.draft() for one in owns]
        matters = [Matter(self.section.name, one.kept.case, one.kept.purpose) for one in owns]
        questions = [
            asking.Question(draft.identifier.octets(), m.purpose, m.case) for draft, m in zip(drafts, matters, strict=True)
        ]
        record = self.succession.new
        outputs = evaluate.evaluate(self.session, questions, record=record, use=Use.REPUBLISH).outputs
        writer = publish.Writer(self.session, self.section, self.member, record)
        rows = zip(drafts, outputs, matters, strict=True)
        publish.send(self.session, self.section, [writer.write(draft, y, matter=matter) for draft, y, matter in rows])
        matter = Matter(self.section.name, "", "")
        self.session.store.log(matter.logged("opnieuw delen", kind=self._kind.label, amount=len(owns), outcome="gedeeld"))
        return len(owns)

    def _free(self, ids: Sequence[bytes]) -> Iterator[_Own]:
        """Those that still may be shared: what the protected list blocks by now ends with the old key."""
        held, today = self.session.protected(), clock.now() // DAY
        for shared in self.session.store.shared(ids):
            own = _Own.read(shared)
            if own is not None and (own.kept.kind == Kind.CLEARED or not held.blocks(own.identifier, day=today)):
                yield own
