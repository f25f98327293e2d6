"""The ledger of the last hour: asked, hits, what they led to, what turned out wrong, refused, and how long a measure took."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from sluis.client import check
from sluis.core.exchange.rights import WRONG
from sluis.demo import world
from sluis.demo.live.books import Line
from sluis.demo.live.picture import Figures
from sluis.demo.live.register import Effect

# party, key id, tag -> when the partner met the hit (seconds), or None
HitAt = Callable[[str, bytes, bytes], int | None]
BANDS: Final = ("15m", "1u", "1d", "later")
_NAMES: Final = {party.id: party.slug for party in world.MEMBERS}


def figures(lines: Iterable[Line], effects: Sequence[Effect], *, refused: int, hit_at: HitAt) -> Figures:
    """What is asked and hit comes from the partners' books, what it led to from the feedback they gave."""
    asked = [one for one in lines if one.activity == check.ACTIVITY and not one.ground]
    measures = [one for one in effects if one.is_measure]
    took = sorted(found for one in measures if (found := _took(one, hit_at)) is not None)
    steps = sorted(BANDS.index(one.within) for one in measures if one.within in BANDS)
    return Figures(
        asked=sum(one.amount for one in asked),
        hits=sum(one.hits for one in asked),
        measures=len(measures),
        wrong=sum(one.measure == WRONG for one in effects),
        refused=refused,
        to_measure=round(statistics.median(took)) if took else None,
        band=BANDS[steps[(len(steps) - 1) // 2]] if steps else "",
    )


def _took(effect: Effect, hit_at: HitAt) -> int | None:
    """Seconds from the hit to the measure, by the partner's own book; None when the signal or the hit is gone."""
    if effect.tag is None or effect.key_id is None:
        return None
    hit = hit_at(_NAMES.get(bytes(effect.party), ""), bytes(effect.key_id), bytes(effect.tag))
    return max(0, effect.time - hit) if hit is not None else None
