"""What the demo's hub starts with: the assessments of its circles, and people who may sign in. All invented."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import msgspec

from sluis.demo import circles, evidence, services, world
from sluis.demo.circles import Circle
from sluis.demo.layout import Layout
from sluis.demo.processes import Supervisor
from sluis.wire import credentials

PEOPLE: Final = (
    ("jurist.kadebank", "kadebank", "privacy_officer"),
    ("analist.kadebank", "kadebank", "analyst"),
    ("analist.lantaarn", "lantaarn", "analyst"),
    ("jurist.lantaarn", "lantaarn", "privacy_officer"),
    ("bureau.tolhuis", "tolhuis", "programme_office"),
    ("kerngroep.tolhuis", "tolhuis", "core_group"),
    ("voorzitter.tolhuis", "tolhuis", "observer"),
)
# A release that waits: the bank agreed, the shop did not answer yet. The programme office sees that, and no word of it.
GROUP: Final = {
    "name": "Bankhelpdesk",
    "founder": "jurist.kadebank",
    "writer": "analist.kadebank",
    "members": ("jurist.lantaarn",),
    "title": "Nieuwe werkwijze: de bezorger belt namens de bank",
    "text": "De beller zegt dat er een pakket met een nieuwe bankpas onderweg is.\n\n"
    "Daarna vraagt een bezorger aan de deur om de oude pas en de code. Wij zagen dit in een week bij vier klanten.",
}
# One circle runs as a pilot. Its numbers are those of the simulation, which takes one hit in ten back as wrong.
PILOT: Final = {
    "circle": world.SHOPS_NAME,
    "title": "Verzonnen proeftuin: sneller ingrijpen na een treffer",
    "hypothesis": "Verzonnen. Bank, betaaldienst, winkels en vervoerder grijpen samen sneller in dan ieder voor zich: minstens "
    "de helft van de maatregelen volgt binnen een uur na de treffer.",
    "days": 180,
    "goal": {"measure": "binnen-een-uur", "bound": 50},
    "criteria": ({"measure": "aandeel-onterecht", "bound": 40}, {"measure": "betwistingen", "bound": 2_000}),
    "proposer": "jurist.kadebank",
    "confirmer": "jurist.lantaarn",
    "reason": "Verzonnen: eerst met verzonnen gegevens, dan pas verder.",
}

# One case that passed its first gate, and one answer of the expert group for everybody.
CASEWORK: Final = {
    "case": {
        "group": GROUP["name"],
        "title": "Verzonnen: hetzelfde verdachte toestel bij bank en winkel",
        "text": "Een bank ziet een toestel waarmee is opgelicht. Een winkel ziet later hetzelfde bij een bestelling.\n\n"
        "Zij weten het niet van elkaar, en mogen het elkaar nu niet zomaar zeggen.",
        "marks": {"jurist.kadebank": (5, 3, 5), "analist.kadebank": (4, 3, 4), "analist.lantaarn": (5, 4, 4)},
        "owner": "jurist.kadebank",
        "document": "Verzonnen analyse: hoe vaak een toestel terugkomt",
        "summary": "In een verzonnen steekproef kwam een op de vijf toestellen binnen een week bij een andere partij terug.",
        "approver": "jurist.lantaarn",
    },
    "answer": {
        "office": "bureau.tolhuis",
        "core": "kerngroep.tolhuis",
        "asker": "jurist.lantaarn",
        "writer": "jurist.kadebank",
        "peer": "analist.kadebank",
        "chair": "voorzitter.tolhuis",
        "title": "Verzonnen: een werkwijze delen zonder personen",
        "question": "Mag een partij een werkwijze beschrijven voor anderen, als er geen persoon in te herkennen is?",
        "advice": "Verzonnen advies. Ja: een beschrijving zonder persoonsgegevens valt niet onder de AVG. Kijk na of het "
        "samen met andere gegevens iemand herkenbaar maakt.",
        "answer": "Verzonnen antwoord. Ja, zolang niemand te herkennen is, ook niet samen met andere gegevens.",
    },
}


def fill(layout: Layout, supervisor: Supervisor, start: int) -> None:
    """Enters assessment and people; what is there already stays. Writes every partner's configuration."""
    for party in world.MEMBERS:
        services.configure_partner(layout, party)
    known = _written(layout, "evidence", evidence.forms(start))
    supervisor.run_once(services.entered(layout, "evidence", known))
    assessments = [_assessment(layout, start, circle) for circle in circles.EVERY]
    supervisor.run_once(services.entered(layout, "assess", *assessments))
    supervisor.run_once(services.entered(layout, "enrol", _people(layout)))
    shown = ("--pilot", _written(layout, "pilot", PILOT), "--casework", _written(layout, "casework", CASEWORK))
    staged = (_written(layout, "group", GROUP), *shown)
    supervisor.run_once(services.entered(layout, "stage", *staged))


def accounts(layout: Layout) -> dict[str, str]:
    """Who may sign in at the portal, with the password."""
    return {username: _password(layout, username) for username, _organisation, _role in PEOPLE}


def codes(layout: Layout) -> dict[str, str]:
    """With which code an analyst signs in at the koppelpunt of each partner; the name is one's own."""
    return {party.slug: credentials.secret(layout.keyring.file(f"{party.slug}.desk")).decode() for party in world.PARTIES}


def _assessment(layout: Layout, start: int, circle: Circle) -> Path:
    told = circle.assessed
    form = {
        "name": told.name,
        "circle": circle.id,
        "exchanges": told.exchanges,
        "met": told.met,
        "promises": told.promises,
        "reason": told.reason,
        "from": start,
        "until": start + world.CIRCLE_DAYS * world.DAY,
        "approver": "J. Verzonnen, privacyjurist",
    }
    return _written(layout, f"assessment-{told.name.lower()}", form)


def _people(layout: Layout) -> Path:
    ids = {party.slug: party.id for party in world.MEMBERS}
    rows = [
        {"username": username, "password": _password(layout, username), "organisation": ids[slug], "role": role}
        for username, slug, role in PEOPLE
    ]
    return _written(layout, "people", rows)


def _written(layout: Layout, name: str, content: object) -> Path:
    file = layout.folder / "config" / f"{name}.json"
    credentials.write(file, msgspec.json.encode(content))
    return file


def _password(layout: Layout, username: str) -> str:
    file = layout.keyring.file(f"{username}.password")
    if not file.exists():
        credentials.write(file, os.urandom(9).hex().encode())
    return credentials.secret(file).decode()
