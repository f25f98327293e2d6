"""A hit opened at the desk: context through the gate, decisions that are told, corrections, colleagues, the own log."""

from __future__ import annotations

import json

import anyio
import msgspec
import pytest
from desks import CASE, IBAN, Desk, DeskSluis, share, watching

from sluis.client import watch
from sluis.client.casebook import Alert
from sluis.client.gateway.member import Member
from sluis.client.gateway.pages import alerts
from sluis.client.gateway.upkeep import Upkeep
from sluis.core.exchange import documents, policy
from sluis.core.exchange.bodies import DisclosureReceipt
from sluis.wire import clock


@pytest.fixture
def fake() -> DeskSluis:
    found = DeskSluis()
    share(found.session("bank"))
    return found


@pytest.fixture
def desk(fake: DeskSluis) -> Desk:
    found = Desk(fake)
    found.sign_in()
    found.check()
    return found


def renew(fake: DeskSluis, desk: Desk, **changes: object) -> None:
    fake.sign_policy(serial=2, sections=(msgspec.structs.replace(fake.section(), **changes),))
    desk.session.directory.refresh()


def test_the_context_comes_through_both_gates_with_a_receipt(desk: Desk) -> None:
    assert "Poort 1 door, poort 2 dicht" in desk.page("/dossiers/1")
    text = desk.send("/dossiers/1/context", niveau="context").text
    for words in ("Beide poorten door", "ontvanger van het geld", "Kwitantie van het knooppunt"):
        assert words in text, words
    signed = json.loads(desk.client.get("/dossiers/1/kwitantie").content)
    told = documents.read(msgspec.json.decode(msgspec.json.encode(signed[0]["payload"]), type=bytes), DisclosureReceipt)
    assert told.purpose == "onderzoek met verzonnen gegevens"
    assert CASE in desk.page("/ontvangstbewijzen")


def test_a_circle_that_discloses_nothing_says_so_and_offers_no_button(desk: Desk, fake: DeskSluis) -> None:
    renew(fake, desk, disclosure=policy.Disclosure(context="off", publisher="off"))
    text = desk.page("/dossiers/1")
    assert "verstrekt geen context" in text
    assert "/context" not in text


def test_a_gate_that_shuts_meanwhile_is_kept_with_articles_and_what_is_possible(desk: Desk, fake: DeskSluis) -> None:
    renew(fake, desk, assessment=None)
    text = desk.send("/dossiers/1/context", niveau="context").text
    for words in ("Poort 2 bleef dicht", "geen goedgekeurde beoordeling", "AVG 6", "eerst beoordelen"):
        assert words in text, words
    assert desk.session.store.desk.read(1).dossier.disclosure.shut.ground == "geen-beoordeling"


@pytest.mark.parametrize(
    ("decision", "told", "state"),
    [
        ("maatregel", ["levering-gestopt"], "klaar"),
        ("controle", [], "bezig"),
        ("doorlaten", ["geen-maatregel"], "klaar"),
        ("klopt-niet", ["bleek-onterecht"], "klaar"),
    ],
)
def test_a_decision_is_kept_with_who_took_it_and_told_without_who(
    desk: Desk, fake: DeskSluis, decision: str, told: list[str], state: str
) -> None:
    assert "Wie ziet dit:" in desk.page("/dossiers/1")
    reviewed = {"gezien": ["treffer"], "reden": "Zelfde rekening in twee eigen zaken."}
    desk.send("/dossiers/1/besluit", besluit=decision, maatregel="levering-gestopt", **reviewed)
    kept = desk.session.store.desk.read(1)
    assert fake.heard == told
    assert (kept.state, kept.dossier.disposition, kept.dossier.who) == (state, decision, "Anna")
    lines = [(one.activity, one.who) for one in desk.session.store.processing()]
    assert ("terugkoppelen", "Anna") in lines or not told


def test_a_decision_that_is_none_changes_nothing(desk: Desk, fake: DeskSluis) -> None:
    for fields in ({"besluit": "weggooien"}, {"besluit": "maatregel", "maatregel": "bleek-onterecht"}, {}):
        assert "Kies een van de mogelijkheden" in desk.send("/dossiers/1/besluit", 422, **fields).text
    assert (fake.heard, desk.session.store.desk.read(1).state) == ([], "nieuw")


def test_who_has_it_in_hand_is_seen_by_colleagues(desk: Desk) -> None:
    desk.send("/dossiers/1/oppakken")
    colleague = Desk.__new__(Desk)
    colleague.fake, colleague.session = desk.fake, desk.session
    colleague.client = colleague.browser()
    colleague.sign_in("Bram")
    assert "Anna" in colleague.page("/attenderingen?lijst=bezig")
    assert IBAN[-4:] not in colleague.page("/attenderingen?lijst=mijn")
    assert IBAN[-2:] in desk.page("/attenderingen?lijst=mijn")
    colleague.send("/dossiers/1/terugleggen")
    assert desk.session.store.desk.read(1).state == "nieuw"


def test_asked_again_in_the_same_case_it_is_the_same_dossier_and_in_another_case_another(desk: Desk) -> None:
    assert desk.check().url.path == "/dossiers/1"
    assert desk.check(zaak="zaak-2").url.path == "/dossiers/2"
    assert [one.what for one in desk.session.store.desk.read(1).dossier.steps] == ["bevraagd", "bevraagd"]


def test_a_hit_that_is_gone_is_told_when_it_is_asked_again(desk: Desk, fake: DeskSluis) -> None:
    fake.withdraw_all()
    assert "Geen treffer meer" in desk.send("/dossiers/1/bevragen").text
    assert "Er is geen treffer op dit kenmerk" in desk.send("/dossiers/1/context", 404, niveau="context").text


def test_who_may_not_dispute_reads_whom_to_ask(desk: Desk, fake: DeskSluis) -> None:
    assert "Betwisten kan bij het rechtenloket" in desk.page("/dossiers/1")
    members = [msgspec.structs.replace(one, uses=(*one.uses, "dispute")) for one in fake.section().members]
    renew(fake, desk, members=(members[0], fake.section().members[1]))
    assert "In deze kring: bank" in desk.page("/dossiers/1")
    assert desk.send("/dossiers/1/betwisting", 403, grond="onjuist", persoon="balie", beschikking="brief")


def test_who_may_dispute_gets_the_form_and_every_missing_choice(desk: Desk, fake: DeskSluis) -> None:
    members = tuple(msgspec.structs.replace(one, uses=(*one.uses, "dispute")) for one in fake.section().members)
    renew(fake, desk, members=members)
    assert "Betwisting openen voor de betrokkene" in desk.page("/dossiers/1")
    assert "Kies een van de mogelijkheden" in desk.send("/dossiers/1/betwisting", 422, grond="zomaar").text


def test_a_dossier_that_is_not_there_is_a_page(desk: Desk) -> None:
    for path in ("/dossiers/99", "/dossiers/abc"):
        answer = desk.client.get(path)
        assert answer.status_code == 404
        assert "Dit dossier is er niet" in answer.text


def test_what_is_watched_alerts_in_the_list_and_a_correction_stands_beside_it() -> None:
    fake = DeskSluis()
    fake.sign_policy(serial=2, sections=(watching(fake),))
    desk = Desk(fake)
    desk.sign_in()
    form = {"kenmerk": IBAN, "eigen": "klant-7", "doel": "proeftuin|0", "soort": "iban"}
    desk.finished(desk.send("/bewaken", **form))
    assert "Er wacht niets op u" in desk.page("/attenderingen")
    share(fake.session("bank"))
    look(desk)
    text = desk.page("/attenderingen")
    assert "1 attendering wacht op u" in text
    assert "klant-7" in text
    opened = desk.page("/attenderingen?open=1")
    assert "U bewaakt dit kenmerk" in opened
    assert "Dit kost één bevraging" in opened
    desk.send("/dossiers/1/besluit", besluit="doorlaten")
    assert fake.heard == ["geen-maatregel"]
    fake.withdraw_all()
    look(desk)
    text = desk.page("/attenderingen?lijst=alles")
    assert "gecorrigeerd" in text
    corrected = next(one for one in desk.session.store.desk.dossiers(limit=9) if one.kind == "gecorrigeerd")
    page = desk.page(f"/dossiers/{corrected.number}")
    assert "De eerdere treffer geldt niet meer" in page
    assert 'href="/dossiers/1"' in page
    desk.send(f"/dossiers/{corrected.number}/besluit", besluit="gezien")
    assert desk.session.store.desk.read(corrected.number).state == "klaar"


def look(desk: Desk) -> None:
    """As the upkeep does once a day."""
    section, _member = desk.session.membership("proeftuin")
    record = desk.session.directory.key(section, section.identifier_types()[0])
    watch.look_up(desk.session, record, desk.session.store.casebook.tags(record.id))


def test_alerts_are_taken_in_once_and_forgotten_after_their_time(desk: Desk) -> None:
    followed = desk.session.store.casebook.hits()[0][1]
    desk.session.store.casebook.keep_alert(Alert("gecorrigeerd", clock.now(), followed, note="vervallen"))
    for _ in range(2):
        desk.page("/attenderingen")
    book = desk.session.store.desk
    assert [one.kind for one in book.dossiers(limit=9)].count("gecorrigeerd") == 1
    book.forget_before(clock.now() + 1)
    assert book.counts() == {"nieuw": 0, "bezig": 0, "klaar": 0}


def test_the_list_is_taken_away_as_asked_and_filtered(desk: Desk) -> None:
    rows = json.loads(desk.client.get("/attenderingen/uitvoer?lijst=nieuw&vorm=json").content)
    assert [(row["kenmerk"], row["eigen-kenmerk"]) for row in rows] == [(IBAN, CASE)]
    assert json.loads(desk.client.get("/attenderingen/uitvoer?lijst=klaar&vorm=json").content) == []
    assert desk.client.get("/attenderingen/uitvoer?vorm=exe").status_code == 404


def test_the_desk_file_says_nothing_of_identifier_case_or_colleague(tmp_path) -> None:
    fake = DeskSluis()
    share(fake.session("bank"))
    desk = Desk(fake, store=str(tmp_path / "shop.sqlite"))
    desk.sign_in("Annabel")
    desk.check()
    desk.send("/dossiers/1/context", niveau="context")
    desk.send("/dossiers/1/oppakken")
    octets = b"".join(file.read_bytes() for file in tmp_path.iterdir() if "desk" in file.name)
    assert octets
    for secret in (IBAN, CASE, "Annabel", "AVF.AANKOOP"):
        assert secret.encode() not in octets


def test_the_stream_says_a_number_and_ends_with_the_session(desk: Desk) -> None:
    member, answers = Member(desk.session, b"", Upkeep(desk.session)), iter([True, False])

    async def listen() -> list[bytes]:
        return [one async for one in alerts.stream(member, answers.__next__)]

    assert anyio.run(listen) == [b"event: attenderingen\ndata: 1\n\n"]
