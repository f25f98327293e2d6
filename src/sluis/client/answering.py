"""Answer a proven request: look in one's own books, ask the circles through both gates, follow what others decide and confirm.

Access goes to every publisher. What contests a signal suspends it at once, and the dispute body decides. Erasure takes one's
own signals back first. A partner without the right to ask for persons looks in its own books only, and names the desk.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from sluis.client import persons, rights, withdraw
from sluis.client.publish import Kept as OwnSignal
from sluis.client.rights import Accessed
from sluis.client.rightsbook import Asked, Correction, Kept, Told
from sluis.client.session import Matter, Session
from sluis.core import errors
from sluis.core.exchange.policy import Member, Section
from sluis.core.exchange.rights import DisputeReach
from sluis.core.exchange.words import Kind, Use
from sluis.core.identifiers import normalise
from sluis.core.identifiers.kinds import Identifier
from sluis.core.law import terms
from sluis.wire import clock

DAY: Final = 86_400
_DECIDED: Final = frozenset({"gegrond", "ongegrond"})


def circles(session: Session, use: Use, kind: str) -> list[tuple[Section, Member]]:
    """The circles in which this partner may ask this for persons, about this type of identifier."""
    found = session.directory.snapshot().memberships(session.key)
    return [(one, member) for one, member in found if use.label in member.uses and kind in one.types and kind in member.types]


def desks(session: Session) -> list[str]:
    """Who may ask for persons, of the circles this partner is in."""
    found = session.directory.snapshot().memberships(session.key)
    return sorted({one.name for section, _own in found for one in section.members if Use.INZAGE.label in one.uses})


def own_signals(session: Session, identifier: Identifier) -> Iterator[tuple[bytes, bytes]]:
    """The partner's own live signals on an identifier, in any scope: signal id and circle."""
    ids, wanted = session.store.own_ids(today=clock.now() // DAY), (identifier.type.label, str(identifier))
    for start in range(0, len(ids), 1_000):
        for one in session.store.shared(ids[start : start + 1_000]):
            kept, record = msgspec.json.decode(one.text, type=OwnSignal), session.directory.record(one.key_id)
            if (kept.type, kept.identifier) == wanted and kept.kind == Kind.FRAUD and record is not None:
                yield one.signal_id, record.circle


def _checks(session: Session, identifier: Identifier) -> int:
    wanted = (identifier.type.label, str(identifier))
    return sum((one.type, one.identifier) == wanted for _place, one in session.store.casebook.hits())


def handle(session: Session, number: int) -> Kept:
    """Answers, or asks who must: everything that follows from the right. Again it does no more.

    Raises NotAllowed `niet-bewezen`, Conflict `al-gesloten`, and as `rights.ask_access` and `rights.dispute`.
    """
    kept = session.store.rights.read(number)
    if kept.stage != "bewezen":
        kept.verified()
        return kept
    identifier = normalise.parse(kept.request.type, kept.request.identifier)
    if kept.right == "inzage":
        return _access(session, kept, identifier)
    return _contest(session, kept, identifier)


def _matter(kept: Kept, section: Section) -> Matter:
    return Matter(section.name, kept.name, section.purposes[0])


def _access(session: Session, kept: Kept, identifier: Identifier) -> Kept:
    asked: list[Asked] = []
    for section, _member in circles(session, Use.INZAGE, kept.request.type):
        states = rights.ask_access(session, identifier, matter=_matter(kept, section), verified=kept.verified())
        asked += [Asked("inzage", section.name, one.id, one.answer_by, "gevraagd") for one in states if one.signals]
    own = _own_told(session, identifier)
    fields: dict[str, Any] = {"asked": tuple(asked), "checks": _checks(session, identifier), "told": tuple(own)}
    fields["alone"] = not circles(session, Use.INZAGE, kept.request.type)
    done = persons.step(session, "uitgevraagd", str(len(asked)))
    persons.change(session, kept.number, done, stage="loopt", **fields)
    return look(session, kept.number)


def _own_told(session: Session, identifier: Identifier) -> list[Told]:
    """One's own signals, where the circles are not asked: a desk hears of its own as of everybody's."""
    if circles(session, Use.INZAGE, identifier.type.label):
        return []
    ids = [signal_id for signal_id, _circle in own_signals(session, identifier)]
    kept = (msgspec.json.decode(one.text, type=OwnSignal) for one in session.store.shared(ids)) if ids else ()
    return [Told("verstrekt", one.context.form, one.context.status) for one in kept]


def _withdraw(session: Session, identifier: Identifier) -> int:
    """Takes own signals back, at the person's request; how many. Who got a context hears it."""
    found, sections = list(own_signals(session, identifier)), session.directory.snapshot().sections
    for circle in sorted({circle for _signal, circle in found}):
        ids = [signal_id for signal_id, at in found if at == circle]
        withdraw.withdraw(session, ids, circle=sections[circle].name, reason="op-verzoek")
    return len(found)


def _contest(session: Session, kept: Kept, identifier: Identifier) -> Kept:
    """Suspends what others share, at once, in every circle this partner may; none found is an outcome too.

    Who may do so nowhere takes its own signals back: that is all it has.
    """
    ground: Any = kept.request.ground
    alone = not circles(session, Use.DISPUTE, kept.request.type)
    withdrawn = _withdraw(session, identifier) if alone or kept.right == "wissing" else None
    asked: list[Asked] = []
    for section, _member in circles(session, Use.DISPUTE, kept.request.type):
        try:
            states = rights.dispute(session, identifier, matter=_matter(kept, section), ground=ground, verified=kept.verified())
        except errors.NotFound:
            continue
        asked += [Asked("betwisting", section.name, one.id, one.decide_by, one.state) for one in states]
    fields: dict[str, Any] = {"asked": tuple(asked), "withdrawn": withdrawn, "alone": alone}
    if not asked:
        return persons.conclude(session, kept.number, "gewist" if withdrawn else "niets", **fields)
    done = persons.step(session, "stilgezet", str(len(asked)))
    return persons.change(session, kept.number, done, stage="loopt", **fields)


def look(session: Session, number: int) -> Kept:
    """Looks what others answered, decided and confirmed. Raises NotFound, Unavailable."""
    kept = session.store.rights.read(number)
    if kept.stage == "loopt":
        kept = _look_access(session, kept) if kept.right == "inzage" else _look_disputes(session, kept)
    if kept.stage == "besloten" and kept.request.ended == "gegrond":
        kept = _look_correction(session, kept)
    return kept


def _look_access(session: Session, kept: Kept) -> Kept:
    told, asked, own = list[Told](), list[Asked](), [one for one in kept.request.told if not kept.request.asked]
    for one in kept.request.asked:
        found = rights.fetch_access(session, one.id)
        told += _told(found)
        waits = any(signal.state == "gevraagd" for signal in found.state.signals)
        asked.append(msgspec.structs.replace(one, state="gevraagd" if waits else "beantwoord"))
    fields: dict[str, Any] = {"asked": tuple(asked), "told": (*own, *told)}
    if any(one.state == "gevraagd" for one in asked):
        return persons.change(session, kept.number, persons.step(session, "gekeken"), **fields)
    return persons.conclude(session, kept.number, "beantwoord", **fields)


def _told(found: Accessed) -> Iterator[Told]:
    for one in found.state.signals:
        context = found.contexts.get(one.id)
        words = (context.form, context.status) if context else ("", "")
        yield Told(one.state, *words, one.ground, dict(one.recipients))


def _look_disputes(session: Session, kept: Kept) -> Kept:
    """What the dispute body decided, as the desk's own notices say it."""
    heard = {
        one.notice.subject: one.notice.outcome
        for one in session.store.casebook.notices()
        if one.notice.kind == "betwisting-besloten"
    }
    asked = tuple(msgspec.structs.replace(one, state=heard.get(one.id, one.state)) for one in kept.request.asked)
    if not all(one.state in _DECIDED for one in asked):
        return kept
    upheld = any(one.state == "gegrond" for one in asked)
    fields: dict[str, Any] = {"asked": asked, "decider": ", ".join(_bodies(session, asked))}
    return persons.conclude(session, kept.number, "gegrond" if upheld else "ongegrond", **fields)


def _bodies(session: Session, asked: tuple[Asked, ...]) -> list[str]:
    names = {one.circle for one in asked}
    sections = (one for one in session.directory.snapshot().sections.values() if one.name in names)
    return sorted({member.name for section in sections for member in section.members if "decide" in member.uses})


def _look_correction(session: Session, kept: Kept) -> Kept:
    """Who confirmed the correction. The hub asks again, once a day, who did not."""
    reach = [rights.reach(session, one.id) for one in kept.request.asked if one.state == "gegrond"]
    found = Correction(sum(one.receivers for one in reach), sum(one.confirmed for one in reach), _waiting(reach), clock.now())
    detail = f"{found.confirmed} / {found.receivers}"
    return persons.change(session, kept.number, persons.step(session, "correctie-nagevraagd", detail), correction=found)


def _waiting(reach: list[DisputeReach]) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in reach:
        for sector, amount in one.waiting.items():
            found[sector] = found.get(sector, 0) + amount
    return found


def follow(session: Session) -> None:
    """Looks after every request that waits for others: decisions as they come, answers and confirmations once a day."""
    for kept in session.store.rights.all(is_open=True):
        is_dispute = kept.stage == "loopt" and kept.right != "inzage"
        if is_dispute or (kept.stage in ("loopt", "besloten") and _is_a_day_old(kept)):
            look(session, kept.number)
    session.store.rights.forget_before(clock.now() - terms.book().design.keep_days * DAY)


def _is_a_day_old(kept: Kept) -> bool:
    done = kept.request.correction is not None and not kept.request.correction.waiting
    return not done and clock.now() - kept.changed >= DAY
