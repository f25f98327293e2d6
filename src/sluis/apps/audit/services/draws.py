"""Commit-and-audit: an auditor fixes a secret before the day, tells it after the seal, and says how each opening ended.

Rights are asked above: this room knows who the auditor is, not who may be one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet

from sluis.apps.audit import selectors
from sluis.apps.audit.models import Draw, PlacedLeaf, Sample
from sluis.apps.audit.selectors import Audited
from sluis.apps.audit.selectors import draws as reading
from sluis.apps.audit.services.happenings import Happening, record
from sluis.core import errors
from sluis.core.exchange import draws
from sluis.core.exchange.auditing import Ended
from sluis.core.exchange.draws import DAY, Drawn, Outcome
from sluis.wire import clock

COMMITTED: Final = "controle vastgelegd"
REVEALED: Final = "controle onthuld"
DRAWN: Final = "steekproef getrokken"
ENDED: Final = "steekproef afgehandeld"


@dataclass(frozen=True, slots=True)
class By:
    """An auditor (party id, 16 octets) at work on a day of a circle."""

    auditor: bytes
    audited: Audited


def commit_day(by: By, commitment: bytes) -> None:
    """Fixes SHA-256 of the secret (32 octets) that will draw from a day; the same again changes nothing.

    Raises Malformed `lengte`, Conflict `dag-begonnen`, `dag-vastgelegd`.
    """
    day, now = by.audited, clock.now()
    if len(commitment) != draws.SECRET_OCTETS:
        raise errors.Malformed("A commitment takes 32 octets.", code="lengte")
    given = {"auditor": by.auditor, "commitment": commitment, "committed": now}
    with transaction.atomic():
        known = Draw.objects.select_for_update().filter(circle=day.circle, day=day.day).first()
        if known is not None and (bytes(known.auditor), bytes(known.commitment)) == (by.auditor, commitment):
            return
        if now >= day.day * DAY:
            raise errors.Conflict("The day has begun: what is drawn from it had to be fixed before.", code="dag-begonnen")
        _row, made = Draw.objects.get_or_create(circle=day.circle, day=day.day, defaults=given)
        if not made:
            raise errors.Conflict("Another secret was fixed for this day.", code="dag-vastgelegd")
        record(Happening(COMMITTED, day.circle, by.auditor), reference=f"{day.day} {commitment.hex()}")


def reveal_day(by: By, secret: bytes) -> None:
    """Tells the secret, and draws: each member's lowest ten of the lines that stand in the cosigned log. Again: no change.

    Raises NotFound `geen-vastlegging`, NotAllowed, Conflict `ander-geheim`, `dag-niet-voorbij`; Unavailable
    `dag-niet-verzegeld`.
    """
    day, now = by.audited, clock.now()
    with transaction.atomic():
        row = _fixed(by, lock=True)
        if draws.commitment(secret) != bytes(row.commitment):
            raise errors.Conflict("This is not the secret that was fixed before the day.", code="ander-geheim")
        if row.seal is not None:
            return
        if now < (day.day + 1) * DAY + draws.SETTLES:
            raise errors.Conflict("The day, and the hour that holders have, is not over.", code="dag-niet-voorbij")
        row.secret, row.seal = secret, _seal(day)
        row.save(update_fields=["secret", "seal"])
        record(Happening(REVEALED, day.circle, by.auditor), reference=f"{day.day} {secret.hex()} {row.seal}")
        sealed = reading.lines_of(day).filter(leaf__in=_placed_before(row.seal))
        _keep(day, draws.draw(secret, map(reading.told, sealed)), until=now + draws.TERM)


def _fixed(by: By, *, lock: bool = False) -> Draw:
    rows = Draw.objects.select_for_update() if lock else Draw.objects.all()
    row = rows.filter(circle=by.audited.circle, day=by.audited.day).first()
    if row is None:
        raise errors.NotFound("No auditor fixed a secret for this day.", code="geen-vastlegging")
    if bytes(row.auditor) != by.auditor:
        raise errors.NotAllowed("Another auditor fixed the secret of this day.")
    return row


def _seal(day: Audited) -> int:
    """The size of the cosigned log, once every line of the day stands in it. Raises Unavailable `dag-niet-verzegeld`."""
    size = selectors.witnessed_size()
    if reading.lines_of(day).exclude(leaf__in=_placed_before(size)).exists():
        raise errors.Unavailable("Lines of the day wait for their place in the cosigned log.", code="dag-niet-verzegeld")
    return size


def _placed_before(size: int) -> QuerySet[Any]:
    return PlacedLeaf.objects.filter(place__lt=size).values("leaf_id")


def _keep(day: Audited, drawn: Sequence[Drawn], *, until: int) -> None:
    Sample.objects.bulk_create(
        Sample(circle=day.circle, day=day.day, until=until, **{name: getattr(one, name) for name in Drawn.__struct_fields__})
        for one in drawn
    )
    for member, amount in sorted(Counter(one.member for one in drawn).items()):
        record(Happening(DRAWN, day.circle, member, amount), reference=str(day.day))


def end_samples(by: By, outcomes: Iterable[Ended]) -> int:
    """Keeps how questions ended; returns how many of the day are open still. The same outcome again changes nothing.

    Raises NotFound `geen-vastlegging`, `geen-steekproef`, NotAllowed, Conflict `al-afgehandeld`, Malformed `uitkomst-onjuist`.
    """
    _fixed(by)
    lapse_samples()
    with transaction.atomic():
        for one in outcomes:
            _end(by.audited, one)
        return Sample.objects.filter(circle=by.audited.circle, day=by.audited.day, outcome="").count()


def _end(day: Audited, one: Ended) -> None:
    if one.outcome is Outcome.LATE:
        raise errors.Malformed("That nothing was shown in time, the clock says.", code="uitkomst-onjuist")
    named: dict[str, Any] = {"member": one.member, "digest": one.digest, "position": one.position}
    rows = list(Sample.objects.select_for_update().filter(circle=day.circle, day=day.day, **named))
    if not rows:
        raise errors.NotFound("This question was not drawn.", code="geen-steekproef")
    if {row.outcome for row in rows} == {one.outcome.value}:
        return
    if any(row.outcome for row in rows):
        raise errors.Conflict("How this question ended was told already.", code="al-afgehandeld")
    _conclude(rows, one.outcome)


def _conclude(rows: Sequence[Sample], outcome: Outcome) -> None:
    now = clock.now()
    for row in rows:
        row.outcome, row.ended = outcome.value, now
        row.save(update_fields=["outcome", "ended"])
        reference = f"{row.day} {bytes(row.digest).hex()}-{row.position} {outcome.value}"
        record(Happening(ENDED, bytes(row.circle), bytes(row.member)), reference=reference)


def lapse_samples() -> int:
    """Ends what nobody opened in its term; returns how many. A sample that is not opened counts as one that does not hold."""
    with transaction.atomic():
        rows = list(Sample.objects.select_for_update(skip_locked=True).filter(outcome="", until__lt=clock.now())[:1_000])
        _conclude(rows, Outcome.LATE)
    return len(rows)
