"""Directions, the talk about them, the memo that only leaves by consent, and the decision that comes back."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hub_fixtures import Server
from make_casework import DECIDED, OPTION, Desk, address
from make_people import reader, shown
from psycopg import errors as postgres

from sluis.apps.casework import selectors, services
from sluis.apps.casework.services import Talk
from sluis.apps.consent import selectors as consent_pages
from sluis.apps.partners.selectors import Role
from sluis.core import errors

LAW = {"route": "wetswijziging", "article": "artikel 33 UAVG", "change": "Een grondslag voor winkels."}


@pytest.fixture
def case(desk: Desk) -> UUID:
    """A case at the stage of directions, owned by the bank."""
    made = desk.passed(desk.case(), to=4)
    services.take_stage(desk.house.actor("bank"), made)
    return made


def test_a_direction_has_the_answer_of_the_privacykader_and_what_law_to_come_would_change(desk: Desk, case: UUID) -> None:
    desk.direction(case, address=address())
    (found,) = selectors.directions_page(desk.house.actor("shop"), case).directions
    assert (found.outcome, found.chosen) == ("niet_mogelijk", False)
    assert found.articles
    assert all(outcome != found.outcome for _name, outcome in found.coming)


def test_every_fault_of_a_direction_is_told_at_once(desk: Desk, case: UUID) -> None:
    wrong = {"title": "", "route": "iets", "address": "geen adres", "effect": "NL13TEST0123456789"}
    with pytest.raises(errors.Malformed) as raised:
        desk.direction(case, **wrong)
    assert [one.where for one in raised.value.faults] == ["route", "adres", "titel", "effect"]
    with pytest.raises(errors.Malformed) as raised:
        desk.direction(case, route="wetswijziging")
    assert [one.where for one in raised.value.faults] == ["artikel", "wijziging"]


def test_directions_talks_and_decisions_belong_to_the_fourth_stage(desk: Desk) -> None:
    case, bank = desk.case(), desk.house.actor("bank")
    for act in (
        lambda: services.add_direction(bank, case, OPTION),
        lambda: services.record_workshop(bank, case, Talk("2026-11-01", (), "Ministerie", "Verder praten.")),
        lambda: services.record_decision(bank, case, replace(DECIDED, direction=str(uuid4()))),
    ):
        with pytest.raises(errors.Conflict) as raised:
            act()
        assert raised.value.reason == "andere-fase"


def test_a_workshop_says_who_was_there_by_organisation(desk: Desk, case: UUID) -> None:
    bank = desk.house.actor("bank")
    chosen = (desk.house.party("shop").hex(), desk.house.party("telecom").hex(), "onzin")
    services.record_workshop(bank, case, Talk("2026-11-01", chosen, "Ministerie,  Toezichthouder", "Verder praten."))
    (found,) = selectors.directions_page(bank, case).workshops
    assert found.attended == ("shop", "Ministerie", "Toezichthouder"), "who is no member is not taken for one"
    with pytest.raises(errors.Malformed) as raised:
        services.record_workshop(bank, case, Talk("2999-01-01", (), " ", ""))
    assert [one.where for one in raised.value.faults] == ["dag", "aanwezig", "afgesproken"]


def test_a_decision_is_the_evidence_that_the_stage_needs(desk: Desk, case: UUID) -> None:
    desk.direction(case)
    with pytest.raises(errors.Malformed):
        desk.ask(case)
    desk.decide(case)
    page = selectors.directions_page(desk.house.actor("carrier"), case)
    assert (page.directions[0].chosen, page.decisions[0].decided_by) == (True, "Bestuurlijk overleg")
    desk.ask(case)
    desk.answer(case)
    assert desk.page(case).stage.number == 5


def test_who_decides_is_recorded_by_a_deciding_role_for_a_direction_of_this_case(desk: Desk, case: UUID) -> None:
    desk.direction(case)
    other = desk.passed(desk.case(), to=4)
    strange = desk.direction(other)
    for direction in (str(strange), str(uuid4()), "onzin"):
        with pytest.raises(errors.NotFound):
            services.record_decision(desk.house.actor("bank"), case, replace(DECIDED, direction=direction))
    with pytest.raises(errors.NotAllowed):
        services.record_decision(desk.house.actor("bank", Role.ANALYST), case, DECIDED)


@pytest.mark.parametrize(("changes", "state"), [({}, "ingevoerd"), (LAW, "wetsvoorstel")])
def test_a_case_ends_in_practice_or_as_a_proposal_to_change_the_law(
    desk: Desk, case: UUID, changes: dict[str, str], state: str
) -> None:
    desk.direction(case, **changes)
    desk.decide(case)
    desk.ask(case)
    desk.answer(case)
    desk.passed(case, to=6)
    services.take_stage(desk.house.actor("bank"), case)
    desk.document(case)
    desk.ask(case)
    desk.answer(case)
    assert desk.page(case).state == state
    with pytest.raises(errors.Conflict):
        desk.document(case)
    with pytest.raises(errors.Conflict):
        services.go_back(desk.house.actor("bank"), case, to=1, why="Toch niet.")


def test_the_memo_is_an_item_of_the_group_with_everybody_who_contributed(desk: Desk, case: UUID) -> None:
    desk.direction(case, "shop", title="Proef")
    client = reader(desk.house.circle, "bank")
    page = reverse("casework:show-memo", args=[case])
    assert "Proef" in shown(client, page)
    item = UUID(client.post(page)["location"].rsplit("/", 1)[1])
    found = consent_pages.item_page(desk.house.actor("carrier"), item)
    assert (found.kind, found.marking, found.contributors) == ("bestuursmemo", "binnenskamers", ("bank", "shop"))
    assert "Oplossingsrichting 1: Proef" in found.paragraphs
    assert "Gevraagd besluit: kies een van deze richtingen, en geef de reden." in found.paragraphs


def test_nothing_of_the_memo_goes_out_before_every_contributor_agreed_to_that_text(desk: Desk, case: UUID) -> None:
    desk.direction(case, "shop", title="Proef")
    client, house = reader(desk.house.circle, "bank"), desk.house
    page = reverse("casework:show-memo", args=[case])
    item = UUID(client.post(page)["location"].rsplit("/", 1)[1])
    release = house.propose(item)
    house.agree(release, "bank")
    assert consent_pages.published(house.actor("telecom")) == []
    desk.direction(case, "carrier", title="Een tweede")
    client.post(page)
    assert house.release(release).round > 1, "other words, and one contributor more: everybody is asked anew"
    for name in ("bank", "shop"):
        house.agree(release, name)
    assert consent_pages.published(house.actor("telecom")) == []
    house.agree(release, "carrier")
    (out,) = consent_pages.published(house.actor("telecom"))
    assert {f"Oplossingsrichting {n}: Een tweede" for n in (1, 2)} & set(out.paragraphs)
    assert not any("bank" in one or "shop" in one for one in out.paragraphs)


def test_the_pages_of_directions(desk: Desk, case: UUID) -> None:
    client = reader(desk.house.circle, "bank")

    def send(name: str, **fields: object) -> str:
        return client.post(reverse(f"casework:{name}", args=[case]), fields, follow=True).content.decode()

    option = {"titel": "Proef", "effect": "Minder schade.", "kosten": "Twee mensen.", "beslisser": "Bestuur"}
    assert "Artikel: vul dit in" in send("add-direction", **option, route="wetswijziging")
    assert "Minder schade." in send("add-direction", **option, route="invoeren", adres=address())
    assert "Dag: vul een dag in" in send("add-workshop", dag="straks", anderen="Ministerie", afgesproken="Verder.")
    assert "Ministerie" in send("add-workshop", dag="2026-11-01", anderen="Ministerie", afgesproken="Verder.")
    (one,) = selectors.directions_page(desk.house.actor("bank"), case).directions
    decided = {"richting": str(one.id), "besluitdoor": "Overleg", "dag": "2026-11-02", "reden": "Dit past."}
    assert "Gekozen: Proef." in send("add-decision", **decided)
    assert "besluit van bestuurders" in shown(client, reverse("casework:show-case", args=[case]))


def test_directions_take_no_more_queries_however_many_there_are(desk: Desk, case: UUID) -> None:
    bank = desk.house.actor("bank")
    desk.direction(case)
    with CaptureQueriesContext(connection) as few:
        selectors.directions_page(bank, case)
    for number in range(10):
        desk.direction(case, title=f"Richting {number}")
    with CaptureQueriesContext(connection) as many:
        selectors.directions_page(bank, case)
    assert len(many) == len(few)


@pytest.mark.parametrize("table", ["direction", "workshop", "decision", "memo"])
def test_with_every_filter_gone_the_database_shows_them_to_members_alone(
    desk: Desk, case: UUID, database: Server, table: str
) -> None:
    desk.direction(case)
    desk.decide(case)
    services.record_workshop(desk.house.actor("bank"), case, Talk("2026-11-01", (), "Ministerie", "Verder praten."))
    services.keep_memo(desk.house.actor("bank"), case, "Het memo.")
    with database.connect("sluis_web") as raw:
        for party, seen in ((desk.house.party("shop"), 1), (desk.house.party("telecom"), 0), (b"", 0)):
            raw.execute("SELECT set_config('sluis.organisation', %s, false)", [party.hex()])
            assert raw.execute(f"SELECT count(*) FROM casework_{table}").fetchone() == (seen,)
        with pytest.raises(postgres.InsufficientPrivilege):
            raw.execute(f"DELETE FROM casework_{table}")
