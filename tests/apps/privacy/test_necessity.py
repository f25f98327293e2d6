"""The record of necessity: two members stand behind it, it is evidence, and what is measured opens it again."""

from __future__ import annotations

import make_law
import pytest
from django.contrib.auth.models import User
from django.test import Client
from make import Circle
from make_law import DAY, RISK
from make_people import PASSWORD, shown

from sluis.apps.audit.models import Event
from sluis.apps.exchange import services as exchange
from sluis.apps.exchange.models import Feedback
from sluis.apps.partners import services as partners
from sluis.apps.partners.selectors import Acting
from sluis.apps.partners.services import Person
from sluis.apps.privacy import selectors
from sluis.apps.privacy.models import Evidence
from sluis.apps.privacy.services import necessity as services
from sluis.core import errors
from sluis.core.law import necessity
from sluis.core.law.necessity import Measured, Texts
from sluis.wire import clock

PATH = "/privacykader/noodzaak/proeftuin"
DPIA = dict.fromkeys(necessity.parts().dpia, "Zo staat het er voor.")
BALANCING = dict.fromkeys(necessity.parts().balancing, "Zo is het afgewogen.")
FORM = {**DPIA, **BALANCING, "grens-wrong": "10", "grens-upheld": "2", "dagen": "180", "reden": "De kring begint."}


def jurist(circle: Circle, name: str, role: str = "privacy_officer") -> Acting:
    party = circle.members[name].id
    partners.enrol(Person(f"{role}.{name}", PASSWORD, party, role))
    return Acting(User.objects.get(username=f"{role}.{name}").pk, f"{role}.{name}", party, name, role)


def browser(by: Acting) -> Client:
    client = Client()
    assert client.login(username=by.name, password=PASSWORD)
    return client


def texts(**bounds: int) -> Texts:
    return Texts(DPIA, {}, bounds or {"wrong": 10}, 180)


def proposed(by: Acting, **bounds: int) -> int:
    return services.propose("proeftuin", texts(**bounds), by=by, reason="De kring begint.")


@pytest.fixture
def jurists(circle: Circle) -> tuple[Acting, Acting]:
    return jurist(circle, "bank"), jurist(circle, "shop")


def test_one_member_writes_it_and_another_approves_it_in_the_browser(circle: Circle, jurists: tuple[Acting, Acting]) -> None:
    bank, shop = map(browser, jurists)
    assert "nog niet opgeschreven" in shown(bank, PATH)
    assert bank.post(f"{PATH}/nieuw", FORM).status_code == 302
    assert selectors.necessity_of(circle.id) is None
    assert "Keur goed" not in shown(bank, PATH)
    page = shown(shop, PATH)
    assert "Keur goed" in page
    number = page.partition("/voorstellen/")[2].partition('"')[0]
    assert shop.post(f"{PATH}/voorstellen/{number}", {"besluit": "ja"}).status_code == 302
    assert "opgesteld door privacy_officer.bank, goedgekeurd door privacy_officer.shop" in shown(bank, PATH)
    assert "ten hoogste 10%" in shown(bank, PATH)
    assert "Zo is het afgewogen." in shown(bank, f"{PATH}/nieuw")


def test_every_fault_is_beside_its_field_and_what_was_typed_stays(jurists: tuple[Acting, Acting]) -> None:
    wrong = {**FORM, "D4": "kort", "B6": "", "grens-wrong": "veel", "dagen": "0"}
    answer = browser(jurists[0]).post(f"{PATH}/nieuw", wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count('aria-invalid="true"') == 3
    assert all(f'id="fout-{one}"' in page for one in ("D4", "B6", "grens-wrong"))
    assert "Kies een termijn van 1 tot 730 dagen." in page
    assert page.count("Zo staat het er voor.") == 11


def test_nobody_approves_alone_and_no_analyst_and_no_outsider_takes_part(
    circle: Circle, jurists: tuple[Acting, Acting]
) -> None:
    bank, shop = jurists
    number = proposed(bank)
    second, analyst = jurist(circle, "bank", "org_admin"), jurist(circle, "shop", "analyst")
    for by, code in ((bank, "eigen-voorstel"), (second, "geen-recht"), (analyst, "geen-recht")):
        with pytest.raises(errors.NotAllowed) as raised:
            services.approve(number, by=by)
        assert raised.value.reason == code
    with pytest.raises(errors.NotAllowed):
        proposed(analyst)
    partners.enrol(Person("tweede.bank", PASSWORD, bank.organisation, "privacy_officer"))
    colleague = Acting(User.objects.get(username="tweede.bank").pk, "tweede.bank", bank.organisation, "bank", "privacy_officer")
    with pytest.raises(errors.NotAllowed) as raised:
        services.approve(number, by=colleague)
    assert raised.value.reason == "zelfde-organisatie"
    stranger = Acting(shop.person, "x", bytes([9]) * 16, "x", "privacy_officer")
    with pytest.raises(errors.NotFound):
        proposed(stranger)
    with pytest.raises(errors.NotAllowed):
        services.approve(number, by=stranger)
    services.refuse(number, by=shop, answer="De risico's staan er niet in.")
    assert selectors.necessity_of(circle.id) is None


def opened(circle: Circle, jurists: tuple[Acting, Acting], **bounds: int) -> None:
    """An exchange of risk signals whose DPIA is the record."""
    bank, shop = jurists
    made = services.approve(proposed(bank, **bounds), by=shop)
    name = Evidence.objects.get(kind="dpia").name
    other = {
        code: make_law.register(f"X-{code}") for code in ("C-LIA", "C-COMPAT", "C-DEVICE", "C-INFORM", "C-JOINT", "C-HUMAN")
    }
    now = clock.now()
    circle.assess(exchanges=(RISK,), met={**other, "C-DPIA": name}, from_=now, until=now + 20 * DAY)
    assert made.review == made.starts + 180 * DAY


def test_a_value_past_its_bound_opens_the_record_and_then_shuts_what_leans_on_it(
    circle: Circle, jurists: tuple[Acting, Acting]
) -> None:
    opened(circle, jurists, wrong=10)
    before = selectors.assessment_of(circle.id)
    assert before is not None
    assert before.shut_by == "termijn"
    assert not services.measure(circle.id, Measured(told=20, wrong=2, acted=10, upheld=9))
    assert services.measure(circle.id, Measured(told=20, wrong=3, acted=10, upheld=9))
    row, after = selectors.necessity_of(circle.id), selectors.assessment_of(circle.id)
    assert row is not None
    assert after is not None
    assert row.outside == [{"measure": "wrong", "value": 15, "bound": 10}]
    assert row.reopened is not None
    assert after.shuts == row.review == row.reopened + 14 * DAY
    assert after.shut_by.startswith("bewijs noodzaak-")
    assert Event.objects.filter(activity=services.REOPENED).count() == 1
    page = shown(browser(jurists[0]), PATH)
    assert "over de grens" in page
    assert "heropend" in page


def test_it_opens_once_and_a_new_version_lets_the_gate_stay_open(circle: Circle, jurists: tuple[Acting, Acting]) -> None:
    bank, shop = jurists
    opened(circle, jurists, wrong=10)
    bad = Measured(told=100, wrong=50, acted=1, upheld=0)
    assert [services.measure(circle.id, bad) for _again in range(2)] == [True, False]
    second = services.approve(proposed(bank, wrong=60), by=shop)
    assert second.version == 2
    found = selectors.assessment_of(circle.id)
    assert found is not None
    assert found.shut_by == "termijn"
    assert not services.measure(circle.id, bad)


def test_what_partners_told_of_hits_is_what_is_measured(circle: Circle, jurists: tuple[Acting, Acting]) -> None:
    opened(circle, jurists, wrong=10, acted=50)
    given = [
        Feedback(
            signal_id=bytes([number]) * 16,
            party=jurists[1].organisation,
            publisher=jurists[0].organisation,
            circle=circle.id,
            measure="bleek-onterecht",
            within="1d",
            time=clock.now(),
            told=True,
            told_measure="bleek-onterecht" if number < 3 else "levering-gestopt",
            told_within="1d",
        )
        for number in range(20)
    ]
    Feedback.objects.bulk_create(given)
    assert exchange.measure_circles() == 1
    row = selectors.necessity_of(circle.id)
    assert row is not None
    assert row.values == {"wrong": 15, "acted": 85, "upheld": 0}


def test_a_circle_without_a_record_is_left_alone(circle: Circle, jurists: tuple[Acting, Acting]) -> None:
    assert exchange.measure_circles() == 0


def test_a_record_that_names_somebody_is_refused_beside_its_field(circle: Circle, jurists: tuple[Acting, Acting]) -> None:
    answer = browser(jurists[0]).post(f"{PATH}/nieuw", {**FORM, "D9": "Zoals bij NL13TEST0123456789 gebeurde."})
    assert answer.status_code == 422
    assert 'id="fout-D9"' in answer.content.decode()
    assert selectors.necessity_of(circle.id) is None
