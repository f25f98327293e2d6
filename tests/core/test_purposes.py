"""Purpose binds: what was assessed or shared for one purpose opens for no other."""

from __future__ import annotations

import itertools

import pytest

from sluis.core.law import purposes
from sluis.core.law.rules import packaged_version

BOUND = (purposes.PREVENTION, purposes.INVESTIGATION, purposes.VICTIM_HELP)


@pytest.mark.parametrize(("assessed", "asked"), list(itertools.product(BOUND, BOUND)))
def test_an_assessment_carries_its_own_purpose_alone(assessed: str, asked: str) -> None:
    for word in purposes.LEGAL[assessed]:
        assert purposes.is_assessed(asked, [{"purpose": word}]) is (asked == assessed)
    assert purposes.is_granted(asked, purposes.mask([assessed, assessed])) is (asked == assessed)


def test_every_legal_purpose_is_a_word_of_the_rules() -> None:
    known = set(packaged_version().words.words("purpose"))
    assert {one for words in purposes.LEGAL.values() for one in words} <= known
    assert sum(map(len, purposes.LEGAL.values())) == len({one for words in purposes.LEGAL.values() for one in words})


def test_a_purpose_that_nobody_knows_is_assessed_by_nobody() -> None:
    assert not purposes.is_assessed("werving", [{"purpose": "marketing"}, {"purpose": "prevent_fraud"}])
    assert not purposes.is_assessed(purposes.PREVENTION, [])
    assert not purposes.is_granted(purposes.PREVENTION, purposes.mask([]))
    assert not purposes.is_granted("werving", purposes.mask(["werving", *BOUND]))


def test_what_was_shared_before_purposes_were_kept_is_bound_by_its_circle() -> None:
    assert purposes.is_granted(purposes.INVESTIGATION, None)
