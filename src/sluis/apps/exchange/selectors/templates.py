"""Reads of templates of circles: what each drafts, what the rules in force still ask of it, and which exchanges are off."""

from __future__ import annotations

from dataclasses import dataclass

from sluis.apps.exchange.selectors import coming
from sluis.apps.exchange.selectors.coming import Coming
from sluis.apps.privacy import selectors as privacy
from sluis.core.exchange import templates
from sluis.core.exchange.policy import Section
from sluis.core.exchange.templates import Template, Told, Wish
from sluis.core.law import needed
from sluis.core.law.needed import Needed
from sluis.wire import clock

_NOBODY = Wish(bytes(16), "sjabloon", "Sjabloon", 0)


@dataclass(frozen=True, slots=True)
class Drafted:
    """A template with its section, and what the rules in force still ask."""

    template: Template
    section: Section
    needed: Needed


@dataclass(frozen=True, slots=True)
class Shut:
    """A kind of exchange that is off, by which articles, and what law to come would make of it."""

    told: Told
    needed: Needed
    coming: tuple[Coming, ...]


def drafted(identity: str, *, circle: bytes = b"", name: str = "", title: str = "") -> Drafted:
    """The template with this id as a section from now on: of the circle (16 octets) called so, or of none yet.

    Raises NotFound `onbekend-sjabloon`, Malformed `kring-onjuist`.
    """
    template = templates.named(identity)
    wish = Wish(circle, name, title, clock.now()) if circle else _NOBODY
    section = templates.draft(template, wish)
    return Drafted(template, section, needed.needed(template.exchanges, section, privacy.rules_in_force()))


def every() -> tuple[Drafted, ...]:
    """All templates, in their order."""
    return tuple(map(drafted, templates.every()))


def shut() -> tuple[Shut, ...]:
    """The kinds of exchange that are off."""
    section, rules = templates.draft(next(iter(templates.every().values())), _NOBODY), privacy.rules_in_force()
    return tuple(
        Shut(one, needed.needed(one.exchanges, section, rules), coming.changes(one.exchanges)) for one in templates.shut()
    )
