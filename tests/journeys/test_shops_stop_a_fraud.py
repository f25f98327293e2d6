"""J1 over HTTP: two shops, a payment provider and a carrier in the winkelkring.

The shops share what they found, the payment provider and the carrier check and take measures, both shops hear what it led
to. A question without case is stopped at one's own koppelpunt, a sweep by the holders; both stand in the shop's own log.
Then a namesake disputes: the entry is gone at every receiver, with receipts, and the day after the past hit is corrected.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from journeys.world import Demo, invented_iban, until
from sluis.client import check, disclose, feedback, publish, rights, watch
from sluis.client import withdraw as withdrawing
from sluis.client.gateway.upkeep import Upkeep
from sluis.client.session import Matter, Session
from sluis.client.watch import Watched
from sluis.core import errors
from sluis.core.exchange import notices
from sluis.core.exchange.entries import Hit, NoHit
from sluis.core.exchange.envelope import Context
from sluis.core.exchange.rights import Verified
from sluis.core.exchange.words import Grade, Origin
from sluis.core.identifiers import normalise
from sluis.core.identifiers.kinds import Identifier
from sluis.core.law.adverse import Review
from sluis.demo import world

pytestmark = pytest.mark.slow
PHONE = normalise.parse("phone", "+31 6 00000123")
MATTER = Matter(world.SHOPS_NAME, "bestelling 7001", world.PURPOSES[0])
REVIEWED = Review("Tom", ("treffer", "context"), "akkoord", "Zelfde rekening in drie zaken.")
CHECKED = Verified(control="bankafschrift", person="balie")


@contextmanager
def at_work(*sessions: Session) -> Iterator[None]:
    """The koppelpunten of these partners, doing by themselves what they do."""
    running = [Upkeep(session) for session in sessions]
    for one in running:
        one.start()
    try:
        yield
    finally:
        for one in running:
            one.stop()


@pytest.fixture
def partners(demo: Demo, tmp_path: Path) -> dict[str, Session]:
    return {party.slug: demo.session(party.slug, tmp_path / f"{party.slug}.sqlite") for party in world.MEMBERS}


def share(session: Session, identifier: Identifier, *, origin: Origin = Origin.OWN) -> bytes:
    draft = publish.Draft(identifier, Context("AVF.AANKOOP.WEBWINKEL", channels=("webshop",)), Grade.B, origin=origin)
    (state,) = publish.publish(session, [draft], matter=MATTER)
    return state.id


def ask(session: Session, identifier: Identifier) -> check.Checked:
    (checked,) = check.check(session, [identifier], matter=MATTER)
    return checked


def hit(session: Session, identifier: Identifier, *, band: str = "") -> check.Checked:
    def asked() -> check.Checked | None:
        checked = ask(session, identifier)
        found = isinstance(checked.outcome, Hit) and (not band or checked.outcome.band == band)
        return checked if found else None

    return until(asked)


def told(session: Session, kind: str, signal: bytes) -> list[notices.Notice]:
    every = (one.notice for one in session.store.casebook.notices())
    return [one for one in every if (one.kind, one.signal) == (kind, signal)]


def alerts(session: Session) -> list[tuple[str, str, str]]:
    return [(one.kind, one.followed.reference, one.note) for one in session.store.casebook.alerts()]


def test_two_shops_a_payment_provider_and_a_carrier_stop_a_fraud(demo: Demo, partners: dict[str, Session]) -> None:
    first, second = partners["lantaarn"], partners["zeilmakerij"]
    payer, carrier = partners["tolhuis"], partners["pakketboot"]
    iban = normalise.parse("iban", invented_iban(77_001))
    with at_work(first, second, payer, carrier):
        watch.add(carrier, [Watched(iban, "afzender 12")], matter=MATTER)
        shared = {"lantaarn": share(first, iban), "zeilmakerij": share(second, iban)}
        found = hit(payer, iban, band="2-3")
        assert [one.form for one in disclose.disclose(payer, found, matter=MATTER).contexts.values()] == [
            "AVF.AANKOOP.WEBWINKEL"
        ] * 2
        until(lambda: alerts(carrier) == [("treffer", "afzender 12", "")])
        # A signal born from a hit is an echo: it lifts nothing.
        share(payer, iban, origin=Origin.HIT)
        assert hit(carrier, iban).outcome.band == "2-3"
        assert feedback.give(payer, iban, measure="betaling-geweigerd", review=REVIEWED) == 2
        assert feedback.give(carrier, iban, measure="levering-gestopt", review=REVIEWED) >= 2
        with demo.shifted(1):
            for name, signal in shared.items():
                (notice,) = until(lambda name=name, signal=signal: told(partners[name], "terugkoppeling", signal), 60)
                assert notice.counts == {"betaling-geweigerd": 1, "levering-gestopt": 1, "15m": 2}


def test_a_question_without_case_is_stopped_here_and_a_sweep_by_the_holders(partners: dict[str, Session]) -> None:
    shop = partners["zeilmakerij"]
    with pytest.raises(errors.Malformed) as refused:
        check.check(shop, [PHONE], matter=Matter(MATTER.circle, " ", MATTER.purpose))
    assert refused.value.reason == "geen-zaak"
    swept = [normalise.parse("phone", f"+3160{number:07d}") for number in range(3_001)]
    with pytest.raises(errors.TooMany):
        check.check(shop, swept, matter=MATTER)
    lines = [(one.activity, one.amount, one.outcome) for one in shop.store.processing()]
    assert lines[-2:] == [("bevragen", 1, "geweigerd: geen-zaak"), ("bevragen", 3_001, "geweigerd: te-veel")]


def test_a_namesakes_dispute_empties_every_replica_with_receipts_and_corrects_past_hits(
    demo: Demo, partners: dict[str, Session]
) -> None:
    shop, payer, carrier, desk = (partners[name] for name in ("lantaarn", "tolhuis", "pakketboot", "vuurtoren"))
    iban = normalise.parse("iban", invented_iban(77_002))
    with at_work(shop, payer, carrier):
        signal = share(shop, iban)
        found = hit(payer, iban)
        disclose.disclose(payer, found, matter=MATTER)
        hit(carrier, iban)
        (state,) = rights.dispute(desk, iban, matter=MATTER, ground="naamgenoot", verified=CHECKED)
        assert state.state == "open"
        for one in (payer, carrier):
            until(lambda one=one: one.store.replica.find(found.key_id, found.tag) is None)
            assert ask(one, iban).outcome == NoHit()
        (notice,) = until(lambda: told(shop, "betwisting-geopend", signal))
        assert notice.subject == state.id
        stream = notices.replica_stream(found.key_id)
        place = payer.store.replica.place(stream).sequence
        for name in ("tolhuis", "pakketboot"):
            until(lambda name=name: receipt(demo, name, stream) >= place)
        until(lambda: ("gecorrigeerd", MATTER.case, "vervallen") in alerts(payer))
        until(lambda: ("gecorrigeerd", MATTER.case, "betwist") in alerts(payer))
        until(lambda: ("gecorrigeerd", MATTER.case, "vervallen") in alerts(carrier))
        decided = rights.decide(partners["raadhuis"], rights.Ruling(state.id, "gegrond", iban), matter=MATTER)
        assert decided.state == "gegrond"
        share(shop, iban)
        assert ask(carrier, iban).outcome == NoHit()


def receipt(demo: Demo, name: str, stream: str) -> int:
    party = next(one.id for one in world.MEMBERS if one.slug == name)
    with demo.connect() as connection:
        row = connection.execute(
            "SELECT sequence FROM exchange_receipt WHERE party = %s AND stream = %s", (party, stream)
        ).fetchone()
    return row[0] if row else 0


def test_in_a_bucket_circle_the_correction_reaches_past_hits_a_day_later(demo: Demo, partners: dict[str, Session]) -> None:
    bank, shop = partners["kadebank"], partners["lantaarn"]
    matter = Matter(world.CIRCLE_NAME, "zaak 88", world.PURPOSES[0])
    iban = normalise.parse("iban", invented_iban(77_003))
    (state,) = publish.publish(bank, [publish.Draft(iban, Context("AVF.AANKOOP"), Grade.B)], matter=matter)
    until(lambda: isinstance(check.check(shop, [iban], matter=matter)[0].outcome, Hit))
    withdrawing.withdraw(bank, [state.id], circle=world.CIRCLE_NAME, reason="onjuist")
    watch.look_daily(shop)
    with at_work(shop), demo.shifted(1):
        until(lambda: alerts(shop) == [("gecorrigeerd", "zaak 88", "vervallen")], 60)
