"""A partner leaves: two people, its own data, every door shut, a signed receipt; and what must not be in there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import msgspec
import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from make import Circle
from make_people import PASSWORD

from sluis.apps.partners import services
from sluis.apps.partners.models import Membership, Organisation, TwoPersonChange
from sluis.apps.partners.selectors import Acting
from sluis.apps.partners.services import Invite, Person, leaving
from sluis.core import errors
from sluis.core.exchange import documents
from sluis.core.exchange.documents import Signed
from sluis.core.exchange.encodings import sha256
from sluis.plumbing.models import Event
from sluis.wire import credentials


def someone(circle: Circle, name: str, *, at: str = "bank", role: str = "org_admin") -> Acting:
    services.enrol(Person(name, PASSWORD, circle.members[at].id, role, email=f"{name}@{at}.example"))
    return Acting(User.objects.get(username=name).pk, name, circle.members[at].id, at, role)


def browser(name: str) -> Client:
    client = Client()
    assert client.login(username=name, password=PASSWORD)
    return client


@pytest.fixture
def two(circle: Circle) -> tuple[Acting, Acting]:
    return someone(circle, "anna"), someone(circle, "bas")


def test_two_people_leave_with_their_data_and_a_signed_receipt(circle: Circle, two: tuple[Acting, Acting]) -> None:
    anna, bas = two
    analyst, shop = someone(circle, "chris", role="analyst"), someone(circle, "winkelier", at="shop")
    invite = services.propose_invitation(
        Invite(username="nieuw", email="n@bank.example", role="analyst"), by=anna, organisation=anna.organisation, reason="meer"
    )
    invitation = services.approve_invitation(invite.pk, by=bas)
    clients = {name: browser(name) for name in ("anna", "bas", "chris", "winkelier")}
    for client in clients.values():
        assert client.get("/kringen").status_code == 200
    assert clients["anna"].post("/vertrek/voorstellen", {"reden": "Wij stoppen met webwinkels."}).status_code == 302
    number = TwoPersonChange.objects.get(kind="vertrek").pk
    page = clients["bas"].post(f"/vertrek/voorstellen/{number}", {"besluit": "ja"}).content.decode()
    link = re.search(r"/vertrokken/[\w-]{32}", page)
    assert link
    for name in ("anna", "bas", "chris"):
        assert clients[name].get("/kringen")["location"].startswith("/inloggen?"), name
    assert clients["winkelier"].get("/kringen").status_code == 200
    assert Client().get(f"/uitnodiging/{invitation}").status_code == 404
    assert "bank doet niet meer mee" in Client().get(link[0]).content.decode()
    told = receipt_behind(link[0])
    assert (told.roles_ended, told.invitations_ended, told.name) == (3, 1, "bank")
    assert sha256(Client().get(f"{link[0]}/gegevens.json").content).hex() == told.export
    event = msgspec.json.decode(bytes(Event.objects.get(stream="partners").body), type=leaving.Left)
    assert (event.party, event.time) == (anna.organisation, told.left)
    assert (analyst.role, shop.role) == ("analyst", "org_admin")


def receipt_behind(link: str) -> leaving.Receipt:
    signed = msgspec.json.decode(Client().get(f"{link}/bewijs.json").content, type=Signed)
    hub = documents.public_key(credentials.signing_key(Path(settings.SLUIS_HUB_KEY_FILE)))
    assert documents.signers(leaving.WORD, signed) == {hub}
    return documents.read(signed.payload, leaving.Receipt)


def test_nobody_ends_their_organisation_alone_or_anothers(circle: Circle, two: tuple[Acting, Acting]) -> None:
    anna, _bas = two
    number = leaving.propose_leaving(by=anna, reason="klaar").pk
    for by in (anna, someone(circle, "winkelier", at="shop"), someone(circle, "chris", role="analyst")):
        with pytest.raises(errors.NotAllowed):
            leaving.decide_leaving(number, by=by)
    with pytest.raises(errors.NotAllowed):
        leaving.propose_leaving(by=someone(circle, "dora", role="observer"), reason="klaar")
    assert Organisation.objects.get(id=anna.organisation).left is None
    assert browser("anna").post(f"/vertrek/voorstellen/{number}", {"besluit": "ja"}).status_code == 403


def test_who_left_is_not_enrolled_again_and_leaves_no_second_time(circle: Circle, two: tuple[Acting, Acting]) -> None:
    anna, bas = two
    number = leaving.propose_leaving(by=anna, reason="klaar").pk
    leaving.decide_leaving(number, by=bas)
    with pytest.raises(errors.Conflict) as raised:
        someone(circle, "anna")
    assert raised.value.reason == "organisatie-vertrokken"
    with pytest.raises(errors.Conflict):
        leaving.decide_leaving(number, by=bas)
    assert not Membership.objects.filter(organisation=anna.organisation, ended=None).exists()


def test_a_refused_departure_changes_nothing(two: tuple[Acting, Acting]) -> None:
    anna, bas = two
    number = leaving.propose_leaving(by=anna, reason="klaar").pk
    assert browser("bas").post(f"/vertrek/voorstellen/{number}", {"besluit": "nee", "reden": "Nog niet."}).status_code == 302
    assert Membership.objects.filter(organisation=anna.organisation, ended=None).count() == 2
    assert not Event.objects.filter(stream="partners").exists()
    assert bas.role == "org_admin"


def test_the_own_data_have_no_secret_and_nothing_of_others(circle: Circle, two: tuple[Acting, Acting]) -> None:
    someone(circle, "winkelier", at="shop")
    someone(circle, "chris", role="analyst")
    octets = browser("anna").get("/vertrek/gegevens.json").content
    told = json.loads(octets)
    assert [one["naam"] for one in told["mensen"]] == ["anna", "bas", "chris"]
    text = octets.decode()
    assert "winkelier" not in text
    for word in ("password", "digest", "md5$", "secret"):
        assert word not in text
    assert browser("chris").get("/vertrek/gegevens.json").status_code == 403


def test_a_receipt_is_behind_its_link_only(two: tuple[Acting, Acting]) -> None:
    assert Client().get("/vertrokken/iets").status_code == 404
    number = leaving.propose_leaving(by=two[0], reason="klaar").pk
    secret = leaving.decide_leaving(number, by=two[1])
    assert Client().get(f"/vertrokken/{secret}/iets.json").status_code == 404
    assert Client().get(f"/vertrokken/{secret}x").status_code == 404
