"""What is audited: for a member its own questions and samples, for an auditor those of every member. Never an identifier."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from sluis.apps.exchange import selectors
from sluis.apps.exchange.selectors import Controls
from sluis.apps.exchange.views import people, words
from sluis.core.exchange.auditing import ChartPoint, Watched
from sluis.core.exchange.draws import DAY, Outcome


@dataclass(frozen=True, slots=True)
class ControlRow:
    """One member in words: what it asked on the last whole day, what is usual for it, alarms, samples, a late receipt."""

    name: str
    asked: str
    usual: str
    alarms: tuple[str, ...]
    proved: int
    open: int
    failed: int
    late: str


@dataclass(frozen=True, slots=True)
class CircleRow:
    """One circle with its rows."""

    title: str
    name: str
    is_auditor: bool
    rows: tuple[ControlRow, ...]


@people.page
def list_controls(request: HttpRequest) -> HttpResponse:
    """Every circle of the reader's organisation: itself, or as auditor every member."""
    circles = [_circle(one) for one in selectors.controls_of(people.party_of(request))]
    shown = {"section": "log", "circles": circles}
    return render(request, "exchange/list-controls.html", shown)


def _circle(found: Controls) -> CircleRow:
    names = {one.id: one.name for one in found.section.members}
    rows = tuple(_row(names[one.member], one, today=found.today) for one in found.members)
    return CircleRow(found.section.title, found.section.name, found.is_auditor, rows)


def _row(name: str, one: Watched, *, today: int) -> ControlRow:
    last = one.asked[-1] if one.asked else None
    failed = sum(one.samples.get(bad.value, 0) for bad in (Outcome.LATE, Outcome.MISMATCH, Outcome.NO_CASE))
    recent = [point for point in (*one.asked, *one.disclosed) if point.alarm and point.day >= today - 7]
    return ControlRow(
        name=name,
        asked=f"{last.value:.0f}" if last else "",
        usual=_usual(last),
        alarms=tuple(dict.fromkeys(_alarm(point) for point in recent)),
        proved=one.samples.get(Outcome.PROVED.value, 0),
        open=one.samples.get("", 0),
        failed=failed,
        late=words.day(one.overdue) if one.overdue is not None else "",
    )


def _usual(last: ChartPoint | None) -> str:
    if last is None or last.lower is None or last.upper is None:
        return _("nog te weinig dagen")
    return _("%(lower)d tot %(upper)d") % {"lower": round(last.lower), "upper": round(last.upper)}


def _alarm(point: ChartPoint) -> str:
    day = words.day(point.day * DAY)
    match point.alarm:
        case "boven":
            return _("meer dan gebruikelijk op %(day)s") % {"day": day}
        case "onder":
            return _("minder dan gebruikelijk op %(day)s") % {"day": day}
        case _:
            return _("acht dagen aan één kant tot en met %(day)s") % {"day": day}
