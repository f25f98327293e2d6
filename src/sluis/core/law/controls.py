"""Conditions that Sluis enforces itself, and how that is seen in the rules of a circle. The others need evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

LONGEST: Final = 365
_DESK: Final = "inzage"
_BODY: Final = "decide"


class MemberUses(Protocol):
    """What a control reads of a member."""

    @property
    def uses(self) -> Sequence[str]: ...


class CircleRules(Protocol):
    """What a control reads of a circle: days that signals are kept, how many others must have told, and its members."""

    @property
    def retention(self) -> int: ...
    @property
    def k(self) -> int: ...
    @property
    def members(self) -> Sequence[MemberUses]: ...


@dataclass(frozen=True, slots=True)
class Control:
    """How a condition is enforced, in words, and whether the rules of a circle do so."""

    nl: str
    en: str
    holds: Callable[[CircleRules], bool]


def _always(_circle: CircleRules) -> bool:
    return True


def _is_short(circle: CircleRules) -> bool:
    return 0 < circle.retention <= LONGEST


def _has_desks(circle: CircleRules) -> bool:
    granted = {use for member in circle.members for use in member.uses}
    return {_DESK, _BODY} <= granted


# Condition -> control. What stands here was built: each line names what the protocol or the circle does.
CONTROLS: Final[Mapping[str, Control]] = {
    "C-MIN": Control(
        "Een vraag krijgt een treffer of geen treffer; context volgt pas na poort 2, in vaste velden.",
        "A question gets hit or no hit; context follows after gate 2 only, in coded fields.",
        _always,
    ),
    "C-SEC": Control(
        "Elk bericht is ondertekend, elke vraag telt in een budget en staat in het logboek.",
        "Every message is signed, every question counts in a budget and stands in the log.",
        _always,
    ),
    "C-NOACCUSE": Control(
        "Een signaal heeft alleen vaste velden; er is geen vrije tekst om iemand te beschuldigen.",
        "A signal has coded fields only; there is no free text to accuse somebody in.",
        _always,
    ),
    "C-COMP": Control(
        "Een signaal heeft geen velden voor prijzen, klanten of marges.",
        "A signal has no fields for prices, customers or margins.",
        _always,
    ),
    "C-SMALLN": Control(
        "Hoeveel anderen iets meldden, staat er alleen in klassen: 1, 2 tot 3, 4 en meer.",
        "How many others told is given in classes only: 1, 2 to 3, 4 and more.",
        _always,
    ),
    "C-VERIFY": Control(
        "Elk signaal heeft een graad, een dag en een einde; wat een treffer opleverde wordt teruggekoppeld en geteld.",
        "Every signal has a grade, a day and an end; what a hit led to is fed back and counted.",
        _always,
    ),
    "C-RETAIN": Control(
        f"De kring wist signalen zelf, na ten hoogste {LONGEST} dagen.",
        f"The circle erases signals itself, after {LONGEST} days at most.",
        _is_short,
    ),
    "C-RIGHTS": Control(
        "In de kring zitten een loket voor inzage en betwisting en een geschillencommissie.",
        "A desk for access and disputes and a dispute body are in the circle.",
        _has_desks,
    ),
}


def unmet(conditions: Sequence[str], evidenced: Sequence[str], circle: CircleRules | None) -> tuple[str, ...]:
    """The conditions that neither evidence nor a control of `circle` meets, in their order. Without a circle no control
    that reads its rules counts."""
    return tuple(code for code in conditions if code not in evidenced and not _is_controlled(code, circle))


def _is_controlled(code: str, circle: CircleRules | None) -> bool:
    control = CONTROLS.get(code)
    if control is None:
        return False
    return control.holds is _always or (circle is not None and control.holds(circle))
