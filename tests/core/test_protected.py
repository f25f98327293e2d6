"""The protected list: what it blocks, warns of and lets go, until when, and who approved it."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sluis.core import errors
from sluis.core.identifiers import normalise, protected, scopes, suffixes
from sluis.core.identifiers.protected import ProtectedList

ROOT = Path(__file__).parents[2]
DATA = ROOT / "src/sluis/core/identifiers/data"
SHARED = ROOT.parent / "shared" / "data"
DAY = 20_700


def ruling(kind: str, text: str, *, held: ProtectedList | None = None, day: int = DAY) -> str | None:
    found = (held or protected.packaged_list()).ruling(normalise.parse(kind, text), day=day)
    return found.kind if found else None


def document(**changes: Any) -> bytes:
    plain = json.loads((DATA / "protected.json").read_text())
    return json.dumps(plain | changes).encode()


def entry(**changes: Any) -> dict[str, Any]:
    plain = {"type": "domain", "value": "nep.example", "kind": "block", "reason": "r", "owner": "o", "until": DAY}
    return plain | {"approvers": ["Jan", "Piet"]} | changes


def with_entries(*entries: dict[str, Any]) -> ProtectedList:
    return protected.parse(document(entries=list(entries)))


def test_every_row_that_must_not_alert_is_blocked() -> None:
    path = SHARED / "indicators" / "expected-suppressed.csv"
    if not path.exists():
        pytest.skip("../shared/data/indicators/expected-suppressed.csv is not beside this clone")
    with path.open() as file:
        names = [row["value"] for row in csv.DictReader(file)]
    assert len(names) > 100
    assert [name for name in names if ruling("domain", name) != "block"] == []


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("domain", "nl", "block"),
        ("domain", "co.uk", "block"),
        ("domain", "myshopify.com", "block"),
        ("domain", "nepwinkel.myshopify.com", None),
        ("domain", "localhost", "block"),
        ("domain", "rabobank.nl", "block"),
        ("domain", "mijn.rabobank.nl", "block"),
        ("domain", "mijn-rabobank.nl", None),
        ("domain", "rabobank.nl.nep.example", None),
        ("domain", "bit.ly", "block"),
        ("domain", "docs.google.com", "block"),
        ("domain", "nep.docs.google.com", None),
        ("domain", "yopmail.com", "warn"),
        ("url", "https://bit.ly/", "block"),
        ("url", "https://bit.ly/x", "warn"),
        ("url", "https://www.rabobank.nl", "block"),
        ("url", "https://www.rabobank.nl/?x", "warn"),
        ("url", "https://nepwinkel.example/", None),
        ("url", "http://192.168.2.1/login", "block"),
        ("url", "http://10.0.0.1/", "block"),
        ("url", "http://8.8.8.8/", None),
        ("url", "http://[2001:db8::1]/", None),
        ("email", "klantenservice@rabobank.nl", "warn"),
        ("email", "nep@gmail.com", None),
        ("email", "klantenservice@vervoerder.example", "block"),
        ("iban", "NL87 SLUI 0000 0000 01", "block"),
        ("iban", "NL13TEST0123456789", None),
        ("phone", "+44 20 7946 0001", "block"),
        ("phone", "+44 20 7946 0002", None),
        ("crypto", "0x" + "0" * 40, "block"),
    ],
)
def test_the_packaged_list_rules(kind: str, text: str, expected: str | None) -> None:
    assert ruling(kind, text) == expected


def test_a_scope_is_protected_by_its_own_value() -> None:
    held = protected.packaged_list()
    page, site = scopes.of(normalise.parse("url", "https://t.co/?x=1"))
    assert [held.blocks(one, day=DAY) for one in (page, site)] == [False, True]
    name, registrable = scopes.of(normalise.parse("domain", "nep.docs.google.com"))
    assert [held.blocks(one, day=DAY) for one in (name, registrable)] == [False, True]


def test_an_exception_frees_a_name_and_what_hangs_on_it_until_its_end() -> None:
    held = with_entries(entry(value="bit.ly", kind="allow"))
    assert [ruling(*one, held=held) for one in (("domain", "bit.ly"), ("url", "https://bit.ly/x"))] == [None, None]
    assert ruling("domain", "bit.ly", held=held, day=DAY + 1) == "block"
    assert ruling("domain", "t.co", held=held) == "block"


def test_an_entry_goes_before_the_lists() -> None:
    held = with_entries(entry(value="bit.ly", kind="warn"), entry(value="nepwinkel.example"))
    assert ruling("domain", "bit.ly", held=held) == "warn"
    assert ruling("domain", "nepwinkel.example", held=held) == "block"
    assert ruling("domain", "www.nepwinkel.example", held=held) is None


def test_a_protected_account_is_free_after_its_last_day() -> None:
    held = protected.packaged_list()
    identifier, row = next(iter(held.entries.items()))
    assert held.blocks(identifier, day=row.until)
    assert not held.blocks(identifier, day=row.until + 1)


def test_a_list_ends_on_its_day_and_suffixes_never_do() -> None:
    until = protected.packaged_list().lists[0].until
    assert (ruling("domain", "bit.ly", day=until), ruling("domain", "bit.ly", day=until + 1)) == ("block", None)
    assert ruling("domain", "co.uk", day=until + 1) == "block"


@pytest.mark.parametrize("approvers", [["Jan", "jan "], ["Jan", ""], ["", ""]])
def test_one_person_or_nobody_cannot_approve_twice(approvers: list[str]) -> None:
    lists = json.loads(document())["lists"]
    for changed in (document(entries=[entry(approvers=approvers)]), document(lists=[lists[0] | {"approvers": approvers}])):
        with pytest.raises(errors.Malformed) as refused:
            protected.parse(changed)
        assert refused.value.reason == "twee-personen"


@pytest.mark.parametrize(
    "octets", [b"", b"[]", document(entries=[{"type": "iban"}]), document(entries=[entry(kind="maybe")]), document(more=1)]
)
def test_a_list_that_does_not_read_is_refused(octets: bytes) -> None:
    with pytest.raises(errors.Malformed) as refused:
        protected.parse(octets)
    assert refused.value.reason == "lijst-onleesbaar"


def test_a_list_that_is_not_the_one_approved_is_refused() -> None:
    lists = json.loads(document())["lists"]
    held = protected.parse(document(lists=[lists[0] | {"sha256": "00" * 32}]))
    with pytest.raises(errors.Malformed) as refused:
        ruling("domain", "nep.example", held=held)
    assert refused.value.reason == "lijst-onleesbaar"


def test_the_digests_are_those_of_the_files_and_name_every_list() -> None:
    held = protected.packaged_list()
    assert held.digest == hashlib.sha256((DATA / "protected.json").read_bytes()).digest()
    assert suffixes.packaged_list().digest == hashlib.sha256((DATA / "public_suffix_list.dat").read_bytes()).digest()
    assert {one.file for one in held.lists} == {path.name for path in (DATA / "warninglists").iterdir()}
    for one in held.lists:
        octets = (DATA / "warninglists" / one.file).read_bytes()
        assert hashlib.sha256(octets).hexdigest() == one.sha256
        assert msgspec.json.decode(octets)["version"] == one.version
        assert one.licence in ("CC0-1.0", "EUPL-1.2")
