"""From what was read to the picture: pure, so that tests make it of rows of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sluis.core.law import decision
from sluis.demo import world
from sluis.demo.anew import Begun
from sluis.demo.happenings import Happening
from sluis.demo.live import figures, passages
from sluis.demo.live.books import Line
from sluis.demo.live.figures import HitAt
from sluis.demo.live.folder import Life, Policy, State
from sluis.demo.live.passages import Names
from sluis.demo.live.picture import REFUSED, Circle, Connection, Epoch, Holder, Log, Partner, Picture, Row, Service
from sluis.demo.live.register import HOLDER_LINE, Found

SHOWN: Final = 200
# How long the page goes on saying that something was mended.
REMEMBER: Final = 900
OTHERS: Final = ("web", "worker", "edge", "postgres", "live", "sim")
_LEFT: Final = frozenset({"bank", "psp", "telecom"})


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything one look found. `health` has the answer of each service that answered; `found` is None without database."""

    at: int
    state: State | None
    policy: Policy | None = None
    life: Life | None = None
    begun: Begun | None = None
    happenings: Sequence[Happening] = ()
    health: Mapping[str, str] = field(default_factory=dict)
    lines: Sequence[Line] = ()
    found: Found | None = None


def compose(seen: Seen, hit_at: HitAt) -> Picture:
    """The picture of one look."""
    found, names = seen.found or Found(), Names.of(seen.policy)
    rows = passages.rows(seen.lines, found, names)
    refusals = [one for one in rows if one.outcome == REFUSED]
    return Picture(
        at=seen.at,
        readable=seen.found is not None,
        threshold=seen.policy.head.threshold if seen.policy else 0,
        partners=tuple(_partner(seen, party, rows) for party in world.PARTIES),
        holders=tuple(_holders(seen, found)),
        services=tuple(Service(name, connection(seen, name)) for name in OTHERS),
        circles=tuple(_circles(seen, found)),
        figures=figures.figures(seen.lines, found.effects, refused=len(refusals), hit_at=hit_at),
        rows=rows[:SHOWN],
        refusals=tuple(refusals[:SHOWN]),
        total=len(rows),
        log=Log(found.log.leaves, found.log.size or 0, found.log.time or 0, found.log.cosigned or 0),
        epoch=_epoch(seen, found),
        life=seen.life,
        begun=seen.begun,
        urls=seen.state.urls if seen.state else {},
        accounts=seen.state.accounts if seen.state else {},
        codes=seen.state.codes if seen.state else {},
    )


def connection(seen: Seen, name: str) -> Connection:
    """How the service called `name` is, by what the supervisor saw and by its own answer."""
    told = [one for one in seen.happenings if one.service == name]
    away = next((one for one in told if one.back is None), None)
    if away:
        return Connection("away", away.gone, max(0, seen.at - away.gone), away.ended)
    if seen.state is None or name not in seen.state.services:
        return Connection("absent")
    if seen.health.get(name, "ok") != "ok":
        return Connection("silent" if seen.health[name] == "" else "closed")
    mended = next((one for one in reversed(told) if one.back and seen.at - one.back <= REMEMBER), None)
    if mended and mended.back:
        return Connection("mended", mended.back, max(0, mended.back - mended.gone), mended.ended)
    return Connection("ok")


def _partner(seen: Seen, party: world.Party, rows: Iterable[Row]) -> Partner:
    own = [one for one in rows if one.party == party.slug]
    asked = [one for one in own if one.outcome in ("hit", "no-hit")]
    return Partner(
        party.slug,
        party.name,
        party.sector,
        side="left" if party.sector in _LEFT else "right",
        shared=sum(one.amount for one in own if one.outcome == "shared"),
        asked=sum(one.amount for one in asked),
        hits=sum(one.hits for one in asked),
        refused=sum(one.outcome == REFUSED for one in own),
        connection=connection(seen, party.slug),
        url=seen.state.urls.get(party.slug, "") if seen.state else "",
    )


def _holders(seen: Seen, found: Found) -> Iterable[Holder]:
    evaluated: Counter[bytes] = Counter()
    for event in found.events:
        if event.activity == HOLDER_LINE and event.witness:
            evaluated[bytes(event.witness)] += event.amount
    for index, party in enumerate(world.HOLDERS, start=1):
        yield Holder(party.slug, party.name, index, evaluated[party.id], connection(seen, party.slug))


def _circles(seen: Seen, found: Found) -> Iterable[Circle]:
    circle_of = {bytes(key.id): bytes(key.circle) for key in found.keys}
    living: Counter[bytes] = Counter()
    for key_id, number in found.entries.items():
        living[circle_of.get(key_id, b"")] += number
    for one in seen.policy.sections if seen.policy else ():
        told, members = one.assessment, tuple(member.name for member in one.members)
        is_open = decision.decide(decision.Passage(one, one.members[0], seen.at)) is None
        until = min(one.until, told.until) if told else one.until
        words = (told.id, told.articles) if told else ("", ())
        yield Circle(one.name, one.title, one.mode, one.types, members, is_open, *words, until, living[one.circle])


def _epoch(seen: Seen, found: Found) -> Epoch | None:
    periods = seen.policy.head.epochs if seen.policy else ()
    now = next((one for one in periods if one.start <= seen.at < one.end), None)
    if now is None:
        return None
    return Epoch(now.number, now.end, len(found.keys), max((key.generation for key in found.keys), default=0))
