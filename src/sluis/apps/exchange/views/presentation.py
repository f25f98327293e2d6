"""The circle's page in words: what templates show, without queries. Words of the glossary only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sluis.apps.exchange.selectors import NOT_ASKED, CirclePage, RefusedRow
from sluis.apps.exchange.views import balance, effects, whatif, words
from sluis.apps.exchange.views.balance import BalanceView
from sluis.apps.exchange.views.whatif import ComingView
from sluis.apps.privacy import selectors as privacy
from sluis.core.exchange.policy import Member, Section
from sluis.core.law.decision import Ground

DAY: Final = 86_400

# Feedback is told the day after, under what hits led to; not at once, as a passage.
_SHOWN: Final = frozenset(words.ACTIVITIES) - {*NOT_ASKED, words.ASSESSED, "terugkoppelen"}


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One member and what it may do."""

    name: str
    sector: str
    own: bool
    publish: bool
    check: bool
    watch: bool


@dataclass(frozen=True, slots=True)
class PassedRow:
    """One activity that passed: the sign it carries, calls, identifiers."""

    activity: str
    sign: str
    calls: int
    amount: int


@dataclass(frozen=True, slots=True)
class StoppedRow:
    """One ground of refusal in words."""

    activity: str
    reason: str
    articles: str
    inferred: bool
    instead: str
    calls: int


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One condition: what the sluice does about it, or that people have to."""

    name: str
    articles: str
    does: str
    enforced: bool


@dataclass(frozen=True, slots=True)
class CircleView:
    """All the template shows."""

    name: str
    title: str
    lead: str
    is_open: bool
    state: str
    state_more: str
    figures: tuple[tuple[int, str, str], ...]
    assessment: dict[str, object] | None
    rules: tuple[RuleRow, ...]
    stop: words.Refusal | None
    has_keys: bool
    balance: BalanceView
    members: tuple[MemberRow, ...]
    facts: tuple[tuple[str, str], ...]
    passed: tuple[PassedRow, ...]
    stopped: tuple[StoppedRow, ...]
    effects: tuple[tuple[str, int], ...]
    question: str
    coming: tuple[ComingView, ...]
    scope: str


@dataclass(frozen=True, slots=True)
class Card:
    """A circle in a list."""

    name: str
    title: str
    members: str
    until: str
    is_open: bool
    state: str


def card(section: Section, shut: Ground | None) -> Card:
    """A circle in a list, with the ground that keeps its gate shut, if any."""
    members = len(section.members)
    count = ngettext("%(n)d partner", "%(n)d partners", members) % {"n": members}
    return Card(section.name, section.title, count, words.day(section.until - 1), shut is None, _state(shut))


def _state(shut: Ground | None) -> str:
    return _("Poort 2 is open") if shut is None else _("Poort 2 is dicht")


def page(found: CirclePage, *, party: bytes) -> CircleView:
    """The page of a circle for somebody of `party`."""
    section, shut = found.section, found.shut
    return CircleView(
        name=section.name,
        title=section.title,
        lead=_lead(section, is_open=shut is None),
        is_open=shut is None,
        state=_state(shut),
        state_more=_("tot en met %(day)s. Daarna gaat hij vanzelf dicht.") % {"day": words.day(_open_until(found) - 1)}
        if shut is None
        else words.reason(shut),
        figures=_figures(found),
        assessment=_assessment(found),
        rules=(*_enforced(section), *_left_to_people(found)),
        stop=None if shut is None else words.refusal(shut.code, shut.articles, section=section),
        has_keys=bool(found.keys),
        balance=balance.view(found.balance),
        members=tuple(_member(one, party) for one in section.members),
        facts=_facts(found),
        passed=tuple(
            PassedRow(words.named(words.ACTIVITIES, one.activity), words.sign(one.activity), one.calls, one.amount)
            for one in found.tally.passed
            if one.activity in _SHOWN
        ),
        stopped=tuple(_stopped(one, section) for one in found.refused),
        effects=effects.rows(found.effects),
        question=_question(found),
        coming=whatif.views(found.coming),
        scope=_("Afgelopen 30 dagen, alle leden samen. Aantallen, nooit een kenmerk en nooit wie er vroeg."),
    )


def _open_until(found: CirclePage) -> int:
    """The first second at which a term ends: the circle's, its assessment's in the policy, or the one in the register."""
    section, held = found.section, found.assessment
    ends = [section.until, section.assessment.until if section.assessment else None, held.shuts if held else None]
    return min(end for end in ends if end is not None)


def _lead(section: Section, *, is_open: bool) -> str:
    members = len(section.members)
    blanks = {"n": members, "types": words.listed(words.TYPES, section.types, ", ")}
    if not is_open:
        who = ngettext("%(n)d partner wil dit delen: %(types)s.", "%(n)d partners willen dit delen: %(types)s.", members)
        return " ".join((who % blanks, _("Dat gaat nu niet door.")))
    who = ngettext("%(n)d partner doet mee, met %(types)s.", "%(n)d partners bevragen elkaar over %(types)s.", members)
    return " ".join((who % blanks, _("Niemand kan lezen wat een ander vraagt.")))


def _figures(found: CirclePage) -> tuple[tuple[int, str, str], ...]:
    section, days = found.section, _("dagen")
    members, sectors = len(section.members), len({member.sector for member in section.members})
    rows = [
        (members, "", f"{_partners(members)}, {_sectors(sectors)}"),
        (section.k, "", _("k: zo veel anderen moeten het kenmerk delen voordat iemand een treffer ziet")),
        (section.retention, days, _("bewaartermijn van een signaal")),
    ]
    if found.epoch and found.keys:
        left = max(0, (found.epoch.end - found.now) // DAY)
        rows.append((left, days, _("tot de volgende sleutel, tijdvak %(n)d") % {"n": found.epoch.number}))
    if section.assessment and found.shut is None:
        rows.append((max(0, (section.assessment.until - found.now) // DAY), days, _("tot de beoordeling afloopt")))
    return tuple(rows)


def _partners(number: int) -> str:
    return ngettext("partner", "partners", number)


def _sectors(number: int) -> str:
    return ngettext("uit %(n)d sector", "uit %(n)d sectoren", number) % {"n": number}


def _assessment(found: CirclePage) -> dict[str, object] | None:
    held = found.assessment
    if held is None:
        return None
    return {
        "name": _("%(name)s, versie %(n)d") % {"name": held.name, "n": held.version},
        "approved": words.day(held.approved),
        "approver": held.approver,
        "outcome": words.named(words.OUTCOMES, held.outcome),
        "opens": held.opens,
        "reason": held.reason,
        "articles": held.articles,
        "until": words.day(held.shuts - 1),
    }


def _enforced(section: Section) -> tuple[RuleRow, ...]:
    """What the code holds every passage to, with the articles we reasoned to."""
    blanks = {
        "until": words.day(section.until),
        "days": section.retention,
        "grade": section.grade,
        "purposes": words.listed(words.PURPOSES, section.purposes, "; "),
        "types": words.listed(words.TYPES, section.types, ", "),
        "k": section.k,
    }
    rows = (
        (_("Termijn"), "AVG 5 lid 1 e", _("Op %(until)s sluit deze uitwisselkring vanzelf, bij knooppunt en sleutelhouders.")),
        (
            _("Doelbinding"),
            "AVG 5 lid 1 b",
            _("Alleen voor %(purposes)s, als het is beoordeeld en zo is gedeeld."),
        ),
        (_("Minste gegevens"), "AVG 5 lid 1 c", _("Alleen voor %(types)s bestaat een sleutel. Andere kenmerken kunnen niet.")),
        (_("Juistheid"), "AVG 5 lid 1 d; AVG 10", _("Signalen onder bewijsgraad %(grade)s worden geweigerd.")),
        (
            _("Bewaartermijn"),
            "AVG 5 lid 1 e",
            _("Een signaal vervalt uiterlijk %(days)s dagen na de zaak en wordt dan gewist."),
        ),
    )
    inferred = _("eigen afleiding")
    return tuple(RuleRow(name, f"{articles} ({inferred})", does % blanks, enforced=True) for name, articles, does in rows)


def _left_to_people(found: CirclePage) -> tuple[RuleRow, ...]:
    if found.assessment is None:
        return ()
    states = [one for one in privacy.condition_states(found.assessment, found.section) if one.state != "control"]
    does = _("De sluis kan dit niet zelf vaststellen. De partners zien erop toe.")
    promised = (RuleRow(str(one), "", does, enforced=False) for one in found.assessment.promises)
    return (*(RuleRow(one.words, one.article, words.evidence(one), enforced=False) for one in states), *promised)


def _member(member: Member, party: bytes) -> MemberRow:
    uses = member.uses
    sector = words.named(words.SECTORS, member.sector)
    return MemberRow(member.name, sector, member.id == party, "publish" in uses, "check" in uses, "watch" in uses)


def _facts(found: CirclePage) -> tuple[tuple[str, str], ...]:
    holders = _("%(names)s: %(t)d van %(n)d nodig") % {
        "names": ", ".join(found.holders),
        "t": found.threshold,
        "n": len(found.holders),
    }
    return (
        *rule_facts(found.section),
        (_("Sleutelhouders"), holders),
        (_("Sleutels in gebruik"), str(found.keys)),
        (_("Signalen nu"), str(found.live_signals)),
    )


def rule_facts(section: Section) -> tuple[tuple[str, str], ...]:
    """The rules of a circle, in force or drafted, in words."""
    ways = {
        "automatic": _("automatisch, met doel en kwitantie"),
        "approval": _("de aanbieder beslist binnen 24 uur; zwijgen is nee"),
        "off": _("nee"),
    }
    spread = (
        _("deelvraag aan het knooppunt, nooit de hele lijst") if section.mode == "bucket" else _("kopie bij elk koppelpunt")
    )
    return (
        (_("Doelen"), words.listed(words.PURPOSES, section.purposes, "; ")),
        (_("Soorten"), words.listed(words.TYPES, section.types, ", ")),
        (_("Bewijsgraad"), _("%(grade)s of beter") % {"grade": section.grade}),
        (_("Context verstrekken"), ways[section.disclosure.context]),
        (_("Naam van de aanbieder"), ways[section.disclosure.publisher]),
        (_("Verspreiding"), spread),
    )


def _question(found: CirclePage) -> str:
    """The first direction that was assessed, as the question of the privacykader; nothing when the answer was yes."""
    held = found.assessment
    return whatif.question(held.exchanges[0]) if held is not None and not held.opens and held.exchanges else ""


def _stopped(row: RefusedRow, section: Section) -> StoppedRow:
    activity, why = words.named(words.ACTIVITIES, row.activity), words.refusal(row.ground, row.articles, section=section)
    return StoppedRow(activity, why.reason, "; ".join(why.articles), why.inferred, why.instead, row.calls)
