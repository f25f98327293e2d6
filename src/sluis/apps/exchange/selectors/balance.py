"""Reads of what one party gave, got, and what that led to, circle by circle. Its own counts, and never who else.

Of its signals it sees what it was told: feedback a day later, disputes by notice. Whether a question was a hit the hub cannot
know, and how many others shared the same identifier is not for a publisher to learn below k.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
from django.db.models import Count, QuerySet, Sum
from django.db.models.expressions import RawSQL

from sluis.apps.audit import selectors as audit
from sluis.apps.exchange.models import Approval, Disclosure, Feedback, Signal
from sluis.apps.exchange.selectors.keys import Timetables
from sluis.apps.partners import selectors as partners
from sluis.core.exchange import notices, rights
from sluis.core.exchange.notices import Notice
from sluis.core.exchange.words import Use
from sluis.plumbing import outbox
from sluis.wire import clock

DAY: Final = 86_400
MONTH: Final = 30 * DAY
_OPENED: Final = "betwisting-geopend"
_DECIDED: Final = "betwisting-besloten"
_CORRECTED: Final = "gecorrigeerd"
# How the notices begin that tell of disputes and corrections: most are of feedback, and need not be read.
_TELLING: Final = (b'{"kind":"betwisting-', b'{"kind":"gecorrigeerd"')

Led = dict[str, int]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What feedback says, by measure, and by the time it took. `total`: how many led to a measure indeed, in signals of one's
    own, or in what one reported; `wrong`: how many hits turned out to be wrong.
    """

    total: int = 0
    wrong: int = 0
    measures: Led = field(default_factory=dict)
    within: Led = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gave:
    """Own signals: shared, expired and withdrawn since then; alive now; disputed, and how that was decided; what they led to.

    `asked`: how often one was asked before a context was disclosed, by answer.
    """

    shared: int = 0
    alive: int = 0
    expired: int = 0
    withdrawn: int = 0
    disputed: int = 0
    upheld: int = 0
    rejected: int = 0
    helped: Outcome = field(default_factory=Outcome)
    asked: Led = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Got:
    """What one asked: identifiers evaluated to check; disclosures and contexts got; measures one reported oneself.

    `upheld` and `withdrawn`: contexts one got of which the signal was later found wrong in a dispute, or taken back.
    """

    asked: int = 0
    disclosures: int = 0
    contexts: int = 0
    upheld: int = 0
    withdrawn: int = 0
    led: Outcome = field(default_factory=Outcome)


@dataclass(frozen=True, slots=True)
class Balance:
    """What a party gave and got in one circle since a moment."""

    gave: Gave
    got: Got


def balances(party: bytes, circles: Iterable[bytes]) -> dict[bytes, Balance]:
    """What a party gave and got in each of these circles in the last 30 days; as many queries for one circle as for many."""
    found = _Found(party, now=clock.now())
    return {circle: Balance(found.gave(circle), found.got(circle)) for circle in circles}


class _Found:
    """Everything read once, by circle."""

    def __init__(self, party: bytes, *, now: int) -> None:
        stored, since = partners.stored_snapshot(), now - MONTH
        tables = Timetables(stored) if stored else None
        self._amounts = audit.amounts_of(party, since=since)
        self._alive = _alive(party, tables, now=now)
        self._asked = _asked(party, tables, since=since)
        self._told = _told(party, since=since)
        given = Feedback.objects.filter(publisher=party, time__gte=since).exclude(told_measure="")
        self._helped = _outcomes(given, Count("signal_id", distinct=True), word="told_measure", took="told_within")
        own = Feedback.objects.filter(party=party, time__gte=since)
        self._led = _outcomes(own, Count("signal_id"), word="measure", took="within")
        self._answers = _answers(Approval.objects.filter(publisher=party, created__gte=since))
        self._contexts = _contexts(Disclosure.objects.filter(asker=party, time__gte=since))

    def gave(self, circle: bytes) -> Gave:
        return Gave(
            shared=self._amounts.get((circle, "delen"), 0),
            alive=self._alive[circle],
            expired=self._amounts.get((circle, "vervallen"), 0),
            withdrawn=self._amounts.get((circle, "intrekken"), 0),
            disputed=len(self._told[circle, _OPENED, ""]),
            upheld=len(self._told[circle, _DECIDED, "gegrond"]),
            rejected=len(self._told[circle, _DECIDED, "ongegrond"]),
            helped=self._helped.get(circle, Outcome()),
            asked=self._answers.get(circle, {}),
        )

    def got(self, circle: bytes) -> Got:
        disclosures, contexts = self._contexts.get(circle, (0, 0))
        return Got(
            asked=self._asked[circle],
            disclosures=disclosures,
            contexts=contexts,
            upheld=len(self._told[circle, _CORRECTED, "gegrond"]),
            withdrawn=len(self._told[circle, _CORRECTED, "ingetrokken"]),
            led=self._led.get(circle, Outcome()),
        )


def _alive(party: bytes, tables: Timetables | None, *, now: int) -> Counter[bytes]:
    """Own signals that live now, by circle, under the keys that one checks under: what is shared under two keys counts once."""
    keys = {bytes(row.id): bytes(row.circle) for row in tables.checked(at=now)} if tables else {}
    rows = Signal.objects.filter(publisher=party, key_id__in=keys, expires__gte=now // DAY).values("key_id")
    found: Counter[bytes] = Counter()
    for row in rows.annotate(amount=Count("tag")):
        found[keys[bytes(row["key_id"])]] += row["amount"]
    return found


def _asked(party: bytes, tables: Timetables | None, *, since: int) -> Counter[bytes]:
    circles = {bytes(row.id): bytes(row.circle) for row in tables.rows} if tables else {}
    found: Counter[bytes] = Counter()
    for key_id, amount in audit.evaluated_for(party, Use.CHECK, since=since).items():
        found[circles.get(key_id, b"")] += amount
    return found


def _told(party: bytes, *, since: int) -> defaultdict[tuple[bytes, str, str], set[bytes]]:
    """Signals by circle, kind of notice and outcome, as the party was told; an opened dispute has no outcome yet."""
    found: defaultdict[tuple[bytes, str, str], set[bytes]] = defaultdict(set)
    bodies = (outbox.beginning(notices.stream_of(party), octets) for octets in _TELLING)
    for body in itertools.chain.from_iterable(bodies):
        one = msgspec.json.decode(body, type=Notice)
        if one.signal and one.time >= since:
            found[one.circle, one.kind, "" if one.kind == _OPENED else one.outcome].add(one.signal)
    return found


def _outcomes(rows: QuerySet[Feedback], total: Any, *, word: str, took: str) -> dict[bytes, Outcome]:
    """By circle, of feedback; `word` and `took` are the columns that count for this reader."""
    acted = rows.exclude(**{f"{word}__in": rights.NO_MEASURE}).values("circle").annotate(total=total)
    totals = {bytes(row["circle"]): row["total"] for row in acted}
    led: defaultdict[bytes, tuple[Counter[str], Counter[str]]] = defaultdict(lambda: (Counter(), Counter()))
    for circle, measure, within, amount in rows.values_list("circle", word, took).annotate(amount=Count("pk")):
        led[bytes(circle)][0][measure] += amount
        led[bytes(circle)][1][within] += amount
    return {
        circle: Outcome(totals.get(circle, 0), measures[rights.WRONG], dict(measures), dict(within))
        for circle, (measures, within) in led.items()
    }


def _answers(rows: QuerySet[Approval]) -> dict[bytes, Led]:
    found: defaultdict[bytes, Led] = defaultdict(dict)
    for row in rows.values("circle", "state").annotate(amount=Count("pk")):
        found[bytes(row["circle"])][row["state"]] = row["amount"]
    return found


def _contexts(rows: QuerySet[Disclosure]) -> dict[bytes, tuple[int, int]]:
    """By circle: disclosures, and contexts in them."""
    signals = Sum(RawSQL("jsonb_array_length(signals)", ()))
    counted = rows.values("circle").annotate(times=Count("pk"), contexts=signals)
    return {bytes(row["circle"]): (row["times"], row["contexts"]) for row in counted}
