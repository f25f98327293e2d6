"""The circle's page tells what hits led to: counts, and nobody's name."""

from __future__ import annotations

from typing import Any

from make import Circle

from sluis.apps.exchange import selectors, services
from sluis.apps.exchange.views import effects
from sluis.core.exchange.rights import FeedbackRequest


def give(circle: Circle, name: str, measure: Any, within: Any) -> None:
    body = circle.shown(measure=measure, within=within)
    services.give_feedback(FeedbackRequest(**body), key=circle.members[name].public)


def test_measures_are_counted_with_the_time_they_took(circle: Circle) -> None:
    circle.publish("bank")
    give(circle, "shop", "levering-gestopt", "15m")
    give(circle, "carrier", "levering-gestopt", "later")
    found = selectors.effects(circle.id, since=circle.now - 60)
    assert (found.measures, found.within, found.overdue) == ({"levering-gestopt": 2}, {"15m": 1, "later": 1}, 0)
    assert effects.rows(found) == (("levering gestopt", 2), ("binnen een kwartier", 1), ("later dan een dag", 1))


def test_nothing_told_is_nothing_shown(circle: Circle) -> None:
    circle.publish("bank")
    assert effects.rows(selectors.effects(circle.id, since=0)) == ()
