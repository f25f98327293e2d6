"""Key ceremonies at the hub: mailbox, blame, absence, keys that count."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import make
import make_ceremony
import msgspec
import pytest
from django.conf import settings
from django.db import connections
from hub_fixtures import Server
from make import Circle

from sluis.apps.exchange import selectors, services
from sluis.apps.exchange.models import Ceremony, CeremonyState, Key
from sluis.core import errors
from sluis.core.exchange import ceremony, documents, openings
from sluis.core.exchange.documents import Signed
from sluis.core.exchange.encodings import document


@pytest.fixture
def opened(database: Server) -> Iterator[Circle]:
    """A circle without a key, its ceremony open."""
    before = settings.SLUIS_POLICY_KEYS
    circle = Circle()
    circle.pin()
    circle.accept()
    assert services.open_ceremonies() == 1
    yield circle
    settings.SLUIS_POLICY_KEYS = before


def states() -> list[str]:
    return list(Ceremony.objects.order_by("opened", "state").values_list("state", flat=True))


def test_three_rounds_make_a_key_that_everybody_signed(opened: Circle) -> None:
    opened.hold_ceremony()
    assert states() == [CeremonyState.DONE]
    (signed,) = selectors.key_records([opened.id])
    assert documents.signers("keys", signed) == {holder.public for holder in opened.holders}
    assert services.open_ceremonies() == 0, "a key that is there needs no ceremony"


def test_one_ceremony_at_a_time(opened: Circle) -> None:
    assert services.open_ceremonies() == 0
    assert states() == [CeremonyState.OPEN]


def test_two_workers_at_once_open_one_ceremony(database: Server) -> None:
    before = settings.SLUIS_POLICY_KEYS
    circle = Circle()
    circle.pin()
    circle.accept()
    start, counts = threading.Barrier(4), []

    def work() -> None:
        start.wait(10)
        counts.append(services.open_ceremonies())
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    settings.SLUIS_POLICY_KEYS = before
    assert sorted(counts) == [0, 0, 0, 1]
    assert states() == [CeremonyState.OPEN]


def test_a_complaint_ends_the_ceremony_and_names_who(opened: Circle) -> None:
    held = opened.participants()
    held.commit()
    held.deal()
    blame = document(ceremony.Blame(held.setting.ceremony, 1, 3, "aandeel-onjuist"))
    assert held.post(1, blame) == CeremonyState.FAILED
    assert "holder 3" in Ceremony.objects.get().why
    assert services.open_ceremonies() == 1
    assert sorted(states()) == [CeremonyState.FAILED, CeremonyState.OPEN]
    opened.hold_ceremony()
    assert Key.objects.count() == 1


def test_who_is_absent_for_a_minute_is_named(opened: Circle, later: Callable[[int], None]) -> None:
    opened.participants().commit(but=[2])
    later(58)
    assert services.open_ceremonies() == 0
    later(61)
    assert services.open_ceremonies() == 1
    failed = Ceremony.objects.get(state=CeremonyState.FAILED)
    assert failed.why == "absent: holder 2 in round 1"


def test_a_record_without_every_signature_does_not_count(opened: Circle) -> None:
    held = opened.participants()
    held.commit()
    held.deal()
    held.confirm(spoilt=2)
    assert Ceremony.objects.get().why == "sleutel-handtekening"
    assert Key.objects.count() == 0


def test_holders_that_saw_different_messages_make_no_key(opened: Circle) -> None:
    held = opened.participants()
    held.commit()
    held.deal()
    results = held.results()
    for i, result in results.items():
        transcript = bytes(32) if i == 3 else result.transcript
        other = ceremony.Result(result.shares, result.records, transcript)
        held.post(i, make_ceremony.confirmation(held.setting, i, other, opened.holders[i - 1].key))
    assert (states(), Key.objects.count()) == ([CeremonyState.FAILED], 0)


def test_the_same_message_again_changes_nothing_and_another_is_refused(opened: Circle) -> None:
    held = opened.participants()
    payload = held.people[1].commit()
    assert held.post(1, payload) == held.post(1, payload) == CeremonyState.OPEN
    other = document(ceremony.Commit(held.setting.ceremony, 1, bytes(32)))
    with pytest.raises(errors.Conflict) as raised:
        held.post(1, other)
    assert raised.value.reason == "al-gepost"


def test_a_holder_posts_only_its_own_messages(opened: Circle) -> None:
    held = opened.participants()
    payload, thief = held.people[1].commit(), opened.holders[1]
    signed = Signed(payload, (documents.signature("dkg", payload, thief.key),))
    for key in (thief.public, opened.holders[0].public, opened.members["bank"].public):
        with pytest.raises(errors.NotAllowed):
            services.post_message(held.setting.ceremony, signed, key=key)


def test_after_the_end_no_message_is_taken(opened: Circle) -> None:
    held = opened.participants()
    held.commit()
    held.deal()
    held.post(1, document(ceremony.Blame(held.setting.ceremony, 1, 2, "onvolledig")))
    with pytest.raises(errors.Conflict) as raised:
        held.post(2, document(ceremony.Blame(held.setting.ceremony, 2, 1, "onvolledig")))
    assert raised.value.reason == "ceremonie-gesloten"


def test_the_mailbox_is_for_holders(opened: Circle) -> None:
    answer = make.call("GET", "/v1/ceremonies", key=opened.holders[0].key)
    (found,) = answer.json()["ceremonies"]
    assert (answer.status_code, set(found)) == (200, {*openings.OpenCeremony.__struct_fields__})
    assert make.call("GET", "/v1/ceremonies", key=opened.members["bank"].key).status_code == 403


def test_a_message_over_http_needs_a_ceremony_that_is_there(opened: Circle) -> None:
    held = opened.participants()
    payload, holder = held.people[1].commit(), opened.holders[0]
    signed = msgspec.json.encode(Signed(payload, (documents.signature("dkg", payload, holder.key),)))
    good, other = held.setting.ceremony.hex(), "00" * 16
    assert make.call("POST", f"/v1/ceremonies/{good}/berichten", signed, key=holder.key).json() == {"state": "open"}
    assert make.call("POST", f"/v1/ceremonies/{other}/berichten", signed, key=holder.key).status_code == 400
    assert make.call("POST", "/v1/ceremonies/nul/berichten", signed, key=holder.key).status_code == 404
