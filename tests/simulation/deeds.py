"""What partners do in a simulation: share, ask, follow, take back, object, decide, open contexts, report; and what they try.

Each deed is done by the real code and by the model.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import msgspec
import pytest
from make import DAY

from simulation.house import apart
from simulation.model import HIT, WATCH, Signal, reference
from simulation.steps import CONTEXT, WATCHERS, Life
from sluis.client import check, disclose, feedback, following, publish, rights, watch, withdraw
from sluis.client.rights import Ruling
from sluis.client.session import Session
from sluis.client.watch import Watched
from sluis.core import errors
from sluis.core.exchange import notices, signal
from sluis.core.exchange.admission import Publication, PublishedSignal
from sluis.core.exchange.bodies import DisclosureDecision
from sluis.core.exchange.encodings import Tag
from sluis.core.exchange.entries import Hit
from sluis.core.exchange.rights import Verified
from sluis.core.exchange.words import Grade, Origin
from sluis.core.law.adverse import Review

REVIEWED = Review("Tom", ("treffer",), "akkoord", "Zelfde rekening in drie zaken.")


class Run(Life):
    """A life with everything partners do."""

    def deeds(self) -> dict[Callable[[], None], int]:
        return {
            self.share: 20, self.ask: 16, self.follow: 8, self.take_back: 8, self.object_to: 6, self.rule: 6, self.open_up: 10,
            self.report: 5, self.send_twice: 4, self.copy_tag: 3, self.share_together: 4, **super().deeds(),
        }  # fmt: skip

    def draft(self, what: int) -> publish.Draft:
        seen = self.model_day() - self.dice.choice((0, 0, 3))
        last = seen + self.dice.choice((5, 30, 90))
        origin = Origin.HIT if self.dice.random() < 0.15 else Origin.OWN
        words = (self.items[what], CONTEXT, self.dice.choice((Grade.A, Grade.B)))
        return publish.Draft(*words, seen=seen, expires=last, origin=origin, confirmed=True)

    def model_day(self) -> int:
        return self.first_day + self.model.today

    @property
    def first_day(self) -> int:
        return self.house.circle.now // DAY

    def share(self) -> None:
        name, what = self.someone(), self.item()
        self.note(name, "shares", what)
        draft = self.draft(what)
        if (what, HIT) in self.model.told[name].places and draft.origin == Origin.OWN:
            self._refuse_echo(name, what, draft)
        self._share(name, what, draft)

    def _refuse_echo(self, name: str, what: int, draft: publish.Draft) -> None:
        """What gave a hit is no own case until somebody says so."""
        matter = self.house.matter(f"deelt {what}")
        with pytest.raises(errors.Conflict, match="Others shared"):
            publish.publish(self.sessions[name], [replace(draft, confirmed=False)], matter=matter)

    def _share(self, name: str, what: int, draft: publish.Draft) -> None:
        self.read_on(name)
        matter = self.house.matter(f"deelt {what}")
        self.surely(name, lambda one: publish.publish(one, [draft], matter=matter), again=publish.resume)
        self._shared(name, what, draft)

    def _shared(self, name: str, what: int, draft: publish.Draft) -> None:
        assert draft.expires is not None
        self.model.publish(what, name, counts=draft.origin == Origin.OWN, expires=draft.expires - self.first_day)

    def share_together(self) -> None:
        """Two publishers at once, on the same identifier."""
        what, pair = self.item(), ("bank", "shop")
        if any(name in self.off for name in pair):
            return
        self.note(*pair, "share at once", what)
        for name in pair:
            self.read_on(name)
        drafts = [self.draft(what) for _ in pair]
        matter = self.house.matter("tegelijk")
        with ThreadPoolExecutor(2) as pool:
            work = [
                apart(lambda name=name, draft=draft: publish.publish(self.sessions[name], [draft], matter=matter))
                for name, draft in zip(pair, drafts, strict=True)
            ]
            for done in [pool.submit(one) for one in work]:
                done.result()
        for name, draft in zip(pair, drafts, strict=True):
            self._shared(name, what, draft)

    def send_twice(self) -> None:
        """The call to share comes again, the same octets, freshly signed: it changes nothing."""
        name, what = self.someone(), self.item()
        self.note(name, "shares twice", what)
        del self.house.posts[:]
        draft = self.draft(what)
        self._share(name, what, draft)
        path, body = next(one for one in reversed(self.house.posts) if one[0].endswith("/signalen"))
        session = self.sessions[name]
        answer = msgspec.json.decode(session.transport.post(f"{session.web}{path}", body))
        assert {one["state"] for one in answer["signals"]} == {"same"}

    def copy_tag(self) -> None:
        """A tag seen in the stream, published without having been evaluated: the voucher is missing, and it is refused."""
        name, what = self.someone(), self.item()
        self.note(name, "copies the tag of", what)
        session, circle = self.sessions[name], self.house.circle
        true = circle.signal(name, output=self.output(what))
        header, tag = signal.Header.parse(true.header), Tag(self.tag(what))
        signed = signal.sign(circle.members[name].key, header, tag, salt=true.salt, context=true.context)
        body = msgspec.json.encode(Publication((PublishedSignal(true.header, tag * 2, true.salt, true.context, signed),)))
        with pytest.raises(errors.Malformed) as refused:
            session.transport.post(f"{session.web}{circle.path()}", body)
        assert [one.code for one in refused.value.faults] == ["signaal-handtekening"]

    def ask(self) -> None:
        name, what = self.someone(), self.item()
        if not self.calm and self.dice.random() < 0.5:
            self.note(name, "has not heard the stream for a while")
            stream = notices.replica_stream(self.key)
            self.sessions[name].store.replica.hear(stream, now=0)
            self.model.look(name)
        else:
            self.read_on(name)
        self.note(name, "asks", what, "expects", self.model.others(what, name))
        self._asked(name, what)

    def _asked(self, name: str, what: int) -> check.Checked:
        matter = self.house.matter(reference(what, HIT))
        checked = self.surely(name, lambda one: check.check(one, [self.items[what]], matter=matter)[0])
        assert checked is not None
        expected = self.model.others(what, name)
        band = checked.outcome.band if isinstance(checked.outcome, Hit) else "0"
        assert band == ("0", "1", "2-3", "2-3", "4+", "4+")[expected], f"{name} is told {band}, not {expected}"
        if expected:
            self.model.follow(name, what, HIT, matched=True)
        return checked

    def follow(self) -> None:
        name, what = self.someone(WATCHERS), self.item()
        self.read_on(name)
        if self.calm:
            self.look_up(name, what)
        self.note(name, "watches", what)
        item, matter = Watched(self.items[what], reference(what, WATCH)), self.house.matter("bewaakt")
        self.surely(name, lambda one: watch.add(one, [item], matter=matter))
        self.model.follow(name, what, WATCH, matched=self.model.others(what, name) > 0)

    def look_up(self, name: str, what: int) -> None:
        """What is followed of one identifier is brought up to date: adding it to the index does the same for all of it."""
        session = self.sessions[name]
        record = session.directory.record(self.key)
        assert record is not None
        watch.look_up(session, record, {self.tag(what)})
        self.model.look(name, only=what)

    def take_back(self) -> None:
        name, what = self.someone(), self.item()
        own = self.sessions[name].store.own_signal(self.key, self.tag(what))
        self.note(name, "takes back", what, own is not None)
        if own is None:
            return
        circle = self.house.circle.name
        self.surely(name, lambda one: withdraw.withdraw(one, [own.signal_id], circle=circle, reason="vergissing"))
        self.model.withdraw(what, name)

    def object_to(self) -> None:
        what = self.item()
        self.note("the desk disputes", what)
        verified, matter = Verified(control="bankafschrift", person="balie"), self.house.matter("betwist")
        known = self.model.signals(what) or self.model.cleared.get(what, -1) >= self.model.today

        def work(one: Session) -> list[object]:
            return list(rights.dispute(one, self.items[what], matter=matter, ground="naamgenoot", verified=verified))

        try:
            found = self.surely("desk", work)
        except errors.NotFound:
            assert not known, "there was a signal to dispute"
            return
        # A dispute that is open is found again also when the signals it was about have expired.
        assert known or what in self.model.disputed
        assert found is not None
        (state,) = found
        if what not in self.model.disputed:
            self.disputes[what] = state.id  # type: ignore[attr-defined]
            self.model.dispute(what)
        elif not self.has_passed:
            # Under the next key it goes on under an id of its own; it is decided by either.
            assert state.id == self.disputes[what]  # type: ignore[attr-defined]

    def rule(self) -> None:
        if not self.disputes:
            return
        what = self.dice.choice(sorted(self.disputes))
        outcome = self.dice.choice(("gegrond", "ongegrond"))
        self.note("the body decides", what, outcome)
        ruling, matter = Ruling(self.disputes.pop(what), outcome, self.items[what]), self.house.matter("besluit")  # type: ignore[arg-type]
        state = self.surely("body", lambda one: rights.decide(one, ruling, matter=matter))
        assert state is not None
        assert state.state == outcome
        self.model.decide(what, outcome, until=self.model.today + self.house.settings.retention)

    def open_up(self) -> None:
        """Contexts are asked for; who never had a hit gets none."""
        name, what = self.someone(), self.item()
        self.read_on(name)
        checked = self._asked(name, what)
        self.note(name, "wants contexts of", what)
        matter = self.house.matter(reference(what, HIT))
        try:
            answer = self.surely(name, lambda one: disclose.disclose(one, checked, matter=matter))
        except errors.NotFound:
            assert self.model.behind(what, name) == [], "there was something behind the hit"
            return
        assert answer is not None
        assert answer.unreadable == ()
        if what in self.model.disputed:
            assert answer.contexts == {}
            assert {one.reason for one in answer.refused} == {"betwist"}
        elif self.house.settings.disclosure.context == "automatic":
            assert len(answer.contexts) == self.model.hand(what, name)
            assert answer.contexts
        else:
            assert answer.contexts == {}
            self._agree(name, what, answer.request)

    def _agree(self, asker: str, what: int, request: bytes) -> None:
        for found in self.model.ask(what, asker):
            word = self.dice.choice(("toestaan", "weigeren", "", "toestaan"))
            if word and found[1] not in self.off:
                self._decide(asker, found, request, word)
        agreed = self.model.agreed(what, asker)
        fetched = self.surely(asker, lambda one: disclose.fetch(one, request))
        assert fetched is not None
        assert len(fetched.contexts) == len(agreed)

    def _decide(self, asker: str, found: Signal, request: bytes, word: str) -> None:
        self.note("   ", found[1], word)

        def work(one: Session) -> bool:
            following.catch_up_notices(one)
            told = [kept.notice for kept in one.store.casebook.notices() if kept.notice.subject == request]
            asked = next(notice for notice in told if notice.kind == "verstrekking-gevraagd")
            disclose.decide(one, request, DisclosureDecision(word, asked.signal))  # type: ignore[arg-type]
            return True

        self.surely(found[1], work)
        self.model.answer(found, asker, {"toestaan": "toegestaan", "weigeren": "geweigerd"}[word])

    def report(self) -> None:
        name, what = self.someone(), self.item()
        if (what, HIT) not in self.model.told[name].places:
            return
        expected = len(self.model.behind(what, name))
        self.note(name, "took a measure", what, expected)
        try:
            told = lambda one: feedback.give(one, self.items[what], measure="betaling-geweigerd", review=REVIEWED)  # noqa: E731
            given = self.surely(name, told)
        except errors.NotFound:
            given = 0
        assert given == expected
        self.model.give_feedback(what, name)
