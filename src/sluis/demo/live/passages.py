"""Passages and refusals: what the partners' books say, and of the hub's events what no book tells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from sluis.client import check, disclose, publish, watch
from sluis.core.errors import TooMany
from sluis.core.exchange.rights import WRONG
from sluis.core.law import decision
from sluis.demo import world
from sluis.demo.live.books import Line
from sluis.demo.live.folder import Policy
from sluis.demo.live.picture import REFUSED, Row, Sign
from sluis.demo.live.register import Event, Found, Handed

SAME: Final = 3
BULK: Final = 50
FEEDBACK: Final = "terugkoppelen"
REPUBLISH: Final = "opnieuw delen"
# Words that refuse without being a ground of law: a protected identifier, a budget or list that is full.
_STOPS: Final = frozenset({"beschermd-kenmerk", TooMany.code, "bewaaklijst-vol"})
_AT_HUB: Final = {"intrekken": "withdrawn", "betwisting besluiten": "decided", "verstrekking besluiten": "decided"}
_SHARED: Final = {publish.ACTIVITY: "shared", REPUBLISH: "shared", watch.ACTIVITY: "watched"}
_RIGHTS: Final = {"betwisten": "disputed", "inzage": "access"}
_PLAIN: Final = {**_SHARED, **_RIGHTS}
_NAMES: Final = {party.id: party.slug for party in world.MEMBERS}


@dataclass(frozen=True, slots=True)
class Names:
    """What ids stand for: parties by slug, circles by name, with the articles of the circles' assessments."""

    circles: Mapping[bytes, str]
    articles: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, policy: Policy | None) -> Names:
        """The names in a snapshot; none before there is one."""
        sections = policy.sections if policy else ()
        articles = {one.name: one.assessment.articles for one in sections if one.assessment}
        return cls({one.circle: one.name for one in sections}, articles)

    def refused_by(self, ground: str, circle: str) -> tuple[str, ...]:
        """The articles of a ground of refusal in a circle; none for what is no ground of law."""
        if ground == decision.SAYS_NO:
            return decision.says_no(self.articles.get(circle, ())).articles
        known = decision.GROUNDS.get(ground)
        return known.articles if known else ()


def rows(lines: Iterable[Line], found: Found, names: Names) -> tuple[Row, ...]:
    """Every passage and refusal, newest first."""
    handed: dict[str, list[Handed]] = defaultdict(list)
    for one in found.handed:
        handed[_NAMES.get(bytes(one.asker), "")].append(one)
    told = [_of_line(line, names, handed) for line in lines]
    refused = [one for one in told if one.ground]
    at_hub = [row for event in found.events for row in _of_event(event, names, refused)]
    return tuple(sorted((*told, *at_hub), key=lambda one: one.time, reverse=True))


def gathered(rows: Iterable[Row]) -> Iterator[Row]:
    """The rows with what one partner shared in bulk as one row, where the newest of it stands: a list of a few shows more."""
    bulk: dict[tuple[str, ...], Row] = {}
    found: list[Row] = []
    for row in rows:
        place = (row.party, row.circle, row.type)
        if row.outcome != "shared" or row.amount < BULK:
            found.append(row)
        elif place in bulk:
            first = found.index(bulk[place])
            amount, times = bulk[place].amount + row.amount, bulk[place].times + 1
            found[first] = bulk[place] = msgspec.structs.replace(bulk[place], amount=amount, times=times)
        else:
            found.append(row)
            bulk[place] = row
    yield from found


def _of_line(line: Line, names: Names, handed: Mapping[str, Sequence[Handed]]) -> Row:
    outcome, sign = _outcome(line)
    others = _publishers(line, handed.get(line.party, ())) if line.activity == disclose.ACTIVITY else ()
    ground = line.ground
    return Row(
        line.time,
        sign,
        outcome,
        line.activity,
        line.party,
        others,
        type=line.type,
        amount=line.amount,
        hits=line.hits,
        circle=line.circle,
        purpose=line.purpose,
        ground=ground,
        articles=names.refused_by(ground, line.circle) if ground else (),
        level=line.outcome if line.activity in (FEEDBACK, disclose.ACTIVITY) and not ground else "",
    )


def _stopped_by(ground: str) -> Sign:
    """Gate 2 is the law's, also where it is asked before anything leaves the premises; gate 1 stops what nobody may ask."""
    return "st-x2" if ground in decision.GROUNDS else "st-x1"


def _outcome(line: Line) -> tuple[str, Sign]:
    if line.ground:
        is_refusal = line.ground in decision.GROUNDS or line.ground in _STOPS
        return (REFUSED if is_refusal else "failed"), _stopped_by(line.ground)
    match line.activity:
        case check.ACTIVITY:
            return ("hit" if line.hits else "no-hit"), "st-1"
        case disclose.ACTIVITY:
            return ("disclosed", "st-2") if line.amount else ("waiting", "st-1")
        case _ if line.activity == FEEDBACK:
            return ("wrong" if line.outcome == WRONG else "measure"), "st-2"
        case _:
            return _PLAIN.get(line.activity, "done"), "st-1"


def _publishers(line: Line, handed: Sequence[Handed]) -> tuple[str, ...]:
    """Of what was handed to this partner, whose it was at that moment."""
    for one in handed:
        if abs(one.time - line.time) <= SAME:
            return tuple(sorted({_NAMES.get(bytes.fromhex(publisher), "") for publisher in one.publishers} - {""}))
    return ()


def _of_event(event: Event, names: Names, refused: Sequence[Row]) -> Iterator[Row]:
    """A refusal that no book tells, or something that only the hub writes down."""
    party = _NAMES.get(bytes(event.party or b""), "")
    circle = names.circles.get(bytes(event.circle or b""), "")
    if event.outcome == REFUSED and not _is_told(event, party, refused):
        sign, articles = _stopped_by(event.ground), tuple(event.articles)
        yield Row(event.time, sign, REFUSED, event.activity, party, ground=event.ground, articles=articles, circle=circle)
    elif event.outcome != REFUSED and event.activity in _AT_HUB:
        yield Row(event.time, "st-2", _AT_HUB[event.activity], event.activity, party, amount=event.amount, circle=circle)


def _is_told(event: Event, party: str, refused: Sequence[Row]) -> bool:
    return any((one.party, one.activity) == (party, event.activity) and abs(one.time - event.time) <= SAME for one in refused)
