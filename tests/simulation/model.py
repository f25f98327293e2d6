"""What the exchange should do, small enough to be read: who published what when, what may be seen of it, who hears what.

Identifiers are numbers, partners names, days counted from 0. The model knows no keys, tags or sequences: that an epoch passes
changes nothing in it but which signals were handed to whom, for those get new ids.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

HIT, WATCH = "hit", "watch"
ASKED = "gevraagd"
Signal = tuple[int, str, int]
Place = tuple[int, str]


@dataclass
class Own:
    """One partner's live signal on one identifier: whether of an own case, last day, a number that is new with each id."""

    counts: bool
    expires: int
    serial: int


@dataclass
class Told:
    """What one partner should know: what it follows and whether that matched when last looked, alerts and notices so far."""

    places: dict[Place, bool] = field(default_factory=dict)
    since: dict[Place, int] = field(default_factory=dict)
    alerts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    notices: Counter[tuple[str, str]] = field(default_factory=Counter)
    owed: list[tuple[int, str]] = field(default_factory=list)


class Model:
    """The whole circle. `groups` names each partner's group."""

    def __init__(self, groups: dict[str, str], *, k: int) -> None:
        self.groups, self.k, self.today, self._serial = groups, k, 0, 0
        self.live: dict[tuple[int, str], Own] = {}
        self.disputed: set[int] = set()
        self.cleared: dict[int, int] = {}
        self.handed: dict[Signal, set[str]] = {}
        self.feedback: dict[Signal, set[str]] = {}
        self.untold: set[Signal] = set()
        self.requests: dict[tuple[str, int], dict[Signal, str]] = {}
        self.told = {name: Told() for name in groups}

    # what may be seen

    def signals(self, what: int) -> dict[str, Own]:
        """The live signals on an identifier, by publisher."""
        return {name: own for (one, name), own in self.live.items() if one == what and own.expires >= self.today}

    def is_shown(self, what: int) -> bool:
        """Whether enough groups signalled it and nobody cleared it; a dispute that is open does not change that."""
        counting = {self.groups[name] for name, own in self.signals(what).items() if own.counts}
        return len(counting) >= max(self.k, 1) and self.cleared.get(what, -1) < self.today

    def entry(self, what: int) -> int:
        """How many groups the entry says; 0 when there is none."""
        counting = {self.groups[name] for name, own in self.signals(what).items() if own.counts}
        return min(len(counting), 5) if self.is_shown(what) and what not in self.disputed else 0

    def others(self, what: int, asker: str) -> int:
        """How many groups an asker is told of, without its own signal; 0 is no hit."""
        own = self.signals(what).get(asker)
        return max(self.entry(what) - int(own is not None and own.counts), 0)

    def behind(self, what: int, asker: str) -> list[Signal]:
        """The signals of others that a hit stands for."""
        found = self.signals(what).items() if self.is_shown(what) else ()
        return [(what, name, own.serial) for name, own in found if name != asker]

    # what happens

    def publish(self, what: int, name: str, *, counts: bool, expires: int) -> None:
        there = self.live.get((what, name))
        if there is not None and there.expires >= self.today:
            self._correct([(what, name, there.serial)], "herzien")
            self.live[what, name] = Own(counts, expires, there.serial)
            return
        self._serial += 1
        self.live[what, name] = Own(counts, expires, self._serial)

    def withdraw(self, what: int, name: str) -> None:
        own = self.live.pop((what, name), None)
        if own is not None:
            self._correct([(what, name, own.serial)], "ingetrokken")

    def dispute(self, what: int) -> None:
        self.disputed.add(what)
        self._on_dispute(what, "betwisting-geopend", "naamgenoot", correction="betwist")

    def decide(self, what: int, outcome: str, *, until: int) -> None:
        self._on_dispute(what, "betwisting-besloten", outcome, correction=outcome)
        self.told["desk"].notices["betwisting-besloten", outcome] += 1
        self.disputed.discard(what)
        if outcome == "gegrond":
            self.cleared[what] = until
            self.live = {place: own for place, own in self.live.items() if place[0] != what}

    def _on_dispute(self, what: int, kind: str, outcome: str, *, correction: str) -> None:
        mine = self.signals(what)
        for name in mine:
            self.told[name].notices[kind, outcome] += 1
        if what in self.cleared and self.cleared[what] >= self.today:
            self.told["body"].notices[kind, outcome] += 1
        self._correct([(what, name, own.serial) for name, own in mine.items()], correction)

    def _correct(self, signals: list[Signal], note: str) -> None:
        for signal in signals:
            for name in self.handed.get(signal, ()):
                self.told[name].notices["gecorrigeerd", note] += 1
                self.told[name].owed.append((signal[0], note))

    def hand(self, what: int, asker: str) -> int:
        """The contexts go to the asker; how many."""
        found = self.behind(what, asker)
        for signal in found:
            self.handed.setdefault(signal, set()).add(asker)
        return len(found)

    def ask(self, what: int, asker: str) -> list[Signal]:
        """The publishers behind a hit are asked for their contexts; the signals of which the question is new."""
        found, request = self.behind(what, asker), self.requests.get((asker, what), {})
        if not any(request.get(signal) == ASKED for signal in found):
            request = self.requests[asker, what] = {}
        fresh = [signal for signal in found if signal not in request]
        for signal in fresh:
            request[signal] = ASKED
            self.told[signal[1]].notices["verstrekking-gevraagd", ""] += 1
        return fresh

    def answer(self, signal: Signal, asker: str, state: str) -> None:
        """A publisher allows or refuses."""
        self.requests[asker, signal[0]][signal] = state
        self.told[asker].notices["verstrekking-besloten", state] += 1

    def agreed(self, what: int, asker: str) -> list[Signal]:
        """The signals that a fetch gives now; they are handed over by it."""
        request = self.requests[asker, what]
        found = [one for one in self.behind(what, asker) if request.get(one) == "toegestaan" and what not in self.disputed]
        for signal in found:
            self.handed.setdefault(signal, set()).add(asker)
        return found

    def give_feedback(self, what: int, asker: str) -> None:
        for signal in self.behind(what, asker):
            if asker not in self.feedback.setdefault(signal, set()):
                self.feedback[signal].add(asker)
                self.untold.add(signal)

    def days_pass(self, days: int) -> None:
        self.today += days
        for _what, name, _serial in self.untold:
            self.told[name].notices["terugkoppeling", ""] += 1
        self.untold.clear()
        for (asker, _what), request in self.requests.items():
            for signal in (signal for signal, state in request.items() if state == ASKED):
                request[signal] = "geen-antwoord"
                self.told[asker].notices["verstrekking-besloten", "geen-antwoord"] += 1

    def new_key(self) -> None:
        """Another key is used from now on: signals have other ids, so nothing was handed of them, and no measure is told."""
        for own in self.live.values():
            self._serial += 1
            own.serial = self._serial
        self.cleared, self.requests = {}, {}

    # what a partner comes to know

    def follow(self, name: str, what: int, why: str, *, matched: bool) -> None:
        told, place = self.told[name], (what, why)
        if place not in told.places:
            told.places[place], told.since[place] = False, self.today
        if why == HIT:
            told.places[place] = True
        elif matched and not told.places[place]:
            told.places[place] = True
            told.alerts["treffer", reference(what, why), ""] += 1

    def hear(self, name: str) -> None:
        """The partner reads its notices to the end: a correction reaches the case of every hit behind it."""
        told = self.told[name]
        for what, note in told.owed:
            for place in (place for place in told.places if place[0] == what):
                told.alerts["gecorrigeerd", reference(*place), note] += 1
        told.owed.clear()

    def look(self, name: str, *, only: int | None = None) -> None:
        """The partner compares what it follows, or one identifier, with what may be seen."""
        told = self.told[name]
        for place, matched in told.places.items():
            if only not in (None, place[0]):
                continue
            now = self.others(place[0], name) > 0
            if now and not matched and place[1] == WATCH:
                told.alerts["treffer", reference(*place), ""] += 1
            elif matched and not now:
                told.alerts["gecorrigeerd", reference(*place), "vervallen"] += 1
            told.places[place] = now

    def forget(self, name: str) -> None:
        """Hits of 90 days ago are remembered no more."""
        told = self.told[name]
        old = [place for place, day in told.since.items() if place[1] == HIT and day <= self.today - 90]
        for place in old:
            del told.places[place], told.since[place]


def reference(what: int, why: str) -> str:
    """The partner's own reference of something it follows."""
    return f"dossier-{why}-{what}"
