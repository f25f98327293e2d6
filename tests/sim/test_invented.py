"""What the simulation invents is possible, and nobody's."""

from __future__ import annotations

import json
from importlib import resources

import phonenumbers
import pytest
import schwifty

from sluis.core.identifiers import normalise, protected
from sluis.sim import invented, loading

BANKS = resources.files("schwifty") / "bank_registry"
NAMES = [f"naam {number}" for number in range(50)]


def test_no_bank_has_the_bank_code_of_an_invented_iban() -> None:
    codes = {bank["bank_code"] for bank in json.loads((BANKS / "generated_nl.json").read_bytes())}
    assert len(codes) > 50
    assert invented.BANK_CODE not in codes


@pytest.mark.parametrize("name", NAMES)
def test_an_invented_identifier_is_read_as_any_other_and_belongs_to_no_one(name: str) -> None:
    iban, phone, device = invented.iban(name), invented.phone(name), invented.device(name)
    assert str(normalise.parse("iban", iban)) == schwifty.IBAN(iban).compact
    assert str(normalise.parse("phone", phone)) == phone
    assert str(normalise.parse("device", device)) == device
    assert not phonenumbers.is_valid_number(phonenumbers.parse(phone))


def test_the_same_name_is_the_same_identifier_and_another_is_another() -> None:
    assert invented.iban("a") == invented.iban("a")
    assert len({make(name) for name in NAMES for make in (invented.iban, invented.phone, invented.device)}) == 150


def test_the_packaged_domains_are_those_of_the_lists_and_few_are_protected() -> None:
    every = loading.domains()
    assert len(every) == len(set(every)) > 70_000
    held = protected.packaged_list()
    stopped = [one for one in every[:5_000] if held.ruling(normalise.parse("domain", one), day=20_000)]
    assert len(stopped) < 50
