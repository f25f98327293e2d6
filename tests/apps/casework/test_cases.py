"""Case files: six stages, each with an owner, evidence and a gate; never skipped; back with a reason."""

from __future__ import annotations

import threading
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from hub_fixtures import Server
from make_casework import PAPER, Desk, address
from psycopg import errors as postgres

from sluis.apps.audit.models import Event
from sluis.apps.casework import selectors, services
from sluis.apps.casework.services import Marks, Paper
from sluis.apps.consent import services as consent
from sluis.apps.partners.selectors import Role
from sluis.core import errors


def test_a_chosen_entry_becomes_a_case_at_the_first_stage_and_takes_no_more_marks(desk: Desk) -> None:
    entry = desk.entry()
    case = services.open_case(desk.house.actor("bank"), entry)
    page = desk.page(case, "carrier")
    assert (page.stage.number, page.state, page.title, page.stage.owner) == (1, "loopt", "Verdachte toestellen", "")
    assert [one.where for one in page.stages] == ["nu", *["later"] * 5]
    assert selectors.entry_page(desk.house.actor("bank"), entry).case == case
    with pytest.raises(errors.Conflict):
        services.score(desk.house.actor("bank"), entry, Marks(1, 1, 1))
    with pytest.raises(errors.Conflict):
        services.open_case(desk.house.actor("shop"), entry)


def test_a_stage_passes_with_evidence_and_the_yes_of_another_member(desk: Desk) -> None:
    case = desk.case()
    desk.document(case)
    desk.ask(case)
    desk.answer(case)
    page = desk.page(case)
    assert page.stage.number == 2
    assert [(one.number, one.says) for one in page.gates] == [(1, "goedgekeurd"), (1, "gevraagd"), (1, "eigenaar")]
    assert page.stage.owner == "", "the next stage has an owner of its own"


def test_without_evidence_nothing_is_asked_and_what_is_missing_is_told_at_once(desk: Desk) -> None:
    case = desk.case()
    with pytest.raises(errors.Malformed) as raised:
        desk.ask(case)
    assert [one.code for one in raised.value.faults] == ["document"]
    desk.passed(case, to=3)
    services.take_stage(desk.house.actor("bank"), case)
    desk.document(case)
    with pytest.raises(errors.Malformed) as raised:
        desk.ask(case)
    assert [one.code for one in raised.value.faults] == ["beoordeling", "advies"]
    desk.assessment(case)
    with pytest.raises(errors.Malformed) as raised:
        desk.ask(case)
    assert [one.code for one in raised.value.faults] == ["advies"], "advice from outside is not left out"


def test_the_owner_and_the_owners_colleagues_do_not_approve(desk: Desk) -> None:
    case = desk.case()
    desk.document(case)
    question = desk.ask(case)
    for actor in (desk.house.actor("bank"), desk.house.actor("bank", Role.DATA_OFFICER, "2")):
        with pytest.raises(errors.NotAllowed) as raised:
            services.answer_gate(actor, case, question, agrees=True)
        assert raised.value.reason == "eigen-fase"
    assert desk.page(case).stage.number == 1


def test_who_is_not_the_owner_does_not_ask(desk: Desk) -> None:
    case = desk.case()
    desk.document(case)
    for actor in (desk.house.actor("shop"), desk.house.actor("bank", person="2")):
        with pytest.raises(errors.NotAllowed) as raised:
            services.ask_gate(actor, case)
        assert raised.value.reason == "niet-de-eigenaar"


def test_who_answers_takes_a_deciding_role(desk: Desk) -> None:
    case = desk.case()
    desk.document(case)
    question = desk.ask(case)
    for role in (Role.ANALYST, Role.OBSERVER, Role.ORG_ADMIN, Role.PROGRAMME_OFFICE):
        with pytest.raises(errors.NotAllowed):
            services.answer_gate(desk.house.actor("shop", role), case, question, agrees=True)


def test_a_refusal_keeps_the_stage_with_its_reason_and_it_may_be_asked_again(desk: Desk) -> None:
    case = desk.case()
    desk.document(case)
    question = desk.ask(case)
    with pytest.raises(errors.Malformed):
        services.answer_gate(desk.house.actor("shop"), case, question, agrees=False, why=" ")
    desk.answer(case, agrees=False)
    page = desk.page(case)
    assert (page.stage.number, page.gates[0].says, page.gates[0].reason) == (1, "geweigerd", "Te dun.")
    desk.ask(case)
    desk.answer(case, "carrier")
    assert desk.page(case).stage.number == 2


def test_a_case_goes_back_with_a_reason_and_passes_every_gate_anew_with_new_evidence(desk: Desk) -> None:
    case = desk.passed(desk.case(), to=3)
    shop = desk.house.actor("shop")
    with pytest.raises(errors.Malformed):
        services.go_back(shop, case, to=1, why="")
    for wrong in (0, 3, 4, 7):
        with pytest.raises(errors.Conflict):
            services.go_back(shop, case, to=wrong, why="Zo kan het niet.")
    services.go_back(shop, case, to=1, why="De analyse klopt niet meer.")
    page = desk.page(case)
    assert (page.stage.number, page.gates[0].says, page.gates[0].reason) == (1, "terug", "De analyse klopt niet meer.")
    assert [one.counts for one in page.stage.evidence] == [False]
    with pytest.raises(errors.Malformed):
        desk.ask(case)
    desk.passed(case, to=2)
    with pytest.raises(errors.Malformed):
        desk.ask(case)


def test_going_back_lets_a_question_lapse(desk: Desk) -> None:
    case = desk.passed(desk.case(), to=2)
    services.take_stage(desk.house.actor("bank"), case)
    desk.document(case)
    question = desk.ask(case)
    services.go_back(desk.house.actor("carrier"), case, to=1, why="Eerst terug.")
    with pytest.raises(errors.Conflict):
        services.answer_gate(desk.house.actor("shop"), case, question, agrees=True)


def test_a_stage_taken_over_lets_the_question_lapse(desk: Desk) -> None:
    case = desk.case()
    desk.document(case)
    question = desk.ask(case)
    services.take_stage(desk.house.actor("shop"), case)
    assert desk.page(case).asked == 0
    with pytest.raises(errors.Conflict):
        services.answer_gate(desk.house.actor("carrier"), case, question, agrees=True)
    with pytest.raises(errors.Conflict):
        services.take_stage(desk.house.actor("shop"), case)


def test_an_owner_whose_organisation_left_blocks_the_gate_until_somebody_takes_the_stage(desk: Desk) -> None:
    case = desk.case("carrier")
    desk.document(case, "carrier")
    desk.ask(case, "carrier")
    consent.leave(desk.house.actor("carrier"), desk.group)
    with pytest.raises(errors.NotFound):
        desk.page(case, "carrier")
    with pytest.raises(errors.Conflict) as raised:
        desk.answer(case)
    assert raised.value.reason == "eigenaar-weg"
    services.take_stage(desk.house.actor("bank"), case)
    desk.ask(case)
    desk.answer(case)
    assert desk.page(case).stage.number == 2


def test_an_answer_of_the_privacykader_is_computed_and_kept_with_facts_and_articles(desk: Desk) -> None:
    case = desk.case()
    desk.assessment(case)
    (found,) = desk.page(case, "shop").stage.evidence
    assert (found.kind, found.outcome) == ("beoordeling", "niet_mogelijk")
    assert found.articles
    assert found.rules
    assert len(found.facts) == 8


@pytest.mark.parametrize(
    "typed", ["", "geen adres", "https://sluis.example/privacykader", "http://[", address(purpose="zomaar")]
)
def test_an_address_without_an_answer_is_refused_with_the_other_faults(desk: Desk, typed: str) -> None:
    case = desk.case()
    with pytest.raises(errors.Malformed) as raised:
        services.add_assessment(desk.house.actor("bank"), case, title="", address=typed)
    assert [(one.where, one.code) for one in raised.value.faults] == [("adres", "geen-antwoord"), ("titel", "lengte")]


def test_every_fault_of_a_document_is_told_at_once(desk: Desk) -> None:
    with pytest.raises(errors.Malformed) as raised:
        services.add_document(desk.house.actor("bank"), desk.case(), Paper("x" * 201, "y" * 501, "NL13TEST0123456789"))
    assert [one.where for one in raised.value.faults] == ["titel", "vindplaats", "samenvatting"]


def test_a_stranger_finds_no_case(desk: Desk) -> None:
    case, stranger = desk.case(), desk.house.actor("telecom")
    for act in (
        lambda: selectors.case_page(stranger, case),
        lambda: services.take_stage(stranger, case),
        lambda: services.add_document(stranger, case, PAPER),
        lambda: services.ask_gate(stranger, case),
        lambda: services.answer_gate(stranger, case, 1, agrees=True),
        lambda: services.go_back(stranger, case, to=1, why="Weg."),
    ):
        with pytest.raises(errors.NotFound):
            act()
    assert selectors.my_cases(stranger).cases == ()


def test_steering_sees_that_a_case_is_there_and_how_long_and_no_word_of_it(desk: Desk, later: Callable[[int], None]) -> None:
    case = desk.passed(desk.case(), to=2)
    later(3 * 86_400 + 60)
    for role in (Role.PROGRAMME_OFFICE, Role.CORE_GROUP):
        (seen,) = selectors.waiting(desk.house.actor("other", role))
        assert (seen.id, seen.stage, seen.days, seen.days_here) == (case, 2, 3, 3)
        assert set(seen.__slots__) == {"id", "stage", "days", "days_here"}
    for role in (Role.ANALYST, Role.ORG_ADMIN, Role.OBSERVER):
        with pytest.raises(errors.NotAllowed):
            selectors.waiting(desk.house.actor("other", role))
    with pytest.raises(errors.NotAllowed):
        selectors.case_page(desk.house.actor("bank", Role.PROGRAMME_OFFICE), case)


def test_of_two_who_approve_at_once_one_moves_the_case_one_stage(desk: Desk) -> None:
    case = desk.case()
    desk.document(case)
    question = desk.ask(case)
    start, told = threading.Barrier(2), []

    def approve(name: str) -> None:
        start.wait()
        try:
            services.answer_gate(desk.house.actor(name), case, question, agrees=True)
            told.append("door")
        except errors.Conflict as error:
            told.append(error.reason)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=approve, args=(name,)) for name in ("shop", "carrier")]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert sorted(told) == ["door", "niet-gevraagd"]
    assert desk.page(case).stage.number == 2


def test_a_list_and_a_case_take_no_more_queries_however_much_there_is(desk: Desk) -> None:
    bank = desk.house.actor("bank")
    first = desk.case()
    desk.document(first)

    def queries() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as listed:
            selectors.my_cases(bank)
        with CaptureQueriesContext(connection) as shown:
            selectors.case_page(bank, first)
        return len(listed), len(shown)

    few = queries()
    for _ in range(10):
        desk.document(first)
        desk.case()
    assert queries() == few


def test_the_log_says_what_was_done_and_no_word_of_it(desk: Desk) -> None:
    case = desk.case()
    desk.document(case, title="GEHEIM-771")
    desk.ask(case)
    desk.answer(case, agrees=False)
    told = [(one.activity, bytes(one.event).decode()) for one in Event.objects.filter(activity__startswith="casus")]
    assert {activity for activity, _event in told} == {
        "casus openen", "casusfase nemen", "casusbewijs inbrengen", "casuspoort vragen", "casuspoort beantwoorden",
    }  # fmt: skip
    assert not [event for _activity, event in told if "GEHEIM-771" in event or "Te dun" in event]


TABLES = ("bottleneck", "case", "owner", "evidence", "gate")


@pytest.mark.parametrize("table", TABLES)
def test_with_every_filter_gone_the_database_shows_a_case_to_members_alone(desk: Desk, database: Server, table: str) -> None:
    case = desk.case()
    desk.document(case)
    with database.connect("sluis_web") as raw:
        assert seen(raw, table, desk.house.party("shop")) > 0, "the test itself is empty"
        for party in (desk.house.party("telecom"), desk.house.party("other"), b""):
            assert seen(raw, table, party) == 0
    for role in ("sluis_owner", "sluis_worker", "sluis_edge"):
        with database.connect(role) as raw:
            if role == "sluis_owner":
                assert seen(raw, table, b"") == 0
            else:
                with pytest.raises(postgres.InsufficientPrivilege):
                    seen(raw, table, desk.house.party("shop"))


def seen(raw: object, table: str, party: bytes) -> int:
    raw.execute("SELECT set_config('sluis.organisation', %s, false)", [party.hex()])
    return int(raw.execute(f"SELECT count(*) FROM casework_{table}").fetchone()[0])


def test_the_database_takes_no_approval_by_the_owners_own_organisation(desk: Desk, database: Server) -> None:
    case, bank = desk.case(), desk.house.actor("bank")
    row = (
        "INSERT INTO casework_gate (case_id, group_id, stage, round, says, owner, party, person, name, reason, time) "
        "VALUES (%s, %s, 1, 1, 'goedgekeurd', %s, %s, %s, 'x', '', 1)"
    )
    with database.connect("sluis_web") as raw:
        raw.execute("SELECT set_config('sluis.organisation', %s, false)", [bank.organisation.hex()])
        raw.execute("SELECT set_config('sluis.person', %s, false)", [str(bank.person)])
        for owner in (bank.organisation, None):
            with pytest.raises(postgres.CheckViolation):
                raw.execute(row, [case, desk.group, owner, bank.organisation, bank.person])
        with pytest.raises(postgres.InsufficientPrivilege):
            raw.execute(row, [case, desk.group, bank.organisation, desk.house.party("shop"), bank.person])


def test_no_table_of_the_room_was_forgotten(database: Server) -> None:
    """All but the seats of the expert group are shut, for their owner as well."""
    with database.connect("sluis_owner") as raw:
        rows = raw.execute(
            "SELECT relname, relrowsecurity AND relforcerowsecurity FROM pg_class "
            "WHERE relname LIKE 'casework\\_%' AND relkind = 'r'"
        ).fetchall()
    assert len(rows) > 14
    assert {name for name, shut in rows if not shut} == {"casework_expert"}


@pytest.mark.parametrize("table", ["evidence", "gate"])
def test_what_was_said_is_never_changed_or_removed(desk: Desk, database: Server, table: str) -> None:
    desk.document(desk.case())
    with database.connect("sluis_web") as raw:
        for statement in (f"UPDATE casework_{table} SET name = 'x'", f"DELETE FROM casework_{table}"):
            with pytest.raises(postgres.InsufficientPrivilege):
                raw.execute(statement)


def test_evidence_does_not_hang_on_a_case_of_another_group(desk: Desk, database: Server) -> None:
    case, telecom = desk.case(), desk.house.actor("telecom")
    own = desk.house.group("telecom", "other")
    with database.connect("sluis_web") as raw:
        raw.execute("SELECT set_config('sluis.organisation', %s, false)", [telecom.organisation.hex()])
        raw.execute("SELECT set_config('sluis.person', %s, false)", [str(telecom.person)])
        with pytest.raises(postgres.ForeignKeyViolation):
            raw.execute(
                "INSERT INTO casework_evidence (id, case_id, group_id, stage, round, kind, title, link, text, outcome, "
                "articles, rules, party, person, name, time) "
                "VALUES (%s, %s, %s, 1, 1, 'document', 'x', '', 'x', '', '[]', '', %s, %s, 'x', 1)",
                [uuid4(), case, own, telecom.organisation, telecom.person],
            )


def test_nobody_learns_of_a_case_by_its_number(desk: Desk) -> None:
    for unknown in (uuid4(), UUID(int=0)):
        with pytest.raises(errors.NotFound) as raised:
            selectors.case_page(desk.house.actor("bank"), unknown)
        assert raised.value.reason == "onbekende-casus"
