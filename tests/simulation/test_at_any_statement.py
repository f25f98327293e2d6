"""The hub dies after any statement of a call: nothing of the call is left, and the same call again does all of it, once.

For every n the connection to the database is ended by the server after the n-th statement, also after the last one, before the
commit. Then every row of every table is what it was, but for the log of decisions, which keeps each at once. Last the call goes
undisturbed, and comes once more, as from a caller that never saw the reply: what it did is not done twice. What may grow then
is a record of what was asked, named with each call.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import make
import pytest
from django.conf import settings
from django.db import Error, connection
from hub_fixtures import Server, fresh
from make import DAY, Circle, Draft
from make_pilots import Trial

from sluis.apps.audit import services as audit
from sluis.apps.exchange import services as exchange
from sluis.apps.exchange.services import pilots
from sluis.core import errors
from sluis.core.exchange import documents, notices, policy
from sluis.core.exchange.admission import Publication
from sluis.core.exchange.bodies import DisclosureDecision, DisclosureRequest
from sluis.core.exchange.notices import Cursor
from sluis.core.exchange.rights import (
    AccessAnswer,
    AccessRequest,
    DisputeDecision,
    DisputeRequest,
    FeedbackRequest,
    Verified,
    WithdrawRequest,
)
from sluis.core.exchange.words import Kind
from sluis.wire import clock

LOGGED = ("audit_leaf", "audit_waiting", "audit_event", "audit_processing")
CHECKED = Verified(control="bankafschrift", person="balie")
Work = Callable[[], object]
State = dict[str, list[str]]


@dataclass(frozen=True)
class Hub:
    """A hub with a circle, and what each call of the exchange would be there."""

    circle: Circle

    def key(self, name: str) -> bytes:
        return self.circle.members[name].public

    def shown(self) -> dict[str, Any]:
        circle = self.circle
        return {
            "circle": circle.id, "commitment": secrets.token_bytes(32), "key": circle.record.id, "voucher": circle.voucher(),
        }  # fmt: skip

    def publish(self) -> Work:
        signals = Publication((self.circle.signal("bank"), self.circle.signal("bank", Draft(iban=make.OTHER_IBAN))))
        return lambda: exchange.publish(self.circle.id, signals, key=self.key("bank"))

    def revise(self) -> Work:
        first = self.circle.signal("bank")
        self.circle.publish("bank", first)
        self.disclose()()
        again = Publication((self.circle.signal("bank", Draft(revision=2, signal_id=first.header[16:32])),))
        return lambda: exchange.publish(self.circle.id, again, key=self.key("bank"))

    def withdraw(self) -> Work:
        first = self.circle.signal("bank")
        self.circle.publish("bank", first)
        self.circle.publish("carrier")
        self.disclose()()
        request = WithdrawRequest("vergissing", (first.header[16:32],))
        return lambda: exchange.withdraw(self.circle.id, request, key=self.key("bank"))

    def disclose(self) -> Work:
        if not self.circle.seen():
            self.circle.publish("bank")
        request = DisclosureRequest(level="context", purpose=make.PURPOSE, **self.shown())
        return lambda: exchange.disclose(request, key=self.key("shop"))

    def ask_publisher(self) -> Work:
        self.circle.publish("bank")
        request = DisclosureRequest(level="publisher", purpose=make.PURPOSE, **self.shown())
        return lambda: exchange.disclose(request, key=self.key("shop"))

    def agree(self) -> Work:
        asked = self.ask_publisher()()
        decision = DisclosureDecision("toestaan", asked.pending[0].id)  # type: ignore[attr-defined]
        return lambda: exchange.decide_disclosure(asked.request, decision, key=self.key("bank"))  # type: ignore[attr-defined]

    def dispute(self) -> Work:
        self.circle.publish("bank")
        self.disclose()()
        request = DisputeRequest(ground="naamgenoot", verified=CHECKED, **self.shown())
        return lambda: exchange.open_dispute(request, key=self.key("desk"))

    def uphold(self) -> Work:
        opened = self.dispute()()
        decision = DisputeDecision("gegrond", self.circle.signal("body", Draft(kind=Kind.CLEARED, form=0)))
        return lambda: exchange.decide_dispute(opened.id, decision, key=self.key("body"))  # type: ignore[attr-defined]

    def reject(self) -> Work:
        opened = self.dispute()()
        decision = DisputeDecision("ongegrond", None)
        return lambda: exchange.decide_dispute(opened.id, decision, key=self.key("body"))  # type: ignore[attr-defined]

    def ask_access(self) -> Work:
        self.circle.publish("bank")
        request = AccessRequest(verified=CHECKED, **self.shown())
        return lambda: exchange.ask_access(request, key=self.key("desk"))

    def answer_access(self) -> Work:
        asked = self.ask_access()()
        answer = AccessAnswer("verstrekt", asked.signals[0].id)  # type: ignore[attr-defined]
        return lambda: exchange.answer_access(asked.id, answer, key=self.key("bank"))  # type: ignore[attr-defined]

    def feedback(self) -> Work:
        self.circle.publish("bank")
        request = FeedbackRequest(measure="levering-gestopt", within="1u", **self.shown())
        return lambda: exchange.give_feedback(request, key=self.key("shop"))

    def cursor(self) -> Work:
        bank = self.circle.members["bank"]
        cursor = Cursor(1, bank.id, 7, notices.replica_stream(self.circle.record.id), clock.now())
        signed = documents.sign(notices.LABEL, cursor, [bank.key])
        return lambda: exchange.keep_cursor(signed, key=bank.public)

    def sequence(self) -> Work:
        self.circle.publish("bank")
        return audit.sequence

    def expire(self) -> Work:
        today = clock.now() // DAY
        self.circle.publish("bank", self.circle.signal("bank", Draft(expires=today + 1)))
        self.circle.publish("carrier")
        return lambda: _two_days_later(exchange.expire_signals)

    def begin_pilot(self) -> Work:
        trial = Trial(self.circle)
        row, shop = trial.proposed(), trial.actor("shop")
        return lambda: _once(lambda: trial.agree(row, by=shop))

    def halt_pilot(self) -> Work:
        trial = Trial(self.circle)
        row, shop = trial.running(), trial.actor("shop")
        return lambda: _once(lambda: pilots.halt(row.id, by=shop, reason="Genoeg gezien."))

    def tell_feedback(self) -> Work:
        self.feedback()()
        return lambda: _two_days_later(exchange.tell_feedback)


def _once(work: Work) -> None:
    """A person presses a button again, and hears that it was done."""
    with contextlib.suppress(errors.Conflict):
        work()


def _two_days_later(work: Work) -> object:
    with pytest.MonkeyPatch.context() as patch:
        moment = clock.now() + 2 * DAY
        patch.setattr(clock, "now", lambda: moment)
        return work()


GROWS: dict[str, tuple[str, ...]] = {
    "publish": (),
    "revise": (),
    "withdraw": (),
    "disclose": (*LOGGED, "exchange_disclosure"),
    "ask_publisher": (),
    "agree": (),
    "dispute": (),
    "uphold": (),
    "reject": (),
    "ask_access": (),
    "answer_access": (),
    "feedback": LOGGED,
    "cursor": (),
    "sequence": (),
    "expire": (),
    "begin_pilot": (),
    "halt_pilot": (),
    "tell_feedback": (),
}

QUICK = ("publish", "uphold", "cursor")


def state(database: Server) -> State:
    """Every row of every table, but for decisions: one is kept the moment it is made, also of a call that dies after it."""
    with database.connect() as owner:
        tables = [name for (name,) in owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        tables.remove("audit_decision")
        assert len(tables) > 25
        return {table: sorted(map(str, owner.execute(f'SELECT * FROM "{table}"').fetchall())) for table in tables}


def dies_at(number: int, work: Work, database: Server) -> bool:
    """Does it on a connection that is ended after so many statements; False when it had fewer, and is done."""
    connection.ensure_connection()
    pid, seen = connection.connection.info.backend_pid, iter(range(1, number + 1))

    def kill(execute: Any, *words: Any) -> Any:
        found = execute(*words)
        if next(seen, 0) == number:
            database.maintain(f"SELECT pg_terminate_backend({pid}, 5000)")
        return found

    try:
        with connection.execute_wrapper(kill):
            work()
    except Error:
        connection.close()
        return True
    # Ended after the last one, with nothing left to do: a call that only read, or was over.
    return next(seen, 0) == 0 and not connection.is_usable() and connection.close() is None


@pytest.fixture
def hub(server: Server) -> Iterator[tuple[Hub, Server]]:
    before, circle = settings.SLUIS_POLICY_KEYS, Circle("bank", "shop", "carrier", "desk", "body")
    with fresh(server) as own:
        disclosure = policy.Disclosure(context="automatic", publisher="approval")
        circle.arrive(circle.section(members=circle.rights_kept(), disclosure=disclosure))
        audit.sequence()
        yield Hub(circle), own
    settings.SLUIS_POLICY_KEYS = before


@pytest.mark.parametrize("name", [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in GROWS])
def test_after_any_statement_nothing_is_left_and_again_it_is_done_once(hub: tuple[Hub, Server], name: str) -> None:
    made, database = hub
    work: Work = getattr(made, name)()
    before, number = state(database), 1
    # Dead behind its commit, it was over: the rest has to hold as after a reply that was lost.
    while dies_at(number, work, database) and state(database) == before:
        number += 1
    done = state(database)
    assert number > 1
    assert done != before
    work()
    again = state(database)
    assert {table for table in done if again[table] != done[table]} <= set(GROWS[name])
