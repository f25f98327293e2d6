"""A group to show: with invented data only, people who exist enter a group, an item and a release that waits."""

from __future__ import annotations

import msgspec
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from sluis.apps.consent.selectors import item_page, my_groups
from sluis.apps.consent.selectors.rules import Audience
from sluis.apps.consent.services.answers import agree
from sluis.apps.consent.services.groups import Founding, found, join
from sluis.apps.consent.services.items import Draft, credit, write
from sluis.apps.consent.services.releases import Proposal, propose
from sluis.apps.partners import selectors as partners
from sluis.apps.partners.selectors import Acting
from sluis.core import errors


class StagedForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who founds the group, who writes and proposes (of the same organisation), and who join and contribute, by the names
    they sign in with; the words; and the marking under which it would go to all partners."""

    name: str
    founder: str
    writer: str
    members: tuple[str, ...]
    title: str
    text: str
    marking: str = "green"


def stage(form: StagedForm) -> bool:
    """Enters what the form says; False when the founder's organisation has a group of that name already.

    The founder agrees to the release, the others did not answer yet. Raises NotAllowed `geen-recht` with real data, NotFound
    `onbekende-persoon`, and what the acts raise that a person does by hand.
    """
    if not settings.SLUIS_INVENTED:
        raise errors.NotAllowed("A group is staged with invented data only.")
    founder, writer, *members = map(person, (form.founder, form.writer, *form.members))
    if any(one.name == form.name for one in my_groups(founder).groups):
        return False
    with transaction.atomic():
        group = found(founder, Founding(form.name, tuple(one.organisation for one in members)))
        for one in members:
            join(one, group)
        item = write(writer, group, Draft(form.title, form.text, "binnenskamers"))
        for one in members:
            credit(writer, item, one.organisation)
        release = propose(writer, item, Proposal(Audience("partners"), form.marking, sure=True))
        waiting = item_page(founder, item).release
        agree(founder, release, digest=waiting.digest if waiting else "")
    return True


def person(username: str) -> Acting:
    """Who signs in by this name, with organisation and role. Raises NotFound `onbekende-persoon`, NotAllowed `geen-recht`."""
    user = User.objects.filter(username=username).first()
    if user is None:
        raise errors.NotFound("There is nobody of that name.", code="onbekende-persoon")
    return partners.acting(user)
