"""Mail says that there is something, its kind and its link: to readers of who it is for, once, never what it is."""

from __future__ import annotations

from collections.abc import Iterator
from smtplib import SMTPServerDisconnected
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.core.mail.backends.locmem import EmailBackend
from make_groups import TEXT, House
from make_people import PASSWORD

from sluis.apps.consent import services
from sluis.apps.consent.selectors.rules import DAY
from sluis.apps.partners import services as partners
from sluis.apps.partners.selectors import Role
from sluis.apps.partners.services import Person
from sluis.site.settings import environment


@pytest.fixture(autouse=True)
def post_office(settings) -> None:
    settings.EMAIL_HOST = "post.example"


def reads(house: House, name: str, role: str = Role.ANALYST, *, address: str = "") -> str:
    """Somebody of this partner with an address."""
    who, address = f"{role}.{name}", address or f"{role}@{name}.example"
    partners.enrol(Person(who, PASSWORD, house.party(name), role))
    User.objects.filter(username=who).update(email=address)
    return address


def sent() -> Iterator[tuple[str, str]]:
    yield from ((one.to[0], one.body) for one in mail.outbox)


def test_who_is_asked_gets_a_mail_with_kind_and_link_and_no_word_of_the_item(house: House, waiting: tuple[UUID, UUID]) -> None:
    address, item = reads(house, "shop"), waiting[0]
    reads(house, "telecom")
    assert services.post_mail() == 1
    assert {to for to, _body in sent()} == {address}
    (body,) = (body for _to, body in sent())
    assert f"- uw instemming is gevraagd / your consent is asked\n  http://testserver/stukken/{item}" in body
    everything = "".join(one.subject + one.body for one in mail.outbox)
    assert not any(
        word in everything for word in ("Nieuwe truc", "Bankhelpdesk", *TEXT.split(".")[0].split()[-1:], "bank.example")
    )


def test_each_message_is_mailed_once(house: House, waiting: tuple[UUID, UUID]) -> None:
    reads(house, "shop")
    assert [services.post_mail(), services.post_mail()] == [1, 0]
    house.refuse(waiting[1], "bank")
    assert services.post_mail() == 1
    assert len(mail.outbox) == 2


@pytest.mark.usefixtures("waiting")
def test_who_steers_administers_left_or_has_no_address_gets_none(house: House) -> None:
    for role in (Role.ORG_ADMIN, Role.AUDITOR, Role.PROGRAMME_OFFICE, Role.OPERATOR):
        reads(house, "shop", role)
    reads(house, "shop", Role.OBSERVER, address=" ".strip())
    User.objects.filter(username="observer.shop").update(email="")
    reads(house, "shop", Role.ANALYST)
    partners.end_membership("analyst.shop", house.party("shop"))
    assert services.post_mail() == 0
    assert mail.outbox == []


@pytest.mark.usefixtures("waiting")
def test_a_mail_server_that_fails_loses_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    reads(house, "shop")

    def broken(*_given: object) -> int:
        raise SMTPServerDisconnected

    with monkeypatch.context() as patched:
        patched.setattr(EmailBackend, "send_messages", broken)
        assert services.post_mail() == 0
    assert services.post_mail() == 1


@pytest.mark.usefixtures("waiting")
def test_without_a_mail_server_nothing_piles_up(house: House, settings) -> None:
    reads(house, "shop")
    settings.EMAIL_HOST = ""
    assert services.post_mail() == 0
    settings.EMAIL_HOST = "post.example"
    assert services.post_mail() == 0


@pytest.mark.usefixtures("waiting")
def test_old_news_is_read_in_the_portal_only(house: House, later) -> None:
    reads(house, "shop")
    later(4 * DAY)
    assert services.post_mail() == 0


@pytest.mark.usefixtures("waiting")
def test_the_worker_may_do_this(house: House, as_role) -> None:
    reads(house, "shop")
    with as_role("sluis_worker"):
        assert services.post_mail() == 1


def test_a_mail_server_is_named_with_its_security(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    secret = tmp_path / "mail"
    secret.touch(mode=0o600)
    secret.write_text("geheim-van-de-post")
    monkeypatch.setenv("SLUIS_MAIL_FROM", "sluis@knooppunt.example")
    monkeypatch.setenv("SLUIS_MAIL_PASSWORD_FILE", str(secret))
    assert environment.mail("") == {"EMAIL_HOST": ""}
    told = environment.mail("smtp://hub%40post@post.example")
    assert (told["EMAIL_PORT"], told["EMAIL_USE_TLS"], told["EMAIL_USE_SSL"]) == (587, True, False)
    assert (told["EMAIL_HOST_USER"], told["EMAIL_HOST_PASSWORD"]) == ("hub@post", "geheim-van-de-post")
    assert environment.mail("smtps://post.example:2465")["EMAIL_PORT"] == 2465
    for wrong in ("post.example", "http://post.example", "smtp://"):
        with pytest.raises(ImproperlyConfigured):
            environment.mail(wrong)
