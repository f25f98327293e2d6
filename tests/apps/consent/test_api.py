"""Machines hear that there is something and read what was released; no call of theirs consents, and none says what waits."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
import pytest
from make import Party, call
from make_groups import TEXT, House

from sluis.apps.consent import selectors
from sluis.apps.consent.selectors import visibility
from sluis.core.exchange.groups import Messages, Releases


def asked(house: House, name: str, path: str, kind: type[Any]) -> Any:
    answer = call("GET", path, key=house.circle.members[name].key)
    assert answer.status_code == 200, answer.content
    return msgspec.json.decode(answer.content, type=kind)


def test_messages_are_read_on_from_where_one_was(house: House, waiting: tuple[UUID, UUID]) -> None:
    first = asked(house, "shop", "/v1/berichten", Messages)
    assert [one.kind for one in first.messages][-1] == "instemming-gevraagd"
    assert first.messages[-1].link.endswith(f"/stukken/{waiting[0]}")
    assert first.next == first.messages[-1].sequence
    assert asked(house, "shop", f"/v1/berichten?na={first.next}", Messages) == Messages((), first.next)
    house.refuse(waiting[1], "bank")
    (after,) = asked(house, "shop", f"/v1/berichten?na={first.next}", Messages).messages
    assert after.kind == "vrijgave-afgerond"
    assert asked(house, "telecom", "/v1/berichten", Messages).messages == ()


def test_a_release_is_read_by_whom_it_is_for_without_its_source(house: House, waiting: tuple[UUID, UUID]) -> None:
    assert asked(house, "telecom", "/v1/vrijgaven", Releases) == Releases((), "")
    house.agree(waiting[1], "bank")
    assert asked(house, "telecom", "/v1/vrijgaven", Releases) == Releases((), "")
    house.agree(waiting[1], "shop")
    (told,) = asked(house, "telecom", "/v1/vrijgaven", Releases).releases
    assert (told.title, told.paragraphs, told.marking, told.scope) == (
        "Nieuwe truc",
        tuple(TEXT.split("\n\n")),
        "green",
        "partners",
    )
    answer = call("GET", "/v1/vrijgaven", key=house.circle.members["telecom"].key).content.decode()
    assert not any(house.party(name).hex() in answer for name in ("bank", "shop"))
    assert "Bankhelpdesk" not in answer


def test_a_release_to_some_is_not_there_for_others(house: House) -> None:
    item = house.item(house.group("bank", "shop"), "bank")
    release = house.propose(item, audience=house.audience("carrier"))
    house.agree(release, "bank")
    assert len(asked(house, "carrier", "/v1/vrijgaven", Releases).releases) == 1
    assert asked(house, "telecom", "/v1/vrijgaven", Releases).releases == ()


def test_who_is_in_no_circle_hears_nothing_and_a_wrong_place_is_told(house: House) -> None:
    assert call("GET", "/v1/berichten", key=Party().key).status_code == 403
    answer = call("GET", "/v1/berichten?na=gisteren", key=house.circle.members["shop"].key)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["where"] == "na"


def test_older_releases_follow_after_the_mark_of_the_newest(house: House) -> None:
    group, released = house.group("bank", "shop"), []
    for title in ("Eerst", "Daarna", "Laatst"):
        release = house.propose(house.item(group, "bank", title=title))
        house.agree(release, "bank")
        released.append(title)
    found = selectors.published(house.actor("telecom"))
    assert sorted(one.title for one in found) == sorted(released)
    for place, one in enumerate(found):
        after = asked(house, "telecom", f"/v1/vrijgaven?na={one.mark}", Releases).releases
        assert [each.title for each in after] == [each.title for each in found[place + 1 :]]
    assert len(asked(house, "telecom", "/v1/vrijgaven?na=onzin", Releases).releases) == 3


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("1800000000-" + "ab" * 16, True),
        ("0-" + "0" * 32, True),
        ("9" * 18 + "-" + "ab" * 16, True),
        ("9" * 19 + "-" + "ab" * 16, False),
        ("1800000000-" + "ab" * 15, False),
        ("1800000000-" + "zz" * 16, False),
        ("-" + "ab" * 16, False),
        ("²-" + "ab" * 16, False),
        ("een-" + "ab" * 16, False),
        ("", False),
    ],
)
def test_a_mark_reads_whole_or_not_at_all(text: str, reads: bool) -> None:
    assert (visibility.read_mark(text) is not None) == reads
