"""Signals past their day leave, and the stream says so."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import make
from make import Circle, Draft

from sluis.apps.audit.models import Event as LogEvent
from sluis.apps.exchange import services
from sluis.apps.exchange.models import Signal
from sluis.core.exchange.signal import OP_REMOVE, OP_SET, Entry
from sluis.plumbing.models import Event

Roles = Callable[[str], AbstractContextManager[None]]


def last(circle: Circle) -> Entry:
    return Entry.parse(bytes(Event.objects.filter(stream="entries").latest("sequence").body)[16:])


def test_expiry_removes_the_row_and_emits_a_removal(circle: Circle, later: Callable[[int], None], as_role: Roles) -> None:
    today = circle.now // make.DAY
    circle.publish("bank", circle.signal("bank", Draft(expires=today + 1)))
    with as_role("sluis_worker"):
        assert services.expire_signals() == 0
        later(2 * make.DAY)
        assert services.expire_signals() == 1
        assert services.expire_signals() == 0
    assert (last(circle).op, last(circle).tag) == (OP_REMOVE, circle.tag())
    assert Signal.objects.count() == 0
    assert LogEvent.objects.filter(activity="vervallen").count() == 1


def test_a_signal_that_lives_keeps_its_entry(circle: Circle, later: Callable[[int], None]) -> None:
    today = circle.now // make.DAY
    circle.publish("bank", circle.signal("bank", Draft(expires=today + 1)))
    circle.publish("shop", circle.signal("shop", Draft(expires=today + 30)))
    later(2 * make.DAY)
    assert services.expire_signals() == 1
    assert (last(circle).op, last(circle).n) == (OP_SET, 1)


def test_of_a_circle_that_is_no_more_nothing_stays_to_be_seen(circle: Circle, later: Callable[[int], None]) -> None:
    circle.publish("bank", circle.signal("bank", Draft(expires=circle.now // make.DAY + 1)))
    circle.publish("shop")
    circle.accept(circle.section(circle=bytes(16), name="andere"))
    later(2 * make.DAY)
    assert services.expire_signals() == 1
    assert last(circle).op == OP_REMOVE


def test_expiry_works_when_the_policy_has_expired_too(circle: Circle, later: Callable[[int], None]) -> None:
    circle.publish("bank", circle.signal("bank", Draft(expires=circle.now // make.DAY + 1)))
    later(30 * make.DAY)
    assert services.expire_signals() == 1
    assert last(circle).op == OP_REMOVE
