"""The policy at the hub: what it takes, and who gets which part."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Iterator
from typing import Any

import make
import msgspec
import pytest
from django.conf import settings
from django.test import Client
from hub_fixtures import Server
from make import Circle, Party

from sluis.apps.audit import selectors as audited
from sluis.apps.partners import selectors, services
from sluis.apps.partners.models import Membership, Organisation, PolicyDocument
from sluis.apps.partners.services import Person
from sluis.client import authority
from sluis.core import errors
from sluis.core.exchange import documents, policy
from sluis.core.exchange.admission import Publication
from sluis.core.exchange.bodies import Cosigned
from sluis.core.exchange.log import checkpoint, note
from sluis.core.exchange.log.inclusion import Logged
from sluis.core.exchange.policy import SignedSnapshot
from sluis.wire import clock
from sluis.wire.book import Book


@pytest.fixture
def pinned(database: Server) -> Iterator[Circle]:
    """A hub that pins a circle's policy keys and has no snapshot yet."""
    before = settings.SLUIS_POLICY_KEYS
    circle = Circle()
    circle.pin()
    yield circle
    settings.SLUIS_POLICY_KEYS = before


def hand_in(sent: SignedSnapshot) -> Any:
    return Client().post("/v1/beleid", msgspec.json.encode(sent), content_type="application/json")


def outcome(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


def sections_of(answer: Any) -> set[str]:
    return {msgspec.json.decode(base64.b64decode(one["payload"]))["name"] for one in answer.json()["sections"]}


def test_a_snapshot_is_in_force_once_two_holders_saw_it_in_the_log(pinned: Circle) -> None:
    sent = pinned.snapshot()
    answer = hand_in(sent)
    assert (answer.status_code, answer.json()) == (201, {"serial": 1, "state": "candidate"})
    pinned.witness(1)
    assert hand_in(sent).json()["state"] == "candidate"
    assert selectors.stored_snapshot() is None
    assert not Organisation.objects.exists()
    pinned.witness(3)
    assert hand_in(sent).json()["state"] == "in-force"
    assert set(Organisation.objects.values_list("name", flat=True)) == {"bank", "shop", "carrier"}
    assert Client().get("/v1/health").json()["status"] == "ok"


def given_proof(circle: Circle, name: str = "bank") -> Logged:
    answer = make.call("GET", "/v1/beleid", key=circle.members[name].key)
    return msgspec.convert(answer.json()["proof"], Logged)


def test_what_a_member_gets_is_proven_and_a_book_takes_it(pinned: Circle) -> None:
    pinned.accept()
    answer = make.call("GET", "/v1/beleid", key=pinned.members["bank"].key)
    book = Book(selectors.pinned())
    assert book.take(answer.content, now=clock.now()).news
    spoilt = answer.json() | {"proof": None}
    with pytest.raises(errors.ProtocolFailure) as raised:
        Book(selectors.pinned()).take(msgspec.json.encode(spoilt), now=clock.now())
    assert raised.value.reason == "beleid-niet-in-logboek"


def test_a_cosignature_that_comes_later_joins_the_proof(pinned: Circle) -> None:
    hand_in(pinned.snapshot())
    keys = {pinned.holder(i).witness: pinned.holder(i).key for i in (1, 2, 3)}
    text = note.read(audited.newest_note()).text
    pinned.witness(1, 2)
    assert len(checkpoint.witnesses(given_proof(pinned).checkpoint, keys)) == 2
    line = note.cosign(text, pinned.holder(3).witness, pinned.holders[2].key, time=clock.now())
    services.cosign(Cosigned(line=line, size=checkpoint.parse(text).size), key=pinned.holders[2].public)
    assert len(checkpoint.witnesses(given_proof(pinned).checkpoint, keys)) == 3
    pinned.witness()
    assert note.read(given_proof(pinned).checkpoint).text == text


def test_while_a_candidate_waits_the_one_before_stays_in_force(circle: Circle) -> None:
    before = selectors.snapshot().head.serial
    hand_in(circle.snapshot())
    circle.witness(2)
    assert selectors.snapshot().head.serial == before
    waiting = make.call("GET", "/v1/log/kandidaat", key=circle.holders[0].key).json()["head"]
    assert documents.read(base64.b64decode(waiting["payload"]), policy.Head).serial == circle.serial
    circle.witness(3)
    assert selectors.snapshot().head.serial == circle.serial
    assert make.call("GET", "/v1/log/kandidaat", key=circle.holders[0].key).json()["head"] is None


def test_of_two_candidates_the_newest_comes_in_force(circle: Circle) -> None:
    hand_in(circle.snapshot())
    hand_in(circle.snapshot())
    circle.witness()
    assert selectors.snapshot().head.serial == circle.serial


def test_a_new_holder_is_vouched_for_by_those_of_before(circle: Circle) -> None:
    old, new = circle.holders, (*circle.holders[:2], Party())
    circle.holders = new
    sent = circle.snapshot()
    hand_in(sent)
    circle.witness(3)
    circle.witness(1)
    assert hand_in(sent).json()["state"] == "candidate"
    circle.witness(2)
    assert hand_in(sent).json()["state"] == "in-force"
    assert selectors.snapshot().holder_with(new[2].public)
    assert selectors.snapshot().holder_with(old[2].public) is None


def test_who_slept_through_two_replacements_follows_them(circle: Circle) -> None:
    """Of the holders the sleeper knows only one is left, and two are needed."""

    def answer(path: str) -> bytes:
        return make.call("GET", path, key=circle.members["bank"].key).content

    sleeper = Book(selectors.pinned())
    sleeper.take(answer(sleeper.path), now=clock.now())
    before = sleeper.kept()
    for i in (1, 2):
        circle.accept()
        circle.holders = tuple(Party() if n == i else one for n, one in enumerate(circle.holders))
        hand_in(circle.snapshot())
        swap = note.read(audited.newest_note()).text
        for index in {1, 2, 3} - {i + 1}:
            party = circle.holders[index - 1]
            line = note.cosign(swap, circle.holder(index).witness, party.key, time=clock.now())
            services.cosign(Cosigned(line=line, size=checkpoint.parse(swap).size), key=party.public)
    circle.accept()
    with pytest.raises(errors.ProtocolFailure) as raised:
        sleeper.take(answer("/v1/beleid"), now=clock.now())
    assert (raised.value.reason, sleeper.kept()) == ("beleid-niet-in-logboek", before)
    told = answer(sleeper.path)
    assert len(msgspec.json.decode(told)["steps"]) == 2
    assert sleeper.take(told, now=clock.now()).news
    assert sleeper.serial == circle.serial
    assert msgspec.json.decode(answer(sleeper.path))["steps"] == []


def test_a_step_that_does_not_hold_leads_nowhere(circle: Circle) -> None:
    sleeper = Book(selectors.pinned())
    sleeper.take(make.call("GET", "/v1/beleid", key=circle.members["bank"].key).content, now=clock.now())
    circle.holders = (*circle.holders[:2], Party())
    circle.accept()
    told = make.call("GET", "/v1/beleid", key=circle.members["bank"].key).json()
    forged = told | {"steps": [{"head": told["head"], "proof": told["proof"] | {"index": 0}}]}
    serial = sleeper.serial
    with pytest.raises(errors.ProtocolFailure):
        sleeper.take(msgspec.json.encode(forged), now=clock.now())
    assert sleeper.serial == serial


def test_the_same_snapshot_again_changes_nothing(pinned: Circle) -> None:
    sent = pinned.snapshot()
    assert hand_in(sent).status_code == hand_in(sent).status_code == 201
    assert PolicyDocument.objects.count() == 1


def test_an_older_snapshot_is_not_taken_back(pinned: Circle) -> None:
    old = pinned.snapshot(serial=4)
    hand_in(pinned.snapshot(serial=5))
    pinned.witness()
    assert outcome(hand_in(old)) == (502, "beleid-teruggedraaid")
    assert outcome(hand_in(pinned.snapshot(serial=5))) == (502, "beleid-teruggedraaid")
    assert selectors.snapshot().head.serial == 5


@pytest.mark.parametrize("signers", [0, 1])
def test_two_policy_keys_must_have_signed(pinned: Circle, signers: int) -> None:
    assert outcome(hand_in(pinned.snapshot(signers=signers))) == (502, "beleid-handtekening")


def test_two_keys_that_are_not_pinned_count_for_nothing(pinned: Circle) -> None:
    assert outcome(hand_in(Circle().snapshot())) == (502, "beleid-handtekening")


def test_one_key_that_signed_twice_counts_once(pinned: Circle) -> None:
    sent = pinned.snapshot(signers=1)
    twice = SignedSnapshot(head=sent.head.with_signature(sent.head.signatures[0]), sections=sent.sections)
    assert outcome(hand_in(twice)) == (502, "beleid-handtekening")


def test_the_hub_wants_every_section_as_signed(pinned: Circle) -> None:
    sent = pinned.snapshot()
    assert outcome(hand_in(SignedSnapshot(head=sent.head, sections=()))) == (502, "beleid-sectie")
    other = policy.SealedSection(payload=sent.sections[0].payload, salt=bytes(16))
    assert outcome(hand_in(SignedSnapshot(head=sent.head, sections=(other,)))) == (502, "beleid-sectie")


def test_an_expired_snapshot_shuts_everything(circle: Circle, later: Callable[[int], None]) -> None:
    later(policy.MAX_TERM + 1)
    answer = circle.post(circle.path(), Publication((circle.signal("bank"),)), key=circle.members["bank"].key)
    assert outcome(answer) == (503, "beleid-verlopen")
    assert make.call("GET", "/v1/beleid", key=circle.members["bank"].key).status_code == 200


def test_before_the_first_snapshot_there_is_no_answer(pinned: Circle) -> None:
    answer = make.call("GET", "/v1/beleid", key=pinned.members["bank"].key)
    assert outcome(answer) == (503, "geen-beleid")


# who gets what


def two_circles(circle: Circle) -> Party:
    """A second circle with one outsider in it, its key made too."""
    stranger = Party()
    member = msgspec.structs.replace(circle.member("bank"), id=stranger.id, key=stranger.public, name="vreemde")
    other = circle.section(circle=secrets.token_bytes(16), name="besloten", members=(member,))
    circle.arrive(circle.section(), other)
    return stranger


def test_a_member_gets_only_its_own_circles(pinned: Circle) -> None:
    stranger = two_circles(pinned)
    mine = make.call("GET", "/v1/beleid", key=pinned.members["bank"].key)
    theirs = make.call("GET", "/v1/beleid", key=stranger.key)
    assert (sections_of(mine), sections_of(theirs)) == ({"proeftuin"}, {"besloten"})
    assert len(mine.json()["keys"]) == len(theirs.json()["keys"]) == 1
    assert mine.json()["keys"] != theirs.json()["keys"]
    assert "vreemde" not in mine.content.decode()
    assert base64.b64encode(stranger.public).decode() not in mine.content.decode()


def test_holders_edge_and_hub_get_everything(pinned: Circle) -> None:
    two_circles(pinned)
    for party in (*pinned.holders, pinned.edge, pinned.hub):
        answer = make.call("GET", "/v1/beleid", key=party.key)
        assert sections_of(answer) == {"proeftuin", "besloten"}
        assert len(answer.json()["keys"]) == 2


def test_a_stranger_gets_nothing(circle: Circle) -> None:
    assert outcome(make.call("GET", "/v1/beleid", key=Party().key)) == (403, "geen-recht")


# revocation


def revoke(circle: Circle, key: bytes, signer: Any) -> Any:
    signed = authority.revoke(key, signer, now=clock.now())
    return Client().post("/v1/beleid/intrekkingen", msgspec.json.encode(signed), content_type="application/json")


def test_a_revocation_acts_at_once(circle: Circle) -> None:
    bank = circle.members["bank"]
    assert make.call("GET", "/v1/beleid", key=bank.key).status_code == 200
    assert revoke(circle, bank.public, circle.policy_keys[2]).status_code == 201
    assert outcome(make.call("GET", "/v1/beleid", key=bank.key)) == (403, "geen-recht")
    with pytest.raises(errors.NotAllowed):
        circle.publish("bank")
    told = make.call("GET", "/v1/beleid", key=circle.members["shop"].key).json()["revocations"]
    assert len(told) == 1


def test_a_revocation_stays_under_a_newer_snapshot(circle: Circle) -> None:
    bank = circle.members["bank"]
    revoke(circle, bank.public, bank.key)
    circle.accept()
    assert make.call("GET", "/v1/beleid", key=bank.key).status_code == 403


def test_only_a_policy_key_or_the_key_itself_revokes(circle: Circle) -> None:
    bank, shop = circle.members["bank"], circle.members["shop"]
    assert outcome(revoke(circle, bank.public, shop.key)) == (502, "intrekking-handtekening")
    assert make.call("GET", "/v1/beleid", key=bank.key).status_code == 200


def test_a_revoked_holder_reads_no_mailbox(circle: Circle) -> None:
    holder = circle.holders[0]
    revoke(circle, holder.public, circle.policy_keys[0])
    assert make.call("GET", "/v1/ceremonies", key=holder.key).status_code == 403
    assert documents.public_key(holder.key) == holder.public


# people


def test_a_person_is_enrolled_and_renewed(circle: Circle) -> None:
    bank = circle.members["bank"].id
    services.enrol(Person("jurist", "een-lang-wachtwoord", bank, "privacy_officer"))
    services.enrol(Person("jurist", "een-ander-wachtwoord", bank, "analyst"))
    assert Membership.objects.get(ended=None).role == "analyst"
    assert Client().login(username="jurist", password="een-ander-wachtwoord")


def test_an_unknown_role_or_organisation_is_refused(circle: Circle) -> None:
    with pytest.raises(errors.Malformed):
        services.enrol(Person("jurist", "een-lang-wachtwoord", circle.members["bank"].id, "root"))
    with pytest.raises(errors.NotFound):
        services.enrol(Person("jurist", "een-lang-wachtwoord", secrets.token_bytes(16), "analyst"))
