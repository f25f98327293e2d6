"""No identifier and no case reference is readable anywhere at the hub: database, pages, logs, problems, API description.

The search decodes every column of every table as text, octets, hexadecimal and base64, and must find a marker first.
"""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Iterator

import make
import pytest
from django.test import Client
from hub_fixtures import Server
from make import Circle, Draft

from sluis.apps.partners import services as partners
from sluis.apps.partners.services import Person
from sluis.core.exchange import commitments
from sluis.core.identifiers import normalise

CASES = ("ZAAK-2026-00417-K", "dossier/kadebank/88123")
IBANS = (make.IBAN, make.OTHER_IBAN)
SPACED = tuple(" ".join(iban[i : i + 4] for i in range(0, len(iban), 4)) for iban in IBANS)
KNOWN = (*IBANS, *SPACED, *(iban[4:] for iban in IBANS), *CASES)
MARKER = "NL00MARK0000000000"
HEX = re.compile(rb"[0-9a-fA-F]{24,}")
BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{16,}={0,2}")


def decodings(octets: bytes, *, depth: int = 2) -> Iterator[bytes]:
    """`octets`, and what stands in it as hexadecimal or base64, twice over."""
    yield octets
    if not depth:
        return
    for found in HEX.findall(octets):
        yield from decodings(bytes.fromhex(found[: len(found) // 2 * 2].decode()), depth=depth - 1)
    for found in BASE64.findall(octets):
        for shift in range(4):
            part = found[shift:].rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
            part = part[:-1] if len(part) % 4 == 1 else part
            yield from decodings(base64.b64decode(part + b"=" * (-len(part) % 4)), depth=depth - 1)


def readable(octets: bytes, values: tuple[str, ...]) -> set[str]:
    """Which of the values stand in `octets`, in any decoding, whatever their case."""
    assert all(len(value) >= 12 for value in values)
    needles = {value: {value.lower().encode(), value.lower().encode("utf-16-le")} for value in values}
    texts = [text.lower() for text in decodings(octets)]
    return {value for value, forms in needles.items() if any(form in text for form in forms for text in texts)}


def dump(database: Server) -> Iterator[tuple[str, bytes]]:
    """Every column of every row of every table, as (place, octets)."""
    with database.connect("sluis_owner") as owner:
        tables = [name for (name,) in owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        assert len(tables) > 25
        for table in tables:
            cursor = owner.execute(f'SELECT * FROM "{table}"')
            names = [one.name for one in cursor.description or ()]
            for row in cursor:
                for name, value in zip(names, row, strict=True):
                    yield f"{table}.{name}", bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode()


def found_in(database: Server, values: tuple[str, ...]) -> dict[str, set[str]]:
    return {place: hits for place, octets in dump(database) if (hits := readable(octets, values))}


@pytest.fixture
def busy(circle: Circle) -> Circle:
    """A hub that saw both identifiers published, one disclosed, and refusals of every sort."""
    partners.enrol(Person("jurist", "een-lang-wachtwoord", circle.members["bank"].id, "privacy_officer"))
    for iban, case in zip(IBANS, CASES, strict=True):
        circle.publish("bank", circle.signal("bank", Draft(iban=iban)))
        commitment = commitments.case(secrets.token_bytes(32), 0, purpose=make.PURPOSE, reference=case)
        body = circle.disclosure(voucher=circle.voucher(iban), commitment=commitment)
        assert circle.post("/v1/verstrekkingen", body, key=circle.members["shop"].key).status_code == 200
        refused = body | {"purpose": "werving"}
        assert circle.post("/v1/verstrekkingen", refused, key=circle.members["shop"].key).status_code == 403
    return circle


def test_the_search_finds_a_planted_marker_in_every_guise(database: Server) -> None:
    marker = MARKER.encode()
    guises = (marker, marker.hex().encode(), base64.b64encode(marker), base64.b64encode(b"x" + marker), marker.lower())
    nested = base64.b64encode(b'{"payload":"' + base64.b64encode(b"..." + marker) + b'"}')
    for guise in (*guises, nested, MARKER.encode("utf-16-le"), b"\x00\x01" + marker + b"\xff"):
        assert readable(guise, (MARKER,)) == {MARKER}, guise
    with database.connect("sluis_owner") as owner:
        owner.execute("INSERT INTO plumbing_event VALUES ('entries', 1, %s)", [b"\x01\x02" + marker])
        owner.execute("INSERT INTO plumbing_stream VALUES (%s, 1)", [marker.hex()])
    assert set(found_in(database, (MARKER,))) == {"plumbing_event.body", "plumbing_stream.name"}


def test_the_database_holds_no_readable_identifier(busy: Circle, database: Server) -> None:
    with database.connect("sluis_owner") as owner:
        assert owner.execute("SELECT count(*) FROM exchange_signal").fetchone() == (2,)
        assert owner.execute("SELECT count(*) FROM exchange_disclosure").fetchone() == (2,)
    octets = tuple(normalise.parse("iban", iban).octets().decode() for iban in IBANS)
    assert found_in(database, (*KNOWN, *octets)) == {}


def test_pages_problems_logs_and_api_hold_no_readable_identifier(busy: Circle, capfd: pytest.CaptureFixture[str]) -> None:
    person = Client()
    assert person.login(username="jurist", password="een-lang-wachtwoord")
    bank = busy.members["bank"].key
    answers = [
        person.get("/kringen"),
        person.get(f"/kringen/{busy.name}"),
        person.get(f"/kringen/{make.IBAN}"),
        person.get(f"/kringen/{busy.name}/opbrengst"),
        person.get(f"/kringen/{busy.name}/beoordeling"),
        *(person.get(path) for path in ("/opbrengst", "/sleutels", "/logboek", "/doorlatingen", "/doorlatingen.csv")),
        *(person.get(f"/doorlatingen{kind}?van={make.IBAN}&na={make.IBAN}") for kind in ("", ".csv", ".json")),
        person.get(f"/logboek?voor={make.IBAN}"),
        person.get("/v1/openapi.json"),
        busy.post("/v1/verstrekkingen", busy.disclosure(purpose=make.IBAN), key=busy.members["shop"].key),
        busy.post("/v1/verstrekkingen", {"circle": make.IBAN}, key=bank),
        busy.post(busy.path(), {"signals": [make.IBAN]}, key=bank),
        busy.post(busy.path(), make.IBAN.encode(), key=bank),
        busy.post("/v1/verstrekkingen", busy.disclosure(level=make.IBAN), key=bank),
        busy.post("/v1/verstrekkingen", busy.disclosure(**{make.IBAN: 1}), key=bank),
        busy.post(f"/v1/kringen/{make.IBAN}/signalen", {"signals": []}, key=bank),
        make.call("POST", "/v1/beleid", make.IBAN.encode(), key=bank),
        make.call("POST", "/v1/verstrekkingen", make.IBAN.encode(), key=bank),
    ]
    assert {answer.status_code for answer in answers} == {200, 400, 403, 404}
    printed = capfd.readouterr()
    assert "refused" in printed.out + printed.err, "the log was not caught"
    for text in (*(answer.content for answer in answers), (printed.out + printed.err).encode()):
        assert readable(text, KNOWN) == set()
