"""The golden file of identifiers, and what other libraries make of the same inputs."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import ada_url
import phonenumbers
import pytest
import schwifty
from stdnum import bitcoin

from sluis.core import errors
from sluis.core.identifiers import normalise, scopes, suffixes
from sluis.core.identifiers.kinds import Identifier, IdentifierType

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data"
ROWS: list[dict[str, str]] = json.loads((ROOT / "tests" / "vectors" / "identifiers.json").read_text())
GOOD = [row for row in ROWS if "value" in row]


def read(row: dict[str, str]) -> Identifier:
    found = normalise.parse(row["type"], row["input"], region=row.get("region"))
    return scopes.pick(found, row.get("scope", ""))


def of(kind: str, rows: list[dict[str, str]] = ROWS) -> list[dict[str, str]]:
    return [row for row in rows if row["type"] == kind and not row.get("scope")]


def shared(name: str) -> Path:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"../shared/data/{name} is not beside this clone")
    return path


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['type']}-{row['input'][:24]!a}-{row.get('scope', '')}")
def test_every_vector_gives_its_value_or_its_code(row: dict[str, str]) -> None:
    if "error" in row:
        with pytest.raises(errors.Malformed) as refused:
            read(row)
        assert refused.value.reason == row["error"]
    else:
        assert str(read(row)) == row["value"]


def test_the_file_has_all_types_good_and_refused_each_with_its_provenance() -> None:
    kinds = {kind.label for kind in IdentifierType}
    assert len(ROWS) >= 200
    assert {row["type"] for row in GOOD} == {row["type"] for row in ROWS if "error" in row} == kinds
    assert min(Counter(row["type"] for row in ROWS).values()) >= 15
    assert all(row["from"] and ("value" in row) != ("error" in row) for row in ROWS)
    keys = [(row["type"], row["input"], row.get("region"), row.get("scope")) for row in ROWS]
    assert len(set(keys)) == len(keys)


def test_every_value_reads_as_itself_and_no_two_scopes_share_octets() -> None:
    octets: dict[bytes, Identifier] = {}
    for row in GOOD:
        found = read(row)
        assert str(normalise.parse(row["type"], row["value"])) == row["value"]
        for one in (found, *scopes.of(found)):
            assert octets.setdefault(one.octets(), one) == one


def test_schwifty_reads_the_same_ibans() -> None:
    for row in of("iban", GOOD):
        assert str(schwifty.IBAN(row["value"])) == row["value"]
    for row in of("iban"):
        if row.get("error") in ("iban-controlegetal", "iban-land", "iban-lengte"):
            with pytest.raises(schwifty.exceptions.SchwiftyException):
                schwifty.IBAN(row["input"])


def test_libphonenumber_writes_every_number_as_the_value_does() -> None:
    for row in of("phone", GOOD):
        number = phonenumbers.parse("".join(row["input"].split()), row.get("region", "").upper() or None)
        assert phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) == row["value"]


def test_a_browser_gives_a_domain_the_same_labels() -> None:
    for row in of("domain", GOOD):
        text = row["input"].strip().removesuffix(".")
        assert ada_url.URL(f"https://{text}/").hostname == row["value"]


def test_every_a_label_is_punycode_by_another_codec() -> None:
    labels = {label for row in of("domain", GOOD) for label in row["value"].split(".") if label.startswith("xn--")}
    assert len(labels) > 5
    for label in labels:
        assert label[4:].encode().decode("punycode").encode("punycode").decode() == label[4:]


def test_another_reader_accepts_the_bitcoin_addresses_it_knows() -> None:
    # python-stdnum knows no bech32m, so addresses of version 1 and later are left out.
    values = {row["value"].rpartition(":")[2] for row in of("crypto", GOOD) if row["value"].startswith("bip122:0000")}
    old = {value for value in values if not value.startswith("bc1p")}
    assert len(old) >= 4
    assert all(bitcoin.is_valid(value) for value in old)


def test_the_test_file_of_the_public_suffix_list_holds() -> None:
    text = shared("reference/psl/test_psl.txt").read_text()
    cases = re.findall(r"^checkPublicSuffix\('([^'.][^']*)', (?:'([^']*)'|null)\);", text, re.MULTILINE)
    assert len(cases) > 60
    for name, expected in cases:
        wanted = str(normalise.parse("domain", expected)) if expected else None
        assert suffixes.packaged_list().registrable(str(normalise.parse("domain", name))) == wanted, name


def test_the_packaged_suffix_list_is_the_one_published() -> None:
    there = shared("reference/psl/public_suffix_list.dat").read_bytes()
    packaged = ROOT / "src/sluis/core/identifiers/data/public_suffix_list.dat"
    assert packaged.read_bytes() == there


def rows(name: str) -> list[dict[str, Any]]:
    with shared(name).open() as file:
        return list(csv.DictReader(file))


def test_every_malformed_number_is_refused_without_a_region() -> None:
    found = rows("indicators/phones-us-ftc-dnc-malformed.csv")
    assert len(found) > 3000
    for row in found:
        with pytest.raises(errors.Malformed):
            normalise.parse("phone", row["raw_value"])


def test_every_tenth_reported_number_and_domain_reads_as_itself() -> None:
    for row in rows("indicators/phones-us-ftc-dnc.csv")[::10]:
        assert str(normalise.parse("phone", row["value"])) == row["value"]
    names = [row["value"] for row in rows("indicators/domains-permissive.csv")[::10]]
    refused = {code for name in names if (code := said(name)) != name}
    assert refused <= {"domein-ip"}


def said(name: str) -> str:
    try:
        return str(normalise.parse("domain", name))
    except errors.Malformed as refused:
        return refused.reason


def test_every_rule_of_the_suffix_list_holds_for_names_as_they_are_read() -> None:
    # The library makes its A-labels by IDNA 2003, our names are of IDNA 2008: each rule has to mean the same to both.
    text = (ROOT / "src/sluis/core/identifiers/data/public_suffix_list.dat").read_text()
    rules = [line.split()[0] for line in text.splitlines() if line.strip() and not line.startswith("//")]
    assert len(rules) > 10_000
    for rule in rules:
        name = str(normalise.parse("domain", rule.lstrip("!").replace("*", "elke")))
        registrable = suffixes.packaged_list().registrable(name)
        assert registrable == (name if rule.startswith("!") else None), rule
