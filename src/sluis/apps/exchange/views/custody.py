"""Who keeps the keys, how they do, and how the keys of one's circles are: in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sluis.apps.exchange import selectors
from sluis.apps.exchange.selectors import LATE, CircleKeys, Custody, Health, KeyState
from sluis.apps.exchange.views import people, words

# Within this many seconds every holder that is well has cosigned a checkpoint that others did.
SOON: Final = 60
_STATES: Final = {
    "in-gebruik": gettext_lazy("in gebruik"),
    "verlengd": gettext_lazy("verlengd"),
    "gesloten": gettext_lazy("gesloten: twee keer verlengd, en er is geen nieuwe sleutel"),
    "klaar": gettext_lazy("gemaakt, nog niet in gebruik"),
    "gevraagd": gettext_lazy("gevraagd: de sleutelhouders maken hem zodra zij er allemaal zijn"),
    "nog-niet": gettext_lazy("nog geen sleutel, en er is er nu geen aan de beurt"),
}
_STEPS: Final = {
    "bestellen": gettext_lazy("de volgende sleutel wordt gemaakt"),
    "overlap": gettext_lazy("delen onder beide sleutels begint; uw koppelpunt deelt zijn signalen opnieuw"),
    "overstap": gettext_lazy("bevragen gaat over op de volgende sleutel"),
    "wissen": gettext_lazy("alles onder deze sleutel wordt gewist: aandelen, tags en signalen"),
    "verversen": gettext_lazy("de aandelen worden ververst"),
}
_GOOD: Final = frozenset({"in-gebruik", "klaar"})


@dataclass(frozen=True, slots=True)
class HolderRow:
    """One holder in words."""

    name: str
    is_well: bool
    state: str
    seen: str
    signs: str
    lines: int
    last_line: str
    ceremony: str
    attested: str


@dataclass(frozen=True, slots=True)
class KeyRow:
    """The key of one type in words; what is not known is empty."""

    type: str
    is_well: bool
    state: str
    epoch: int | None
    used: str
    shares: str
    following: str
    steps: tuple[tuple[str, str], ...]


@people.page
def show_custody(request: HttpRequest) -> HttpResponse:
    """Holders and keys of one's own circles."""
    party = people.party_of(request)
    found = selectors.custody(party)
    rows = [_holder(one, found) for one in found.holders]
    well = sum(row.is_well for row in rows)
    shown = {
        "section": "keys",
        "holders": rows,
        "lead": _lead(well, len(rows), found.threshold),
        "enough": well >= found.threshold,
        "public": found.public,
        "public_at": words.moment(found.public.time) if found.public else "",
        "circles": [(one.section, rows_of(one)) for one in found.circles],
        "is_current": found.is_current,
    }
    return render(request, "exchange/show-custody.html", shown)


def _lead(well: int, holders: int, threshold: int) -> str:
    told = ngettext("%(well)d van %(n)d sleutelhouder is gezond.", "%(well)d van %(n)d sleutelhouders zijn gezond.", holders)
    return f"{told} {_('Er zijn er %(t)d nodig om een kenmerk uit te rekenen; geen van hen leest het.')}" % {
        "well": well,
        "n": holders,
        "t": threshold,
    }


def _holder(one: Health, found: Custody) -> HolderRow:
    is_late = one.cosigned is None or found.now - one.cosigned > LATE
    is_behind = not one.on_public and found.public is not None and found.now - found.public.time > SOON
    return HolderRow(
        name=one.holder.name,
        is_well=not is_late and not is_behind,
        state=_health(is_late=is_late, is_behind=is_behind),
        seen=words.ago(found.now - one.cosigned) if one.cosigned is not None else _("meer dan een dag geleden, of nog nooit"),
        signs=_("ja") if one.on_public else _("nee"),
        lines=one.lines.amount,
        last_line=words.moment(one.lines.last) if one.lines.amount else "",
        ceremony=words.moment(one.ceremony) if one.ceremony else _("nog geen"),
        attested=words.moment(one.attested) if one.attested else _("nog geen"),
    )


def _health(*, is_late: bool, is_behind: bool) -> str:
    if is_late:
        return _("te laat")
    return _("loopt achter") if is_behind else _("gezond")


def rows_of(one: CircleKeys) -> list[KeyRow]:
    """The keys of a circle in words, a row for each type."""
    return [_key(key) for key in one.keys]


def _key(one: KeyState) -> KeyRow:
    return KeyRow(
        type=words.named(words.TYPES, one.type),
        is_well=one.state in _GOOD,
        state=_state(one),
        epoch=one.epoch,
        used=_used(one),
        shares=_shares(one),
        following=_following(one),
        steps=tuple((words.day(when), str(_STEPS[step])) for step, when in one.steps),
    )


def _used(one: KeyState) -> str:
    if one.since is None or one.until is None:
        return ""
    return _("van %(since)s tot %(until)s") % {"since": words.day(one.since), "until": words.day(one.until)}


def _shares(one: KeyState) -> str:
    if not one.generation:
        return ""
    return _("generatie %(n)d, van %(day)s") % {"n": one.generation, "day": words.day(one.renewed)}


def _following(one: KeyState) -> str:
    if one.epoch is None:
        return ""
    return _("gemaakt") if one.is_next_made else _("nog niet gemaakt")


def _state(one: KeyState) -> str:
    word = str(_STATES[one.state])
    if one.state != "verlengd":
        return word
    days = {"n": one.prolonged * 14}
    return _("verlengd met %(n)d dagen: de volgende sleutel is er nog niet") % days
