"""Generated sequences of what partners do: each step is done by the real code and by the model, and what both know is compared.

`Run(house, model, dice, later)`, then `go(steps)`. The same dice give the same sequence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import TypeVar

from journeys.world import invented_iban
from make import DAY

from simulation.house import FAULTS, Died, House
from simulation.model import Model
from sluis.client import following
from sluis.client.gateway.upkeep import Upkeep
from sluis.client.session import Session
from sluis.core import errors
from sluis.core.exchange import signal
from sluis.core.exchange.envelope import Context
from sluis.core.identifiers import normalise
from sluis.edge import entries as edge

PARTNERS = ("bank", "sister", "shop", "carrier")
WATCHERS = ("shop", "carrier")
MANY = 8
# Who is off while the keys change shares anew when it is back, or not at all: that is no failure, and not generated.
LAST_LEAVE = 60
OVERLAP = 76
CONTEXT = Context("AVF.AANKOOP")
Answer = TypeVar("Answer")


@dataclass
class Life:
    """One circle's life. `later` sets the clock to so many seconds after the begin; `log` is what was done, for a failure."""

    house: House
    model: Model
    dice: Random
    later: Callable[[int], None]
    log: list[str] = field(default_factory=list)
    off: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.sessions = {name: self.house.session(name) for name in self.house.circle.members}
        self.items = [normalise.parse("iban", invented_iban(50_000 + number)) for number in range(MANY)]
        self.disputes: dict[int, bytes] = {}
        self.outputs: dict[tuple[bytes, int], bytes] = {}
        self.key = self.house.circle.record.id
        self.calm = self.house.settings.mode == "bucket"
        self.has_passed = False

    # driving

    def go(self, steps: int) -> None:
        """So many steps, and everything compared every ten and at the end."""
        for number in range(1, steps + 1):
            self.step()
            if number % 10 == 0:
                self.compare()
        self.compare()

    def step(self) -> None:
        """One deed, as the dice fall."""
        deeds = self.deeds()
        self.dice.choices(list(deeds), list(deeds.values()))[0]()

    def deeds(self) -> dict[Callable[[], None], int]:
        """What may be done, and how often of all."""
        return {self.restart: 4, self.days: 4}

    def pass_epoch(self) -> None:
        """From where it is to a week into the next key's use: the overlap in steps of two days, with life going on."""
        self.pass_days(max(1, 63 - self.model.today))
        self.go(20)
        self.pass_days(max(1, 77 - self.model.today))
        while self.model.today < 98:
            self.go(4)
            self.pass_days(2)
        self.go(20)

    def note(self, *words: object) -> None:
        self.log.append(" ".join(map(str, words)))

    def someone(self, among: tuple[str, ...] = PARTNERS) -> str:
        """A partner that is there."""
        return self.dice.choice([name for name in among if name not in self.off])

    def item(self) -> int:
        # Few are used often, so that signals meet.
        return min(self.dice.randrange(MANY), self.dice.randrange(MANY))

    def surely(
        self, name: str, work: Callable[[Session], Answer], *, again: Callable[[Session], object] | None = None
    ) -> Answer | None:
        """Does it until an answer came, while replies are lost and the partner dies; `again` is what one does instead then."""
        if self.dice.random() < 0.3:
            self.house.faults = self.dice.choices(FAULTS, k=self.dice.randint(1, 4))
            self.note("    faults", self.house.faults)
        self.house.down = {self.dice.choice((1, 2, 3))} if self.dice.random() < 0.2 else set()
        try:
            return self._tried(name, [work])
        except _Interrupted:
            return self._tried(name, [again or work] * 9)  # type: ignore[return-value]
        finally:
            self.house.faults = []

    def _tried(self, name: str, works: list[Callable[[Session], Answer]]) -> Answer:
        for work in works:
            try:
                return work(self.sessions[name])
            except Died:
                self.start_again(name)
            except errors.Unavailable:
                self.note("    unavailable")
        raise _Interrupted

    def start_again(self, name: str) -> None:
        self.note("    ", name, "starts again")
        self.sessions[name].store.close()
        self.sessions[name] = self.house.session(name)

    def restart(self) -> None:
        """A partner, or the edge, is killed and starts anew on what it left."""
        if self.dice.random() < 0.3:
            self.note("the edge starts again")
            self.house.restart_edge()
        else:
            self.start_again(self.someone())

    def days(self) -> None:
        passed = self.dice.choice((1, 1, 2, 3))
        if not self.off and self.model.today < LAST_LEAVE and self.dice.random() < 0.3:
            self.off = {self.someone(): self.model.today + 7}
            self.note(*self.off, "is off for a week")
        self.pass_days(passed)

    def pass_days(self, passed: int) -> None:
        """Days go by: the worker works, and everybody who is there does what its koppelpunt does by itself."""
        if self.model.today >= OVERLAP and not self.has_passed:
            # A koppelpunt does its chores each minute: what came since yesterday's is renewed before the keys change.
            for name in PARTNERS:
                self.surely(name, self._chores)
        self.model.days_pass(passed)
        self.note("it is day", self.model.today)
        self.later(self.model.today * DAY)
        self.house.new_day()
        self._notice_new_key()
        self.off = {name: until for name, until in self.off.items() if until > self.model.today}
        for name in PARTNERS:
            if name not in self.off:
                self.read_on(name)
                self.surely(name, self._chores)
                self.model.forget(name)
                self.read_on(name)
                self.model.look(name)

    def _notice_new_key(self) -> None:
        session = self.sessions["desk"]
        section, _member = session.membership(self.house.circle.name)
        session.directory.refresh()
        now = session.directory.key(section, self.items[0].type)
        if now.id != self.key:
            self.note("another key is in use")
            self.key, self.has_passed = now.id, True
            self.house.circle.use(now.epoch)
            self.model.new_key()

    def _chores(self, session: Session) -> bool:
        session.directory.refresh()
        for _what, work in Upkeep(session)._chores():
            work()
        return True

    # what both know

    def output(self, what: int) -> bytes:
        """y, from the holders' shares."""
        place = (self.key, what)
        if place not in self.outputs:
            self.outputs[place] = self.house.circle.output(str(self.items[what]))
        return self.outputs[place]

    def tag(self, what: int) -> bytes:
        return signal.tag(self.key, signal.voucher(self.output(what), self.key))  # type: ignore[arg-type]

    def read_on(self, name: str) -> None:
        """The partner reads its streams to the end, and deals with what came."""
        self.surely(name, self._read_streams)
        self.model.hear(name)
        if not self.calm:
            self.model.look(name)

    def _read_streams(self, session: Session) -> bool:
        following.catch_up_notices(session)
        upkeep = Upkeep(session)
        for record in upkeep._keys():
            next(event for event in upkeep._replica(record) if event == "reached")
        upkeep._settle_notices()
        return True

    def compare(self) -> None:
        """Everything that the model says should be, and nothing else, is."""
        self.house.pull()
        held = self.house.entries.of(self.key)
        for what in range(MANY):
            octets = held.bucket(0, 0)
            place = octets.find(self.tag(what))
            assert (octets[place + 17] if place >= 0 else 0) == self.model.entry(what), f"the entry of {what}"
        for name in PARTNERS:
            if name not in self.off:
                self.read_on(name)
                self._compare(name)

    def _compare(self, name: str) -> None:
        casebook, told = self.sessions[name].store.casebook, self.model.told[name]
        alerts = Counter((one.kind, one.followed.reference, one.note) for one in casebook.alerts())
        assert alerts == told.alerts, f"alerts of {name}: too many {alerts - told.alerts}, missing {told.alerts - alerts}"
        kept = [one.notice for one in casebook.notices()]
        notices = Counter((one.kind, one.outcome) for one in kept)
        assert not told.notices - notices, f"{name} misses notices: {told.notices - notices}"
        if self.model.today < OVERLAP:
            assert notices == told.notices, f"{name} has too many notices: {notices - told.notices}"
        # In the overlap a decision is told of the signal under each key; of each it is told once.
        decided = Counter((one.subject, one.signal) for one in kept if one.kind == "betwisting-besloten")
        assert all(times == 1 for times in decided.values()), f"{name} hears a decision twice"
        if not self.calm:
            live, _last, digest = self.sessions[name].store.replica.digest(self.key)
            assert (live, digest) == self.whole(), f"the replica of {name}"

    def whole(self) -> tuple[int, bytes]:
        """How many entries live under the key in use, and their digest, as the edge has them."""
        held = self.house.entries.of(self.key)
        return held.live, edge.digest(held.copy())


class _Interrupted(Exception):
    """No answer came."""
