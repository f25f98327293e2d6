"""The log as an organisation's people see it: own entries only, each with a proof that core verifies."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import msgspec
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from make import Circle
from make_people import reader, shown

from sluis.apps.audit import selectors as audit
from sluis.apps.audit import services as log
from sluis.apps.audit.models import Event, PlacedLeaf
from sluis.apps.audit.services import Happening
from sluis.apps.exchange import selectors
from sluis.apps.partners import selectors as partners
from sluis.client import verify
from sluis.core import errors
from sluis.core.exchange import policy
from sluis.core.exchange.log import inclusion
from sluis.core.exchange.log.inclusion import Logged

PATH = "/logboek"


def placed(circle: Circle, name: str = "bank", *, witnessed: bool = True) -> int:
    """The place of a new signal of this member, under a cosigned checkpoint or not yet."""
    circle.publish(name, circle.signal(name, output=b"\1" * 64 if name == "bank" else b"\2" * 64))
    log.sequence()
    if witnessed:
        circle.witness()
    own = PlacedLeaf.objects.filter(party=circle.members[name].id)
    return int(own.order_by("-place").values_list("place", flat=True)[0])


def test_the_list_has_own_entries_only(circle: Circle) -> None:
    mine, theirs = placed(circle, "bank"), placed(circle, "shop")
    page = shown(reader(circle), PATH)
    assert f'href="/logboek/{mine}"' in page
    assert f'href="/logboek/{theirs}"' not in page
    assert len(re.findall(r'href="/logboek/\d+"', page)) == 1
    assert "Nog niets." in shown(reader(circle, "carrier"), PATH)


def test_another_members_entry_is_not_there(circle: Circle) -> None:
    theirs = placed(circle, "shop")
    client = reader(circle)
    for path in (f"{PATH}/{theirs}", f"{PATH}/{theirs}/bewijs.json", f"{PATH}/{10**30}", f"{PATH}/0"):
        assert client.get(path).status_code == 404, path


def test_an_entry_comes_with_a_proof_that_holds_and_the_holders_that_cosigned(circle: Circle) -> None:
    place = placed(circle)
    page = shown(reader(circle), f"{PATH}/{place}")
    found = selectors.verified(circle.members["bank"].id, place)
    assert (found.fault, [name for name, _when in found.cosigned]) == ("", ["houder 1", "houder 2", "houder 3"])
    for words in ("klopt", "3 sleutelhouders hebben", "houder 2", found.leaf.leaf.hex(), found.leaf.salt.hex()):
        assert words in page
    assert all(one.hex() in page for one in found.proof.path)


def test_the_file_is_what_core_verifies(circle: Circle) -> None:
    place = placed(circle)
    answer = reader(circle).get(f"{PATH}/{place}/bewijs.json")
    assert answer["content-disposition"] == f'attachment; filename="sluis-bewijs-{place}.json"'
    logged = msgspec.json.decode(answer.content, type=Logged)
    snapshot = partners.snapshot()
    trust = policy.trust_in(snapshot, snapshot)
    assert inclusion.verify(logged, trust).size == audit.witnessed_size()
    assert verify.prove(answer.content, trust).place == place
    other = msgspec.structs.replace(logged, event=logged.event.replace(b'"amount":1', b'"amount":2'))
    with pytest.raises(errors.ProtocolFailure):
        inclusion.verify(other, trust)


def test_an_entry_that_no_checkpoint_proves_yet_says_so(circle: Circle) -> None:
    place = placed(circle, witnessed=False)
    client = reader(circle)
    page = shown(client, f"{PATH}/{place}")
    assert "nog niet te bewijzen" in page
    assert "klopt</span>" not in page
    assert client.get(f"{PATH}/{place}/bewijs.json").status_code == 404


def test_a_leaf_without_a_place_is_counted(circle: Circle) -> None:
    placed(circle)
    log.record(Happening("delen", circle.id, circle.members["bank"].id))
    assert "1 regel wacht nog op een plaats." in shown(reader(circle), PATH)


@pytest.mark.parametrize("spoiled", ["path", "note", "event"])
def test_a_proof_that_does_not_hold_is_told_and_never_called_right(
    circle: Circle, monkeypatch: pytest.MonkeyPatch, spoiled: str
) -> None:
    place = placed(circle)
    right, leaf = audit.proof(place), audit.own_leaf(circle.members["bank"].id, place)
    wrong: dict[str, Any] = {
        "path": {"path": (b"\0" * 32, *right.path[1:])},
        "note": {"note": right.note.split("\n\n")[0] + "\n\n" + right.note.split("\n\n")[1].split("\n")[0] + "\n"},
        "event": {},
    }
    monkeypatch.setattr(audit, "proof", lambda _place: dataclasses.replace(right, **wrong[spoiled]))
    if spoiled == "event":
        changed = leaf.event.replace(b'"amount":1', b'"amount":7')
        monkeypatch.setattr(audit, "own_leaf", lambda _party, _place: dataclasses.replace(leaf, event=changed))
    page = shown(reader(circle), f"{PATH}/{place}")
    assert "Het bewijs klopt niet." in page
    assert "success" not in page


def test_of_an_erased_event_the_place_is_still_proven(circle: Circle) -> None:
    place = placed(circle)
    leaf = PlacedLeaf.objects.get(place=place).leaf_id
    assert log.erase_event(leaf)
    client = reader(circle)
    page = shown(client, f"{PATH}/{place}")
    assert "Zout en gebeurtenis zijn gewist." in page
    assert ">klopt</span>" in page
    assert client.get(f"{PATH}/{place}/bewijs.json").status_code == 404
    assert "gewist op verzoek" in shown(client, PATH)
    assert not Event.objects.filter(leaf_id=leaf).exists()


def test_pages_of_the_log_follow_each_other_in_constant_queries(circle: Circle) -> None:
    client, bank = reader(circle), circle.members["bank"].id
    counts = []
    for number in (10, 110):
        log.happenings.append([log.happenings.passed(Happening("delen", circle.id, bank), "") for _ in range(number)])
        log.sequence()
        shown(client, PATH)
        with CaptureQueriesContext(connection) as captured:
            shown(client, PATH)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 10, counts
    address, places = PATH, []
    while address:
        page = shown(client, address)
        places += [int(one) for one in re.findall(r'href="/logboek/(\d+)"', page)]
        more = re.search(r'href="\?voor=(\d+)"', page)
        address = f"{PATH}?voor={more[1]}" if more else ""
    assert len(set(places)) == len(places) == 120
    assert places == sorted(places, reverse=True)


def test_a_wrong_page_of_the_log_is_told(circle: Circle) -> None:
    for wrong in ("x", "-1", "9" * 30, "²"):
        assert "Deze bladzijde bestaat niet" in shown(reader(circle), f"{PATH}?voor={wrong}", status=400)
