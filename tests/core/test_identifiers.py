"""Identifiers of every type: canonical octets, spellings, properties over generated text, and errors that repeat nothing."""

from __future__ import annotations

import contextlib
import hashlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sluis.core import errors
from sluis.core.identifiers import checksums, normalise, scopes
from sluis.core.identifiers.kinds import MAX_OCTETS, Identifier, IdentifierType

KINDS = [kind.label for kind in IdentifierType]
LIKELY = st.text(
    st.one_of(
        st.characters(codec="utf-8"),
        st.sampled_from("0123456789abcdefABCDEFnNxX:/.@+-_ []()%?#'\u00fc\u00df\u200b\uff11\u0430"),
    ),
    max_size=60,
)
LABEL = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True).filter(lambda text: text[2:4] != "--")
HOST = st.lists(LABEL, min_size=1, max_size=4).map(lambda labels: ".".join([*labels, "example"]))


def with_check_digits(country: str, bban: str) -> str:
    digits = "".join(str(int(sign, 36)) for sign in f"{bban}{country}00")
    return f"{country}{98 - int(digits) % 97:02d}{bban}"


def holds(found: Identifier, kind: str) -> None:
    """What is true of every identifier, however it came about."""
    assert found.type.label == kind
    assert normalise.parse(kind, str(found)) == found
    readings = scopes.of(found)
    assert readings[0] == found
    assert len({one.octets() for one in readings}) == len(readings)
    for one in readings:
        assert len(one.octets()) <= MAX_OCTETS
        assert one.octets().split(b"\0", 3)[3] == str(one).encode()
        assert repr(one) == f"<{kind} identifier>"


def test_canonical_octets_are_those_of_the_protocol() -> None:
    assert normalise.parse("iban", "NL13TEST0123456789").octets() == b"sluis/1\0iban\x001\0NL13TEST0123456789"
    tagged = scopes.pick(normalise.parse("email", "Jan+x@nep.example"), "base")
    assert tagged.octets() == b"sluis/1\0email.base\x001\0jan@nep.example"


@pytest.mark.parametrize("kind", KINDS)
@given(text=LIKELY)
def test_any_text_parses_to_a_fixed_point_or_is_malformed(kind: str, text: str) -> None:
    with contextlib.suppress(errors.Malformed):
        holds(normalise.parse(kind, text), kind)


@given(st.from_regex(r"[A-Z]{4}[0-9]{10}", fullmatch=True))
def test_every_iban_reads_as_itself(bban: str) -> None:
    iban = with_check_digits("NL", bban)
    found = normalise.parse("iban", iban)
    holds(found, "iban")
    assert str(found) == iban


@given(HOST, st.booleans())
def test_every_host_reads_as_itself_in_capitals_and_with_a_root_dot(host: str, dot: bool) -> None:
    found = normalise.parse("domain", host.upper() + "." * dot)
    holds(found, "domain")
    assert str(found) == host


@given(st.text(st.characters(categories=("Ll", "Lu", "Lo", "Nd", "Mn")), min_size=1, max_size=12), HOST)
@example("\u0130\u03a3", "a.example")
def test_every_local_part_reads_as_itself_or_is_refused(local: str, host: str) -> None:
    with contextlib.suppress(errors.Malformed):
        found = normalise.parse("email", f"{local}+tag@{host}")
        holds(found, "email")
        assert str(scopes.of(found)[1]) == str(found).replace("+tag@", "@")


@given(HOST, st.text(max_size=40), st.text(max_size=40))
def test_every_web_address_loses_query_and_fragment_in_its_path_scope(host: str, path: str, query: str) -> None:
    with contextlib.suppress(errors.Malformed):
        found = normalise.parse("url", f"https://jan:x@{host}/{path}?{query}#deel")
        holds(found, "url")
        assert "?" not in str(scopes.of(found)[1])
        assert "jan:x@" not in str(found).partition(host)[0]


@given(st.binary(min_size=20, max_size=20))
def test_an_evm_address_reads_in_any_honest_case_only(octets: bytes) -> None:
    lower = octets.hex()
    marks = checksums.keccak256(lower.encode()).hex()
    mixed = "".join(sign.upper() if int(mark, 16) > 7 else sign for sign, mark in zip(lower, marks, strict=False))
    for text in (lower, lower.upper(), mixed):
        assert str(normalise.parse("crypto", "0x" + text)) == "eip155:0x" + lower
    wrong = mixed.swapcase()
    if wrong not in (lower, lower.upper(), mixed):
        with pytest.raises(errors.Malformed):
            normalise.parse("crypto", "0x" + wrong)


@given(st.binary(max_size=400))
def test_the_sponge_is_sha3_with_the_other_padding(octets: bytes) -> None:
    assert checksums.sponge(octets, padding=0x06) == hashlib.sha3_256(octets).digest()


def test_keccak_of_nothing_is_what_ethereum_has_for_it() -> None:
    assert checksums.keccak256(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"


@pytest.mark.parametrize("size", [0, 1, 24, 31, 33, 64])
def test_base58_keeps_leading_zeros(size: int) -> None:
    assert checksums.base58("1" * size + "2") == bytes(size) + b"\x01"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", ["fout-geheim-0612345678-\ud83d\ude00", "x" * 3000, "geheim@geheim@geheim geheim"])
def test_no_error_repeats_what_was_given(kind: str, text: str) -> None:
    with pytest.raises(errors.Malformed) as refused:
        normalise.parse(kind, text)
    assert refused.value.reason
    assert "geheim" not in str(refused.value)
    assert "xxx" not in str(refused.value)
    assert refused.value.fields == {}


def test_half_a_surrogate_pair_is_no_text() -> None:
    for kind in KINDS:
        with pytest.raises(errors.Malformed) as refused:
            normalise.parse(kind, "https://a.example/\ud800")
        assert refused.value.reason == "tekens-onjuist"


def test_a_national_number_means_another_subscriber_in_another_region() -> None:
    found = {str(normalise.parse("phone", "020 7946 0000", region=region)) for region in ("GB", "ZA")}
    assert len(found) == 2


def test_scopes_that_do_not_exist_are_told() -> None:
    plain = normalise.parse("iban", "NL13TEST0123456789")
    assert scopes.of(plain) == (plain,)
    assert scopes.pick(plain, "") is plain
    with pytest.raises(errors.Malformed, match="there are email"):
        scopes.pick(plain, "base")


def test_an_unknown_type_is_told_what_there_is() -> None:
    with pytest.raises(errors.Malformed, match="iban, phone") as refused:
        normalise.parse("bsn", "x")
    assert refused.value.reason == "onbekende-soort"
