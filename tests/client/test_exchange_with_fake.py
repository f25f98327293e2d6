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
from sluis.core.exchange.words import Grade
from sluis.core.identifiers import normalise, scopes
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


def test_a_protected_identifier_is_not_shared_and_never_asked_about(fake: FakeSluis) -> None:
    held = next(iter(fake.session("shop").protected().entries))
    with pytest.raises(errors.NotPermitted) as refused:
        publish.publish(fake.session("bank"), [publish.Draft(held, Context("PHI"), Grade.A)], matter=MATTER)
    assert refused.value.reason == "beschermd-kenmerk"
    assert [fault.where for fault in refused.value.faults] == ["[0]"]
    (checked,) = check.check(fake.session("shop"), [held], matter=MATTER)
    assert (checked.outcome, checked.output) == (NoHit(), b"")
    assert not any("evaluate" in url for url, _ in fake.requests)


def test_a_protected_identifier_gives_no_hit_even_when_a_member_published_it(
    fake: FakeSluis, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = fake.session("shop").protected()
    with monkeypatch.context() as bad_member:
        bad_member.setattr(type(held), "ruling", lambda *_args, **_named: None)
        draft = publish.Draft(next(iter(held.entries)), Context("PHI"), Grade.A)
        publish.publish(fake.session("bank"), [draft], matter=MATTER)
    found = check.check(fake.session("shop"), [next(iter(held.entries)), IBAN], matter=MATTER)
    assert [one.outcome for one in found] == [NoHit(), NoHit()]


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
    fake.refresh(fake.record)
    fake.behind = {3: 1}
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


def put(fake: FakeSluis, name: str, kind: str, text: str, *, scope: str = "", confirmed: bool = False) -> None:
    identifier = scopes.pick(normalise.parse(kind, text), scope)
    draft = publish.Draft(identifier, Context("PHI"), Grade.B, confirmed=confirmed)
    publish.publish(fake.session(name), [draft], matter=MATTER)


def look(fake: FakeSluis, kind: str, *texts: str) -> list[check.Checked]:
    return check.check(fake.session("shop"), [normalise.parse(kind, text) for text in texts], matter=MATTER)


@pytest.mark.parametrize(
    ("kind", "published", "scope", "same", "other"),
    [
        ("domain", "www.nepwinkel.example", "reg", "betaal.nepwinkel.example", "nepwinkel.voorbeeld.example"),
        ("email", "Jan+a@nep.example", "base", "jan+b@nep.example", "janb@nep.example"),
        ("url", "https://nep.example/betaal?klant=1", "path", "https://nep.example/betaal?klant=2", "https://nep.example/"),
    ],
)
def test_an_asker_is_told_of_a_wider_scope_and_of_which(kind: str, published: str, scope: str, same: str, other: str) -> None:
    fake = FakeSluis(kind=kind)
    put(fake, "bank", kind, published, scope=scope)
    hit, miss = look(fake, kind, same, other)
    assert isinstance(hit.outcome, Hit)
    assert (str(hit.identifier), hit.scope) == (str(normalise.parse(kind, same)), scope)
    assert (miss.outcome, miss.scope) == (NoHit(), "")
    assert disclose.disclose(fake.session("shop"), hit, matter=MATTER).contexts


def test_a_signal_on_one_page_says_nothing_of_the_site() -> None:
    fake = FakeSluis(kind="domain")
    put(fake, "bank", "domain", "www.nepwinkel.example")
    exact, wider = look(fake, "domain", "www.nepwinkel.example", "nepwinkel.example")
    assert (isinstance(exact.outcome, Hit), exact.scope) == (True, "")
    assert wider.outcome == NoHit()


def test_the_strongest_hit_of_an_identifier_is_told() -> None:
    fake = FakeSluis(members=("bank", "carrier", "shop"), kind="domain")
    put(fake, "bank", "domain", "www.nepwinkel.example")
    for name in ("bank", "carrier"):
        put(fake, name, "domain", "nepwinkel.example", scope="reg")
    (checked,) = look(fake, "domain", "www.nepwinkel.example")
    assert isinstance(checked.outcome, Hit)
    assert (checked.outcome.band, checked.scope) == ("2-3", "reg")


def test_a_protected_scope_is_left_out_and_the_rest_is_asked() -> None:
    fake = FakeSluis(kind="domain", day_budget=1)
    (checked,) = look(fake, "domain", "nep.eth.google.com")
    assert checked.outcome == NoHit()
    assert checked.output != b""


def test_what_the_list_warns_of_is_shared_only_when_confirmed() -> None:
    fake = FakeSluis(kind="url")
    page = "https://docs.google.com/forms/nep"
    with pytest.raises(errors.Conflict) as warned:
        put(fake, "bank", "url", page)
    assert (warned.value.reason, [fault.where for fault in warned.value.faults]) == ("bevestiging-nodig", ["[0]"])
    put(fake, "bank", "url", page, confirmed=True)
    (checked,) = look(fake, "url", page)
    assert isinstance(checked.outcome, Hit)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"suffixes": bytes(32)}, "andere-achtervoegsels"),
        ({"protected": bytes(32)}, "andere-beschermde-lijst"),
        ({"normaliser": 2}, "andere-normaliser"),
    ],
)
def test_a_client_with_other_lists_than_the_policy_refuses(fake: FakeSluis, change: dict[str, object], code: str) -> None:
    head = fake._head
    fake._head = lambda serial: msgspec.structs.replace(head(serial), **change)
    fake.sign_policy(serial=2)
    for act in (ask, share):
        with pytest.raises(errors.Unavailable) as refused:
            act(fake.session("bank"))
        assert refused.value.reason == code
    assert not any("evaluate" in url for url, _ in fake.requests)
