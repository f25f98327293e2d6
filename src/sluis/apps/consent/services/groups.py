"""Groups: found, invite, join, leave; and what only all members together decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sluis.apps.consent.models import Group, Membership, Motion, Voice
from sluis.apps.consent.selectors import rules, visibility
from sluis.apps.consent.services import acts, messages
from sluis.apps.consent.services.messages import Subject
from sluis.apps.partners import selectors as partners
from sluis.apps.partners.selectors import Acting
from sluis.core import errors
from sluis.wire import clock

NAME: Final = 120


@dataclass(frozen=True, slots=True)
class Founding:
    """A group to begin with: its name, and the organisations (party ids) that are invited at once."""

    name: str
    invite: tuple[bytes, ...] = ()


def found(acting: Acting, founding: Founding) -> UUID:
    """Founds a group; the founder is its first member, the rule is unanimity. Returns its id.

    Raises NotAllowed `geen-recht`, Malformed `groep-onjuist`, NotFound `onbekende-organisatie`.
    """
    name = " ".join(founding.name.split())
    if not 0 < len(name) <= NAME:
        raise errors.Malformed("Give the group a name of at most 120 characters.", code="groep-onjuist")
    invited = [one for one in founding.invite if one != acting.organisation]
    _require_known(invited)
    now = clock.now()
    with acts.act(acting, "groep oprichten", rules.DECIDERS):
        group = Group.objects.create(name=name, founder=acting.organisation, founded=now)
        _member(group, acting.organisation, inviter=acting.organisation).save(force_insert=True)
        for party in invited:
            _invite(group, party, inviter=acting.organisation)
        acts.log(acting, "groep oprichten", group.id)
        messages.tell(invited, Subject("uitnodiging", group.id))
    return group.id


def _require_known(parties: list[bytes]) -> None:
    if not set(parties) <= partners.names().keys():
        raise errors.NotFound("There is no such organisation.", code="onbekende-organisatie")


def _member(group: Group, party: bytes, *, inviter: bytes) -> Membership:
    now = clock.now()
    return Membership(group=group, party=party, state=visibility.MEMBER, inviter=inviter, invited=now, pledged=now, left=None)


def _invite(group: Group, party: bytes, *, inviter: bytes) -> None:
    """Invites an organisation, anew when it was there before."""
    now, there = clock.now(), Membership.objects.filter(group=group, party=party)
    again = there.update(state=visibility.INVITED, inviter=inviter, invited=now, pledged=None, left=None)
    if not again:
        Membership.objects.create(group=group, party=party, state=visibility.INVITED, inviter=inviter, invited=now)


def join(acting: Acting, group: UUID) -> None:
    """Takes an invitation: the organisation pledges that what is shared stays inside, and reads from now on.

    Raises NotAllowed `geen-recht`, NotFound `onbekende-groep`.
    """
    with acts.act(acting, "groep ingaan", rules.DECIDERS):
        mine = Membership.objects.filter(group=group, party=acting.organisation, state=visibility.INVITED)
        if not mine.update(state=visibility.MEMBER, pledged=clock.now()):
            raise errors.NotFound("There is no invitation to this group.", code="onbekende-groep")
        acts.log(acting, "groep ingaan", group)


def leave(acting: Acting, group: UUID) -> None:
    """Leaves a group, or turns an invitation down. What the organisation contributed stays contributed: a release that waits
    waits for its yes still, and so does every later one.

    Raises NotAllowed `geen-recht`, NotFound `onbekende-groep`.
    """
    with acts.act(acting, "groep verlaten", rules.DECIDERS):
        invited = _settle_without(acting, group)
        mine = Membership.objects.filter(group=group, party=acting.organisation).exclude(state="weg")
        if not mine.update(state="weg", left=clock.now()):
            raise errors.NotFound("There is no such group, or it is not yours.", code="onbekende-groep")
        acts.log(acting, "groep verlaten", group)
        messages.tell(invited, Subject("uitnodiging", group))


def _settle_without(acting: Acting, group: UUID) -> list[bytes]:
    """Carries what only waited for the member that leaves now; returns who is invited by it."""
    others = set(visibility.members(group)) - {acting.organisation}
    if not others:
        return []
    _lock_group(group)
    open_ones = Motion.objects.select_related("group").filter(group=group, state="open", ends__gt=clock.now())
    return [party for motion in open_ones.order_by("opened", "id") for party in _settle(motion, others)]


def propose_member(acting: Acting, group: UUID, party: bytes) -> UUID:
    """Proposes to invite one more organisation: it would read everything, so all members have to want it. Returns the motion.

    Raises NotAllowed `geen-recht`, NotFound `onbekende-groep`, `onbekende-organisatie`, Conflict `al-lid`, `ligt-al-voor`.
    """
    _require_known([party])
    with acts.act(acting, "lid voordragen", rules.DECIDERS):
        there = visibility.membership(group, party)
        if there is not None and there.state != "weg":
            raise errors.Conflict("This organisation is in the group, or invited, already.", code="al-lid")
        return _propose(acting, group, Motion(about="lid", value=party.hex()))


def propose_rule(acting: Acting, group: UUID, rule: str) -> UUID:
    """Proposes another rule for release, for what is proposed after all members carried it. Returns the motion.

    Raises NotAllowed `geen-recht`, NotFound `onbekende-groep`, Malformed `onbekende-regel`, Conflict `ligt-al-voor`,
    `zo-is-het-al`.
    """
    if rule not in rules.RULES:
        raise errors.Malformed(f"A rule is one of {', '.join(rules.RULES)}.", code="onbekende-regel")
    with acts.act(acting, "regel voorstellen", rules.DECIDERS):
        if visibility.group_of_member(group, acting.organisation).rule == rule:
            raise errors.Conflict("The group has this rule already.", code="zo-is-het-al")
        return _propose(acting, group, Motion(about="regel", value=rule))


def _propose(acting: Acting, group: UUID, motion: Motion) -> UUID:
    now = clock.now()
    held = visibility.group_of_member(group, acting.organisation)
    _lock_group(group)
    open_ones = Motion.objects.filter(group=held, about=motion.about, value=motion.value, state="open")
    open_ones.filter(ends__lte=now).update(state="verlopen", closed=now)
    if open_ones.exists():
        raise errors.Conflict("This is before the members already.", code="ligt-al-voor")
    motion.group, motion.proposer = held, acting.organisation
    motion.opened, motion.ends = now, now + rules.TERM * rules.DAY
    motion.save(force_insert=True)
    _say(acting, motion, agrees=True)
    acts.log(acting, "groepsbesluit voorstellen", motion.id)
    told = _settle(motion, set(visibility.members(group)))
    others = [one for one in visibility.members(group) if one != acting.organisation]
    messages.tell(others, Subject("groepsbesluit", group))
    messages.tell(told, Subject("uitnodiging", group))
    return motion.id


def _lock_group(group: UUID) -> None:
    """Until the transaction ends nobody else decides in this group, so that no two counts of voices pass each other."""
    Group.objects.select_for_update().filter(id=group).first()


def vote(acting: Acting, motion: UUID, *, agrees: bool) -> None:
    """Says yes or no for one's organisation, finally. One no ends it; the last yes carries it.

    Raises NotAllowed `geen-recht`, NotFound `onbekend-besluit`, Conflict `al-besloten`, `al-gezegd`.
    """
    with acts.act(acting, "groepsbesluit stemmen", rules.DECIDERS):
        row = Motion.objects.filter(id=motion).first()
        if row is None:
            raise errors.NotFound("There is no such motion.", code="onbekend-besluit")
        _lock_group(visibility.group_of_member(row.group_id, acting.organisation).id)
        row.refresh_from_db()
        if row.state != "open" or clock.now() >= row.ends:
            raise errors.Conflict("This was decided already, or its term is over.", code="al-besloten")
        if Voice.objects.filter(motion=row, party=acting.organisation).exists():
            raise errors.Conflict("Your organisation said its word on this.", code="al-gezegd")
        _say(acting, row, agrees=agrees)
        acts.log(acting, "groepsbesluit stemmen", row.id, outcome="ja" if agrees else "nee")
        messages.tell(_settle(row, set(visibility.members(row.group_id))), Subject("uitnodiging", row.group_id))


def _say(acting: Acting, motion: Motion, *, agrees: bool) -> None:
    said = {"party": acting.organisation, "person": acting.person, "agrees": agrees, "time": clock.now()}
    Voice.objects.create(motion=motion, group_id=motion.group_id, **said)


def _settle(motion: Motion, inside: set[bytes]) -> list[bytes]:
    """Ends the motion when it can be: carried by every member `inside`, or turned down. Returns who is invited by it."""
    voices: Mapping[bytes, bool] = {
        bytes(party): agrees for party, agrees in Voice.objects.filter(motion=motion).values_list("party", "agrees")
    }
    if not all(voices.values()):
        _close(motion, "verworpen")
        return []
    if not inside <= voices.keys():
        return []
    _close(motion, "aangenomen")
    if motion.about == "regel":
        Group.objects.filter(id=motion.group_id).update(rule=motion.value)
        return []
    party = bytes.fromhex(motion.value)
    _invite(motion.group, party, inviter=bytes(motion.proposer))
    return [party]


def _close(motion: Motion, state: str) -> None:
    motion.state, motion.closed = state, clock.now()
    motion.save(update_fields=["state", "closed"])
