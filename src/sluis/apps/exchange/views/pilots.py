"""Pilots: the list, one with its numbers, a new one, what people decide, and the evaluation as page, JSON and print."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from sluis.apps.consent import selectors as consent
from sluis.apps.exchange.forms import PilotForm, PilotTerm
from sluis.apps.exchange.selectors import pilots as reads
from sluis.apps.exchange.selectors.pilots import Content, PilotPage, PilotView
from sluis.apps.exchange.services import evaluations
from sluis.apps.exchange.services import pilots as services
from sluis.apps.exchange.views import pilot_words, words
from sluis.apps.partners import selectors as partners
from sluis.apps.partners.selectors import Acting, directory
from sluis.apps.partners.services import circles
from sluis.core import errors
from sluis.core.exchange.pilots import Phase
from sluis.plumbing import pages

_ROOM: Final = pages.Room(acting=partners.acting, told=pilot_words.told, no_right="consent/no-right.html")
_OVER: Final = frozenset({Phase.OVER.value, Phase.STOPPED.value, Phase.PRACTICE.value})
_REFUSED: Final = (errors.NotAllowed, errors.NotPermitted, errors.Malformed, errors.Conflict)


@dataclass(frozen=True, slots=True)
class Row:
    """A pilot in words: what anybody who may know of it sees."""

    id: str
    title: str
    state: str
    code: str
    decision: str
    starts: str
    last: str


@dataclass(frozen=True, slots=True)
class ContentView:
    """What members read, in words. `goal_value` and `reached` as far as the counts may be shown."""

    hypothesis: str
    goal: str
    bound: int
    goal_value: str
    reached: bool | None
    criteria: tuple[str, ...]
    numbers: tuple[pilot_words.Number, ...]
    counted: str
    conclusion: str
    concluder: str
    concluded: str
    steps: tuple[tuple[str, str, str, str], ...]


@_ROOM.page
def list_pilots(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Of the circles of one's own organisation; for who steers all of them, by title, state and dates."""
    found = [_row(one) for one in reads.pilots_of(acting)]
    mine = [one for one, _shown in directory.own_circles(acting.organisation)] if acting.role in services.OFFICERS else []
    shown = {"section": "circles", "pilots": found, "circles": mine, "steers": acting.role in reads.STEERING}
    return render(request, "exchange/list-pilots.html", shown)


def _row(one: PilotView) -> Row:
    state = words.named(pilot_words.STATES, one.state)
    decision = words.named(pilot_words.DECISIONS, one.decision) if one.decision else ""
    return Row(one.id, one.title, state, one.state, decision, words.day(one.starts), words.day(one.ends - 1))


@_ROOM.page
def propose_pilot(request: HttpRequest, acting: Acting, name: str) -> HttpResponse:
    """A form for a new pilot of one circle; every fault is said at once."""
    section = circles.circle_of(name, by=acting)
    form = PilotForm(request.POST or None)
    faults: list[str] = []
    if form.is_bound and form.is_valid():
        try:
            row = services.propose(name, form.plan(), by=acting, reason=form.cleaned_data["reden"])
        except _REFUSED as error:
            faults = pilot_words.faults(error)
        else:
            return redirect("exchange:show-pilot", row.id)
    elif form.is_bound:
        faults = list(dict.fromkeys(str(one) for listed in form.errors.values() for one in listed))
    shown = {"section": "circles", "circle": section, "form": form, "faults": faults, "goals": pilot_words.GOALS.items()}
    return render(request, "exchange/propose-pilot.html", shown, status=422 if faults else 200)


@_ROOM.page
def show_pilot(request: HttpRequest, acting: Acting, pilot: UUID) -> HttpResponse:
    """One pilot: for members all of it, for who steers its title, state and dates."""
    found = reads.pilot_page(pilot, by=acting)
    waiting = [(row, told, bytes(row.organisation_id) == acting.organisation) for row, told in _waiting(pilot, acting)]
    shown = {
        **_shown(found),
        "waiting": [(row, _wish(told), is_own) for row, told, is_own in waiting] if found.content else [],
        "circles": [one for one, _shown in directory.own_circles(acting.organisation)],
        "may_act": found.content is not None and acting.role in services.OFFICERS,
    }
    return render(request, "exchange/show-pilot.html", shown)


def _waiting(pilot: UUID, acting: Acting) -> list[tuple[Any, services.OfPilot]]:
    found = [one for rule in services.RULES.values() for one in circles.waiting(rule, services.OfPilot, by=acting)]
    return [(row, told) for row, told in found if told.pilot == str(pilot)]


def _wish(told: services.OfPilot) -> str:
    return words.day(told.ends - 1) if told.ends else told.practice


def _shown(found: PilotPage) -> dict[str, Any]:
    missing = found.missing
    return {
        "section": "circles",
        "pilot": _row(found.view),
        "kind": words.named(pilot_words.KINDS, found.kind),
        "circle_name": found.view.circle_name if found.content else "",
        "circle_title": found.circle_title,
        "ended": words.moment(found.ended) if found.ended is not None else "",
        "ended_by": words.named(pilot_words.ENDINGS, found.ended_by) if found.content and found.ended_by else "",
        "is_over": found.view.state in _OVER,
        "content": _content(found.content) if found.content else None,
        "practice": found.practice if found.content else "",
        "stop": words.refusal(missing.code, missing.articles) if missing and found.content else None,
    }


def _content(found: Content) -> ContentView:
    value, reached = pilot_words.value_of(found.goal, found.counts)
    steps = tuple((words.moment(at), pilot_words.step(act), who, why) for at, act, who, why in found.steps)
    return ContentView(
        hypothesis=found.hypothesis,
        goal=words.named(pilot_words.GOALS, found.goal.measure),
        bound=found.goal.bound,
        goal_value=value,
        reached=reached,
        criteria=tuple(map(pilot_words.criterion, found.criteria)),
        numbers=pilot_words.numbers(found.counts),
        counted=words.moment(found.counted) if found.counted is not None else "",
        conclusion=found.conclusion,
        concluder=found.concluder,
        concluded=words.moment(found.concluded) if found.concluded is not None else "",
        steps=steps,
    )


@_ROOM.page
def show_evaluation(request: HttpRequest, acting: Acting, pilot: UUID) -> HttpResponse:
    """The report of a pilot that is over, for members of its circle; made to be printed."""
    found = _over(pilot, acting)
    may_offer = acting.role in services.OFFICERS and found.content is not None and found.content.counted is not None
    groups = consent.my_groups(acting).groups if may_offer else ()
    return render(request, "exchange/show-evaluation.html", {**_shown(found), "groups": groups, "may_offer": may_offer})


@_ROOM.deed("exchange:show-evaluation")
def offer_evaluation(request: HttpRequest, acting: Acting, pilot: UUID) -> None:
    """Puts the report into a closed group: the one way outside."""
    found = _over(pilot, acting)
    try:
        group = UUID(request.POST.get("groep", ""))
    except ValueError:
        raise errors.Malformed("Choose a group.", code="onbekende-groep") from None
    text = render_to_string("exchange/evaluation.txt", _shown(found))
    evaluations.offer(pilot, by=acting, group=group, text=text)
    messages.success(request, gettext("De evaluatie ligt in de groep. Stel daar vrijgave voor."))


@_ROOM.page
def export_evaluation(_request: HttpRequest, acting: Acting, pilot: UUID) -> HttpResponse:
    """The same as JSON: small counts are null."""
    found = _over(pilot, acting)
    shown = _shown(found)
    content = asdict(shown["content"])
    told = {
        **asdict(shown["pilot"]),
        **{name: shown[name] for name in ("kind", "circle_name", "ended", "ended_by", "practice")},
    }
    return JsonResponse({"pilot": told, **content})


def _over(pilot: UUID, acting: Acting) -> PilotPage:
    found = reads.pilot_page(pilot, by=acting)
    if found.content is None or found.view.state not in _OVER:
        raise errors.NotFound("This pilot has no evaluation yet.", code="onbekende-proeftuin")
    return found


@_ROOM.deed("exchange:show-pilot")
def act_on_pilot(request: HttpRequest, acting: Acting, pilot: UUID) -> None:
    """One of the buttons on a pilot's page."""
    given, term = request.POST, PilotTerm(request.POST)
    why = given.get("reden", "")
    match given.get("doe", ""):
        case "conclusie":
            services.conclude(pilot, by=acting, text=given.get("tekst", ""))
        case "beeindig":
            services.halt(pilot, by=acting, reason=why)
        case "stop":
            services.stop(pilot, by=acting, reason=why)
        case "verleng":
            services.propose_extension(pilot, by=acting, ends=term.ends(), reason=why)
        case "praktijk":
            services.propose_practice(pilot, by=acting, practice=given.get("kring", ""), reason=why)
        case _:
            raise errors.Malformed("There is no such button.", code="andere-stand")


@require_POST
@_ROOM.deed("exchange:show-pilot")
def decide_on_pilot(request: HttpRequest, acting: Acting, *, pilot: UUID, number: int) -> None:  # noqa: ARG001
    """Agrees to what another member proposed, or refuses it with a reason."""
    kind = request.POST.get("soort", "")
    if request.POST.get("besluit") == "ja":
        services.decide(kind, number, by=acting)
    else:
        services.refuse(kind, number, by=acting, answer=request.POST.get("reden", ""))
