"""A tidy stream tells a reader from the begin the same as the whole one did."""

from __future__ import annotations

from collections.abc import Callable

from make import DAY, Circle

from sluis.apps.exchange import services
from sluis.apps.exchange.models import Removal
from sluis.apps.exchange.services.tidy import KEPT
from sluis.core.exchange.rights import WithdrawRequest
from sluis.edge.entries import Entries, digest
from sluis.plumbing.models import Event, Stream


def state(circle: Circle) -> bytes:
    held = Entries()
    for sequence, body in Event.objects.filter(stream="entries").order_by("sequence").values_list("sequence", "body"):
        held.apply(sequence, bytes(body))
    return digest(held.of(circle.record.id).copy())


def fill(circle: Circle) -> None:
    for number in range(3):
        one = circle.signal("bank", output=bytes([number]) * 64)
        circle.publish("bank", one)
        circle.publish("shop", circle.signal("shop", output=bytes([number]) * 64))
    services.withdraw(circle.id, WithdrawRequest("onjuist", (one.header[16:32],)), key=circle.members["bank"].public)
    shop = circle.signal("shop", output=bytes([7]) * 64)
    circle.publish("shop", shop)
    services.withdraw(circle.id, WithdrawRequest("onjuist", (shop.header[16:32],)), key=circle.members["shop"].public)


def test_what_was_superseded_goes_and_the_state_stays(circle: Circle) -> None:
    fill(circle)
    before, many = state(circle), Event.objects.count()
    assert services.tidy_entries() == many - 4
    assert state(circle) == before
    assert services.tidy_entries() == 0
    assert Stream.objects.get(name="entries").floor == 0


def test_a_removal_goes_after_five_weeks_and_raises_the_floor(circle: Circle, later: Callable[[int], None]) -> None:
    fill(circle)
    before, place = state(circle), Removal.objects.get().sequence
    later(KEPT + DAY)
    services.tidy_entries()
    assert state(circle) == before
    assert not Removal.objects.exists()
    assert Stream.objects.get(name="entries").floor == place
    assert not Event.objects.filter(stream="entries", sequence=place).exists()
