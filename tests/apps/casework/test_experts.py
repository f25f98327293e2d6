"""The expert group: seats by two people, a question from triage to signature, and an answer for all that nobody is known in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hub_fixtures import Server
from make_casework import ANONYMOUS, ASKED, Panel
from psycopg import errors as postgres

from sluis.apps.audit.models import Event
from sluis.apps.casework import selectors, services
from sluis.apps.casework.selectors import experts, terms
from sluis.apps.casework.services import Anonymous, Asked, PeerView
from sluis.apps.partners import services as partners
from sluis.apps.partners.selectors import Role
from sluis.core import errors

Later = Callable[[int], None]
DAY = 86_400
STEERING = (Role.PROGRAMME_OFFICE, Role.CORE_GROUP)


def test_a_question_goes_from_triage_to_a_signed_advice_that_the_asker_reads(panel: Panel) -> None:
    question = panel.accepted()
    assert selectors.question_page(panel.asker, question).state == "behandeling"
    services.write_draft(panel.writer, question, "Nee, nooit.")
    assert selectors.question_page(panel.asker, question).draft is None, "a draft is for experts"
    services.review(panel.peer, question, PeerView(1, agrees=False, text="Kijk naar artikel 33."))
    services.write_draft(panel.writer, question, "Ja, onder voorwaarden.")
    page = selectors.question_page(panel.peer, question)
    assert page.draft is not None
    assert (page.draft.number, page.remarks) == (2, ()), "what was said of the first draft counts no more"
    services.review(panel.peer, question, PeerView(2, agrees=True))
    services.sign(panel.chair, question, 2)
    page = selectors.question_page(panel.asker, question)
    assert page.draft is not None
    assert (page.state, page.draft.paragraphs, page.chair) == ("getekend", ("Ja, onder voorwaarden.",), panel.chair.name)
    assert (page.remarks, page.draft.by) == ((), ""), "who wrote and reviewed is not told"
    assert page.digest == experts.advice_digest("Ja, onder voorwaarden.")
    assert panel.house.told("carrier") == ["expertgroep", "expertgroep"]


@pytest.mark.parametrize(("choice", "state"), [("casuistiek", "casuistiek"), ("weigeren", "geweigerd")])
def test_a_question_is_referred_or_refused_with_a_reason(panel: Panel, choice: str, state: str) -> None:
    question = panel.question()
    with pytest.raises(errors.Malformed):
        services.triage(panel.writer, question, choice=choice, why=" ")
    services.triage(panel.writer, question, choice=choice, why="Dit vraagt om een besluit.")
    page = selectors.question_page(panel.asker, question)
    assert (page.state, page.reason) == (state, "Dit vraagt om een besluit.")
    with pytest.raises(errors.Conflict):
        services.triage(panel.peer, question, choice="aannemen")
    with pytest.raises(errors.Conflict):
        services.write_draft(panel.writer, question, "Toch.")


def test_a_question_names_no_account_or_number_and_every_fault_is_told_at_once(panel: Panel) -> None:
    with pytest.raises(errors.Malformed) as raised:
        services.ask(panel.asker, Asked("", "Bel 06 12345678, rekening NL13TEST0123456789"))
    assert [(one.where, one.code) for one in raised.value.faults] == [("titel", "lengte"), ("vraag", "kenmerk-in-tekst")]


def test_nobody_signs_before_a_peer_agreed_and_while_one_is_against(panel: Panel) -> None:
    question = panel.drafted()
    second = panel.seated("shop", person="2")
    with pytest.raises(errors.Conflict) as raised:
        services.sign(panel.chair, question, 1)
    assert raised.value.reason == "niet-getoetst"
    services.review(panel.peer, question, PeerView(1, agrees=True))
    services.review(second, question, PeerView(1, agrees=False, text="Te ruim."))
    with pytest.raises(errors.Conflict):
        services.sign(panel.chair, question, 1)
    services.review(second, question, PeerView(1, agrees=True))
    services.sign(panel.chair, question, 1)


def test_writing_reviewing_and_signing_take_three_people(panel: Panel) -> None:
    question = panel.drafted()
    with pytest.raises(errors.NotAllowed) as raised:
        services.review(panel.writer, question, PeerView(1, agrees=True))
    assert raised.value.reason == "eigen-concept"
    services.review(panel.peer, question, PeerView(1, agrees=True))
    for actor in (panel.writer, panel.peer):
        with pytest.raises(errors.NotAllowed) as raised:
            services.sign(actor, question, 1)
        assert raised.value.reason == "niet-uw-zetel"
    for act in (
        lambda: services.write_draft(panel.chair, question, "Van de voorzitter."),
        lambda: services.review(panel.chair, question, PeerView(1, agrees=True)),
    ):
        with pytest.raises(errors.NotAllowed):
            act()


def test_an_expert_who_reviewed_and_became_chair_does_not_sign_it(panel: Panel) -> None:
    question = panel.drafted()
    services.review(panel.peer, question, PeerView(1, agrees=True))
    chair = panel.seated("shop", "voorzitter")
    with pytest.raises(errors.NotAllowed) as raised:
        services.sign(chair, question, 1)
    assert raised.value.reason == "eigen-concept"


def test_an_expert_does_nothing_with_a_question_of_its_own_organisation(panel: Panel) -> None:
    question = services.ask(panel.actor("shop", Role.ANALYST), ASKED)
    for act in (
        lambda: services.triage(panel.peer, question, choice="aannemen"),
        lambda: services.write_draft(panel.peer, question, "Ja."),
    ):
        with pytest.raises(errors.NotAllowed) as raised:
            act()
        assert raised.value.reason == "eigen-vraag"


def test_an_older_draft_is_neither_reviewed_nor_signed(panel: Panel) -> None:
    question = panel.drafted()
    services.write_draft(panel.writer, question, "Iets anders.")
    for act in (
        lambda: services.review(panel.peer, question, PeerView(1, agrees=True)),
        lambda: services.sign(panel.chair, question, 1),
    ):
        with pytest.raises(errors.Conflict) as raised:
            act()
        assert raised.value.reason == "ander-concept"


def test_the_answer_is_published_once_chair_and_asker_saw_exactly_those_words(panel: Panel) -> None:
    question = panel.signed()
    services.write_answer(panel.writer, question, ANONYMOUS)
    first = panel.digest(question)
    with pytest.raises(errors.Conflict) as raised:
        services.agree_answer(panel.asker, question, first)
    assert raised.value.reason == "niet-gecontroleerd"
    services.check_answer(panel.chair, question, first)
    services.write_answer(panel.peer, question, Anonymous("Anders", "Mag het?", "Ja."))
    with pytest.raises(errors.Conflict) as raised:
        services.agree_answer(panel.asker, question, first)
    assert raised.value.reason == "tekst-gewijzigd"
    second = panel.digest(question)
    with pytest.raises(errors.Conflict):
        services.agree_answer(panel.asker, question, second)
    services.check_answer(panel.chair, question, second)
    assert selectors.answers(panel.actor("other")) == []
    services.agree_answer(panel.asker, question, second)
    (found,) = selectors.answers(panel.actor("other"))
    assert (found.title, selectors.answer_page(panel.actor("other"), found.id).answer) == ("Anders", ("Ja.",))
    with pytest.raises(errors.Conflict) as raised:
        services.write_answer(panel.writer, question, ANONYMOUS)
    assert raised.value.reason == "al-gepubliceerd"


def test_only_the_askers_deciding_roles_agree(panel: Panel) -> None:
    question = panel.signed()
    services.write_answer(panel.writer, question, ANONYMOUS)
    services.check_answer(panel.chair, question, panel.digest(question))
    with pytest.raises(errors.NotAllowed):
        services.agree_answer(panel.actor("carrier", Role.ANALYST), question, panel.digest(question))
    for other in (panel.writer, panel.actor("other")):
        with pytest.raises(errors.NotFound):
            services.agree_answer(other, question, panel.digest(question))
    assert selectors.answers(panel.asker) == []


def test_members_search_what_was_answered(panel: Panel) -> None:
    panel.published()
    panel.published(Anonymous("Klantgegevens", "Mag een naam?", "Nee: zie artikel 33."))
    reader = panel.actor("other", Role.OBSERVER)
    assert [one.title for one in selectors.answers(reader, wanted="ARTIKEL 33")] == ["Klantgegevens"]
    assert len(selectors.answers(reader)) == 2
    assert selectors.answers(reader, wanted="%") == []
    with pytest.raises(errors.NotFound):
        selectors.answer_page(reader, uuid4())


def test_nobody_but_asker_and_experts_reads_a_question(panel: Panel) -> None:
    question = panel.published()
    colleague, stranger = panel.actor("carrier", Role.OBSERVER), panel.actor("other")
    assert selectors.question_page(colleague, question).own
    with pytest.raises(errors.NotFound):
        selectors.question_page(stranger, question)
    assert selectors.desk(stranger).questions == ()
    for role in (*STEERING, Role.OPERATOR, Role.ORG_ADMIN):
        with pytest.raises(errors.NotAllowed):
            selectors.question_page(panel.house.actor("carrier", role), question)


def test_who_lost_its_seat_reads_no_more(panel: Panel) -> None:
    question = panel.drafted()
    (seat,) = [one for one in selectors.seats() if "bank" in one.name]
    services.end_seat(panel.actor("other", Role.PROGRAMME_OFFICE), seat.id)
    with pytest.raises(errors.NotFound):
        selectors.question_page(panel.writer, question)
    with pytest.raises(errors.NotFound):
        services.write_draft(panel.writer, question, "Nog iets.")
    with pytest.raises(errors.NotFound):
        services.end_seat(panel.actor("other", Role.PROGRAMME_OFFICE), seat.id)


def test_a_seat_takes_two_who_steer(panel: Panel) -> None:
    who, office = panel.actor("bank"), panel.actor("other", Role.PROGRAMME_OFFICE)
    number = services.propose_seat(office, username=who.name, seat="deskundige", reason="Kent het recht.")
    with pytest.raises(errors.NotAllowed) as raised:
        services.approve_seat(office, number)
    assert raised.value.reason == "eigen-voorstel"
    for other in (panel.actor("shop"), panel.actor("bank", Role.ORG_ADMIN)):
        with pytest.raises(errors.NotAllowed):
            services.approve_seat(other, number)
        with pytest.raises(errors.NotAllowed):
            services.propose_seat(other, username=who.name, seat="voorzitter", reason="Ik.")
        with pytest.raises(errors.NotAllowed):
            services.end_seat(other, 1)
    assert selectors.seat_of(who) == ""
    services.approve_seat(panel.actor("other", Role.CORE_GROUP), number)
    assert selectors.seat_of(who) == "deskundige"


def test_who_steers_or_is_unknown_gets_no_seat(panel: Panel) -> None:
    office = panel.actor("other", Role.PROGRAMME_OFFICE)
    for name in (office.name, panel.actor("bank", Role.ORG_ADMIN).name, "niemand"):
        with pytest.raises(errors.Malformed) as raised:
            services.propose_seat(office, username=name, seat="koning", reason="Zo.")
        assert [one.where for one in raised.value.faults] == ["zetel", "naam"]


def test_who_left_the_partner_in_the_meantime_gets_no_seat(panel: Panel) -> None:
    who, office = panel.actor("bank"), panel.actor("other", Role.PROGRAMME_OFFICE)
    number = services.propose_seat(office, username=who.name, seat="deskundige", reason="Kent het recht.")
    partners.end_membership(who.name, who.organisation)
    with pytest.raises(errors.Conflict):
        services.approve_seat(panel.actor("other", Role.CORE_GROUP), number)


def test_there_is_one_chair(panel: Panel) -> None:
    first, second = panel.chair, panel.seated("bank", "voorzitter")
    assert (selectors.seat_of(first), selectors.seat_of(second)) == ("", "voorzitter")
    assert User.objects.filter(pk=first.person).exists()


def test_a_term_that_is_past_is_shown_to_all_who_may_know(panel: Panel, later: Later) -> None:
    question = panel.question()
    page = selectors.question_page(panel.asker, question)
    assert not page.late
    office = panel.actor("other", Role.PROGRAMME_OFFICE)
    later(page.triage_due - page.asked + 60)
    assert selectors.question_page(panel.asker, question).late
    assert [one.late for one in selectors.desk(panel.writer).questions] == [True]
    (seen,) = selectors.asked_questions(office)
    assert (seen.state, seen.late, seen.days >= 5) == ("gesteld", True, True)
    assert set(seen.__slots__) == {"state", "days", "late"}
    services.triage(panel.writer, question, choice="aannemen")
    assert not selectors.question_page(panel.asker, question).late
    later(31 * DAY)
    assert selectors.question_page(panel.asker, question).late


def test_working_days_leave_out_the_weekend() -> None:
    thursday = int(datetime(2026, 11, 19, 12, tzinfo=UTC).timestamp())
    assert datetime.fromtimestamp(terms.TRIAGE.due(thursday), UTC) == datetime(2026, 11, 26, 12, tzinfo=UTC)
    saturday = thursday + 2 * DAY
    assert datetime.fromtimestamp(terms.TRIAGE.due(saturday), UTC) == datetime(2026, 11, 27, 12, tzinfo=UTC)
    assert terms.ANSWER.due(thursday) == thursday + 30 * DAY
    assert terms.due_of("getekend", thursday) is None


def test_lists_take_no_more_queries_however_many_there_are(panel: Panel) -> None:
    panel.published()
    expert, reader = panel.writer, panel.actor("other")

    def queries() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as listed:
            selectors.desk(expert)
        with CaptureQueriesContext(connection) as found:
            selectors.answers(reader)
        return len(listed), len(found)

    few = queries()
    for _ in range(5):
        panel.published()
    assert queries() == few


TABLES = ("question", "draft", "remark", "answer")


def looking(raw: object, party: bytes, person: int) -> None:
    raw.execute("SELECT set_config('sluis.organisation', %s, false)", [party.hex()])
    raw.execute("SELECT set_config('sluis.person', %s, false)", [str(person)])


def count(raw: object, table: str) -> int:
    return int(raw.execute(f"SELECT count(*) FROM casework_{table}").fetchone()[0])


def test_with_every_filter_gone_the_database_shows_a_question_to_asker_and_experts_alone(
    panel: Panel, database: Server
) -> None:
    question = panel.signed()
    services.write_answer(panel.writer, question, ANONYMOUS)
    stranger = panel.actor("other")
    seen = {
        panel.writer: (1, 1, 1, 1),
        panel.asker: (1, 1, 0, 1),
        stranger: (0, 0, 0, 0),
        panel.actor("shop", Role.ANALYST): (0, 0, 0, 0),
    }
    with database.connect("sluis_web") as raw:
        for who, expected in seen.items():
            looking(raw, who.organisation, who.person)
            assert tuple(count(raw, one) for one in TABLES) == expected, who.name
        # An expert's number with another organisation, and nobody at all.
        looking(raw, stranger.organisation, panel.writer.person)
        assert [count(raw, one) for one in TABLES] == [0, 0, 0, 0]
        looking(raw, b"", panel.writer.person)
        assert [count(raw, one) for one in TABLES] == [0, 0, 0, 0]
    with database.connect("sluis_owner") as raw:
        assert [count(raw, one) for one in TABLES] == [0, 0, 0, 0]
    with database.connect("sluis_worker") as raw, pytest.raises(postgres.InsufficientPrivilege):
        count(raw, "question")


def test_an_asker_reads_the_signed_draft_and_no_other(panel: Panel, database: Server) -> None:
    question = panel.drafted()
    asker = panel.asker
    with database.connect("sluis_web") as raw:
        looking(raw, asker.organisation, asker.person)
        assert count(raw, "draft") == 0
        services.write_draft(panel.writer, question, "Een tweede.")
        services.review(panel.peer, question, PeerView(2, agrees=True))
        services.sign(panel.chair, question, 2)
        assert raw.execute("SELECT number FROM casework_draft").fetchall() == [(2,)]


def test_the_database_shows_everybody_what_was_published_and_takes_no_draft_of_a_stranger(
    panel: Panel, database: Server
) -> None:
    question = panel.published()
    stranger = panel.actor("other")
    with database.connect("sluis_web") as raw:
        looking(raw, stranger.organisation, stranger.person)
        assert (count(raw, "answer"), count(raw, "question")) == (1, 0)
        assert raw.execute("UPDATE casework_answer SET answer = 'x'").rowcount == 0
        with pytest.raises(postgres.InsufficientPrivilege):
            raw.execute(
                "INSERT INTO casework_draft (question_id, number, text, party, person, name, time) "
                "VALUES (%s, 9, 'x', %s, %s, 'x', 1)",
                [question, stranger.organisation, stranger.person],
            )
        looking(raw, panel.writer.organisation, panel.writer.person)
        with pytest.raises(postgres.InsufficientPrivilege):
            raw.execute("UPDATE casework_answer SET answer = 'x'")


def test_the_log_says_what_was_done_and_no_word_of_it(panel: Panel) -> None:
    services.ask(panel.asker, Asked("GEHEIM-662", "GEHEIM-663"))
    told = [bytes(one).decode() for one in Event.objects.values_list("event", flat=True)]
    assert Event.objects.filter(activity="expertgroep vragen").count() == 1
    assert not [one for one in told if "GEHEIM" in one]
