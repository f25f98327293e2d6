"""The privacykader for machines: assess kinds of exchanges, and ask whether one's own organisation may do something now."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse

from sluis.apps.partners import selectors as partners
from sluis.apps.privacy import selectors, services
from sluis.apps.privacy.services.evaluate import Evaluation, Verdict
from sluis.core import errors
from sluis.core.law import asking, bodies
from sluis.core.law.asking import Question
from sluis.core.law.assessing import World
from sluis.plumbing import api, signed
from sluis.plumbing.api import Says

MOST: Final = 100
calls = api.Calls("privacykader")
access = api.Calls("toegang")


@calls.post("/toetsingen", "Assess kinds of exchanges", Says(reads=bodies.Exchanges, answers=bodies.Assessments))
def post_assessments(request: HttpRequest) -> HttpResponse:
    """Signed by a member or holder. Facts are about a kind of exchange, never about a person; nothing is kept."""
    partners.owner(signed.signer(request))
    asked, rules = api.read(request, bodies.Exchanges), selectors.rules_in_force()
    if not 0 < len(asked.exchanges) <= MOST:
        raise errors.Malformed(f"Ask about 1 to {MOST} exchanges in a call.", code="aantal")
    world = World(as_of=asking.day(asked.as_of))
    questions = [Question(one.id or str(place), one.facts, one.what_if) for place, one in enumerate(asked.exchanges)]
    answers = asking.weigh(questions, rules, world=world)
    return api.answer(bodies.Assessments(tuple(bodies.told(name, answer, rules) for name, answer in answers)))


@access.post("/evaluation", "May my organisation do this now?", Says(reads=Evaluation, answers=Verdict))
def post_evaluation(request: HttpRequest) -> HttpResponse:
    """Signed by the member it is about. The shape is that of the OpenID AuthZEN Authorization API 1.0, access evaluation."""
    return api.answer(services.evaluate(api.read(request, Evaluation), key=signed.signer(request)))
