"""Waves are a story of data: the same for the same seed, in the demo's circles, by who takes part."""

from __future__ import annotations

from itertools import chain

import pytest

from sluis.core.identifiers import normalise
from sluis.core.taxonomy import forms
from sluis.demo import circles
from sluis.sim import waves

DOMAINS = ("nep-een.example", "nep-twee.example")
STORY = list(chain.from_iterable(waves.wave("zaad", number, domains=DOMAINS) for number in range(40)))
CIRCLES = {circle.name: circle for circle in circles.EVERY}


def test_the_same_seed_and_number_tell_the_same_and_others_do_not() -> None:
    assert list(waves.wave("zaad", 3, domains=DOMAINS)) == list(waves.wave("zaad", 3, domains=DOMAINS))
    assert list(waves.wave("zaad", 3, domains=DOMAINS)) != list(waves.wave("zaad", 4, domains=DOMAINS))
    assert list(waves.wave("zaad", 3, domains=DOMAINS)) != list(waves.wave("ander", 3, domains=DOMAINS))


def test_every_identifier_of_the_story_reads_and_every_form_is_known() -> None:
    for deed in STORY:
        assert deed.told.form in forms.by_code()
        for text in deed.identifiers:
            normalise.parse(deed.type, text)


def test_every_party_is_in_the_circle_it_acts_in() -> None:
    for deed in STORY:
        assert deed.party in {member.slug for member in CIRCLES[deed.circle].members}, deed


def test_most_deeds_have_a_basis_and_some_are_refused_on_purpose() -> None:
    opened = [one for one in STORY if CIRCLES[one.circle].assessed.outcome != "niet_mogelijk"]
    assert 0 < len(STORY) - len(opened) < len(STORY) / 10
    assert {one.circle for one in STORY} == set(CIRCLES)


def test_what_is_shared_in_practice_is_established() -> None:
    assert {one.told.grade for one in STORY if one.circle == waves.PRAKTIJK and one.verb == "share"} <= {"A", "B"}


def test_hits_turn_out_wrong_now_and_then() -> None:
    led_to = [one.leads_to for one in STORY if one.verb == "check"]
    assert "bleek-onterecht" in led_to
    assert "levering-gestopt" in led_to


def test_no_domains_shared_yet_means_no_clicks() -> None:
    assert all(deed.type != "domain" for deed in waves.wave("zaad", 1, domains=()))


@pytest.mark.parametrize("deed", STORY[:5])
def test_a_deed_does_not_show_its_identifiers(deed: waves.Deed) -> None:
    assert not any(text in repr(deed) for text in deed.identifiers)
