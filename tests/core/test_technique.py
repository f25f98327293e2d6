"""The chooser of techniques: every need has advice in two languages, and no advice says that law is solved."""

from __future__ import annotations

from itertools import product

import pytest

from sluis.core.law import technique
from sluis.core.law.rules import packaged_version
from sluis.core.law.technique import NEEDS, Wish

EVERY = [Wish(need, *more) for need in NEEDS for more in product((False, True), repeat=3)]


@pytest.mark.parametrize("wish", EVERY)
def test_every_wish_gets_a_technique_with_leaks_costs_and_what_law_still_asks(wish: Wish) -> None:
    advice = technique.choose(wish)
    told = (*advice.technique.leaks, *advice.technique.costs, *advice.technique.unsolved, *advice.cautions)
    assert advice.technique.leaks
    assert advice.technique.costs
    assert advice.technique.unsolved
    assert all(text.nl and text.en and text.nl != text.en for text in told)
    assert advice.technique.fact in packaged_version().words.words("technique")


def test_needs_get_the_technique_that_was_built_for_them() -> None:
    assert technique.choose(Wish("known")).technique is technique.OPRF
    assert technique.choose(Wish("overlap")).technique is technique.OVERLAP
    assert technique.choose(Wish("sum")).technique is technique.SUM
    assert technique.choose(Wish("totals")).technique is technique.TOTALS
    assert {technique.choose(Wish(one)).technique for one in ("story", "patterns")} == {technique.NONE}


def test_what_to_mind_follows_the_case() -> None:
    quiet = technique.choose(Wish("overlap", guessable=False))
    assert quiet.cautions == ()
    loud = technique.choose(Wish("overlap", many_parties=True, within_seconds=True, guessable=True))
    assert len(loud.cautions) == 3
    assert technique.choose(Wish("patterns")).cautions
    assert technique.choose(Wish("known", within_seconds=True, guessable=False)).cautions == ()


def test_a_word_of_the_vocabulary_leads_to_its_technique() -> None:
    assert technique.of_fact("pet_hit_no_hit") is technique.OPRF
    assert technique.of_fact("aggregate") is technique.TOTALS
    assert technique.of_fact("plain") is None
