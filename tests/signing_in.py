"""People with a code generator, signing in as a browser does; and a clock for their codes."""

from __future__ import annotations

import re
import secrets
from base64 import b32encode
from dataclasses import dataclass, field

from django.test import Client
from django_otp.oath import totp

from sluis.apps.partners import services as partners
from sluis.apps.partners.services import Person

PASSWORD = "een-lang-wachtwoord"


@dataclass
class Phone:
    """A code generator. `code(1)` is the next one: what was used before is not taken again."""

    key: bytes = field(default_factory=lambda: secrets.token_bytes(20))

    @property
    def secret(self) -> str:
        return b32encode(self.key).decode()

    def code(self, ahead: int = 0) -> str:
        return f"{totp(self.key, t0=-30 * ahead):06d}"


def employee(organisation: bytes, role: str = "analyst", *, name: str = "anna", email: str = "") -> Phone:
    """Somebody with a phone."""
    phone = Phone()
    partners.enrol(Person(name, PASSWORD, organisation, role, email=email, totp=phone.secret))
    return phone


def with_password(name: str = "anna", client: Client | None = None) -> Client:
    """The first step only."""
    client = client or Client()
    answer = client.post("/inloggen", {"username": name, "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()
    return client


def signed_in(phone: Phone, name: str = "anna", *, ahead: int = 0) -> Client:
    """Both steps."""
    client = with_password(name)
    answer = client.post("/inloggen/code", {"code": phone.code(ahead)})
    assert answer.status_code == 302, answer.content.decode()
    return client


def secret_on(page: str) -> bytes:
    """The secret that a page shows as text."""
    from base64 import b32decode

    found = re.search(r"leesbaar\">([A-Z2-7 ]{20,})</code>", page)
    assert found, page
    return b32decode(found[1].replace(" ", ""))
