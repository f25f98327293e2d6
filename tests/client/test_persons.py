"""Requests of persons at the controller: suspended at once, decided by people, corrected everywhere, told in letters."""

from __future__ import annotations

import pytest
from desks import IBAN, DeskSluis, share
from persons_made import ACCOUNT, DAY, controller, desk, fake, hit, post, proven, said, take

from sluis.client import answering, correspondence, persons, publish
from sluis.client.correspondence import Writer
from sluis.client.counterparts import ReferenceCounterpart
from sluis.client.persons import Controller, Intake
from sluis.client.rightsbook import Kept
from sluis.client.session import Matter, Session
from sluis.client.testing import CIRCLE, PURPOSE
from sluis.core import errors
from sluis.core.exchange.envelope import Context
from sluis.core.exchange.rights import DisputeReach
from sluis.core.exchange.words import Grade
from sluis.core.law import terms
from sluis.wire import clock

__all__ = ["controller", "desk", "fake", "post"]


def test_a_request_that_is_not_whole_tells_every_fault(desk: Session) -> None:
    with pytest.raises(errors.Malformed) as refused:
        persons.take_in(desk, Intake("gelijk", ACCOUNT, "", received=clock.now() // DAY + 1))
    assert {one.where for one in refused.value.faults} == {"right", "reach", "received"}
    with pytest.raises(errors.Malformed) as refused:
        persons.take_in(desk, Intake("bezwaar", ACCOUNT, "J. Jansen"))
    assert [one.where for one in refused.value.faults] == ["ground"]


def test_an_objection_suspends_at_once_and_the_decision_brings_a_letter(
    fake: DeskSluis, desk: Session, controller: Controller, post: ReferenceCounterpart
) -> None:
    assert hit(fake)
    number = proven(desk, controller, post)
    assert answering.handle(desk, number).stage == "loopt"
    assert not hit(fake)
    with pytest.raises(errors.Conflict):
        persons.close(desk, number)
    fake.court.reach = DisputeReach(1, 3, {"bank": 2})
    fake.court.decided(desk, "gegrond")
    answering.follow(desk)
    kept = desk.store.rights.read(number)
    assert (kept.stage, kept.request.ended, kept.request.correction.waiting) == ("besloten", "gegrond", {"bank": 2})
    assert " ." not in said(Writer(desk, controller).letter(number, "gegrond"))
    assert "gelijk" in said(Writer(desk, controller).letter(number, "gegrond"))
    for act in (lambda: persons.close(desk, number), lambda: Writer(desk, controller).letter(number, "gecorrigeerd")):
        with pytest.raises(errors.Conflict):
            act()
    fake.court.reach = DisputeReach(3, 3, {})
    assert answering.look(desk, number).request.correction.confirmed == 3
    assert "Het zijn er 3" in said(Writer(desk, controller).letter(number, "gecorrigeerd"))
    assert persons.close(desk, number).stage == "klaar"
    assert not hit(fake)


def test_open_confirmations_are_asked_after_once_a_day(
    fake: DeskSluis, desk: Session, controller: Controller, post: ReferenceCounterpart, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, now = proven(desk, controller, post), clock.now()
    answering.handle(desk, number)
    fake.court.reach = DisputeReach(0, 1, {"bank": 1})
    fake.court.decided(desk, "gegrond")
    answering.follow(desk)
    asked = lambda: sum("bereik" in url for url, _body in fake.requests)  # noqa: E731
    first = asked()
    answering.follow(desk)
    assert asked() == first
    monkeypatch.setattr(clock, "now", lambda: now + DAY)
    fake.sign_policy(serial=9, sections=tuple(fake._snapshot.sections.values()))
    answering.follow(desk)
    assert asked() == first + 1


def test_a_dispute_that_was_wrong_puts_the_signal_back_and_needs_a_ground_of_a_named_person(
    fake: DeskSluis, desk: Session, controller: Controller, post: ReferenceCounterpart
) -> None:
    number = proven(desk, controller, post)
    answering.handle(desk, number)
    fake.court.decided(desk, "ongegrond")
    kept = answering.look(desk, number)
    assert correspondence.fitting(desk, kept) == ("ontvangst",)
    assert hit(fake)
    with pytest.raises(errors.NotAllowed):
        persons.refuse(desk.used_by(""), number, "zwaarder-belang")
    persons.refuse(desk, number, "zwaarder-belang")
    text = said(Writer(desk, controller).letter(number, "geweigerd"))
    for fact in ("AVG 21 lid 1", "Autoriteit Persoonsgegevens", "rechter"):
        assert fact in text


def test_access_collects_what_publishers_say_and_who_got_it(
    fake: DeskSluis, desk: Session, controller: Controller, post: ReferenceCounterpart
) -> None:
    number = proven(desk, controller, post, "inzage")
    assert answering.handle(desk, number).stage == "loopt"
    fake.court.publishers_say("verstrekt")
    kept = answering.look(desk, number)
    assert (kept.stage, kept.request.ended) == ("besloten", "beantwoord")
    text = said(Writer(desk, controller).letter(number, "inzage"))
    for fact in ("1 signaal op uw rekeningnummer", "De gegevens erachter gingen naar: bank (1).", "Wpg 25", "90 dagen"):
        assert fact in text, fact
    english = said(Writer(desk, controller, "en").letter(number, "inzage"))
    assert "GDPR 12(3)" in english
    assert IBAN not in text + english


def test_what_a_publisher_keeps_back_is_told_with_its_article(
    fake: DeskSluis, desk: Session, controller: Controller, post: ReferenceCounterpart
) -> None:
    number = proven(desk, controller, post, "inzage")
    answering.handle(desk, number)
    fake.court.publishers_say("geweigerd", "lopend-onderzoek")
    answering.look(desk, number)
    text = said(Writer(desk, controller).letter(number, "inzage"))
    assert "UAVG 41" in text
    assert "webwinkel" not in text


def test_erasure_takes_own_signals_back_and_asks_the_others(
    fake: DeskSluis, controller: Controller, post: ReferenceCounterpart
) -> None:
    shop = fake.session("shop").used_by("Sam")
    matter = Matter(CIRCLE, "zaak-winkel", PURPOSE)
    publish.publish(shop, [publish.Draft(ACCOUNT, Context("AVF.AANKOOP"), Grade.B)], matter=matter)
    number = proven(shop, controller, post, "wissing")
    kept = answering.handle(shop, number)
    assert (kept.stage, kept.request.ended, kept.request.withdrawn) == ("besloten", "gewist", 1)
    assert "1 signaal op uw rekeningnummer. Dat hebben wij gewist" in Writer(shop, controller).letter(
        number, "gewist"
    ).text().replace("\n", " ")
    assert list(answering.own_signals(shop, ACCOUNT)) == []
    assert answering.desks(shop) == ["desk"]


def test_where_there_is_nothing_the_letter_says_so(
    fake: DeskSluis, desk: Session, controller: Controller, post: ReferenceCounterpart
) -> None:
    fake.withdraw_all()
    number = proven(desk, controller, post)
    assert answering.handle(desk, number).request.ended == "niets"
    assert "Ook de andere deelnemers hebben er geen" in said(Writer(desk, controller).letter(number, "niets"))


@pytest.mark.parametrize("right", ["inzage", "bezwaar"])
def test_who_may_ask_no_circle_says_nothing_of_what_others_have(
    fake: DeskSluis, controller: Controller, post: ReferenceCounterpart, right: str
) -> None:
    shop = fake.session("shop").used_by("Sam")
    number = proven(shop, controller, post, right)
    kept = answering.handle(shop, number)
    assert kept.request.alone
    text = said(Writer(shop, controller).letter(number, "inzage" if right == "inzage" else "niets"))
    assert "Wij hadden zelf geen signaal op uw rekeningnummer" in text
    assert "Bij andere deelnemers kunnen wij niet kijken" in text
    assert "andere deelnemers hebben er geen" not in text
    assert hit(fake)


def test_an_objection_at_who_shared_it_takes_its_own_signal_back(
    fake: DeskSluis, controller: Controller, post: ReferenceCounterpart
) -> None:
    fake.withdraw_all()
    bank = fake.session("bank").used_by("Bas")
    share(bank)
    number = proven(bank, controller, post)
    assert answering.handle(bank, number).request.ended == "gewist"
    assert not hit(fake)


def test_a_refusal_before_others_are_asked_names_a_ground_of_the_law(
    desk: Session, controller: Controller, post: ReferenceCounterpart
) -> None:
    number = take(desk)
    with pytest.raises(errors.NotAllowed):
        persons.refuse(desk, number, "lopend-onderzoek")
    number = proven(desk, controller, post)
    with pytest.raises(errors.Malformed):
        persons.refuse(desk, number, "rechten-van-anderen")
    assert persons.refuse(desk, number, "ongegrond-of-buitensporig").request.decider == "Dana"
    assert "AVG 12 lid 5" in said(Writer(desk, controller).letter(number, "geweigerd"))


def test_the_term_is_extended_once_within_the_first_with_a_letter(
    desk: Session, controller: Controller, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = take(desk)
    before = desk.store.rights.read(number)
    kept: Kept = persons.extend(desk, number, "ingewikkeld")
    assert kept.due - before.due == terms.book().terms.extend_days
    assert "ingewikkeld" in said(Writer(desk, controller).letter(number, "verlenging"))
    with pytest.raises(errors.Conflict):
        persons.extend(desk, number, "veel-verzoeken")
    late, now = take(desk), clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + 31 * DAY)
    with pytest.raises(errors.Conflict) as refused:
        persons.extend(desk, late, "ingewikkeld")
    assert refused.value.reason == "termijn-voorbij"


def test_what_is_late_stands_first_and_what_is_near_is_counted(desk: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    today = clock.now() // DAY
    fresh = take(desk)
    old = persons.take_in(desk, Intake("inzage", ACCOUNT, "J. Jansen", received=today - 40))
    near = persons.take_in(desk, Intake("inzage", ACCOUNT, "J. Jansen", received=today - 25))
    assert [one.number for one in desk.store.rights.all(is_open=True)] == [old, near, fresh]
    assert desk.store.rights.waiting(today=today) == 2
    persons.close(desk, old)
    assert desk.store.rights.waiting(today=today) == 1
    with pytest.raises(errors.Conflict):
        persons.extend(desk, old, "ingewikkeld")


def test_what_is_over_is_forgotten_after_its_time(desk: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    number, now = take(desk), clock.now()
    persons.close(desk, number)
    desk.store.rights.forget_before(now)
    assert desk.store.rights.all()
    desk.store.rights.forget_before(now + 1)
    assert desk.store.rights.all() == []


def test_the_own_log_says_what_was_done_and_names_nobody(
    desk: Session, controller: Controller, post: ReferenceCounterpart
) -> None:
    proven(desk, controller, post)
    lines = [one for one in desk.store.processing() if one.activity == "verzoek"]
    assert [one.outcome for one in lines] == ["bezwaar: ingekomen", "bezwaar: bewezen"]
    assert all(IBAN not in repr(one) and "Jansen" not in repr(one) for one in lines)
