"""What who runs the hub does with people at the command line."""

from __future__ import annotations

import json
from pathlib import Path

from django.test import Client
from make import Circle, base64ed
from typer.testing import CliRunner

from sluis.apps.partners.models import Organisation
from sluis.site import cli
from sluis.wire import credentials


def run(*words: str) -> tuple[int, str]:
    found = CliRunner().invoke(cli.app, words)
    return found.exit_code, found.output


def enrolled(folder: Path, *rows: dict[str, str]) -> tuple[int, str]:
    file = folder / "people.json"
    credentials.write(file, json.dumps(rows).encode())
    return run("enrol", str(file))


def row(party: bytes, **more: str) -> dict[str, str]:
    plain = {"username": "anna", "password": "een-lang-wachtwoord", "organisation": base64ed(party), "role": "org_admin"}
    return plain | more


def test_people_are_enrolled_listed_and_let_go(circle: Circle, tmp_path: Path) -> None:
    bank = circle.members["bank"].id
    assert enrolled(tmp_path, row(bank), row(bank, username="bas", role="analyst", totp="A" * 32)) == (
        0,
        "2 people may sign in\n",
    )
    assert run("people")[1] == "anna\torg_admin\tbank\tno second factor\nbas\tanalyst\tbank\tsecond factor\n"
    assert run("forget-factor", "bas")[0] == 0
    assert run("end-role", "anna", bank.hex())[0] == 0
    assert run("people")[1] == "bas\tanalyst\tbank\tno second factor\n"
    client = Client()
    assert client.login(username="anna", password="een-lang-wachtwoord")
    assert client.get("/kringen").status_code == 403


def test_what_is_not_there_is_said_in_one_line(circle: Circle, tmp_path: Path) -> None:
    bank = circle.members["bank"].id.hex()
    for words in (("end-role", "niemand", bank), ("end-role", "anna", "zz"), ("forget-factor", "niemand")):
        code, said = run(*words)
        assert (code, said.count("\n")) == (1, 1), said
    assert enrolled(tmp_path, row(circle.members["bank"].id, totp="kort"))[0] == 1
    assert run("people")[1] == ""


def test_the_programme_office_is_an_organisation_that_is_in_no_circle(circle: Circle, tmp_path: Path) -> None:
    code, said = run("name-organisation", "Programmabureau")
    party = bytes.fromhex(said.strip())
    assert (code, Organisation.objects.get(id=party).sector) == (0, "overheid")
    assert enrolled(tmp_path, row(party, role="programme_office"))[0] == 0
