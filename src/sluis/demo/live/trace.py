"""Follow one signal of an invented IBAN: share it as one partner, ask about it as another, and see what everybody holds of it.

It is all real: keys, holders, hub and log of the demo. Afterwards the signal is taken back, so that the circle does not fill.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, TypeVar

import msgspec

from sluis.client import check, config, disclose, feedback, publish, withdraw
from sluis.client.check import Checked
from sluis.client.session import Matter, Session
from sluis.core import errors
from sluis.core.exchange.entries import Hit
from sluis.core.exchange.envelope import Context
from sluis.core.exchange.policy import Section
from sluis.core.exchange.words import Advice, Grade
from sluis.core.identifiers import normalise
from sluis.core.identifiers.kinds import Identifier
from sluis.core.taxonomy import forms
from sluis.demo import world
from sluis.demo.layout import Layout
from sluis.demo.live import evidence, recording, thief, trail
from sluis.demo.live.evidence import Facts
from sluis.demo.live.folder import Policy
from sluis.demo.live.recording import Recorder
from sluis.demo.live.register import Register
from sluis.demo.live.thief import Moment
from sluis.demo.live.trail import Asked, Refusal, Step, Trail
from sluis.sim import invented
from sluis.sim.living import REVIEWED
from sluis.wire import clock

FORM: Final = "HDF.BANK"
ELSEWHERE: Final = "werving"
SOON: Final = 10.0
PAUSE: Final = 0.05
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Route:
    """In which circle a signal goes, from whom to whom (slugs)."""

    section: Section
    publisher: str
    asker: str


def route(policy: Policy, number: int) -> Route:
    """The way of the trail with this number: each time another pair of partners of the open synthetic bucket circle.

    Raises Unavailable `geen-kring` when there is no such circle.
    """
    section = policy.section(world.CIRCLE_NAME)
    if section is None or section.mode != "bucket" or section.assessment is None or not section.assessment.opens:
        raise errors.Unavailable("There is no open circle to follow a signal in.", code="geen-kring")
    slugs = {party.id: party.slug for party in world.PARTIES}
    members = [one for one in section.members if one.id in slugs and {"publish", "check"} <= set(one.uses)]
    pairs = [(one, other) for other in members for one in members if one is not other]
    publisher, asker = pairs[(number * (len(members) + 1) + 1) % len(pairs)]
    return Route(section, slugs[publisher.id], slugs[asker.id])


def follow(layout: Layout, register: Register, way: Route) -> Trail:
    """Follows one signal. What goes wrong stands in the trail, with everything that was seen before that."""
    tour = _Tour(layout, register, way, normalise.parse("iban", invented.iban(secrets.token_hex(8))))
    try:
        tour.run()
    except errors.SluisError as error:
        tour.error = error.reason
    finally:
        tour.close()
    return tour.trail()


@dataclass(slots=True)
class _Tour:
    layout: Layout
    register: Register
    way: Route
    identifier: Identifier
    recorder: Recorder = field(default_factory=Recorder)
    steps: list[Step] = field(default_factory=list)
    facts: Facts = field(default_factory=Facts)
    asked: Asked | None = None
    refusal: Refusal | None = None
    error: str = ""
    _sessions: dict[str, Session] = field(default_factory=dict)

    def run(self) -> None:
        with self.register.connection() as connection:
            since = Moment.now(connection)
        signal_id = self._share()
        try:
            checked = self._wait_for_hit()
            self._step("again", self.way.asker, self._ask)
            self._be_refused(checked)
            self._disclose(checked)
            self._tell()
            self._see(checked, signal_id, since)
        finally:
            self._step("back", self.way.publisher, lambda: self._withdraw(signal_id))

    def _share(self) -> bytes:
        draft = publish.Draft(self.identifier, Context(FORM), Grade.B, Advice.HOLD)
        session, matter = self._session(self.way.publisher), self._matter("GEVOLGD-1")
        states = self._step("share", self.way.publisher, lambda: publish.publish(session, [draft], matter=matter))
        return states[0].id

    def _wait_for_hit(self) -> Checked:
        """Asks again until the edge has heard of the signal. Raises Unavailable `niet-gezien`."""
        with self._timed("seen", self.way.asker):
            end = time.monotonic() + SOON
            while True:
                checked = self._ask()
                if isinstance(checked.outcome, Hit):
                    return checked
                if time.monotonic() > end:
                    raise errors.Unavailable("The signal did not reach the edge in time.", code="niet-gezien")
                time.sleep(PAUSE)

    def _ask(self) -> Checked:
        session, matter = self._session(self.way.asker), self._matter("GEVOLGD-2")
        return check.check(session, [self.identifier], matter=matter)[0]

    def _be_refused(self, checked: Checked) -> None:
        """Asks for the context with a purpose that the assessment does not have."""
        session, matter = self._session(self.way.asker), self._matter("GEVOLGD-2", purpose=ELSEWHERE)
        with self._timed("refused", self.way.asker):
            try:
                disclose.disclose(session, checked, matter=matter)
            except errors.NotPermitted as error:
                articles = error.fields.get("articles")
                told = tuple(map(str, articles)) if isinstance(articles, list) else ()
                self.refusal = Refusal(ELSEWHERE, error.reason, str(error.fields.get("ground", "")), told)

    def _disclose(self, checked: Checked) -> None:
        session, matter = self._session(self.way.asker), self._matter("GEVOLGD-2")
        found = self._step("disclose", self.way.asker, lambda: disclose.disclose(session, checked, matter=matter))
        context = next(iter(found.contexts.values()), None)
        hit = checked.outcome
        if isinstance(hit, Hit):
            words = (hit.band, Grade(hit.grade).name, Advice(hit.advice).label, forms.by_number()[hit.form].code)
            self.asked = Asked(*words, msgspec.json.encode(context).decode() if context else "")

    def _tell(self) -> None:
        session = self._session(self.way.asker)
        told = lambda: feedback.give(session, self.identifier, measure="betaling-aangehouden", review=REVIEWED)  # noqa: E731
        self._step("measure", self.way.asker, told)

    def _see(self, checked: Checked, signal_id: bytes, since: Moment) -> None:
        """Waits for the log, then looks at what everybody holds."""
        with self._timed("logged", "log"):
            end = time.monotonic() + SOON
            while (logged := evidence.logged(self.register, self._party(self.way.publisher), since)) is None:
                if time.monotonic() > end:
                    break
                time.sleep(PAUSE)
        self.facts = evidence.gather(self.register, signal_id, logged)
        with self.register.connection() as connection:
            self.facts.search = thief.search(connection, since, self.identifier, tag=checked.tag)

    def _withdraw(self, signal_id: bytes) -> object:
        session = self._session(self.way.publisher)
        return withdraw.withdraw(session, [signal_id], circle=self.way.section.name, reason="niet-meer-nodig")

    def trail(self) -> Trail:
        places = {party.slug: self.layout.url(party.slug) for party in world.HOLDERS}
        names = {party.slug: party.name for party in world.HOLDERS}
        ways = (self.way.publisher, self.way.asker)
        return Trail(
            clock.now(),
            self.way.section.name,
            *ways,
            str(self.identifier),
            self.identifier.octets(),
            FORM,
            Grade.B.name,
            steps=tuple(self.steps),
            holders=tuple(
                trail.HolderSaw(names[slug], evidence.evaluations(self.recorder, url, ways)) for slug, url in places.items()
            ),
            edge=evidence.bucket(self.recorder, self.layout.url("edge"), self.way.asker),
            hub=self.facts.hub,
            voucher=evidence.voucher(self.recorder, self.layout.url("web"), party=self.way.publisher),
            log=self.facts.log,
            refusal=self.refusal,
            asked=self.asked,
            search=self.facts.search,
            error=self.error,
        )

    def close(self) -> None:
        for session in self._sessions.values():
            session.store.close()
            session.transport.http.close()

    def _session(self, slug: str) -> Session:
        if slug not in self._sessions:
            partner = config.load(self.layout.config(slug))
            self._sessions[slug] = recording.session(self.layout, partner, slug)
            self.recorder.listen(self._sessions[slug], slug)
        return self._sessions[slug]

    def _matter(self, case: str, *, purpose: str = "") -> Matter:
        return Matter(self.way.section.name, case, purpose or self.way.section.purposes[0])

    def _party(self, slug: str) -> bytes:
        return next(party.id for party in world.PARTIES if party.slug == slug)

    def _step(self, code: str, party: str, work: Callable[[], Answer]) -> Answer:
        with self._timed(code, party):
            return work()

    @contextmanager
    def _timed(self, code: str, party: str) -> Iterator[None]:
        began, at = time.perf_counter(), clock.now_ms()
        yield
        self.steps.append(Step(code, party, at, round((time.perf_counter() - began) * 1000, 1)))
