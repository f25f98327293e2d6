"""The pages, through HTTP: what each reader gets to see, what the buttons do, and what is not there."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from make_groups import House
from make_people import reader, shown

from sluis.apps.consent import services
from sluis.apps.consent.services import Remark
from sluis.apps.partners.selectors import Role
from sluis.plumbing import viewing

Waiting = tuple[UUID, UUID]
MARKER = "GEHEIM-88213"


@pytest.fixture
def client(house: House) -> Callable[..., Client]:
    """`client("shop")`: a privacy officer of the shop, signed in."""
    return lambda name="bank", role="privacy_officer": reader(house.circle, name, role)


def url(name: str, *ids: UUID) -> str:
    return reverse(f"consent:{name}", args=ids)


def button(client: Client, name: str, *ids: UUID, **fields: object) -> str:
    """Presses a button; the page it leads to."""
    answer = client.post(url(name, *ids), fields, follow=True)
    assert answer.status_code == 200, (name, answer.status_code)
    return answer.content.decode()


def test_from_founding_to_release_by_the_pages_alone(house: House, client: Callable[..., Client]) -> None:
    lawyer, analyst, shop = client(), client(role="analyst"), client("shop")
    made = lawyer.post(url("found-group"), {"naam": "Bankhelpdesk", "leden": [house.party("shop").hex()]}, follow=True)
    group = UUID(made.redirect_chain[-1][0].rsplit("/", 1)[1])
    assert "nodigt u uit voor Bankhelpdesk" in shown(shop, url("list-groups"))
    assert shop.get(url("show-group", group)).status_code == 404
    button(shop, "join-group", group)
    words = {"titel": "Nieuwe truc", "tekst": "Eerste alinea.\r\n\r\nTweede.", "markering": "binnenskamers"}
    wrote = analyst.post(url("write-item", group), words, follow=True)
    item = UUID(wrote.redirect_chain[-1][0].rsplit("/", 1)[1])
    button(analyst, "credit-member", item, organisatie=house.party("shop").hex())
    wide = {"publiek": "partners", "markering": "green", "dagen": "14"}
    preview = analyst.post(url("propose-release", item), wide | {"bekijk": "ja"}).content.decode()
    assert "Ongewoon publiek." in preview
    assert "telecom" in preview
    again = analyst.post(url("propose-release", item), wide | {"voorstellen": "ja"})
    assert (again.status_code, "Zo breed ging deze groep nog nooit" in again.content.decode()) == (422, True)
    button(analyst, "propose-release", item, **wide, voorstellen="ja", zeker="ja")
    page = shown(shop, url("show-item", item))
    release = UUID(re.search(r"/vrijgave/([0-9a-f-]{36})/instemmen", page)[1])
    digest = re.search(r'name="afdruk" value="([0-9a-f]{64})"', page)[1]
    assert "telecom" not in page
    for one in (shop, lawyer):
        button(one, "agree-release", item, release, afdruk=digest)
    told = shown(client("telecom"), url("show-published", release))
    assert "Nieuwe truc" in told
    for name in ("Bankhelpdesk", "shop", "bank<"):
        assert name not in told


def test_the_item_says_who_sees_it_and_why(house: House, client: Callable[..., Client], waiting: Waiting) -> None:
    page = shown(client("carrier"), url("show-item", waiting[0]))
    assert "De lezers van bank, carrier, shop. Niemand anders." in page
    assert "Uw organisatie is lid van de groep." in page
    assert "instemmen" not in page, "the carrier is no contributor"
    group = house.release(waiting[1]).group_id
    services.leave(house.actor("shop"), group)
    page = shown(client("shop"), url("show-item", waiting[0]))
    assert "Uw organisatie ging uit de groep." in page
    assert "carrier" not in page
    assert "Stem in met deze tekst voor dit publiek" in page
    assert str(waiting[0]) in shown(client("shop"), url("list-groups"))


def test_a_stranger_finds_no_page(house: House, client: Callable[..., Client], waiting: Waiting) -> None:
    item, release = waiting
    group = house.release(release).group_id
    review = services.open_review(house.actor("bank"), item, readers=frozenset({house.party("shop")}))
    stranger = client("telecom")
    for name, ids in (
        ("show-group", [group]), ("write-item", [group]), ("show-item", [item]), ("edit-item", [item]),
        ("propose-release", [item]), ("show-review", [review]), ("show-published", [release]),
    ):  # fmt: skip
        assert stranger.get(url(name, *ids)).status_code == 404, name
    for name, ids in (
        ("join-group", [group]), ("leave-group", [group]), ("propose-rule", [group]), ("credit-member", [item]),
        ("agree-release", [item, release]), ("refuse-release", [item, release]), ("take-back", [item, release]),
        ("call-off", [item, release]), ("add-comment", [review]), ("close-review", [review]), ("finish-review", [review]),
    ):  # fmt: skip
        fields = {"regel": "meerderheid", "reden": "x", "opmerking": "x", "organisatie": house.party("telecom").hex()}
        assert stranger.post(url(name, *ids), fields).status_code == 404, name


def test_nobody_comes_in_without_signing_in(house: House, waiting: Waiting) -> None:
    item, release = waiting
    for name, ids in (("list-groups", []), ("show-item", [item]), ("list-waiting", []), ("list-glasses", [])):
        assert Client().get(url(name, *ids))["location"].startswith("/inloggen"), name
    assert Client().post(url("agree-release", item, release))["location"].startswith("/inloggen")
    assert Client().get(url("show-published", release)).status_code == 404


def test_what_is_public_is_read_without_signing_in_and_the_rest_is_not(house: House) -> None:
    group = house.group()
    rows = {"clear": {"scope": "openbaar"}, "green": {"scope": "partners"}}
    from sluis.apps.consent.selectors import Audience

    for marking, audience in rows.items():
        release = house.propose(house.item(group, title=f"Titel {marking}"), marking=marking, audience=Audience(**audience))
        house.agree(release, "bank")
    page = shown(Client(), url("list-published"))
    assert ("Titel clear" in page, "Titel green" in page) == (True, False)


def test_what_was_released_comes_in_pages_that_follow_each_other(house: House, client: Callable[..., Client]) -> None:
    group = house.group()
    for number in range(52):
        house.agree(house.propose(house.item(group, title=f"Nummer {number}")), "bank")
    telecom, address, seen = client("telecom"), url("list-published"), []
    while address:
        page = shown(telecom, address)
        seen += re.findall(r"Nummer (\d+)<", page)
        more = re.search(r'href="\?na=([0-9a-f-]+)"', page)
        address = f"{url('list-published')}?na={more[1]}" if more else ""
    assert sorted(map(int, seen)) == list(range(52))


STEERING = ["core_group", "programme_office", "supervisor", "operator", "org_admin", "auditor"]


@pytest.mark.parametrize("role", STEERING)
def test_who_steers_sees_that_something_waits_and_no_word_of_it(house: House, client: Callable[..., Client], role: str) -> None:
    item = house.item(house.group(), "bank", "shop", title=f"Titel {MARKER}", text=f"Tekst {MARKER}")
    release = house.propose(item)
    house.agree(release, "bank")
    steering = client("bank", role)
    page = steering.get(url("list-groups"), follow=True).content.decode()
    assert "Bankhelpdesk" in page
    assert "1 van 2" in page
    assert MARKER not in page
    group = house.release(release).group_id
    for name, ids in (("show-item", [item]), ("show-group", [group]), ("edit-item", [item]), ("propose-release", [item])):
        answer = steering.get(url(name, *ids))
        assert (answer.status_code, MARKER in answer.content.decode()) == (403, False), name
    answer = steering.post(url("agree-release", item, release), {"afdruk": house.release(release).digest}, follow=True)
    assert MARKER not in answer.content.decode()
    assert house.release(release).state == "open"


@pytest.mark.parametrize("role", ["org_admin", "auditor"])
def test_an_administrator_sees_what_waits_of_its_own_groups_only(
    house: House, client: Callable[..., Client], waiting: Waiting, role: str
) -> None:
    assert "Bankhelpdesk" in shown(client("carrier", role), url("list-waiting"))
    assert "Er wacht nu niets." in shown(client("telecom", role), url("list-waiting"))


def test_what_waits_comes_in_pages_that_follow_each_other(house: House, client: Callable[..., Client]) -> None:
    group = house.group()
    for _ in range(53):
        house.propose(house.item(group))
    steering, address, seen = client("other", "operator"), url("list-waiting"), []
    shown(steering, address)
    counts = []
    while address:
        with CaptureQueriesContext(connection) as captured:
            page = shown(steering, address)
        counts.append(len(captured))
        seen += re.findall(r"<code[^>]*>([0-9a-f-]{36})</code>", page)
        more = re.search(r'href="\?na=([0-9a-f-]+)"', page)
        address = f"{url('list-waiting')}?na={more[1]}" if more else ""
    assert len(seen) == len(set(seen)) == 53
    assert len(set(counts)) == 1, counts


def test_who_reads_groups_has_no_page_of_what_waits(client: Callable[..., Client], waiting: Waiting) -> None:
    assert client().get(url("list-waiting")).status_code == 403
    assert client().get(url("list-glasses")).status_code == 403


def test_an_observer_reads_and_has_no_button(house: House, client: Callable[..., Client], waiting: Waiting) -> None:
    page = shown(client("bank", "observer"), url("show-item", waiting[0]))
    assert "Nieuwe truc" in page
    main = page.split("<main", 1)[1].split("</main", 1)[0]
    assert "<form" not in main


def test_a_yes_to_what_changed_since_it_was_read_is_told(house: House, client: Callable[..., Client], waiting: Waiting) -> None:
    item, release = waiting
    digest = house.release(release).digest
    services.edit(house.actor("bank", Role.ANALYST), item, services.Edit("a", "b", "red", 1))
    page = button(client("shop"), "agree-release", item, release, afdruk=digest)
    assert "De tekst of het publiek is gewijzigd nadat u las." in page


def test_what_was_typed_is_kept_when_somebody_else_was_first(
    house: House, client: Callable[..., Client], waiting: Waiting
) -> None:
    item = waiting[0]
    services.edit(house.actor("shop", Role.ANALYST), item, services.Edit("a", "b", "red", 1))
    typed = {"titel": "Mijn titel", "tekst": "Mijn lange tekst", "markering": "red", "versie": "1"}
    answer = client().post(url("edit-item", item), typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Mijn lange tekst" in page
    assert "Begin met de nieuwe tekst." in page


def test_text_is_shown_as_text(house: House, client: Callable[..., Client]) -> None:
    item = house.item(house.group(), title="<b>x</b>", text="<script>alert(1)</script>")
    page = shown(client(), url("show-item", item))
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_a_review_round_by_the_pages(house: House, client: Callable[..., Client], waiting: Waiting) -> None:
    bank, shop = client(), client("shop")
    page = button(bank, "open-review", waiting[0], lezers=[house.party("shop").hex()])
    review = UUID(re.search(r"/leesrondes/([0-9a-f-]{36})", page)[1])
    page = button(shop, "add-comment", review, alinea="2", opmerking="Noem de datum.")
    assert "Noem de datum." in page
    comment = UUID(re.search(r"/opmerkingen/([0-9a-f-]{36})", shown(bank, url("show-review", review)))[1])
    assert "Zeg eerst bij elke opmerking" in button(bank, "close-review", review)
    assert "Alleen de organisatie die de leesronde opende" in button(shop, "close-review", review)
    page = button(bank, "settle-comment", review, comment, uitkomst="overgenomen", antwoord="")
    assert ">overgenomen</span>" in page
    assert "Gesloten op" in button(bank, "close-review", review)


def test_break_glass_by_the_pages(house: House, client: Callable[..., Client], waiting: Waiting) -> None:
    item = waiting[0]
    first, second = client("other", "operator"), reader_again(house)
    page = button(first, "list-glasses", stuk=str(item), reden="Er is een klacht over dit stuk.")
    assert "wacht op een tweede systeembeheerder" in page
    glass = UUID(re.search(r"/noodtoegang/([0-9a-f-]{36})/openen", shown(second, url("list-glasses")))[1])
    assert "Een andere systeembeheerder opent uw verzoek." in button(first, "open-glass", glass)
    button(second, "open-glass", glass)
    assert "Kenmerken van de werkwijze." in button(first, "read-glass", glass)
    assert first.get(url("read-glass", glass))["location"] == url("list-glasses"), "looking is an act"
    page = shown(client("carrier"), url("show-group", house.release(waiting[1]).group_id))
    assert "Er is een klacht over dit stuk." in page
    assert "een systeembeheerder gebruikt noodtoegang" in shown(client("carrier"), url("list-groups"))


def reader_again(house: House) -> Client:
    """A second operator of the same organisation."""
    from sluis.apps.partners import services as partners
    from sluis.apps.partners.services import Person

    partners.enrol(Person("tweede", "een-lang-wachtwoord", house.party("other"), "operator"))
    client = Client()
    assert client.login(username="tweede", password="een-lang-wachtwoord")
    return client


@pytest.mark.parametrize("wrong", ["x", "00000000-0000-0000-0000-000000000000"])
def test_break_glass_on_nothing_is_told(house: House, client: Callable[..., Client], wrong: str) -> None:
    page = button(client("other", "operator"), "list-glasses", stuk=wrong, reden="Reden.")
    assert "Er is geen stuk met dit nummer." in page


def test_lists_take_a_constant_number_of_queries_and_pages_follow_each_other(
    house: House, client: Callable[..., Client]
) -> None:
    group, bank = house.group(), client()
    counts = []
    for number in (3, 60):
        for _ in range(number):
            house.item(group)
        shown(bank, url("show-group", group))
        with CaptureQueriesContext(connection) as captured:
            shown(bank, url("show-group", group))
            shown(bank, url("list-groups"))
        counts.append(len(captured))
    assert counts[0] == counts[1], counts
    address, seen = url("show-group", group), []
    while address:
        page = shown(bank, address)
        seen += re.findall(r'href="/stukken/([0-9a-f-]{36})"', page)
        more = re.search(r'href="\?na=([0-9a-f-]+)"', page)
        address = f"{url('show-group', group)}?na={more[1]}" if more else ""
    assert len(seen) == len(set(seen)) == 63


@pytest.mark.parametrize("wrong", ["x", "1-", "9" * 40, "1-" + "g" * 32, "²-" + "0" * 32])
def test_a_mark_that_is_none_begins_at_the_newest(house: House, client: Callable[..., Client], wrong: str) -> None:
    group = house.group()
    house.item(group)
    assert "Nieuwe truc" in shown(client(), f"{url('show-group', group)}?na={wrong}")


def test_a_comment_by_who_was_not_asked_is_refused(house: House, waiting: Waiting, client: Callable[..., Client]) -> None:
    review = services.open_review(house.actor("bank"), waiting[0], readers=frozenset({house.party("shop")}))
    page = button(client("carrier"), "add-comment", review, alinea="1", opmerking="x")
    assert "Uw organisatie is in deze leesronde niet gevraagd." in page
    services.comment(house.actor("shop"), review, Remark(1, "y"))
    with viewing.as_organisation(house.party("bank")):
        from sluis.apps.consent.models import Comment

        assert [one.text for one in Comment.objects.all()] == ["y"]
