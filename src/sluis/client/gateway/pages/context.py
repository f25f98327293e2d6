"""Asking for the context behind a hit: both levels, what waits, and what the gate refuses with reason and articles."""

from __future__ import annotations

from typing import Final

import msgspec

from sluis.client import check as checking
from sluis.client import disclose as disclosing
from sluis.client.deskbook import ContextTold, Disclosure, Kept
from sluis.client.disclose import Disclosed
from sluis.client.gateway.pages import told
from sluis.client.gateway.pages.visits import Visit
from sluis.client.session import Matter
from sluis.core import errors
from sluis.core.exchange.bodies import Level
from sluis.core.exchange.entries import Hit
from sluis.core.exchange.policy import Section
from sluis.core.identifiers import normalise
from sluis.core.law import provenance

_LEVELS: Final[dict[str, Level]] = {"context": "context", "publisher": "publisher"}


def releases(section: Section | None) -> dict[str, str]:
    """How the circle discloses each level; `off` for a circle that is gone."""
    if section is None:
        return {"context": "off", "publisher": "off"}
    # A publisher's name always takes that publisher's word.
    named = "off" if section.disclosure.publisher == "off" else "approval"
    return {"context": section.disclosure.context, "publisher": named}


def ask(visit: Visit, found: Kept) -> Disclosure:
    """Asks the question anew, and then for what stands behind the hit. A gate that stays shut is an outcome, not an error.

    Raises NotFound `geen-treffer` when the hit is gone, Unavailable, TooMany.
    """
    about, before = found.dossier.about, found.dossier.disclosure or Disclosure()
    level = _LEVELS.get(visit.form["niveau"], "context")
    matter = Matter(about.circle, about.reference, about.purpose)
    try:
        (checked,) = checking.check(visit.session, [normalise.parse(about.type, about.identifier)], matter=matter)
        if not isinstance(checked.outcome, Hit):
            raise errors.NotFound("There is no hit any more.", code="geen-treffer")
        return _told(disclosing.disclose(visit.session, checked, matter=matter, level=level), before)
    except (errors.NotPermitted, errors.NotAllowed) as error:
        return msgspec.structs.replace(before, shut=told.refusal(error)) if told.refusal(error) else _raise(error)


def _raise(error: errors.SluisError) -> Disclosure:
    raise error


def fetch(visit: Visit, found: Kept) -> Disclosure:
    """What publishers answered so far. Raises NotFound `onbekend-verzoek`."""
    before = found.dossier.disclosure
    if before is None or not before.request:
        raise errors.NotFound("Nothing waits for a publisher.", code="onbekend-verzoek")
    return _told(disclosing.fetch(visit.session, before.request), before)


def _told(new: Disclosed, before: Disclosure) -> Disclosure:
    names = new.publishers or {}
    contexts = {one.signal: one for one in before.contexts}
    for key, context in new.contexts.items():
        known = contexts.get(key.hex())
        label = provenance.POLICE if key in new.police else ""
        contexts[key.hex()] = ContextTold(key.hex(), context, names.get(key, known.publisher if known else ""), label)
    return Disclosure(
        contexts=tuple(contexts.values()),
        refused=new.refused,
        unreadable=tuple(one.hex() for one in new.unreadable),
        waiting=len(new.pending),
        until=max((one.until for one in new.pending), default=0),
        request=new.request or before.request,
        receipts=(*before.receipts, new.receipt) if new.contexts else before.receipts,
    )


def summary(found: Disclosure) -> str:
    """The outcome in counts, for the steps of a dossier."""
    if found.shut:
        return found.shut.ground
    return f"{len(found.contexts)} / {found.waiting} / {len(found.refused)}"
