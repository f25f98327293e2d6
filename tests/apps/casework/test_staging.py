"""Casework to show in the demo: entered once, by people who exist, and never among real data."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from make_groups import House
from make_people import reader

from sluis.apps.casework import selectors
from sluis.apps.casework.services import staging
from sluis.apps.casework.services.staging import StagedCasework
from sluis.core import errors
from sluis.demo import seed

# The demo's own words, its people with the names of this house.
NAMES = {
    "jurist.kadebank": "privacy_officer.bank",
    "analist.kadebank": "analyst.bank",
    "analist.lantaarn": "analyst.shop",
    "jurist.lantaarn": "privacy_officer.shop",
    "bureau.tolhuis": "programme_office.other",
    "kerngroep.tolhuis": "core_group.other",
    "voorzitter.tolhuis": "observer.other",
}


@pytest.fixture
def form(house: House, settings: Any) -> StagedCasework:
    settings.SLUIS_INVENTED = True
    octets = msgspec.json.encode(seed.CASEWORK).decode()
    for name, here in NAMES.items():
        octets = octets.replace(name, here)
        role, _, party = here.partition(".")
        reader(house.circle, party, role)
    house.group("bank", "shop")
    return msgspec.json.decode(octets, type=StagedCasework)


def test_the_demo_begins_a_case_and_publishes_an_answer_once(house: House, form: StagedCasework) -> None:
    assert [staging.stage_casework(form), staging.stage_casework(form)] == [True, False]
    (case,) = selectors.my_cases(house.actor("shop")).cases
    assert (case.number, case.title) == (2, form.case.title)
    (answer,) = selectors.answers(house.actor("telecom"))
    assert answer.title == form.answer.title
    assert len(selectors.seats()) == 3


def test_nothing_is_staged_among_real_data_or_in_a_group_that_is_not_there(form: StagedCasework, settings: Any) -> None:
    with pytest.raises(errors.NotFound):
        staging.stage_casework(msgspec.structs.replace(form, case=msgspec.structs.replace(form.case, group="Een ander")))
    settings.SLUIS_INVENTED, settings.SLUIS_SECOND_FACTOR = False, True
    with pytest.raises(errors.NotAllowed):
        staging.stage_casework(form)


def test_everything_in_it_says_that_it_was_invented() -> None:
    case, answer = seed.CASEWORK["case"], seed.CASEWORK["answer"]
    told = [case["title"], case["document"], answer["title"], answer["advice"], answer["answer"]]
    assert all("erzonnen" in one for one in told)
