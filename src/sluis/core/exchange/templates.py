"""Templates of circles: a draft of the policy section and of the circle's own rules, that opens nothing.

A drafted section has no assessment, so every gate that reads it says no (`geen-beoordeling`) until one is approved.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, Literal

import msgspec
import yaml

from sluis.core import errors, packaged
from sluis.core.errors import Fault
from sluis.core.exchange.policy import Disclosure, Member, Section

VERSION: Final = "0.1"
DAY: Final = 86_400
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{1,38}[a-z0-9]")


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Something with a name and an explanation in two languages, and the facts of each of its directions."""

    id: str
    title_nl: str
    title_en: str
    about_nl: str
    about_en: str
    exchanges: tuple[dict[str, Any], ...]


class Template(Told, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a circle starts from: rules of the policy section, between how many members (`most` 0: no limit), whether they are
    hidden from outsiders, for how many days, and its own rules in words."""

    types: tuple[str, ...]
    purposes: tuple[str, ...]
    mode: Literal["bucket", "replica"]
    k: int
    grade: Literal["A", "B", "C", "D"]
    retention: int
    disclosure: Disclosure
    days: int
    least: int
    most: int
    hidden: bool
    gives: str
    evidence: str
    review_days: int


class Wish(msgspec.Struct, frozen=True):
    """The circle to draft: id (16 octets), short name, title, and first second."""

    circle: bytes
    name: str
    title: str
    starts: int


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    templates: tuple[Template, ...]
    shut: tuple[Told, ...]


@lru_cache(maxsize=1)
def _packaged() -> _File:
    octets = packaged.read("sluis.core.exchange", f"circle-templates-{VERSION}.yaml")
    return msgspec.convert(yaml.safe_load(octets), _File)


def every() -> Mapping[str, Template]:
    """The templates by id, in their order."""
    return {one.id: one for one in _packaged().templates}


def shut() -> tuple[Told, ...]:
    """Kinds of exchange that have a name and are off, because the law does not carry them."""
    return _packaged().shut


def named(identity: str) -> Template:
    """The template with this id. Raises NotFound `onbekend-sjabloon`."""
    found = every().get(identity)
    if found is None:
        raise errors.NotFound(f"A template is one of {', '.join(every())}.", code="onbekend-sjabloon")
    return found


def draft(template: Template, wish: Wish, members: Sequence[Member] = ()) -> Section:
    """A section for the policy file, without an assessment; without members it is still to be completed.

    Raises Malformed `kring-onjuist` with every fault at once.
    """
    faults = tuple(_faults(template, wish, members))
    if faults:
        raise errors.Malformed("The circle does not hold.", code="kring-onjuist", faults=faults)
    return Section(
        v=1,
        circle=wish.circle,
        name=wish.name,
        title=wish.title.strip(),
        from_=wish.starts,
        until=wish.starts + template.days * DAY,
        types=template.types,
        purposes=template.purposes,
        mode=template.mode,
        k=template.k,
        grade=template.grade,
        retention=template.retention,
        disclosure=template.disclosure,
        assessment=None,
        members=tuple(members),
    )


def _faults(template: Template, wish: Wish, members: Sequence[Member]) -> Iterator[Fault]:
    if not _NAME.fullmatch(wish.name):
        yield Fault("name", "kringnaam", "A name has 3 to 40 small letters, digits or hyphens.")
    if not 5 <= len(wish.title.strip()) <= 120:
        yield Fault("title", "titel-lengte", "Give a title of 5 to 120 signs.")
    groups = len({one.group for one in members})
    if members and groups < max(2, template.least):
        yield Fault("members", "te-weinig-leden", f"This takes at least {template.least} members of different groups.")
    if template.most and len(members) > template.most:
        yield Fault("members", "te-veel-leden", f"This takes at most {template.most} members.")
