"""Rules of a circle and steps on misuse: decided by two members, never by whom it is about, read by members only."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from make import Circle
from make_people import PASSWORD

from sluis.apps.partners import services
from sluis.apps.partners.models import CircleRules, MisuseDecision, TwoPersonChange
from sluis.apps.partners.selectors import Acting
from sluis.apps.partners.services import Person, circles
from sluis.apps.partners.services.circles import NewRules
from sluis.core import errors

GIVES = "Wie bevraagt, deelt ook zijn eigen signalen."
EVIDENCE = "Bewijsgraad C, met een aangifte of melding."
PAGE = "/kringen/proeftuin/regels"


def someone(name: str, party: bytes, role: str = "org_admin") -> Acting:
    services.enrol(Person(name, PASSWORD, party, role))
    return Acting(User.objects.get(username=name).pk, name, party, name, role)


def browser(name: str) -> Client:
    client = Client()
    assert client.login(username=name, password=PASSWORD)
    return client


@pytest.fixture
def members(circle: Circle) -> tuple[Acting, Acting, Acting]:
    return tuple(someone(f"van.{name}", circle.members[name].id) for name in ("bank", "shop", "carrier"))  # type: ignore[return-value]


def proposed(by: Acting, **changes: str | int) -> int:
    plain = {"circle": "", "title": "", "gives": GIVES, "evidence": EVIDENCE, "review_days": 180}
    return circles.propose_rules("proeftuin", NewRules(**(plain | changes)), by=by, reason="Dit spraken wij af.").pk


def test_two_members_give_their_circle_rules_and_old_versions_stay(members: tuple[Acting, Acting, Acting]) -> None:
    bank, shop, _carrier = members
    given = {"doe": "regels", "geven": GIVES, "bewijs": EVIDENCE, "dagen": "180", "reden": "Dit spraken wij af."}
    assert browser("van.bank").post(f"{PAGE}/voorstellen", given).status_code == 302
    number = TwoPersonChange.objects.get().pk
    answer = browser("van.shop").post(f"{PAGE}/voorstellen/{number}", {"soort": "kringregels", "besluit": "ja"})
    assert answer.status_code == 302
    assert GIVES in browser("van.carrier").get(PAGE).content.decode()
    circles.decide_rules(proposed(shop, gives="Wie bevraagt, deelt binnen een week."), by=bank)
    assert list(CircleRules.objects.order_by("version").values_list("version", "gives")) == [
        (1, GIVES),
        (2, "Wie bevraagt, deelt binnen een week."),
    ]


def test_every_fault_of_the_rules_is_told_at_once(members: tuple[Acting, Acting, Acting]) -> None:
    with pytest.raises(errors.Malformed) as raised:
        proposed(members[0], gives="x", evidence=" ", review_days=0)
    assert [one.where for one in raised.value.faults] == ["gives", "evidence", "review_days"]
    given = {"doe": "regels", "geven": "x", "bewijs": "", "dagen": "veel", "reden": "omdat"}
    answer = browser("van.bank").post(f"{PAGE}/voorstellen", given)
    assert (answer.status_code, "10 tot 500 tekens" in answer.content.decode()) == (422, True)


def test_nobody_of_the_same_member_no_analyst_and_no_outsider_decides(members: tuple[Acting, Acting, Acting]) -> None:
    bank, shop, _carrier = members
    number = proposed(bank)
    outsider = someone("buiten", services.name_organisation("Buitenstaander", sector="hulp"))
    for by in (bank, someone("bas", bank.organisation), someone("ans", shop.organisation, "analyst"), outsider):
        with pytest.raises(errors.NotAllowed):
            circles.decide_rules(number, by=by)
    assert not CircleRules.objects.exists()


def test_an_outsider_meets_no_page(members: tuple[Acting, Acting, Acting]) -> None:
    someone("buiten", services.name_organisation("Buitenstaander", sector="hulp"))
    for path in (PAGE, "/kringen/andere/regels"):
        assert browser("buiten").get(path).status_code == 404
    assert browser("buiten").post(f"{PAGE}/voorstellen", {"doe": "regels"}).status_code == 404


def misuse(by: Acting, about: Acting, step: str = "schorsing") -> int:
    reason = "Bevraagt klanten van anderen."
    return circles.propose_misuse("proeftuin", by=by, member=about.organisation, step=step, reason=reason).pk


def test_two_other_members_decide_about_misuse_and_it_is_written_down(members: tuple[Acting, Acting, Acting]) -> None:
    bank, shop, carrier = members
    for step in ("waarschuwing", "schorsing", "uitsluiting", "herbekeken"):
        circles.decide_misuse(misuse(bank, carrier, step), by=shop)
    assert list(MisuseDecision.objects.order_by("pk").values_list("step", flat=True))[-1] == "herbekeken"
    page = browser("van.carrier").get(PAGE).content.decode()
    assert "carrier: schorsing. Bevraagt klanten van anderen." in page


def test_whom_it_is_about_neither_proposes_nor_decides(members: tuple[Acting, Acting, Acting]) -> None:
    bank, shop, carrier = members
    with pytest.raises(errors.NotAllowed) as raised:
        misuse(carrier, carrier, "opgeheven")
    assert raised.value.reason == "eigen-zaak"
    number = misuse(bank, carrier)
    for by in (carrier, bank):
        with pytest.raises(errors.NotAllowed):
            circles.decide_misuse(number, by=by)
        with pytest.raises(errors.NotAllowed):
            circles.refuse(circles.MISUSE, number, by=by, answer="Dit klopt niet.")
    answer = browser("van.carrier").post(f"{PAGE}/voorstellen/{number}", {"soort": "misbruik", "besluit": "ja"})
    assert (answer.status_code, MisuseDecision.objects.count()) == (403, 0)
    circles.refuse(circles.MISUSE, number, by=shop, answer="Het bewijs is te dun.")
    assert TwoPersonChange.objects.get(pk=number).state == "afgewezen"


def test_a_step_is_about_a_member_and_of_the_list(members: tuple[Acting, Acting, Acting]) -> None:
    bank, shop, _carrier = members
    with pytest.raises(errors.Malformed):
        misuse(bank, shop, "opsluiten")
    with pytest.raises(errors.NotFound):
        circles.propose_misuse("proeftuin", by=bank, member=b"x" * 16, step="waarschuwing", reason="omdat het moet")
    given = {"doe": "misbruik", "lid": "geen hex", "stap": "waarschuwing", "reden": "omdat"}
    assert browser("van.bank").post(f"{PAGE}/voorstellen", given).status_code == 404
