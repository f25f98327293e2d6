"""Where everything stands on the map: a chart of 1200 by 520, partners left and right of the lock, three on a side.

More partners than that stand in the table under the map, which says the same in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sluis.demo.live.picture import Partner, Picture, Row

WIDE: Final = 1200
MOVING: Final = 60
LOCK: Final = 300
# Gables, so that no two houses look alike.
_HOUSES: Final = (
    "M0 44V6H-2V2H42V6H40V44Z",
    "M0 44V16H5V11H10V6H15V1H25V6H30V11H35V16H40V44Z",
    "M0 44V20L14 6V1H26V6L40 20V44Z",
    "M0 44V20Q9 19 11 8V3H29V8Q31 19 40 20V44Z",
    "M0 44V20Q10 18 11 6Q20 -4 29 6Q30 18 40 20V44Z",
    "M0 44V20L20 1L40 20V44Z",
)
_TOPS: Final = {1: (202,), 2: (52, 352), 3: (52, 202, 352)}


@dataclass(frozen=True, slots=True)
class _Canal:
    """A canal on the left: its path, a ship on it (x, y, degrees), and a gate that stays shut with the ship before it."""

    path: str
    ship: tuple[int, int, int]
    gate: str
    waiting: tuple[int, int, int]


_CANALS: Final = {
    52: _Canal("M232 96H322Q346 96 346 120V200", (280, 96, 0), "M334 156L346 165L358 156", (346, 134, 90)),
    202: _Canal("M232 246H340", (286, 246, 0), "M298 234L307 246L298 258", (276, 246, 0)),
    352: _Canal("M232 396H322Q346 396 346 372V290", (280, 396, 0), "M334 352L346 343L358 352", (346, 374, -90)),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A partner on the map. The right half is the left one in a mirror; `moves` when it shared or asked in the last minute,
    `refused` is its newest refusal when that is the newest of all."""

    partner: Partner
    top: int
    house: str
    canal: str
    ship: tuple[int, int, int]
    gate: str
    waiting: tuple[int, int, int]
    moves: bool
    refused: Row | None

    @property
    def is_left(self) -> bool:
        """Which side it stands on."""
        return self.partner.side == "left"


@dataclass(frozen=True, slots=True)
class Chart:
    """The map: places, what the lock does (the newest passage or refusal of the last five minutes), newest of both kinds."""

    places: tuple[Place, ...]
    lock: Literal["st-1", "st-2", "st-x1", "st-x2", "rest"]
    passed: Row | None
    refused: Row | None

    @property
    def newest(self) -> Row | None:
        """The newest of both."""
        both = [one for one in (self.passed, self.refused) if one]
        return max(both, key=lambda one: one.time) if both else None


def chart(picture: Picture) -> Chart:
    """The map of a picture."""
    refused = next(iter(picture.refusals), None)
    passed = next((one for one in picture.rows if one.outcome not in ("refused", "failed")), None)
    newest = Chart((), "rest", passed, refused).newest
    left = [one for one in picture.partners if one.side == "left"][:3]
    right = [one for one in picture.partners if one.side == "right"][:3]
    moving = {one.party for one in picture.rows if picture.at - one.time <= MOVING and one.outcome != "refused"}
    places = (*_places(left, moving, refused=refused), *_places(right, moving, refused=refused, first=3))
    lock = newest.sign if newest and picture.at - newest.time <= LOCK else "rest"
    return Chart(places, lock, passed, refused)


def _places(partners: Sequence[Partner], moving: set[str], *, refused: Row | None, first: int = 0) -> list[Place]:
    tops = _TOPS.get(len(partners), ())
    return [
        Place(
            partner,
            top,
            _HOUSES[first + number],
            *_side(_CANALS[top], is_left=partner.side == "left"),
            moves=partner.slug in moving,
            refused=refused if refused and refused.party == partner.slug else None,
        )
        for number, (partner, top) in enumerate(zip(partners, tops, strict=True))
    ]


def _side(canal: _Canal, *, is_left: bool) -> tuple[str, tuple[int, int, int], str, tuple[int, int, int]]:
    if is_left:
        return canal.path, canal.ship, canal.gate, canal.waiting
    return canal.path, _mirrored(canal.ship), canal.gate, _mirrored(canal.waiting)


def _mirrored(ship: tuple[int, int, int]) -> tuple[int, int, int]:
    """A ship on the other side, still pointing at the lock."""
    x, y, degrees = ship
    return WIDE - x, y, 180 - degrees


def ruler(start: int, end: int, *, top: int) -> str:
    """The scale of the log: a tick every 9 units, a longer one every fifth, the longest every tenth."""
    ticks = [f"M{start} {top}H{end}"]
    for number, x in enumerate(range(start, end + 1, 9)):
        ticks.append(f"M{x} {top}V{top + (12 if number % 10 == 0 else 8 if number % 5 == 0 else 5)}")
    return "".join(ticks)
