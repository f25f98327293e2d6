"""Mijn signalen: what this partner shares now, what it led to, and taking it back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, get_args

import msgspec
from starlette.responses import Response

from sluis.client import withdraw
from sluis.client.casebook import KeptNotice
from sluis.client.gateway.pages import export, requests, told
from sluis.client.gateway.pages.visits import Visit, Way
from sluis.client.publish import Kept
from sluis.core import errors
from sluis.core.errors import Fault
from sluis.core.exchange.rights import Measure, Withdrawn
from sluis.core.exchange.words import Advice, Grade, Kind, Origin
from sluis.wire import clock

DAY: Final = 86_400
SHOWN: Final = 100
_AT_ONCE: Final = 1_000


@dataclass(frozen=True, slots=True, repr=False)
class Mine:
    """One own signal: its id (hexadecimal), what was shared, its state, and what askers told it led to."""

    id: str
    circle: str
    kept: Kept
    state: str
    led_to: dict[str, int]

    @property
    def grade(self) -> str:
        """The grade's letter."""
        return Grade(self.kept.grade).name

    @property
    def advice(self) -> str:
        """The advice's name."""
        return Advice(self.kept.advice).label

    @property
    def is_echo(self) -> bool:
        """Whether it came from a hit on another's signal, and so counts for nobody."""
        return self.kept.origin == Origin.HIT


def mine(visit: Visit) -> list[Mine]:
    """Own signals that are shared now, the last seen first."""
    session = visit.session
    ids = session.store.own_ids(today=clock.now() // DAY)
    heard = _by_signal(session.store.casebook.notices())
    names = {section.circle: section.name for section, _member in visit.circles()}
    found = []
    for start in range(0, len(ids), _AT_ONCE):
        for one in session.store.shared(ids[start : start + _AT_ONCE]):
            kept, told_ = msgspec.json.decode(one.text, type=Kept), heard.get(one.signal_id, [])
            record = session.directory.record(one.key_id)
            circle = names.get(record.circle, "") if record else ""
            if kept.kind == Kind.FRAUD:
                found.append(Mine(one.signal_id.hex(), circle, kept, _state(told_), _led_to(told_)))
    return sorted(found, key=lambda one: (-one.kept.seen, one.id))


def _by_signal(notices: Iterable[KeptNotice]) -> dict[bytes, list[KeptNotice]]:
    found: dict[bytes, list[KeptNotice]] = {}
    for one in notices:
        found.setdefault(one.notice.signal, []).append(one)
    return found


def _state(notices: Iterable[KeptNotice]) -> str:
    kinds = [one.notice for one in notices if one.notice.kind.startswith("betwisting-")]
    if not kinds:
        return "loopt"
    return "betwist" if kinds[-1].kind == "betwisting-geopend" else kinds[-1].outcome


def _led_to(notices: Iterable[KeptNotice]) -> dict[str, int]:
    """Measures only: how fast they came is told beside them, and is no measure."""
    counts: Counter[str] = Counter()
    for one in notices:
        counts.update({name: amount for name, amount in one.notice.counts.items() if name in get_args(Measure)})
    return dict(counts)


def show(visit: Visit) -> Response:
    """The page: what waits for an answer, the signals, and what they led to."""
    return _page(visit, {})


def take_back(visit: Visit) -> Response:
    """Takes the chosen signals back, for one reason."""
    chosen, reason = set(visit.form.all("signaal")), visit.form["reden"]
    faults = [] if chosen else [Fault("signaal", "onbekende-keuze", "Choose a signal.")]
    if reason not in get_args(Withdrawn):
        faults.append(Fault("reden", "onbekende-keuze", "Choose a reason."))
    if faults:
        return _page(visit, told.by_field(visit, faults))
    why: Any = reason
    for circle in sorted({one.circle for one in mine(visit) if one.id in chosen}):
        ids = [bytes.fromhex(one.id) for one in mine(visit) if one.id in chosen and one.circle == circle]
        withdraw.withdraw(visit.session, ids, circle=circle, reason=why)
    return visit.go("/mijn-signalen#lijst")


def save(visit: Visit) -> Response:
    """The signals as CSV, workbook or JSON."""
    head = ("signaal", "kring", "kenmerk", "type", "bereik", "zaak", "vorm", "bewijsgraad", "advies", "stand", "leidde-tot")
    return export.answer(visit, "mijn-signalen", export.Table(head, [_cells(one) for one in mine(visit)]))


def _cells(one: Mine) -> tuple[str, ...]:
    kept, led = one.kept, ", ".join(f"{name}: {amount}" for name, amount in one.led_to.items())
    words = (one.id, one.circle, kept.identifier, kept.type, kept.scope, kept.case, kept.context.form)
    return (*words, one.grade, one.advice, one.state, led)


def _page(visit: Visit, faults: dict[str, str]) -> Response:
    found, skip = mine(visit), visit.number("vanaf")
    totals: Counter[str] = Counter()
    for one in found:
        totals.update(one.led_to)
    shown: dict[str, Any] = {
        "rows": found[skip : skip + SHOWN],
        "total": len(found),
        "more": skip + SHOWN if len(found) > skip + SHOWN else 0,
        "totals": dict(totals),
        "reasons": get_args(Withdrawn),
        "faults": faults,
        "waiting": requests.waiting(visit),
        "disputes": requests.disputes(visit),
    }
    return visit.render("signals.html", at="mijn-signalen", status=422 if faults else 200, **shown)


def require_own(visit: Visit, identity: str) -> bytes:
    """The id of an own signal. Raises NotFound `onbekend-verzoek`."""
    if not any(one.id == identity for one in mine(visit)):
        raise errors.NotFound("This is no signal of yours.", code="onbekend-verzoek")
    return bytes.fromhex(identity)


WAYS: Final = (
    Way("GET", "/mijn-signalen", show),
    Way("POST", "/mijn-signalen/intrekken", take_back),
    Way("GET", "/mijn-signalen/uitvoer", save),
)
