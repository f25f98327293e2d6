"""Requests of persons at the controller: nothing before proof, suspended at once, decided by people, corrected everywhere."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

import pytest
from court import with_desk
from desks import IBAN, DeskSluis, share

from sluis.client import answering, check, correspondence, persons, proof, publish
from sluis.client.correspondence import Writer
from sluis.client.counterparts import ReferenceCounterpart
from sluis.client.persons import Controller, Intake
from sluis.client.proof import Ways
from sluis.client.rightsbook import Kept
from sluis.client.session import Matter, Session
from sluis.client.testing import CIRCLE, PURPOSE
from sluis.core import errors
from sluis.core.exchange.entries import Hit
from sluis.core.exchange.envelope import Context
from sluis.core.exchange.rights import DisputeReach
from sluis.core.exchange.words import Grade
from sluis.core.identifiers import normalise
from sluis.core.law import terms
from sluis.core.law.letters import Letter
from sluis.wire import clock

ACCOUNT = normalise.parse("iban", IBAN)
CLEAN = normalise.parse("iban", "NL39TEST0200300400")
DAY = 86_400


@pytest.fixture
def fake() -> DeskSluis:
    found = DeskSluis(members=("bank", "shop", "desk"))
    with_desk(found)
    share(found.session("bank"))
    return found


@pytest.fixture
def desk(fake: DeskSluis) -> Session:
    return fake.session("desk").used_by("Dana")


@pytest.fixture
def post() -> ReferenceCounterpart:
    return ReferenceCounterpart()


@pytest.fixture
def controller(post: ReferenceCounterpart) -> Controller:
    return Controller("Rechtenloket", "Bel 0800 0000.", "rights_desk", post.ways())


def take(session: Session, right: str = "bezwaar", *, about: object = ACCOUNT) -> int:
    return persons.take_in(session, Intake(right, about, "J. Jansen, Kade 1", "naamgenoot"))  # type: ignore[arg-type]


def proven(session: Session, controller: Controller, post: ReferenceCounterpart, right: str = "bezwaar") -> int:
    number = take(session, right)
    persons.vouch(session, number, "balie")
    persons.send_code(session, number, "eencent", controller=controller)
    persons.give_code(session, number, post.code_at(IBAN))
    return number


def said(letter: Letter) -> str:
    """What a letter says, wherever its lines end."""
    return " ".join(letter.text().split())


def hit(fake: DeskSluis) -> bool:
    (found,) = check.check(fake.session("shop"), [ACCOUNT], matter=Matter(CIRCLE, "t 1", PURPOSE))
    return isinstance(found.outcome, Hit)


def test_a_request_that_is_not_whole_tells_every_fault(desk: Session) -> None:
    with pytest.raises(errors.Malformed) as refused:
        persons.take_in(desk, Intake("gelijk", ACCOUNT, "", received=clock.now() // DAY + 1))
    assert {one.where for one in refused.value.faults} == {"right", "reach", "received"}
    with pytest.raises(errors.Malformed) as refused:
        persons.take_in(desk, Intake("bezwaar", ACCOUNT, "J. Jansen"))
    assert [one.where for one in refused.value.faults] == ["ground"]


def test_before_proof_nothing_is_looked_up_and_the_same_is_said_in_the_same_time(
    fake: DeskSluis, desk: Session, controller: Controller
) -> None:
    heard, took, calls = [], [], []
    for about in (ACCOUNT, CLEAN) * 5:
        number = persons.take_in(desk, Intake("inzage", about, "J. Jansen"))
        before, begun = len(fake.requests), time.perf_counter()
        persons.send_code(desk, number, "eencent", controller=controller)
        for act in (lambda n=number: persons.give_code(desk, n, "AAAAAAAA"), lambda n=number: answering.handle(desk, n)):
            with pytest.raises(errors.SluisError) as refused:
                act()
            heard.append((about == ACCOUNT, refused.value.reason, str(refused.value)))
        took.append((about == ACCOUNT, time.perf_counter() - begun))
        text = said(Writer(desk, controller).letter(number, "ontvangst")).replace(f"B-{number}", "B")
        heard.append((about == ACCOUNT, "", text))
        calls.append(len(fake.requests) - before)
    about_known, about_unknown = ([told for is_known, *told in heard if is_known is which] for which in (True, False))
    assert about_known == about_unknown
    # Nobody is asked anything: the policy, which any letter reads, is all that may be fetched.
    assert not any("evaluate" in url or "inzagen" in url for url, _body in fake.requests[-sum(calls) :])
    known, unknown = ([one for is_known, one in took if is_known is which] for which in (True, False))
    assert 0.2 < statistics.median(known) / statistics.median(unknown) < 5


def test_a_code_counts_once_in_time_and_for_three_tries(
    desk: Session, controller: Controller, post: ReferenceCounterpart
) -> None:
    number = take(desk)
    persons.send_code(desk, number, "eencent", controller=controller)
    first = post.code_at(IBAN)
    persons.send_code(desk, number, "eencent", controller=controller)
    code = post.code_at(IBAN)
    assert first != code
    for wrong in (first, "AAAAAAAA"):
        with pytest.raises(errors.NotAllowed):
            persons.give_code(desk, number, wrong)
    assert persons.give_code(desk, number, f" {code[:4].lower()}-{code[4:]} ").request.control == "eencent"
    with pytest.raises(errors.NotAllowed):
        persons.give_code(desk, number, code)


def test_after_three_tries_the_right_code_is_wrong_and_after_three_codes_there_is_none(
    desk: Session, controller: Controller, post: ReferenceCounterpart
) -> None:
    number = take(desk)
    for _ in range(3):
        persons.send_code(desk, number, "eencent", controller=controller)
        for wrong in ("A" * 8, "B" * 8, "C" * 8, post.code_at(IBAN)):
            with pytest.raises(errors.NotAllowed):
                persons.give_code(desk, number, wrong)
    with pytest.raises(errors.TooMany):
        persons.send_code(desk, number, "eencent", controller=controller)


def test_a_code_that_is_late_counts_no_more(
    desk: Session, controller: Controller, post: ReferenceCounterpart, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, now = take(desk), clock.now()
    until = persons.send_code(desk, number, "eencent", controller=controller)
    assert until == now + terms.book().design.proof_days * DAY
    monkeypatch.setattr(clock, "now", lambda: until)
    with pytest.raises(errors.NotAllowed):
        persons.give_code(desk, number, post.code_at(IBAN))


def test_a_code_is_nowhere_as_it_is(
    tmp_path: Path, fake: DeskSluis, controller: Controller, post: ReferenceCounterpart
) -> None:
    desk = fake.session("desk", store=str(tmp_path / "desk.sqlite")).used_by("Annabel")
    number = take(desk)
    persons.send_code(desk, number, "eencent", controller=controller)
    code = post.code_at(IBAN)
    octets = b"".join(file.read_bytes() for file in tmp_path.iterdir() if "rights" in file.name)
    assert octets
    for secret in (code, IBAN, "Jansen", "Annabel"):
        assert secret.encode() not in octets
    assert code not in repr(desk.store.rights.read(number))


@pytest.mark.parametrize(
    ("kind", "text", "way"),
    [("phone", "+31612345678", "smscode"), ("iban", IBAN, "eencent"), ("email", "a@winkel.test", "eigen-account")],
)
def test_each_way_carries_a_code_that_names_nothing(
    desk: Session, controller: Controller, post: ReferenceCounterpart, kind: str, text: str, way: str
) -> None:
    about = normalise.parse(kind, text)
    post.accounts.add(str(about))
    number = take(desk, "inzage", about=about)
    assert way in controller.ways.named(kind)
    persons.send_code(desk, number, way, controller=controller)
    (told,) = post.inbox[str(about)]
    assert told.startswith("Rechtenloket: uw code is ")
    assert persons.give_code(desk, number, post.code_at(str(about))).request.control == way


def test_an_account_that_is_not_there_is_told_to_nobody(
    desk: Session, controller: Controller, post: ReferenceCounterpart
) -> None:
    number = take(desk)
    assert persons.send_code(desk, number, "eigen-account", controller=controller)
    assert post.inbox == {}


def test_a_way_that_is_not_there_or_does_not_answer_is_told(
    desk: Session, controller: Controller, post: ReferenceCounterpart
) -> None:
    number = take(desk)
    for way in ("smscode", "postduif"):
        with pytest.raises(errors.Malformed) as refused:
            persons.send_code(desk, number, way, controller=controller)
        assert refused.value.reason == "onbekende-weg"
    post.away = True
    with pytest.raises(errors.Unavailable):
        persons.send_code(desk, number, "eencent", controller=controller)
    with pytest.raises(errors.Malformed):
        persons.send_code(desk, number, "eencent", controller=Controller(ways=Ways()))


def test_the_counterpart_takes_no_order_without_its_token(post: ReferenceCounterpart) -> None:
    stolen = proof.OverHttp("https://bewijs.test", "gestolen", post.ways().sms.http)  # type: ignore[union-attr]
    with pytest.raises(errors.Unavailable):
        stolen.pay(proof.PaymentOrder("B-1", IBAN, 1, "code"))
    assert post.inbox == {}


def test_an_employee_may_establish_it_and_says_how_but_records_no_code(desk: Session) -> None:
    number = take(desk)
    with pytest.raises(errors.Malformed):
        persons.vouch_control(desk, number, "eencent")
    persons.vouch_control(desk, number, "bankafschrift")
    assert persons.vouch(desk, number, "eidas-hoog").stage == "bewezen"
    steps = [(one.who, one.what, one.detail) for one in desk.store.rights.read(number).request.steps]
    assert ("Dana", "bewijs-gezien", "bankafschrift") in steps


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
