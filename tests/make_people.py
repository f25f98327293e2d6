"""People who read the portal, signed in; and what holders say of their organisation."""

from __future__ import annotations

import secrets

from django.test import Client
from make import Circle

from sluis.apps.partners import services as partners
from sluis.apps.partners.services import Person
from sluis.core.exchange.bodies import LogLine
from sluis.core.exchange.words import Use

PASSWORD = "een-lang-wachtwoord"


def reader(circle: Circle, name: str = "bank", role: str = "privacy_officer") -> Client:
    """Somebody of the member called `name`, signed in."""
    partners.enrol(Person(f"{role}.{name}", PASSWORD, circle.members[name].id, role))
    client = Client()
    assert client.login(username=f"{role}.{name}", password=PASSWORD)
    return client


def shown(client: Client, path: str, *, status: int = 200) -> str:
    """The page under this address as text."""
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return answer.content.decode()


def holder_line(circle: Circle, name: str, *, use: Use = Use.CHECK, m: int = 7, digest: bytes = b"") -> LogLine:
    """A line of a holder about this member, at the moment the circle was made."""
    return LogLine(
        batch=secrets.token_bytes(16),
        digest=digest or secrets.token_bytes(32),
        key=circle.record.id,
        m=m,
        member=circle.members[name].id,
        root=secrets.token_bytes(32),
        time=circle.now,
        use=use,
    )
