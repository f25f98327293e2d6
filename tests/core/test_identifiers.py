"""IBANs: what reads, what is refused and why, and that no error repeats the input."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluis.core import errors
from sluis.core.identifiers import normalise, protected
from sluis.core.identifiers.kinds import IdentifierType


def with_check_digits(country: str, bban: str) -> str:
    digits = "".join(str(int(sign, 36)) for sign in f"{bban}{country}00")
    return f"{country}{98 - int(digits) % 97:02d}{bban}"


@pytest.mark.parametrize(
    "text",
    ["NL13TEST0123456789", "nl13 test 0123 4567 89", "IBAN NL13-TEST-0123-4567-89", "\tNL13\u00a0TEST 0123.4567.89\n"],
)
def test_spellings_of_one_iban_are_one_identifier(text: str) -> None:
    assert str(normalise.parse("iban", text)) == "NL13TEST0123456789"


def test_canonical_octets_are_those_of_the_protocol() -> None:
    found = normalise.parse("iban", "NL13TEST0123456789").octets()
    assert found == b"sluis/1\0iban\x001\0NL13TEST0123456789"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "iban-leeg"),
        (" - ", "iban-leeg"),
        ("NL13TEST012345678", "iban-controlegetal"),
        ("NL13TEST0123456780", "iban-controlegetal"),
        ("13NLTEST0123456789", "iban-tekens"),
        ("NL13TEST0123456789\u0661", "iban-tekens"),
        (with_check_digits("NL", "TEST01234567891"), "iban-land"),
        (with_check_digits("XX", "12345678901234"), "iban-land"),
        (with_check_digits("NL", "12340417164300"), "iban-land"),
    ],
)
def test_a_wrong_iban_is_refused_with_its_reason_and_never_repeated(text: str, code: str) -> None:
    with pytest.raises(errors.Malformed) as refused:
        normalise.parse("iban", text)
    assert refused.value.reason == code
    assert len(text.strip(" -")) < 5 or text not in str(refused.value)


@given(st.from_regex(r"[A-Z]{4}[0-9]{10}", fullmatch=True))
def test_parsing_what_was_printed_gives_the_same(bban: str) -> None:
    iban = with_check_digits("NL", bban)
    found = normalise.parse("iban", iban)
    assert normalise.parse("iban", str(found)) == found
    assert iban not in repr(found)


@given(st.text(max_size=40))
def test_any_text_parses_or_is_malformed(text: str) -> None:
    with contextlib.suppress(errors.Malformed):
        assert normalise.parse("iban", text).type is IdentifierType.IBAN


def test_an_unknown_type_is_told_what_there_is() -> None:
    with pytest.raises(errors.Malformed, match="iban, phone") as refused:
        normalise.parse("bsn", "x")
    assert refused.value.reason == "onbekende-soort"


def test_a_protected_account_is_refused_until_its_end() -> None:
    held = protected.packaged_list()
    identifier, entry = next(iter(held.entries.items()))
    assert held.blocks(identifier, day=entry.until)
    assert not held.blocks(identifier, day=entry.until + 1)
