"""Before proof nothing is looked up and the same is said; a code counts once, in time, for three tries, and is kept nowhere."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

import pytest
from desks import IBAN, DeskSluis
from persons_made import ACCOUNT, CLEAN, DAY, controller, desk, fake, post, said, take

from sluis.client import answering, persons, proof
from sluis.client.correspondence import Writer
from sluis.client.counterparts import ReferenceCounterpart
from sluis.client.persons import Controller, Intake
from sluis.client.proof import Ways
from sluis.client.session import Session
from sluis.core import errors
from sluis.core.identifiers import normalise
from sluis.core.law import terms
from sluis.wire import clock

__all__ = ["controller", "desk", "fake", "post"]


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
