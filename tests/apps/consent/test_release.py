"""Release: only when every contributor agreed to that text and that audience, in time; otherwise it stays inside."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import UUID

import psycopg
import pytest
from django.db import connections
from make_groups import House

from sluis.apps.consent import services, tasks
from sluis.apps.consent.models import Publication
from sluis.apps.consent.selectors.rules import DAY, Audience
from sluis.apps.consent.services import Edit, Proposal
from sluis.apps.partners.selectors import Role
from sluis.core import errors
from sluis.plumbing import viewing

Waiting = tuple[UUID, UUID]
Later = Callable[[int], None]
Roles = Callable[[str], AbstractContextManager[None]]


def published(house: House, name: str) -> list[str]:
    with viewing.as_organisation(house.party(name)):
        return list(Publication.objects.values_list("title", flat=True))


def edit(house: House, item: UUID, name: str = "carrier", *, text: str = "Andere tekst.", base: int = 1) -> int:
    change = Edit("Nieuwe truc", text, "binnenskamers", base)
    return services.edit(house.actor(name, Role.ANALYST), item, change)


def test_it_goes_out_on_the_last_yes_and_not_before(house: House, waiting: Waiting) -> None:
    _item, release = waiting
    assert house.agree(release, "bank") == "open"
    assert published(house, "telecom") == published(house, "bank") == []
    assert house.agree(release, "shop") == "vrijgegeven"
    assert published(house, "telecom") == ["Nieuwe truc"]
    assert house.told("telecom") == ["vrijgegeven"]


def test_a_yes_of_who_did_not_contribute_counts_for_nothing(house: House, waiting: Waiting) -> None:
    _item, release = waiting
    house.agree(release, "bank")
    with pytest.raises(errors.NotAllowed) as raised:
        house.agree(release, "carrier")
    assert raised.value.reason == "geen-inbrenger"
    assert house.release(release).state == "open"


def test_two_yeses_of_one_organisation_are_one(house: House, waiting: Waiting) -> None:
    _item, release = waiting
    for person in ("a", "b"):
        services.agree(house.actor("bank", person=person), release, digest=house.release(release).digest)
    assert house.release(release).state == "open"


def test_who_proposed_does_not_agree_as_well(house: House) -> None:
    item = house.item(house.group())
    lawyer = house.actor("bank")
    release = services.propose(lawyer, item, Proposal(Audience("partners"), "green", sure=True))
    with pytest.raises(errors.NotAllowed) as raised:
        house.agree(release, "bank")
    assert raised.value.reason == "eigen-voorstel"
    digest = house.release(release).digest
    assert services.agree(house.actor("bank", person="b"), release, digest=digest) == "vrijgegeven"


def test_an_edit_makes_every_yes_count_for_nothing(house: House, waiting: Waiting) -> None:
    item, release = waiting
    house.agree(release, "bank")
    edit(house, item)
    row = house.release(release)
    assert (row.round, row.state) == (2, "open")
    house.agree(release, "shop")
    assert house.release(release).state == "open"
    house.agree(release, "bank")
    assert house.release(release).state == "open", "the editor contributed, and is asked as well"
    assert house.agree(release, "carrier") == "vrijgegeven"


def test_a_text_that_was_changed_and_changed_back_asks_everybody_anew(house: House, waiting: Waiting) -> None:
    item, release = waiting
    before = house.release(release).digest
    house.agree(release, "bank")
    edit(house, item, "shop")
    edit(house, item, "shop", text="Kenmerken van de werkwijze.\n\nTweede alinea.", base=2)
    row = house.release(release)
    assert (row.digest, row.round) == (before, 3)
    house.agree(release, "shop")
    assert house.release(release).state == "open"


@pytest.mark.parametrize("change", [{"marking": "clear"}, {"audience": Audience("sector", sector="telecom")}])
def test_another_audience_or_marking_resets_consents(house: House, waiting: Waiting, change: dict[str, object]) -> None:
    _item, release = waiting
    old = house.release(release).digest
    house.agree(release, "bank")
    plain = {"audience": house.audience(), "marking": "green", "sure": True} | change
    services.change_audience(house.actor("shop", Role.ANALYST), release, Proposal(**plain))
    assert house.release(release).digest != old
    house.agree(release, "shop")
    assert house.release(release).state == "open"
    with pytest.raises(errors.Conflict) as raised:
        house.agree(release, "bank", digest=old)
    assert raised.value.reason == "tekst-gewijzigd"


def test_consenting_or_refusing_to_what_was_read_before_an_edit_is_a_conflict(house: House, waiting: Waiting) -> None:
    item, release = waiting
    seen = house.release(release).digest
    edit(house, item)
    for answer in (
        lambda: services.agree(house.actor("bank"), release, digest=seen),
        lambda: services.refuse(house.actor("bank"), release, digest=seen, why="Nee."),
    ):
        with pytest.raises(errors.Conflict) as raised:
            answer()
        assert raised.value.reason == "tekst-gewijzigd"


def test_two_consent_while_a_third_edits_and_nobody_agreed_to_what_went_out_unread(house: House, waiting: Waiting) -> None:
    """Three at once, over and over: either both yeses came first and the old text is out, or the new one waits."""
    item, release = waiting
    seen = house.release(release).digest
    results: list[str] = []
    start = threading.Barrier(3)

    def tried(work: Callable[[], object]) -> None:
        start.wait(10)
        try:
            work()
            results.append("gelukt")
        except errors.SluisError as error:
            results.append(error.reason)
        finally:
            connections.close_all()

    works = [
        lambda: services.agree(house.actor("bank"), release, digest=seen),
        lambda: services.agree(house.actor("shop"), release, digest=seen),
        lambda: edit(house, item),
    ]
    threads = [threading.Thread(target=tried, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    row = house.release(release)
    assert len(results) == 3
    if row.state == "vrijgegeven":
        with viewing.as_organisation(house.party("telecom")):
            assert Publication.objects.get().text == "Kenmerken van de werkwijze.\n\nTweede alinea."
    else:
        assert (row.state, row.round) == ("open", 2)
        assert "tekst-gewijzigd" in results or results.count("gelukt") == 3
        assert published(house, "telecom") == []


def test_the_two_last_yeses_at_once_let_it_out_once(house: House, waiting: Waiting) -> None:
    """The second waits for the first to be committed, and then counts it: otherwise each would see only its own."""
    _item, release = waiting
    digest, states = house.release(release).digest, []

    def agreeing() -> None:
        states.append(services.agree(house.actor("shop"), release, digest=digest))
        connections.close_all()

    with viewing.as_organisation(house.party("bank")):
        assert house.agree(release, "bank") == "open"
        thread = threading.Thread(target=agreeing)
        thread.start()
        thread.join(0.7)
        assert states == []
    thread.join(20)
    assert states == ["vrijgegeven"]
    assert published(house, "telecom") == ["Nieuwe truc"]


def test_an_edit_waits_for_a_consent_that_is_going_on(house: House, waiting: Waiting) -> None:
    """The consent holds the release until it is committed: the edit then finds one yes, and drops it."""
    item, release = waiting
    done: list[int] = []

    def editing() -> None:
        done.append(edit(house, item))
        connections.close_all()

    with viewing.as_organisation(house.party("bank")):
        house.agree(release, "bank")
        thread = threading.Thread(target=editing)
        thread.start()
        thread.join(0.5)
        assert done == []
    thread.join(10)
    assert done == [2]
    assert house.release(release).round == 2


def test_silence_is_no_as_soon_as_the_term_is_over_also_without_the_worker(
    house: House, waiting: Waiting, later: Later
) -> None:
    _item, release = waiting
    house.agree(release, "bank")
    later(14 * DAY)
    with pytest.raises(errors.Conflict) as raised:
        house.agree(release, "shop")
    assert raised.value.reason == "termijn-voorbij"
    assert published(house, "telecom") == []


def test_the_worker_closes_what_is_overdue_and_tells_the_contributors(
    house: House, waiting: Waiting, later: Later, as_role: Roles
) -> None:
    _item, release = waiting
    with as_role("sluis_worker"):
        assert services.close_overdue() == 0
        later(14 * DAY)
        assert services.close_overdue() == 1
        assert services.close_overdue() == 0
    assert house.release(release).state == "verlopen"
    assert house.told("bank")[-1] == house.told("shop")[-1] == "vrijgave-afgerond"
    assert "vrijgave-afgerond" not in house.told("carrier")


def test_the_silent_are_reminded_once_and_who_answered_is_not(
    house: House, waiting: Waiting, later: Later, as_role: Roles
) -> None:
    _item, release = waiting
    house.agree(release, "bank")
    with as_role("sluis_worker"):
        assert services.remind() == 0
        later(10 * DAY)
        tasks.tend_terms(timestamp=0)
        assert services.remind() == 0
    assert house.told("shop").count("herinnering") == 1
    assert "herinnering" not in house.told("bank")
    assert house.release(release).state == "open"


def test_a_term_begins_anew_with_a_round(house: House, waiting: Waiting, later: Later) -> None:
    item, release = waiting
    later(13 * DAY)
    edit(house, item, "shop")
    later(20 * DAY)
    house.agree(release, "bank")
    assert house.agree(release, "shop") == "vrijgegeven"


def test_one_no_blocks_and_its_reason_stays_with_the_contributors(house: House, waiting: Waiting) -> None:
    _item, release = waiting
    house.agree(release, "bank")
    assert house.refuse(release, "shop") == "geweigerd"
    with pytest.raises(errors.Conflict) as raised:
        house.agree(release, "shop")
    assert raised.value.reason == "niet-meer-open"
    assert published(house, "telecom") == []


def test_a_no_needs_a_reason(house: House, waiting: Waiting) -> None:
    with pytest.raises(errors.Malformed) as raised:
        house.refuse(waiting[1], "shop", why="  ")
    assert raised.value.reason == "geen-reden"
    assert house.release(waiting[1]).state == "open"


def test_a_yes_taken_back_is_silence(house: House, waiting: Waiting) -> None:
    _item, release = waiting
    house.agree(release, "bank")
    services.withdraw_consent(house.actor("bank"), release)
    house.agree(release, "shop")
    assert house.release(release).state == "open"
    assert house.agree(release, "bank") == "vrijgegeven"
    with pytest.raises(errors.Conflict) as raised:
        services.withdraw_consent(house.actor("bank"), release)
    assert raised.value.reason == "niet-meer-open"


def test_there_is_nothing_to_take_back_after_an_edit(house: House, waiting: Waiting) -> None:
    item, release = waiting
    house.agree(release, "bank")
    edit(house, item, "shop")
    with pytest.raises(errors.Conflict) as raised:
        services.withdraw_consent(house.actor("bank"), release)
    assert raised.value.reason == "geen-instemming"


def test_a_contributor_that_left_the_group_is_still_asked_and_never_dropped(house: House, waiting: Waiting) -> None:
    _item, release = waiting
    services.leave(house.actor("shop"), house.release(release).group_id)
    assert house.agree(release, "bank") == "open"
    assert published(house, "telecom") == []
    assert house.agree(release, "shop") == "vrijgegeven", "it reads what it is asked about, and answers"
    assert published(house, "telecom") == ["Nieuwe truc"]


def test_a_contributor_that_left_blocks_by_silence_and_by_no(house: House, waiting: Waiting, later: Later) -> None:
    _item, release = waiting
    services.leave(house.actor("shop"), house.release(release).group_id)
    house.agree(release, "bank")
    later(14 * DAY)
    with pytest.raises(errors.Conflict):
        house.agree(release, "bank")
    assert published(house, "telecom") == []


def test_who_left_reads_only_what_it_is_asked_about_and_only_while_it_waits(house: House, waiting: Waiting) -> None:
    item, release = waiting
    group = house.release(release).group_id
    house.item(group, "bank", "shop", title="Iets anders")
    services.leave(house.actor("shop"), group)
    with viewing.as_organisation(house.party("shop")):
        from sluis.apps.consent.models import Item, Version

        assert [one.id for one in Item.objects.all()] == [item]
        assert Version.objects.count() == 1
    house.refuse(release, "shop")
    with viewing.as_organisation(house.party("shop")):
        assert (Item.objects.count(), Version.objects.count()) == (0, 0)


def test_who_is_named_as_contributor_while_a_release_waits_has_to_agree_too(house: House, waiting: Waiting) -> None:
    item, release = waiting
    house.agree(release, "bank")
    services.credit(house.actor("bank", Role.ANALYST), item, house.party("carrier"))
    assert house.told("carrier")[-1] == "instemming-gevraagd"
    assert house.agree(release, "shop") == "open"
    assert house.agree(release, "carrier") == "vrijgegeven"


def test_only_one_release_of_an_item_waits(house: House, waiting: Waiting, later: Later) -> None:
    item, release = waiting
    with pytest.raises(errors.Conflict) as raised:
        house.propose(item, "shop")
    assert raised.value.reason == "vrijgave-loopt"
    later(14 * DAY)
    assert house.propose(item, "shop") != release, "an overdue one is in nobody's way"


def test_the_proposer_or_a_contributor_calls_it_off_and_nobody_else(house: House, waiting: Waiting) -> None:
    _item, release = waiting
    with pytest.raises(errors.NotAllowed):
        services.withdraw(house.actor("carrier"), release)
    services.withdraw(house.actor("shop"), release)
    assert house.release(release).state == "ingetrokken"
    with pytest.raises(errors.Conflict):
        house.agree(release, "bank")


def test_another_rule_counts_for_what_is_proposed_after_all_members_carried_it(house: House) -> None:
    group = house.group(rule="meerderheid")
    release = house.propose(house.item(group, "bank", "shop", "carrier"))
    house.refuse(release, "carrier")
    house.agree(release, "bank")
    assert house.agree(release, "shop") == "vrijgegeven"


def test_under_another_rule_it_is_refused_when_it_cannot_come_to_enough(house: House) -> None:
    release = house.propose(house.item(house.group(rule="twee_derde"), "bank", "shop", "carrier"))
    assert house.refuse(release, "carrier") == "open"
    assert house.refuse(release, "shop") == "geweigerd"


def test_the_source_is_nowhere_in_what_went_out(house: House, waiting: Waiting, database) -> None:
    _item, release = waiting
    house.agree(release, "bank")
    house.agree(release, "shop")
    with database.connect("sluis_web") as raw, raw.transaction():
        raw.execute("SELECT set_config('sluis.organisation', %s, true)", [house.party("telecom").hex()])
        row = str(raw.execute("SELECT * FROM consent_publication").fetchone())
    for name in ("bank", "shop", "carrier"):
        assert house.party(name).hex() not in row
        assert str(house.party(name)) not in row


def test_the_database_lets_nothing_out_that_was_not_agreed_to(house: House, waiting: Waiting, database) -> None:
    """A service that forgets to count, and words that are others than those agreed to."""
    _item, release = waiting
    house.agree(release, "bank")
    insert = (
        "INSERT INTO consent_publication (release_id, kind, title, text, marking, scope, parties, sector, released) "
        "VALUES (%s, 'document', 'Vals', 'Vals', 'clear', 'openbaar', '{}', '', %s)"
    )
    with database.connect("sluis_web") as raw:
        raw.execute("SELECT set_config('sluis.organisation', %s, false)", [house.party("bank").hex()])
        now = house.release(release).opened
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            raw.execute(insert, [release, now])
        house.agree(release, "shop")
        with pytest.raises(psycopg.Error):
            raw.execute(insert, [release, now])
    with viewing.as_organisation(house.party("telecom")):
        assert (Publication.objects.get().title, Publication.objects.get().scope) == ("Nieuwe truc", "partners")
