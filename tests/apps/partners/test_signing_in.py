"""The second factor and the session, as attacked: skipping, replaying, guessing, staying on."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.test.utils import override_settings
from django_otp.plugins.otp_totp.models import TOTPDevice
from make import Circle
from signing_in import PASSWORD, Phone, employee, secret_on, signed_in, with_password

from sluis.apps.partners import services
from sluis.apps.partners.models import RecoveryCode
from sluis.apps.partners.services import Person
from sluis.apps.partners.views import guard
from sluis.core import errors

pytestmark = pytest.mark.usefixtures("in_earnest")
PAGES = (
    "/kringen",
    "/kringen/proeftuin",
    "/doorlatingen",
    "/doorlatingen.csv",
    "/logboek",
    "/sleutels",
    "/account",
    "/werkt-voor",
)


@pytest.fixture
def phone(circle: Circle) -> Phone:
    return employee(circle.members["bank"].id)


def test_both_steps_let_somebody_in(phone: Phone) -> None:
    client = with_password()
    assert client.get("/kringen")["location"] == "/inloggen/code?next=%2Fkringen"
    answer = client.post("/inloggen/code", {"code": phone.code(), "next": "/kringen/proeftuin"})
    assert answer["location"] == "/kringen/proeftuin"
    page = client.get("/kringen/proeftuin").content.decode()
    assert "Ingelogd als analist van bank" in page


@pytest.mark.parametrize("path", PAGES)
def test_the_second_step_is_not_skipped_by_going_straight_to_a_page(phone: Phone, path: str) -> None:
    client = with_password()
    assert client.get(path)["location"].startswith("/inloggen/code?")
    assert client.post(path)["location"].startswith("/inloggen/code?")


def test_halfway_in_the_pages_of_signing_in_tell_nothing_of_the_organisation(phone: Phone) -> None:
    page = with_password().get("/inloggen/code").content.decode()
    assert "bank" not in page
    assert "Doorlatingen" not in page


def test_halfway_in_nobody_adds_a_phone_of_their_own_or_a_passkey(phone: Phone) -> None:
    client = with_password()
    assert client.get("/inloggen/tweede-stap")["location"] == "/inloggen/code"
    assert client.post("/inloggen/tweede-stap", {"code": "123456"})["location"] == "/inloggen/code"
    assert client.post("/inloggen/passkey/registration/begin").status_code == 403
    assert TOTPDevice.objects.get().key == phone.key.hex()


def test_a_code_counts_once(phone: Phone) -> None:
    code = phone.code()
    signed_in_first = with_password()
    assert signed_in_first.post("/inloggen/code", {"code": code}).status_code == 302
    thief = with_password()
    answer = thief.post("/inloggen/code", {"code": code})
    assert (answer.status_code, "is al gebruikt" in answer.content.decode()) == (422, True)
    assert thief.get("/kringen")["location"].startswith("/inloggen/code")


def test_five_wrong_codes_shut_the_door_and_end_the_session(phone: Phone) -> None:
    client = with_password()
    statuses = [client.post("/inloggen/code", {"code": f"{wrong:06d}"}).status_code for wrong in range(5)]
    assert statuses == [422, 422, 422, 422, 429]
    assert client.get("/kringen")["location"].startswith("/inloggen?")
    again = Client().post("/inloggen", {"username": "anna", "password": PASSWORD})
    assert again.status_code == 429


def test_after_a_wrong_code_the_right_one_waits_whatever_address_it_comes_from(phone: Phone) -> None:
    services.use_code(user_of("anna"), "000000")
    services.use_code(user_of("anna"), "000001")
    assert services.use_code(user_of("anna"), phone.code()) is None
    TOTPDevice.objects.update(throttling_failure_timestamp=None)
    assert services.use_code(user_of("anna"), phone.code()) is not None


def test_who_has_no_phone_yet_adds_one_and_cannot_go_around_it(circle: Circle) -> None:
    services.enrol(Person("nieuw", PASSWORD, circle.members["bank"].id, "analyst"))
    client = with_password("nieuw")
    for path in PAGES:
        assert client.get(path)["location"].startswith("/inloggen/tweede-stap?"), path
    page = client.get("/inloggen/tweede-stap?next=/kringen").content.decode()
    assert "<svg" in page
    phone = Phone(secret_on(page))
    wrong = client.post("/inloggen/tweede-stap", {"code": "000000"})
    assert (wrong.status_code, TOTPDevice.objects.count()) == (422, 0)
    assert secret_on(wrong.content.decode()) == phone.key
    shown = client.post("/inloggen/tweede-stap", {"code": phone.code(), "next": "/kringen"}).content.decode()
    assert len(codes_on(shown)) == 10
    assert client.get("/kringen").status_code == 200


def test_a_recovery_code_works_once_and_stands_nowhere_to_read(circle: Circle) -> None:
    phone = employee(circle.members["bank"].id)
    codes = services.new_recovery_codes(user_of("anna"))
    assert all(code.replace("-", "").encode() not in bytes(row.digest) for row in RecoveryCode.objects.all() for code in codes)
    client = with_password()
    assert client.post("/inloggen/code", {"code": codes[0].upper()})["location"] == "/account"
    assert client.get("/kringen").status_code == 200
    again = with_password()
    assert again.post("/inloggen/code", {"code": codes[0]}).status_code == 422
    services.new_recovery_codes(user_of("anna"))
    assert again.post("/inloggen/code", {"code": codes[1]}).status_code == 422
    assert phone.secret


def test_a_session_gets_a_new_key_at_each_step(phone: Phone) -> None:
    client = Client()
    client.get("/inloggen")
    keys = [client.session.session_key]
    with_password(client=client)
    keys.append(client.session.session_key)
    client.post("/inloggen/code", {"code": phone.code()})
    keys.append(client.session.session_key)
    assert len(set(keys)) == 3


@pytest.mark.parametrize(
    ("steps", "stays"), [([29 * 60], True), ([30 * 60], False), ([29 * 60] * 16, True), ([29 * 60] * 17, False)]
)
def test_a_session_ends_after_half_an_hour_of_nothing_and_after_eight_hours_at_all(
    phone: Phone, later: Callable[[int], None], steps: list[int], stays: bool
) -> None:
    client, passed = signed_in(phone), 0
    answer = client.get("/kringen")
    for step in steps:
        passed += step
        later(passed)
        answer = client.get("/kringen")
    assert answer.status_code == (200 if stays else 302)
    if not stays:
        assert answer["location"] == "/inloggen?next=%2Fkringen&reden=tijd"
        assert "30 minuten zonder gebruik" in client.get(answer["location"]).content.decode()


def test_a_session_ends_when_the_role_ends(phone: Phone, circle: Circle) -> None:
    client = signed_in(phone)
    assert client.get("/kringen/proeftuin").status_code == 200
    services.end_membership("anna", circle.members["bank"].id)
    answer = client.get("/kringen/proeftuin")
    assert answer["location"] == "/inloggen?next=%2Fkringen%2Fproeftuin&reden=rol"
    assert client.session.get("_auth_user_id") is None


def test_a_session_ends_when_the_role_becomes_another(phone: Phone, circle: Circle) -> None:
    client = signed_in(phone)
    client.get("/kringen")
    services.enrol(Person("anna", PASSWORD, circle.members["bank"].id, "observer", totp=phone.secret))
    assert client.get("/kringen")["location"].startswith("/inloggen?")


def test_the_way_on_after_signing_in_leads_nowhere_else(phone: Phone) -> None:
    client = with_password()
    answer = client.post("/inloggen/code", {"code": phone.code(), "next": "https://elsewhere.test/"})
    assert answer["location"] == "/"


def test_new_recovery_codes_are_asked_with_a_code(phone: Phone) -> None:
    client = signed_in(phone)
    assert client.post("/account/herstelcodes", {"code": "000000"}).status_code == 422
    assert RecoveryCode.objects.count() == 0
    TOTPDevice.objects.update(throttling_failure_timestamp=None)
    page = client.post("/account/herstelcodes", {"code": phone.code(1)}).content.decode()
    assert len(codes_on(page)) == RecoveryCode.objects.count() == 10


def test_forgetting_a_second_factor_asks_for_a_new_one(phone: Phone) -> None:
    services.forget_factor("anna")
    assert with_password().get("/kringen")["location"].startswith("/inloggen/tweede-stap")
    with pytest.raises(errors.NotFound):
        services.forget_factor("niemand")


def test_a_secret_that_does_not_read_is_refused(circle: Circle) -> None:
    for secret in ("kort", "MFRGG", "!" * 40):
        with pytest.raises(errors.Malformed) as raised:
            services.enrol(Person("anna", PASSWORD, circle.members["bank"].id, "analyst", totp=secret))
        assert raised.value.reason == "onleesbaar-geheim"


def test_the_hub_does_not_serve_real_data_without_a_second_factor() -> None:
    with override_settings(SLUIS_SECOND_FACTOR=False, SLUIS_INVENTED=False), pytest.raises(ImproperlyConfigured):
        guard.sessions(lambda _request: None)  # type: ignore[arg-type, return-value]
    production = importlib.import_module("sluis.site.settings.production")
    assert production.SLUIS_SECOND_FACTOR is True


def test_the_admin_pages_ask_for_the_second_step_too(phone: Phone) -> None:
    from django.contrib.auth.models import User

    User.objects.filter(username="anna").update(is_staff=True, is_superuser=True)
    client = Client()
    client.post("/beheer/login/", {"username": "anna", "password": PASSWORD})
    assert client.get("/beheer/")["location"].startswith("/inloggen/code")
    assert client.get("/beheer/partners/membership/")["location"].startswith("/inloggen/code")


def test_in_the_admin_pages_no_role_is_given(phone: Phone) -> None:
    from django.contrib.auth.models import User

    User.objects.filter(username="anna").update(is_staff=True, is_superuser=True)
    client = signed_in(phone)
    assert client.get("/beheer/partners/membership/").status_code == 200
    assert client.post("/beheer/partners/membership/add/", {"role": "operator"}).status_code == 403


def codes_on(page: str) -> list[str]:
    return re.findall(r"[a-z2-7]{4}(?:-[a-z2-7]{4}){3}", page)


def user_of(name: str):
    from django.contrib.auth.models import User

    return User.objects.get(username=name)


def test_another_password_ends_the_other_sessions(phone: Phone) -> None:
    mine, other = signed_in(phone), signed_in(phone, ahead=1)
    typed = {"old_password": PASSWORD, "new_password1": "kort", "new_password2": "kort"}
    assert "te kort (12 tekens)" in mine.post("/account/wachtwoord", typed).content.decode()
    long = {"new_password1": "een heel ander wachtwoord", "new_password2": "een heel ander wachtwoord"}
    assert "klopt niet" in mine.post("/account/wachtwoord", {**long, "old_password": "fout"}).content.decode()
    assert mine.post("/account/wachtwoord", {**typed, **long})["location"] == "/account"
    assert mine.get("/kringen").status_code == 200
    assert other.get("/kringen")["location"].startswith("/inloggen")


def test_the_worker_forgets_sessions_that_are_over(phone: Phone, later: Callable[[int], None]) -> None:
    from sluis.apps.partners import tasks

    signed_in(phone)
    tasks.tend_proposals(0)
    assert Session.objects.count() == 1
    later(9 * 3600)
    tasks.tend_proposals(0)
    assert Session.objects.count() == 0


def test_a_browser_left_open_gives_no_new_phone(phone: Phone) -> None:
    client = signed_in(phone)
    mine = Phone(secret_on(client.get("/inloggen/tweede-stap").content.decode()))
    for old in ("", "000000"):
        TOTPDevice.objects.update(throttling_failure_timestamp=None)
        assert client.post("/inloggen/tweede-stap", {"code": mine.code(), "oud": old}).status_code == 422
    assert TOTPDevice.objects.get().key == phone.key.hex()
    TOTPDevice.objects.update(throttling_failure_timestamp=None)
    answer = client.post("/inloggen/tweede-stap", {"code": mine.code(), "oud": phone.code(1)})
    assert (answer.status_code, len(codes_on(answer.content.decode()))) == (200, 10)
    assert TOTPDevice.objects.get().key == mine.key.hex()
    assert client.get("/kringen").status_code == 200
