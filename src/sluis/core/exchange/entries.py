"""The hub's view of one tag: live signals -> the one entry that may leave. Source: `docs/reference/protocol.md`, Check."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from sluis.core.exchange.encodings import Tag
from sluis.core.exchange.signal import MANY, OP_REMOVE, OP_SET, Entry
from sluis.core.exchange.words import Kind, Origin


@dataclass(frozen=True, slots=True)
class LiveSignal:
    """What the merge needs of one live signal; `group` makes sister companies count once."""

    signal_id: bytes
    group: bytes
    kind: int
    origin: int
    grade: int
    advice: int
    form: int
    created: int
    seen: int
    expires: int


def merge(tag: Tag, signals: Iterable[LiveSignal], *, k: int) -> Entry | None:
    """The entry for `tag`, or None: below k groups, nothing counting, or cleared by the dispute body.

    Signals of origin hit never count and never shape the entry. Best grade, mildest advice, newest form, latest dates.
    """
    live = list(signals)
    counting = [signal for signal in live if signal.origin == Origin.OWN and signal.kind == Kind.FRAUD]
    groups = {signal.group for signal in counting}
    if len(groups) < max(k, 1) or any(signal.kind == Kind.CLEARED for signal in live):
        return None
    newest = max(counting, key=lambda signal: (signal.created, signal.signal_id))
    return Entry(
        tag,
        OP_SET,
        min(len(groups), MANY),
        min(signal.grade for signal in counting),
        min(signal.advice for signal in counting),
        newest.form,
        max(signal.seen for signal in counting),
        max(signal.expires for signal in counting),
    )


def removal(tag: Tag) -> Entry:
    """The entry that takes `tag` away."""
    return Entry(tag, OP_REMOVE, 0, 0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Hit:
    """Others signalled the identifier. Never proof: band of others (`1`, `2-3`, `4+`), grade, advice, form, last day seen."""

    band: str
    grade: int
    advice: int
    form: int
    seen: int

    @classmethod
    def of(cls, entry: Entry, others: int) -> Self:
        """The hit for an entry of which `others` groups remain."""
        band = "1" if others == 1 else "2-3" if others <= 3 else "4+"
        return cls(band, entry.grade, entry.advice, entry.form, entry.seen)


@dataclass(frozen=True, slots=True)
class NoHit:
    """Nobody else signalled the identifier, as far as the circle may see."""


def read(entry: Entry | None, *, today: int, own_counts: bool) -> Hit | NoHit:
    """What an asker makes of the entry: its own live signal is subtracted, an expired entry is none."""
    if entry is None or entry.op != OP_SET or entry.expires < today:
        return NoHit()
    others = entry.n - int(own_counts)
    return Hit.of(entry, others) if others > 0 else NoHit()
