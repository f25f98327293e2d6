"""The circle's page tells what hits led to: counts, a day later, and nobody's name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from make import DAY, Circle

from sluis.apps.exchange import selectors, services
from sluis.apps.exchange.views import effects
from sluis.core.exchange.rights import FeedbackRequest

Later = Callable[[int], None]


def give(circle: Circle, name: str, measure: Any, within: Any) -> None:
    body = circle.shown(measure=measure, within=within)
    services.give_feedback(FeedbackRequest(**body), key=circle.members[name].public)


def test_measures_are_counted_with_the_time_they_took(circle: Circle, later: Later) -> None:
    circle.publish("bank")
    give(circle, "shop", "levering-gestopt", "15m")
    give(circle, "carrier", "levering-gestopt", "later")
    later(DAY)
    services.tell_feedback()
    found = selectors.effects(circle.id, since=circle.now - 60)
    assert (found.measures, found.within, found.overdue) == ({"levering-gestopt": 2}, {"15m": 1, "later": 1}, 0)
    assert effects.rows(found) == (("levering gestopt", 2), ("binnen een kwartier", 1), ("later dan een dag", 1))


def test_the_page_tells_a_publisher_nothing_before_its_notice_does(circle: Circle) -> None:
    circle.publish("bank")
    give(circle, "shop", "levering-gestopt", "15m")
    assert effects.rows(selectors.effects(circle.id, since=0)) == ()


def test_nothing_told_is_nothing_shown(circle: Circle) -> None:
    circle.publish("bank")
    assert effects.rows(selectors.effects(circle.id, since=0)) == ()
