"""What others ask about one's own signals: context to approve or refuse, access of a data subject to answer, disputes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, get_args

import msgspec
from starlette.responses import Response

from sluis.client import disclose, rights
from sluis.client.gateway.pages.visits import Visit, Way
from sluis.client.publish import Kept
from sluis.core import errors
from sluis.core.exchange.bodies import DisclosureDecision
from sluis.core.exchange.notices import Notice
from sluis.core.exchange.rights import REFUSALS, AccessAnswer, Answer
from sluis.wire import clock

CONTEXT, ACCESS = "verstrekking-gevraagd", "inzage-gevraagd"
ANSWERED: Final = "beantwoord"


@dataclass(frozen=True, slots=True, repr=False)
class Asked:
    """One thing asked or said about one own signal: the notice, and what was shared in that signal (None when it is gone)."""

    sequence: int
    notice: Notice
    kept: Kept | None


def waiting(visit: Visit) -> list[Asked]:
    """Requests that wait for an answer and whose term is not over, the most urgent first."""
    now = clock.now()
    found = [one for one in _heard(visit, (CONTEXT, ACCESS), done=False) if one.notice.until > now]
    return sorted(found, key=lambda one: one.notice.until)


def disputes(visit: Visit) -> list[Asked]:
    """Disputes about own signals and how they ended, newest first."""
    return list(reversed(_heard(visit, ("betwisting-geopend", "betwisting-besloten"), done=None)))


def _heard(visit: Visit, kinds: Iterable[str], *, done: bool | None) -> list[Asked]:
    store, wanted = visit.session.store, set(kinds)
    heard = [one for one in store.casebook.notices(done=done) if one.notice.kind in wanted and one.notice.signal]
    ids = list({one.notice.signal for one in heard})[:1_000]
    known = {one.signal_id: msgspec.json.decode(one.text, type=Kept) for one in store.shared(ids)} if ids else {}
    return [Asked(one.sequence, one.notice, known.get(one.notice.signal)) for one in heard]


def _asked(visit: Visit, kind: str) -> Asked:
    number = visit.number()
    found = next((one for one in _heard(visit, (kind,), done=False) if one.sequence == number), None)
    if found is None:
        raise errors.NotFound("There is no such request, or it was answered.", code="onbekend-verzoek")
    return found


def decide(visit: Visit) -> Response:
    """Approves or refuses to disclose the context of one's own signal."""
    found = _asked(visit, CONTEXT)
    chosen: Any = visit.form["besluit"]
    if chosen not in ("toestaan", "weigeren"):
        raise errors.Malformed("Approve or refuse.", code="onbekende-keuze")
    disclose.decide(visit.session, found.notice.subject, DisclosureDecision(chosen, found.notice.signal))
    visit.session.store.casebook.note_done(found.sequence)
    return visit.go("/mijn-signalen#wachten")


def answer(visit: Visit) -> Response:
    """Answers an access request of a data subject about one's own signal."""
    found = _asked(visit, ACCESS)
    given: Any = visit.form["antwoord"]
    ground: Any = visit.form["grond"] if given == "geweigerd" else ""
    if given not in get_args(Answer) or (given == "geweigerd" and ground not in REFUSALS):
        raise errors.Malformed("A refusal, and only that, names its ground.", code="geen-weigeringsgrond")
    rights.answer_access(visit.session, found.notice.subject, [AccessAnswer(given, found.notice.signal, ground)])
    visit.session.store.casebook.note_done(found.sequence)
    return visit.go("/mijn-signalen#wachten")


WAYS: Final = (
    Way("POST", "/verzoeken/{number}/context", decide),
    Way("POST", "/verzoeken/{number}/inzage", answer),
)
