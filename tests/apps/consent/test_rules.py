"""Rules without the database: words and digests, audiences, when enough agreed."""

from __future__ import annotations

import itertools
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluis.apps.consent.models import Marking, Scope
from sluis.apps.consent.selectors import rules
from sluis.apps.consent.selectors.rules import Audience, Wording
from sluis.core import errors

PARTIES = st.frozensets(st.binary(min_size=16, max_size=16), min_size=1, max_size=4)
AUDIENCES = st.one_of(
    PARTIES.map(lambda parties: Audience("organisaties", parties)),
    st.sampled_from(["bank", "telecom"]).map(lambda sector: Audience("sector", sector=sector)),
    st.just(Audience("partners")),
    st.just(Audience("openbaar")),
)


@given(st.text(min_size=1).filter(str.strip), st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from(["NFC", "NFD"]))
def test_the_way_a_browser_writes_a_text_does_not_change_its_digest(text: str, newline: str, form: str) -> None:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    if rules.names_somebody(lines):
        return
    written = unicodedata.normalize(form, f" {lines}  ").replace("\n", f"  {newline}")
    assert Wording.of("t", written, "red") == Wording.of("t", lines, "red")


@given(AUDIENCES, AUDIENCES)
def test_two_audiences_have_one_digest_only_when_they_are_the_same(one: Audience, other: Audience) -> None:
    wording = Wording("t", "x", "green")
    assert (rules.release_digest(wording, one) == rules.release_digest(wording, other)) == (one == other)


@pytest.mark.parametrize(
    "other", [Wording("t ", "x", "green"), Wording("t", "x.", "green"), Wording("t", "x", "clear"), Wording("x", "t", "green")]
)
def test_every_part_of_the_words_is_in_the_digest(other: Wording) -> None:
    audience = Audience("partners")
    assert rules.release_digest(Wording("t", "x", "green"), audience) != rules.release_digest(other, audience)


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(errors.Malformed) as raised:
        Wording.of(" ", "\n" + "x" * 50_001, "geheim")
    assert [one.where for one in raised.value.faults] == ["title", "text", "marking"]


@given(st.integers(0, 12), st.data())
def test_nothing_goes_out_under_any_rule_without_a_yes_and_under_unanimity_without_all(asked: int, data: st.DataObject) -> None:
    yes = data.draw(st.integers(0, asked))
    assert rules.may_go("alle", asked=asked, yes=yes) == (asked > 0 and yes == asked)
    for rule in rules.RULES:
        assert not rules.may_go(rule, asked=asked, yes=0)
        assert rules.may_go(rule, asked=asked, yes=yes) <= (yes * 2 > asked)
        assert rules.may_go(rule, asked=asked, yes=asked) == (asked > 0)


@given(st.integers(1, 12), st.data())
def test_one_no_ends_unanimity_and_another_rule_only_when_it_is_out_of_reach(asked: int, data: st.DataObject) -> None:
    no = data.draw(st.integers(0, asked))
    assert rules.can_still_go("alle", asked=asked, no=no) == (no == 0)
    for rule in rules.RULES:
        reachable = any(rules.may_go(rule, asked=asked, yes=yes) for yes in range(asked - no + 1))
        assert rules.can_still_go(rule, asked=asked, no=no) == reachable


@given(st.lists(AUDIENCES, max_size=4), AUDIENCES)
def test_an_audience_is_usual_only_when_the_group_went_that_wide_before(before: list[Audience], audience: Audience) -> None:
    if audience in before:
        assert not rules.is_unusual(audience, before)
    if not before:
        assert rules.is_unusual(audience, before)
    if rules.is_unusual(audience, before):
        assert audience not in before
        assert all(rules.WIDTH[one.scope] <= rules.WIDTH[audience.scope] for one in before)


def test_a_marking_never_allows_more_than_a_freer_one() -> None:
    freer = [Marking.CLEAR, Marking.GREEN, Marking.AMBER, Marking.AMBER_STRICT, Marking.RED, Marking.INSIDE]
    allowed = [rules.ALLOWED[one] for one in freer]
    assert all(later <= earlier for earlier, later in itertools.pairwise(allowed))
    assert allowed[0] == frozenset(Scope)
    assert allowed[-1] == allowed[-2] == frozenset()


@pytest.mark.parametrize(
    "text",
    [
        "Betaal op NL13TEST0123456789 a.u.b.",
        "nl13 test 0123 4567 89 is de rekening",
        "NL13 TEST 0123.4567.89",
        "Bel 06-12345678 nu",
        "Bel 06 1234 5678",
        "+31 6 12345678",
        "0031612345678",
    ],
)
def test_an_account_or_mobile_number_in_the_text_is_refused_and_not_said_again(text: str) -> None:
    with pytest.raises(errors.Malformed) as raised:
        Wording.of("t", text, "red")
    (fault,) = raised.value.faults
    assert (fault.where, fault.code) == ("text", "kenmerk-in-tekst")
    assert not any(digit in str(raised.value) + fault.next_step for digit in "0123456789")


@pytest.mark.parametrize(
    "text",
    ["Bel 088 786 73 72 van de helpdesk.", "In 2026 steeg het met 06%.", "NL12 is een code", "versie 0.6 van 12-34-5678"],
)
def test_other_numbers_may_stand_in_a_text(text: str) -> None:
    assert Wording.of("t", text, "red").text == text


def test_paragraphs_are_parted_by_empty_lines() -> None:
    wording = Wording.of("t", "een\r\nnog een\r\n\r\n \r\ntwee\n\n\n\ndrie", "red")
    assert rules.paragraphs(wording.text) == ["een\nnog een", "twee", "drie"]


@pytest.mark.parametrize(
    ("title", "text", "holds"),
    [
        (1, 1, True),
        (rules.TITLE, rules.TEXT, True),
        (rules.TITLE + 1, 1, False),
        (1, rules.TEXT + 1, False),
        (0, 1, False),
        (1, 0, False),
    ],
)
def test_a_title_and_a_text_have_their_lengths_and_no_more(title: int, text: int, holds: bool) -> None:
    assert (not list(Wording("a" * title, "b" * text, "green").faults())) == holds


@pytest.mark.parametrize(("length", "holds"), [(0, False), (1, True), (rules.REASON, True), (rules.REASON + 1, False)])
def test_a_reason_has_its_length_and_no_more(length: int, holds: bool) -> None:
    if holds:
        assert len(rules.reason("a" * length)) == length
        return
    with pytest.raises(errors.Malformed) as raised:
        rules.reason("a" * length)
    assert raised.value.reason == "geen-reden"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Het geld ging naar NL13 TEST 0123 4567 89.", True),
        ("Het geld ging naar NL14 TEST 0123 4567 89.", False),
        ("Bel 06 12345678 terug.", True),
        ("Bel de politie: 0900-8844.", False),
        ("NL is een land, 06 een begin.", False),
    ],
)
def test_only_a_real_account_or_mobile_number_names_somebody(text: str, named: bool) -> None:
    assert rules.names_somebody(text) == named


def test_an_audience_may_name_every_organisation_there_is() -> None:
    sectors = {bytes([number]) * 16: "bank" for number in range(3)}
    rules.check_audience(Audience("organisaties", frozenset(sectors)), "amber", sectors=sectors)
    with pytest.raises(errors.Malformed):
        rules.check_audience(Audience("organisaties", frozenset({*sectors, b"\7" * 16})), "amber", sectors=sectors)


@pytest.mark.parametrize(
    ("audience", "party", "sector", "reached"),
    [
        (Audience("organisaties", frozenset({b"a" * 16})), b"a" * 16, "bank", True),
        (Audience("organisaties", frozenset({b"a" * 16})), b"b" * 16, "bank", False),
        (Audience("sector", sector="bank"), b"a" * 16, "bank", True),
        (Audience("sector", sector="bank"), b"a" * 16, "telecom", False),
        (Audience("sector", sector="bank"), b"a" * 16, None, False),
        (Audience("partners"), b"a" * 16, "bank", True),
        (Audience("partners"), b"a" * 16, None, False),
        (Audience("openbaar"), b"a" * 16, None, True),
    ],
)
def test_an_audience_reaches_whom_it_names_and_nobody_else(
    audience: Audience, party: bytes, sector: str | None, reached: bool
) -> None:
    assert audience.reaches(party, sector) == reached
