"""Taking part, from the public form to the first account; and every way around a step."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.contrib.auth.models import User
from django.db import ProgrammingError, transaction
from django.test import Client
from make import Circle
from make_people import PASSWORD

from sluis.apps.partners import services
from sluis.apps.partners.models import Application, Membership, Organisation, SignedAgreement, Step
from sluis.apps.partners.selectors import Acting
from sluis.apps.partners.selectors import admission as found
from sluis.apps.partners.services import Person, admission
from sluis.apps.partners.services.admission import ApplicationForm, Received
from sluis.core import errors
from sluis.core.exchange import documents
from sluis.core.exchange.encodings import sha256

LONG = "Wij zien elke week klanten die online zijn opgelicht, en willen dat voorkomen."


def form(**changes: str) -> ApplicationForm:
    plain = {
        "door": "uitwisseling",
        "name": "Veilig Verkopen",
        "kvk": "",
        "sector": "verkoper",
        "contact": "Vera Verkoper",
        "email": "vera@verkopen.example",
        "motive": LONG,
        "mandate": LONG,
        "confidentiality": LONG,
        "lawfulness": LONG,
    }
    return ApplicationForm(**(plain | changes))


def steering(circle: Circle, name: str, role: str) -> Acting:
    """Somebody who steers; of which organisation does not matter to an application."""
    services.enrol(Person(name, PASSWORD, circle.members["carrier"].id, role))
    return Acting(User.objects.get(username=name).pk, name, circle.members["carrier"].id, "carrier", role)


@pytest.fixture
def office(circle: Circle) -> Acting:
    return steering(circle, "bureau", "programme_office")


@pytest.fixture
def core(circle: Circle) -> tuple[Acting, Acting]:
    return steering(circle, "kern1", "core_group"), steering(circle, "kern2", "core_group")


def row_of(received: Received) -> Application:
    return found.application_of(received.reference, received.secret)


def signed_all(row: Application) -> Application:
    for one in found.agreements_of(row):
        admission.sign_agreement(row, place=one.place, signer="Vera Verkoper", office="directeur")
    row.refresh_from_db()
    return row


def prove(row: Application, key: Ed25519PrivateKey) -> dict[str, bytes]:
    public = documents.public_key(key)
    return {"key": public, "signature": key.sign(found.message_to_sign(row, public))}


def at_decision(office: Acting, **changes: str) -> tuple[Received, Application]:
    """An application that waits for the core group."""
    received = admission.apply(form(**changes))
    row = row_of(received)
    admission.judge(row.pk, by=office, passed=True, judgement="Drie keer in orde.")
    row = signed_all(row_of(received))
    if row.step == Step.KEY:
        admission.register_key(row, **prove(row, Ed25519PrivateKey.generate()))
        admission.ask_circle(row, circle="verkopers onderling")
    return received, row_of(received)


def browser(name: str) -> Client:
    client = Client()
    assert client.login(username=name, password=PASSWORD)
    return client


def test_from_the_form_to_the_first_account_over_the_pages(circle: Circle, office: Acting, core: tuple[Acting, Acting]) -> None:
    guest = Client()
    typed = {name: getattr(form(), name) for name in ApplicationForm.__struct_fields__}
    page = guest.post("/aansluiten", typed).content.decode()
    link = re.search(r"/aansluiten/A-[0-9A-F]{8}/[\w-]{32}", page)
    assert link
    path, row = link[0], Application.objects.get()
    assert "testomgeving" in guest.get(path).content.decode()
    act = f"/aanmeldingen/{row.pk}/doe"
    assert "Veilig Verkopen" in browser("bureau").get("/aanmeldingen").content.decode()
    assert browser("bureau").post(act, {"doe": "toets", "besluit": "ja", "reden": "In orde."}).status_code == 302
    for place in range(4):
        given = {"doe": "teken", "plaats": place, "naam": "Vera", "functie": "directeur", "akkoord": "ja"}
        assert guest.post(path, given).status_code == 302
    row.refresh_from_db()
    proof = prove(row, Ed25519PrivateKey.generate())
    key = {"doe": "sleutel", "sleutel": proof["key"].hex(), "handtekening": proof["signature"].hex()}
    assert guest.post(path, key).status_code == 302
    assert guest.post(path, {"doe": "kring", "kring": "verkopers onderling"}).status_code == 302
    assert browser("bureau").post(act, {"doe": "voorstel", "besluit": "ja", "reden": "Past bij ons."}).status_code == 302
    assert browser("kern1").post(act, {"doe": "besluit", "besluit": "ja"}).status_code == 302
    assert "niets meer: u doet mee" in guest.get(path).content.decode()
    answer = guest.post(path, {"doe": "account", "naam": "vera"})
    assert guest.post(answer["location"], {"wachtwoord": PASSWORD}).status_code == 302
    made = Membership.objects.select_related("organisation").get(user__username="vera")
    assert (made.role, made.organisation.name) == ("org_admin", "Veilig Verkopen")
    again = guest.post(path, {"doe": "account", "naam": "vera2"})
    assert (again.status_code, "al gemaakt" in again.content.decode()) == (422, True)


def test_a_working_group_asks_no_key_and_no_circle(office: Acting, core: tuple[Acting, Acting]) -> None:
    received, row = at_decision(office, door="werkgroep")
    assert (row.step, row.key, row.circle, SignedAgreement.objects.count()) == (Step.DECISION, None, "", 2)
    admission.propose_admission(row.pk, by=core[0], admit=True, reason="Welkom.")
    decided = admission.decide_admission(change_of(received), by=core[1])
    assert decided.step == Step.ADMITTED


def change_of(received: Received) -> int:
    number = row_of(received).change_id
    assert number is not None
    return number


def test_every_fault_of_the_form_is_told_at_once_and_what_was_typed_stays(circle: Circle) -> None:
    typed = {"name": "Veilig Verkopen", "email": "geen", "kvk": "12", "motive": "kort"}
    answer = Client().post("/aansluiten", typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    for words in (
        "Kies waaraan",
        "e-mailadres in, zoals",
        "Kies een sector",
        "KVK-nummer heeft 8",
        "30 tot 2000",
        "contactpersoon in",
    ):
        assert words in page
    assert 'value="Veilig Verkopen"' in page
    assert not Application.objects.exists()
    with pytest.raises(errors.Malformed) as raised:
        admission.apply(form(door="x", sector="x", motive="x", mandate="x", lawfulness="x", confidentiality="x"))
    assert {one.where for one in raised.value.faults} == {
        "door",
        "sector",
        "motive",
        "mandate",
        "lawfulness",
        "confidentiality",
    }


def test_the_public_form_shuts_for_who_fills_it_in_by_the_dozen(circle: Circle, later: Callable[[int], None]) -> None:
    for _ in range(admission.AN_HOUR):
        admission.apply(form())
    typed = {name: getattr(form(), name) for name in ApplicationForm.__struct_fields__}
    assert Client().post("/aansluiten", typed).status_code == 429
    later(3601)
    assert Client().post("/aansluiten", typed).status_code == 200


@pytest.mark.parametrize("order", [[1], [0, 2], [0, 0], [3], [-1]])
def test_agreements_are_not_signed_out_of_order_or_twice(office: Acting, order: list[int]) -> None:
    row = row_of(admission.apply(form()))
    admission.judge(row.pk, by=office, passed=True, judgement="Goed.")
    for place in order[:-1]:
        admission.sign_agreement(row, place=place, signer="Vera", office="directeur")
    with pytest.raises(errors.Conflict) as raised:
        admission.sign_agreement(row, place=order[-1], signer="Vera", office="directeur")
    assert raised.value.reason == "niet-aan-de-beurt"


def test_nothing_is_signed_before_the_test_is_passed(circle: Circle) -> None:
    row = row_of(admission.apply(form()))
    with pytest.raises(errors.Conflict) as raised:
        admission.sign_agreement(row, place=0, signer="Vera", office="directeur")
    assert raised.value.reason == "andere-stap"


def test_a_signature_names_version_digest_signer_and_day_and_stays(office: Acting) -> None:
    at_decision(office)
    one = SignedAgreement.objects.get(place=2)
    text = found.text_of("gegevens", 1)
    assert (one.code, one.version, bytes(one.digest)) == ("gegevens", 1, sha256(text.encode()))
    assert (one.signer, one.office, one.signed > 0) == ("Vera Verkoper", "directeur", True)
    with pytest.raises(ProgrammingError), transaction.atomic():
        SignedAgreement.objects.update(signer="Iemand anders")


def at_key(office: Acting) -> Application:
    row = row_of(admission.apply(form()))
    admission.judge(row.pk, by=office, passed=True, judgement="Goed.")
    return signed_all(row)


def test_a_key_is_not_registered_with_somebody_elses_signature(office: Acting) -> None:
    row, mine, other = at_key(office), Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    theirs = documents.public_key(other)
    wrong = [
        {"key": theirs, "signature": mine.sign(found.message_to_sign(row, theirs))},
        {"key": theirs, "signature": bytes(64)},
        {"key": theirs, "signature": other.sign(b"iets anders")},
        {"key": theirs, "signature": other.sign(found.message_to_sign(at_key(office), theirs))},
    ]
    for given in wrong:
        with pytest.raises(errors.ProtocolFailure) as raised:
            admission.register_key(row, **given)
        assert raised.value.reason == "bewijs-klopt-niet"
    with pytest.raises(errors.Malformed):
        admission.register_key(row, key=b"kort", signature=bytes(64))
    row.refresh_from_db()
    assert (row.step, row.key) == (Step.KEY, None)


def test_a_key_that_is_in_use_is_not_registered_again(office: Acting, circle: Circle) -> None:
    first, second, key = at_key(office), at_key(office), Ed25519PrivateKey.generate()
    admission.register_key(first, **prove(first, key))
    for known in (key, circle.members["bank"].key):
        with pytest.raises(errors.Conflict) as raised:
            admission.register_key(second, **prove(second, known))
        assert raised.value.reason == "sleutel-bekend"


def test_who_failed_the_test_is_refused_with_a_reason_and_never_admitted(office: Acting, core: tuple[Acting, Acting]) -> None:
    received = admission.apply(form())
    row = row_of(received)
    admission.judge(row.pk, by=office, passed=False, judgement="Er is geen grondslag.")
    with pytest.raises(errors.Conflict):
        admission.propose_admission(row.pk, by=core[0], admit=True, reason="Toch maar.")
    admission.propose_admission(row.pk, by=office, admit=False, reason="Zonder grondslag kan het niet.")
    admission.decide_admission(change_of(received), by=core[0])
    page = Client().get(f"/aansluiten/{received.reference}/{received.secret}").content.decode()
    assert "Zonder grondslag kan het niet." in page
    assert not Organisation.objects.filter(name="Veilig Verkopen").exists()


def test_nobody_decides_on_what_they_proposed_and_the_office_decides_nothing(
    office: Acting, core: tuple[Acting, Acting], circle: Circle
) -> None:
    received, row = at_decision(office)
    admission.propose_admission(row.pk, by=core[0], admit=True, reason="Welkom.")
    change = change_of(received)
    outsider = steering(circle, "analist", "analyst")
    for by in (core[0], office, outsider):
        with pytest.raises(errors.NotAllowed):
            admission.decide_admission(change, by=by)
    assert row_of(received).step == Step.DECISION
    assert browser("kern1").post(f"/aanmeldingen/{row.pk}/doe", {"doe": "besluit", "besluit": "ja"}).status_code == 403


def test_nobody_is_admitted_before_their_turn(office: Acting, core: tuple[Acting, Acting]) -> None:
    row = at_key(office)
    with pytest.raises(errors.Conflict):
        admission.propose_admission(row.pk, by=core[0], admit=True, reason="Vast maar.")


def test_a_decision_on_what_was_withdrawn_meanwhile_is_refused(office: Acting, core: tuple[Acting, Acting]) -> None:
    received, row = at_decision(office)
    admission.propose_admission(row.pk, by=core[0], admit=True, reason="Welkom.")
    admission.withdraw_application(row)
    with pytest.raises(errors.Conflict):
        admission.decide_admission(change_of(received), by=core[1])
    assert row_of(received).step == Step.WITHDRAWN


def test_a_refused_proposal_leaves_the_application_where_it_was(office: Acting, core: tuple[Acting, Acting]) -> None:
    received, row = at_decision(office)
    admission.propose_admission(row.pk, by=core[0], admit=True, reason="Welkom.")
    given = {"doe": "besluit", "besluit": "nee", "reden": "Eerst een gesprek."}
    assert browser("kern2").post(f"/aanmeldingen/{row.pk}/doe", given).status_code == 302
    assert row_of(received).step == Step.DECISION
    admission.propose_admission(row.pk, by=core[1], admit=True, reason="Het gesprek was goed.")
    assert admission.decide_admission(change_of(received), by=core[0]).step == Step.ADMITTED


def test_only_the_office_tests_and_only_who_steers_looks(office: Acting, core: tuple[Acting, Acting], circle: Circle) -> None:
    row = row_of(admission.apply(form()))
    with pytest.raises(errors.NotAllowed):
        admission.judge(row.pk, by=core[0], passed=True, judgement="Goed.")
    for role in ("analyst", "org_admin", "supervisor", "operator"):
        steering(circle, f"een.{role}", role)
        for path in ("/aanmeldingen", f"/aanmeldingen/{row.pk}"):
            assert browser(f"een.{role}").get(path).status_code == 403


def test_the_link_is_the_only_way_to_an_application_and_its_code_is_not_kept(office: Acting) -> None:
    received = admission.apply(form())
    row = row_of(received)
    assert received.secret.encode() not in bytes(row.digest)
    for reference, secret in ((received.reference, "x"), ("A-00000000", received.secret)):
        assert Client().get(f"/aansluiten/{reference}/{secret}").status_code == 404
    wrong: Any = Client().post(f"/aansluiten/{received.reference}/{received.secret}", {"doe": "toelaten"})
    assert wrong.status_code == 404


def test_no_account_before_admission(office: Acting) -> None:
    _received, row = at_decision(office)
    with pytest.raises(errors.Conflict):
        admission.first_account(row, username="vera")


def test_the_pipeline_shows_age_and_takes_as_many_queries_for_one_as_for_many(
    office: Acting, later: Callable[[int], None]
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    admission.apply(form())
    client, counts = browser("bureau"), []
    client.get("/aanmeldingen")
    for more in (0, 6):
        for _ in range(more):
            admission.apply(form())
        with CaptureQueriesContext(connection) as seen:
            client.get("/aanmeldingen")
        counts.append(len(seen))
    assert counts[0] == counts[1]
    later(9 * 86_400)
    assert found.pipeline(office)[0].days == 9
