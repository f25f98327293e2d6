"""A partner against FakeSluis: the whole way of a signal, and the ways it must not go."""

from __future__ import annotations

import msgspec
import pytest

from sluis.client import check, disclose, publish, testing
from sluis.client.session import Matter, Session
from sluis.client.testing import FakeSluis
from sluis.core import errors
from sluis.core.exchange import policy
from sluis.core.exchange.entries import Hit, NoHit
from sluis.core.exchange.envelope import Context
from sluis.core.exchange.evaluation import Share
from sluis.core.exchange.words import Grade
from sluis.core.identifiers import normalise
from sluis.wire import clock

IBAN = normalise.parse("iban", "NL13 TEST 0123 4567 89")
MATTER = Matter(testing.CIRCLE, "zaak-1", testing.PURPOSE)


@pytest.fixture
def fake() -> FakeSluis:
    return FakeSluis(members=("bank", "shop"))


def share(session: Session, **changes: object) -> list[publish.SignalState]:
    draft = publish.Draft(IBAN, Context("AVF.AANKOOP", channels=("webshop",)), Grade.B, **changes)
    return publish.publish(session, [draft], matter=MATTER)


def ask(session: Session, matter: Matter = MATTER) -> check.Checked:
    (checked,) = check.check(session, [IBAN], matter=matter)
    return checked


def test_a_published_iban_gives_another_member_a_hit_and_its_context(fake: FakeSluis) -> None:
    share(fake.session("bank"))
    shop = fake.session("shop")
    checked = ask(shop)
    assert isinstance(checked.outcome, Hit)
    assert (checked.outcome.band, checked.outcome.grade) == ("1", Grade.B)
    found = disclose.disclose(shop, checked, matter=MATTER)
    assert [context.form for context in found.contexts.values()] == ["AVF.AANKOOP"]
    assert not found.unreadable


def test_nobody_published_is_no_hit(fake: FakeSluis) -> None:
    assert ask(fake.session("shop")).outcome == NoHit()


def test_ones_own_signal_is_no_hit(fake: FakeSluis) -> None:
    bank = fake.session("bank")
    share(bank)
    assert ask(bank).outcome == NoHit()


def test_sharing_again_replaces_with_a_higher_revision(fake: FakeSluis) -> None:
    bank = fake.session("bank")
    (first,), (second,) = share(bank), share(bank)
    assert (first.state, second.state, first.id == second.id) == ("stored", "replaced", True)


def test_a_crash_before_the_answer_sends_the_same_octets_again(fake: FakeSluis) -> None:
    bank = fake.session("bank")
    real = fake._publish
    fake._publish = lambda publication, key: (real(publication, key), 1 / 0)[0]
    with pytest.raises(ZeroDivisionError):
        share(bank)
    fake._publish = real
    assert len(bank.store.pending()) == 1
    assert publish.resume(bank) == 1
    sent = [body for url, body in fake.requests if url.endswith("/signalen")]
    assert sent[0] == sent[1]
    assert bank.store.pending() == []


def test_a_lying_holder_is_named_and_replaced(fake: FakeSluis) -> None:
    share(fake.session("bank"))
    fake.lying = {2}
    checked = ask(fake.session("shop"))
    assert isinstance(checked.outcome, Hit)
    assert checked.failed_holders == ("holder 2",)


def test_one_holder_down_is_enough_two_are_not(fake: FakeSluis) -> None:
    fake.down = {1}
    assert ask(fake.session("shop")).outcome == NoHit()
    fake.down = {1, 2}
    with pytest.raises(errors.Unavailable):
        ask(fake.session("shop"))


def test_a_missing_case_reference_is_refused_before_anything_leaves(fake: FakeSluis) -> None:
    shop = fake.session("shop")
    with pytest.raises(errors.Malformed) as refused:
        ask(shop, Matter(testing.CIRCLE, " ", testing.PURPOSE))
    assert refused.value.reason == "geen-zaak"
    assert not any("evaluate" in url for url, _ in fake.requests)


@pytest.mark.parametrize(
    ("matter", "kind", "code"),
    [
        (Matter("elders", "zaak", testing.PURPOSE), errors.NotFound, "onbekende-kring"),
        (Matter(testing.CIRCLE, "zaak", "werving"), errors.NotPermitted, "geen-grondslag"),
    ],
)
def test_unknown_circle_or_purpose_is_refused(
    fake: FakeSluis, matter: Matter, kind: type[errors.SluisError], code: str
) -> None:
    with pytest.raises(kind) as refused:
        ask(fake.session("shop"), matter)
    assert refused.value.reason == code


def test_a_sweep_over_the_budget_is_refused() -> None:
    fake = FakeSluis(day_budget=2)
    shop = fake.session("shop")
    with pytest.raises(errors.TooMany):
        check.check(shop, [IBAN] * 3, matter=MATTER)


def test_a_protected_identifier_is_neither_shared_nor_checked(fake: FakeSluis) -> None:
    held = next(iter(fake.session("shop").protected().entries))
    with pytest.raises(errors.NotPermitted) as refused:
        check.check(fake.session("shop"), [held], matter=MATTER)
    assert refused.value.reason == "beschermd-kenmerk"
    with pytest.raises(errors.NotPermitted):
        publish.publish(fake.session("bank"), [publish.Draft(held, Context("PHI"), Grade.A)], matter=MATTER)


def test_after_the_assessment_everything_stays_shut(fake: FakeSluis) -> None:
    shop = fake.session("shop")
    ended = msgspec.structs.replace(fake.section().assessment, until=clock.now())
    fake.sign_policy(serial=2, sections=(msgspec.structs.replace(fake.section(), assessment=ended),))
    with pytest.raises(errors.NotPermitted) as refused:
        ask(shop)
    assert refused.value.fields["ground"] == "beoordeling-verlopen"


def test_an_older_snapshot_is_never_taken_back(fake: FakeSluis) -> None:
    shop = fake.session("shop")
    fake.sign_policy(serial=5)
    shop.directory.refresh()
    fake.sign_policy(serial=4)
    with pytest.raises(errors.ProtocolFailure) as refused:
        shop.directory.refresh()
    assert refused.value.reason == "beleid-teruggedraaid"


def test_no_request_carries_the_iban_or_the_case(fake: FakeSluis) -> None:
    share(fake.session("bank"))
    ask(fake.session("shop"))
    sent = b"".join(url.encode() + body for url, body in fake.requests)
    assert b"holder" in sent
    assert str(IBAN).encode() not in sent
    assert b"zaak-1" not in sent


def test_seeds_and_references_are_kept_sealed(fake: FakeSluis, tmp_path) -> None:
    shop = fake.session("shop", store=str(tmp_path / "shop.db"))
    ask(shop)
    octets = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"zaak-1" not in octets
    assert str(IBAN).encode() not in octets


def test_answers_of_two_generations_are_never_mixed(fake: FakeSluis) -> None:
    share(fake.session("bank"))
    ahead = fake._shares[3]
    fake._shares[3] = Share(ahead.index, ahead.generation + 1, ahead.secret, ahead.public)
    assert isinstance(ask(fake.session("shop")).outcome, Hit)
    fake.down = {1}
    with pytest.raises(errors.Unavailable) as refused:
        ask(fake.session("shop"))
    assert refused.value.reason == "te-weinig-sleutelhouders"


def test_an_expired_snapshot_that_cannot_be_renewed_refuses_everything(
    fake: FakeSluis, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = fake.session("shop")
    ask(shop)
    later = clock.now() + policy.MAX_TERM + 1
    monkeypatch.setattr(clock, "now", lambda: later)
    with pytest.raises(errors.SluisError) as refused:
        ask(shop)
    assert refused.value.reason in ("beleid-verlopen", "beleid-termijn")
