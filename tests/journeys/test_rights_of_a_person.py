"""A person's rights and a publisher's word, from the terminal: access, the name of a publisher, and the koppelpunt's alarms."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest

from journeys.world import Demo, invented_iban, until
from sluis.demo import world
from sluis.wire import credentials

pytestmark = pytest.mark.slow
ABOUT = ("--circle", world.SHOPS_NAME, "--purpose", world.PURPOSES[0])
CHECKED = ("--person", "balie", "--control", "bankafschrift")


def sluis(demo: Demo, slug: str, *argv: str, given: str = "", fails: bool = False) -> Any:
    done: subprocess.CompletedProcess[str] = demo.run(*argv, "--json", slug=slug, given=given)
    assert (done.returncode != 0) == fails, done.stdout + done.stderr
    return json.loads(done.stdout)


def share(demo: Demo, slug: str, iban: str) -> str:
    argv = ("publish", iban, "--form", "AVF.AANKOOP", "--grade", "B", "--case", "zaak 9", *ABOUT)
    return str(sluis(demo, slug, *argv)[0]["id"])


def waiting(demo: Demo, slug: str, kind: str, subject: str) -> dict[str, Any]:
    found = (one for one in sluis(demo, slug, "notices") if one["kind"] == kind and one.get("subject") == subject)
    return next(found)


def test_a_desk_asks_access_and_the_publisher_answers(demo: Demo) -> None:
    iban = invented_iban(91_001)
    signal = share(demo, "zeilmakerij", iban)
    (asked,) = sluis(demo, "vuurtoren", "access", "ask", iban, "--case", "inzage 3", *CHECKED, *ABOUT)
    assert [one["state"] for one in asked["signals"]] == ["gevraagd"]
    notice = waiting(demo, "zeilmakerij", "inzage-gevraagd", asked["id"])
    assert notice["signal"] == signal
    argv = ("access", "answer", asked["id"], "--signal", signal, "--answer")
    refused = sluis(demo, "zeilmakerij", *argv, "geweigerd", fails=True)
    assert refused["error"]["code"] == "geen-weigeringsgrond"
    sluis(demo, "zeilmakerij", *argv, "verstrekt")
    (told,) = sluis(demo, "vuurtoren", "access", "show", asked["id"])["signals"]
    assert (told["state"], told["context"]["form"]) == ("verstrekt", "AVF.AANKOOP")


def test_a_shop_may_not_ask_access(demo: Demo) -> None:
    iban = invented_iban(91_001)
    refused = sluis(demo, "pakketboot", "access", "ask", iban, "--case", "nieuwsgierig", *CHECKED, *ABOUT, fails=True)
    assert refused["error"]["ground"] == "gebruik-niet-toegekend"


def test_the_name_of_a_publisher_comes_when_both_agree(demo: Demo) -> None:
    iban = invented_iban(91_002)
    signal = share(demo, "zeilmakerij", iban)
    until(lambda: sluis(demo, "tolhuis", "check", iban, "--case", "t 1", *ABOUT)[0]["outcome"] == "hit")
    asked = sluis(demo, "tolhuis", "disclose", iban, "--case", "t 1", "--level", "publisher", *ABOUT)
    assert (asked["pending"], asked["contexts"]) == ([signal], [])
    notice = waiting(demo, "zeilmakerij", "verstrekking-gevraagd", asked["request"])
    assert (notice["sector"], notice["level"]) == ("psp", "publisher")
    sluis(demo, "zeilmakerij", "disclosure", "decide", asked["request"], "--signal", signal, "--decision", "toestaan")
    told = sluis(demo, "tolhuis", "disclosure", "show", asked["request"])
    assert told["publishers"] == {signal: "Zeilmakerij Online"}


def test_a_dispute_from_the_terminal_opens_once_and_another_decides(demo: Demo) -> None:
    iban = invented_iban(91_003)
    share(demo, "zeilmakerij", iban)
    argv = ("dispute", "open", iban, "--ground", "naamgenoot", "--case", "b 1", *CHECKED, *ABOUT)
    (opened,) = sluis(demo, "vuurtoren", *argv)
    assert sluis(demo, "vuurtoren", *argv) == [opened]
    ruled = ("--by", "R. Recht", "--reason", "Naam en geboortedatum kloppen niet.")
    decide = ("dispute", "decide", opened["id"], "--case", "b 1", *ruled, *ABOUT)
    assert sluis(demo, "zeilmakerij", *decide, "--outcome", "ongegrond", fails=True)["error"]["code"] == "geen-recht"
    without = sluis(demo, "raadhuis", *decide, "--outcome", "gegrond", fails=True)
    assert without["error"]["code"] == "geen-vrijgave"
    assert sluis(demo, "raadhuis", *decide, "--outcome", "ongegrond")["state"] == "ongegrond"


def test_the_gateway_watches_and_alarms_over_its_local_api(demo: Demo) -> None:
    iban = invented_iban(91_004)
    token = credentials.secret(demo.folder / "keys" / "lantaarn.token").decode()
    head, url = {"authorization": f"Bearer {token}"}, demo.url("lantaarn")
    matter = {"circle": world.SHOPS_NAME, "case": "bewaken", "purpose": world.PURPOSES[0], "type": "iban"}
    body = {**matter, "items": [{"identifier": iban, "reference": "klant 4"}]}
    answer = httpx.post(f"{url}/v1/bewakingen", json=body, headers=head, timeout=30)
    assert answer.json() == {"watched": 1}, answer.text
    assert httpx.get(f"{url}/v1/alarmen").status_code == 403
    share(demo, "zeilmakerij", iban)
    with httpx.stream("GET", f"{url}/v1/alarmen", headers=head, timeout=20) as stream:
        lines = (line.removeprefix("data: ") for line in stream.iter_lines() if line.startswith("data: {"))
        alarm = next(one for one in map(json.loads, lines) if one["reference"] == "klant 4")
    assert (alarm["kind"], alarm["identifier"], alarm["others"]) == ("treffer", iban, "1")
    told = {**matter, "identifier": iban, "measure": "klant-gewaarschuwd"}
    assert httpx.post(f"{url}/v1/terugkoppelingen", json=told, headers=head).status_code == 404
    check = {**matter, "case": "c 1", "identifiers": [iban]}
    (found,) = httpx.post(f"{url}/v1/bevragingen", json=check, headers=head, timeout=30).json()["results"]
    assert "kan" in found["hit"]["customer"]["nl"]
    assert httpx.post(f"{url}/v1/terugkoppelingen", json=told, headers=head).json() == {"signals": 1}


def test_a_file_is_read_whole_before_anything_is_shared(demo: Demo, tmp_path: Path) -> None:
    good, bad = invented_iban(91_005), "NL00TEST0000000000"
    file = tmp_path / "zaken.csv"
    file.write_text(f"identifier,form\n{good},PHI\n{bad},PHI\n")
    argv = ("publish-file", str(file), "--case", "partij 1", *ABOUT)
    refused = sluis(demo, "zeilmakerij", *argv, fails=True)
    assert [one["where"] for one in refused["error"]["errors"]] == ["row 3, identifier"]
    file.write_text(f"identifier,form\n{good},PHI\n")
    assert sluis(demo, "zeilmakerij", *argv, "--only-look")["shared"] == 0
    assert sluis(demo, "tolhuis", "check", good, "--case", "t 2", *ABOUT)[0]["outcome"] == "no-hit"
    assert sluis(demo, "zeilmakerij", *argv)["shared"] == 1
    until(lambda: sluis(demo, "tolhuis", "check", good, "--case", "t 2", *ABOUT)[0]["outcome"] == "hit")
