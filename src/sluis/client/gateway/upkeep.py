"""What the gateway does by itself: follow the streams, match, correct, deliver alerts, look daily, send what waits.

Each stream has a thread of its own; a stream that is cut is followed again from its place, with a pause that doubles.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from typing import Final

from sluis.client import answering, following, groups, matching, own, publish, republish, turns, watch
from sluis.client.casebook import Alert, KeptNotice
from sluis.client.following import Following
from sluis.client.gateway.webhook import Webhook
from sluis.client.republish import Pace
from sluis.client.session import Matter, Session
from sluis.core import errors
from sluis.core.exchange import notices
from sluis.core.exchange.keys import KeyRecord
from sluis.core.exchange.notices import Notice
from sluis.core.law import provenance
from sluis.wire import clock, logs

TICK: Final = 0.2
TEND: Final = 1.0
SLOW: Final = 60.0
SOON: Final = 2.0
PAUSE: Final = 0.5
LONGEST: Final = 30.0
SOME: Final = 2_000
HOUR: Final = 3_600
CORRECTION: Final = "gecorrigeerd"
UPHELD: Final = ("betwisting-besloten", "gegrond")


class Upkeep:
    """Everything that runs beside the gateway's answers. `start` once, `stop` once."""

    def __init__(self, session: Session, webhook: Webhook | None = None) -> None:
        self._session, self._webhook = session, webhook
        self._stop = threading.Event()
        # What was shared just before the start may still be on its way: the first look comes with the next hour.
        self._looked_for_own = clock.now() // HOUR
        self._owes_receipt, self._receipt_from = True, 0
        self._threads: dict[str, threading.Thread] = {}

    def start(self) -> None:
        """Starts the loops."""
        self._run("tend", self._tend)
        self._run("notices", lambda: self._follow("notices", self._notices))
        if self._webhook is not None:
            self._run("webhook", self._deliver)

    def stop(self) -> None:
        """Ends the loops; a thread that waits for its stream ends with the process."""
        self._stop.set()

    def _run(self, name: str, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=self._for_ever, args=(name, work), name=name, daemon=True)
        self._threads[name] = thread
        thread.start()

    def _for_ever(self, name: str, work: Callable[[], None]) -> None:
        """A fault of our own ends no loop: it is logged by its kind, and the loop goes on."""
        while not self._stop.is_set():
            try:
                work()
            except Exception as error:  # noqa: BLE001 - whatever it is, the other streams and chores go on
                logs.logger().error("failed", loop=name, kind=type(error).__name__)
            self._stop.wait(LONGEST / 6)

    def _tend(self) -> None:
        due, day = 0.0, -1
        while not self._stop.is_set():
            due -= TEND
            # In the demo time may jump by a day: what is daily is then due at once.
            today = clock.now() // watch.DAY
            if due <= 0 or today != day:
                day, due = today, SLOW if self._try("upkeep", self._tend_once) else SOON
            self._try("notices", self._settle_notices)
            self._stop.wait(TEND)

    def _tend_once(self) -> None:
        self._session.directory.snapshot()
        for record in self._keys():
            name = notices.replica_stream(record.id)
            if name not in self._threads:
                self._run(name, self._follower(name, record))
        failed = [what for what, work in list(self._chores()) if not self._try(what, work)]
        if failed or not self._session.directory.live_records():
            raise errors.Unavailable("Not everything was tended to.", code="nog-niet-gereed")

    def _chores(self) -> Iterator[tuple[str, Callable[[], object]]]:
        """Each for itself: one that fails keeps nobody from the next."""
        session = self._session
        seed = turns.own_seed(session)
        yield "send again", lambda: publish.resume(session)
        for section in session.directory.snapshot().sections.values():
            pace = Pace(seed, limit=SOME)
            yield "share again", functools.partial(republish.republish, session, circle=section.name, pace=pace)
            yield "watch again", functools.partial(watch.renew, session, circle=section.name, seed=seed)
        yield "look", lambda: watch.look_daily(session)
        yield "look for own", self._look_for_own
        yield "rights", lambda: answering.follow(session)
        if (webhook := self._webhook) is not None:
            yield "tell of groups", lambda: groups.relay(session, webhook.deliver_message)
        yield "forget", lambda: session.store.desk.forget_before(clock.now() - watch.REMEMBERED)

    def _look_for_own(self) -> None:
        hour = clock.now() // HOUR
        if hour > self._looked_for_own:
            own.look(self._session)
            self._looked_for_own = hour

    def _keys(self) -> list[KeyRecord]:
        sections, key = self._session.directory.snapshot().sections.values(), self._session.key
        mine = [(section, member) for section in sections for member in section.members if member.key == key]
        # Who may not check gets no replica either: the edge refuses it.
        replicas = {section.circle for section, member in mine if section.mode == "replica" and "check" in member.uses}
        return [record for record in self._session.directory.live_records() if record.circle in replicas]

    def _follower(self, name: str, record: KeyRecord) -> Callable[[], None]:
        return lambda: self._follow(name, lambda: self._replica(record))

    def _replica(self, record: KeyRecord) -> Iterator[str]:
        session = self._session
        for event in Following(session, record).events():
            if event == "reached":
                matching.reconcile(session, record.id)
            yield event

    def _notices(self) -> Iterator[str]:
        return following.notice_events(self._session)

    def _follow(self, name: str, events: Callable[[], Iterator[str]]) -> None:
        pause = PAUSE
        while not self._stop.is_set():
            try:
                for _event in events():
                    pause = PAUSE
                    if self._stop.is_set():
                        return
            except errors.SluisError as error:
                logs.logger().warning("stream", stream=name, code=error.reason)
            self._session.followed.discard(name)
            self._stop.wait(pause)
            pause = min(LONGEST, pause * 2)

    def _settle_notices(self) -> None:
        casebook = self._session.store.casebook
        last = casebook.last_notice()
        for kept in casebook.notices(done=False):
            if kept.notice.kind == CORRECTION:
                self._correct(kept)
                self._owes_receipt = True
            elif (kept.notice.kind, kept.notice.outcome) == UPHELD:
                self._forget(kept)
        if self._owes_receipt and last and clock.now() >= self._receipt_from:
            # A hub that says no is not asked again at every look.
            self._receipt_from = clock.now() + int(SLOW)
            # Every correction up to here reached its case: the desk that asked for it sees that it did.
            following.confirm_notices(self._session, last)
            self._owes_receipt, self._receipt_from = False, 0

    def _correct(self, kept: KeptNotice) -> None:
        """A correction reaches the case of every hit that the signal stood behind."""
        casebook, notice = self._session.store.casebook, kept.notice
        places = [] if self._is_told(notice) else casebook.behind(notice.signal)
        told = [matching.corrected(casebook.read(place), note=notice.outcome) for place in places]
        casebook.settle_notice(kept.sequence, told)

    def _is_told(self, notice: Notice) -> bool:
        """Whether this very word on a dispute was heard before: who did not confirm it in time is told it again."""
        if not notice.subject:
            return False
        mark = (notice.kind, notice.subject, notice.signal, notice.outcome)
        heard = (one.notice for one in self._session.store.casebook.notices(done=True))
        return mark in {(one.kind, one.subject, one.signal, one.outcome) for one in heard}

    def _forget(self, kept: KeptNotice) -> None:
        """A dispute was right: the hub erased the own signal, so it is not published again under the next key."""
        self._session.store.forget_own([kept.notice.signal])
        self._session.store.casebook.note_done(kept.sequence)

    def _deliver(self) -> None:
        pause = TICK
        while not self._stop.is_set():
            try:
                for alert in self._session.store.casebook.alerts(undelivered=True):
                    if self._webhook is not None and self._may_leave(alert):
                        self._webhook.deliver(alert)
                    self._session.store.casebook.note_delivered(alert.number)
                pause = TICK
            except errors.SluisError as error:
                logs.logger().warning("webhook", code=error.reason)
                pause = min(LONGEST, pause * 2)
            self._stop.wait(pause)

    def _may_leave(self, alert: Alert) -> bool:
        """Whether it rests on no police data; otherwise it stays here, and the own log says so."""
        followed, store = alert.followed, self._session.store
        rests = store.labels.has_case(followed.reference) or store.labels.has_identifier(followed.type, followed.identifier)
        if rests:
            matter = Matter(followed.circle, followed.reference, followed.purpose)
            outcome = f"geweigerd: {provenance.refused().reason}"
            store.log(matter.logged("doorsturen", kind=followed.type, amount=1, outcome=outcome))
        return not rests

    def _try(self, what: str, work: Callable[[], object]) -> bool:
        try:
            work()
        except errors.SluisError as error:
            logs.logger().warning(what, code=error.reason)
            return False
        return True
