"""People who read the portal, signed in."""

from __future__ import annotations

from django.test import Client
from make import Circle

from sluis.apps.partners import services as partners
from sluis.apps.partners.services import Person

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
