"""Requests of data subjects at the pages of a koppelpunt and by command: no identifier in a list, a log or an address."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from court import with_desk
from desks import CODE, IBAN, Desk, DeskSluis, share
from starlette.testclient import TestClient
from typer.testing import CliRunner

from sluis.client import bulk, config, persons, ruling, testing
from sluis.client.cli.main import app as commands
from sluis.client.counterparts import ReferenceCounterpart
from sluis.client.gateway import app
from sluis.client.gateway.member import Member
from sluis.client.persons import Controller
from sluis.client.ruling import Verdict
from sluis.client.session import Matter
from sluis.core import errors
from sluis.core.exchange.notices import Notice
from sluis.core.exchange.rights import DisputeReach
from sluis.core.identifiers import normalise
from sluis.wire import clock

FORM = {"recht": "bezwaar", "soort": "iban", "kenmerk": IBAN, "grond": "naamgenoot", "bereik": "J. Jansen\nKade 1"}
DAY = 86_400


class RightsDesk(Desk):
    """The pages of a rights desk, with a reference counterpart that carries its codes."""

    def __init__(self, fake: DeskSluis, *, store: str = ":memory:") -> None:
        self.post = ReferenceCounterpart()
        super().__init__(fake, "desk", store=store)
        self.sign_in("Dana")

    def browser(self, *, secure: bool = False) -> TestClient:
        member = Member.of(self.session, token=b"token", desk_code=CODE)
        member.controller = Controller("Rechtenloket", "Bel 0800 0000.", ways=self.post.ways())
        return TestClient(app.application(member, secure=secure), base_url="http://127.0.0.1")

    def take(self, **more: str) -> str:
        return self.send("/betrokkenen/nieuw", **{**FORM, **more}).url.path

    def prove(self, at: str) -> str:
        self.send(f"{at}/persoon", persoon="balie")
        self.send(f"{at}/code", weg="eencent")
        return self.send(f"{at}/bewijs", code=self.post.code_at(IBAN)).text


@pytest.fixture
def desk() -> RightsDesk:
    fake = DeskSluis(members=("bank", "shop", "desk"))
    with_desk(fake)
    share(fake.session("bank"))
    return RightsDesk(fake)


def test_a_request_goes_from_intake_to_the_last_letter(desk: RightsDesk) -> None:
    at = desk.take()
    assert "wacht op bewijs" in desk.page(at)
    assert "bewezen, mag beantwoord worden" in desk.prove(at)
    assert "wacht op anderen" in desk.send(f"{at}/beantwoorden").text
    desk.fake.court.reach = DisputeReach(0, 2, {"psp": 2})
    desk.fake.court.decided(desk.session, "gegrond")
    text = desk.send(f"{at}/kijken").text
    assert "0 van 2 ontvangers" in text
    assert "psp: 2" in text
    assert "bevestiging open" in desk.page("/betrokkenen")
    assert "Nog niet iedereen heeft de verbetering bevestigd" in desk.send(f"{at}/sluiten", 409).text
    desk.fake.court.reach = DisputeReach(2, 2, {})
    desk.send(f"{at}/kijken")
    for kind, words in (("gegrond", "Wij geven u gelijk"), ("gecorrigeerd", "overal aangekomen"), ("ontvangst", "AVG 21")):
        assert words in desk.page(f"{at}/brieven/{kind}")
    assert "gesloten" in desk.send(f"{at}/sluiten").text
    assert "B-1" in desk.page("/betrokkenen?lijst=klaar")


def test_a_letter_is_printed_and_is_text_in_two_languages_and_names_no_identifier(desk: RightsDesk) -> None:
    at = desk.take()
    printed, plain = desk.page(f"{at}/brieven/ontvangst"), desk.client.get(f"{at}/brieven/ontvangst?vorm=tekst")
    assert "Kade 1" in printed
    assert plain.headers["content-type"].startswith("text/plain")
    assert "Rechtenloket" in plain.text
    english = desk.page(f"{at}/brieven/ontvangst?taal=en")
    assert 'lang="en"' in english
    assert "GDPR 21" in english
    assert IBAN not in printed + plain.text + english
    assert desk.client.get(f"{at}/brieven/gegrond").status_code == 409
    assert desk.client.get(f"{at}/brieven/niets-van-dit").status_code == 409


def test_what_is_wrong_with_a_request_stands_at_its_field_and_the_identifier_not_in_the_answer(desk: RightsDesk) -> None:
    text = desk.send("/betrokkenen/nieuw", 422, **{**FORM, "grond": "", "bereik": ""}).text
    assert "Kies een van de mogelijkheden" in text
    assert "Vul in hoe u de persoon bereikt" in text
    assert IBAN not in text
    assert "controlecijfers" in desk.send("/betrokkenen/nieuw", 422, **{**FORM, "kenmerk": "NL00TEST0123456789"}).text
    assert "dag als JJJJ-MM-DD" in desk.send("/betrokkenen/nieuw", 422, **{**FORM, "ontvangen": "gisteren"}).text


def test_a_wrong_code_says_the_same_whether_there_is_a_signal_or_not(desk: RightsDesk) -> None:
    pages = []
    for about in (IBAN, "NL39TEST0200300400"):
        at = desk.take(kenmerk=about)
        desk.send(f"{at}/code", weg="eencent")
        text = desk.send(f"{at}/bewijs", 403, code="AAAAAAAA").text + desk.send(f"{at}/beantwoorden", 403).text
        grouped = " ".join(about[i : i + 4] for i in range(0, len(about), 4))
        pages.append(re.sub(r"B-\d+|/betrokkenen/\d+", "", text.replace(grouped, "")))
    assert pages[0] == pages[1]


def test_lists_logs_addresses_and_what_leaves_hold_no_identifier_and_no_name(
    desk: RightsDesk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    at = desk.take()
    desk.prove(at)
    desk.send(f"{at}/beantwoorden")
    for page in ("/betrokkenen", "/betrokkenen?lijst=klaar", "/ontvangstbewijzen"):
        text = desk.page(page)
        assert IBAN not in text.replace(" ", "")
        assert "Jansen" not in text
    exported = desk.client.get("/ontvangstbewijzen/logboek").text
    sent = b"".join(url.encode() + body for url, body in desk.fake.requests)
    for text in (caplog.text, exported, sent.decode("latin-1")):
        assert IBAN not in text
        assert "Jansen" not in text
        assert "Dana" not in text.replace(exported, "")
    assert IBAN not in at


def test_the_latest_stands_on_top_and_the_menu_counts_what_is_due(desk: RightsDesk) -> None:
    desk.take()
    late = persons.Intake("inzage", normalise.parse("iban", IBAN), "J. Jansen", received=clock.now() // DAY - 40)
    persons.take_in(desk.session, late)
    text = desk.page("/betrokkenen")
    assert "1 verzoek is te laat" in text
    assert text.index("B-2") < text.index("B-1")
    assert re.search(r"Betrokkenen.{0,40}1", desk.page("/attenderingen"))


def test_a_long_list_goes_by_hundreds_and_its_counts_are_of_all(desk: RightsDesk) -> None:
    late = persons.Intake("inzage", normalise.parse("iban", IBAN), "J. Jansen", received=clock.now() // DAY - 40)
    for _ in range(101):
        persons.take_in(desk.session, late)
    first = desk.page("/betrokkenen")
    assert "101 verzoeken zijn te laat" in first
    assert ">B-100<" in first
    assert ">B-101<" not in first
    assert ">B-101<" in desk.page("/betrokkenen?vanaf=100")


def test_a_term_is_extended_and_a_right_refused_with_a_ground(desk: RightsDesk) -> None:
    at = desk.take()
    desk.send(f"{at}/verlengen", reden="veel-verzoeken")
    assert "veel verzoeken" in desk.page(f"{at}/brieven/verlenging")
    assert "al een keer verlengd" in desk.send(f"{at}/verlengen", 409, reden="veel-verzoeken").text
    desk.prove(at)
    assert desk.send(f"{at}/weigeren", 400, grond="rechten-van-anderen")
    desk.send(f"{at}/weigeren", grond="zwaarder-belang")
    assert "AVG 21 lid 1" in desk.page(f"{at}/brieven/geweigerd")


def test_an_employee_may_establish_it_by_hand_and_a_service_that_is_away_is_told(desk: RightsDesk) -> None:
    at = desk.take()
    desk.post.away = True
    assert "antwoordt nu niet" in desk.send(f"{at}/code", 503, weg="eencent").text
    desk.send(f"{at}/persoon", persoon="balie")
    desk.send(f"{at}/beschikking", beschikking="bankafschrift")
    assert "bankafschrift" in desk.page(at)
    assert "mag beantwoord worden" in desk.page(at)


def test_a_request_that_is_not_there_is_a_page(desk: RightsDesk) -> None:
    for path in ("/betrokkenen/99", "/betrokkenen/abc", "/betrokkenen/99/brieven/ontvangst"):
        assert desk.client.get(path).status_code == 404
    assert desk.client.post("/betrokkenen/99/sluiten").status_code == 404


@pytest.fixture
def body(desk: RightsDesk) -> Desk:
    """The shop is the dispute body too."""
    fake = desk.fake
    section = next(iter(fake._snapshot.sections.values()))
    members = tuple(
        msgspec.structs.replace(
            one, uses=(*one.uses, "decide", "dispute"), budgets={**one.budgets, "dispute": one.budgets["check"]}
        )
        if one.name == "shop"
        else one
        for one in section.members
    )
    fake.sign_policy(serial=5, sections=(msgspec.structs.replace(section, members=members),))
    found = Desk(fake)
    found.sign_in("R. Recht")
    return found


def opened(desk: RightsDesk, body: Desk) -> str:
    at = desk.take()
    desk.prove(at)
    desk.send(f"{at}/beantwoorden")
    (number,) = desk.fake.court.opened
    waits = Notice("betwisting-geopend", clock.now(), b"k", subject=number, until=clock.now() + DAY, outcome="naamgenoot")
    body.session.store.casebook.keep_notices([(1, msgspec.json.encode(waits))])
    return number.hex()


def test_a_named_person_of_the_dispute_body_decides_with_a_reason(desk: RightsDesk, body: Desk) -> None:
    number = opened(desk, body)
    assert number in body.page("/betwistingen")
    form = {"kring": testing.CIRCLE, "nummer": number, "soort": "iban", "kenmerk": IBAN, "uitkomst": "gegrond"}
    assert "Schrijf in 10 tot 500 tekens" in body.send("/betwistingen", 422, **form, waarom="kort").text
    assert "32 tekens" in body.send("/betwistingen", 422, **{**form, "nummer": "x"}, waarom="Naam klopt niet.").text
    text = body.send("/betwistingen", **form, waarom="Naam en geboortedatum kloppen niet.").text
    assert "R. Recht" in text
    assert "Er wacht nu niets" in text
    assert IBAN not in text.replace(" ", "")
    assert desk.fake.court.opened[bytes.fromhex(number)][2] == "gegrond"
    assert "R. Recht" not in "".join(body_.decode("latin-1") for _url, body_ in desk.fake.requests)


def test_who_shared_the_signal_or_has_no_name_or_no_right_does_not_decide(desk: RightsDesk, body: Desk) -> None:
    number = opened(desk, body)
    assert desk.client.get("/betwistingen").status_code == 403
    about = normalise.parse("iban", IBAN)
    verdict = Verdict(bytes.fromhex(number), "ongegrond", "Naam en datum kloppen.", about)
    matter = Matter(testing.CIRCLE, "b 1", testing.PURPOSE)
    with pytest.raises(errors.NotAllowed) as refused:
        ruling.rule(body.session.used_by(""), verdict, matter=matter)
    assert refused.value.reason == "naam-ontbreekt"
    share(body.session)
    with pytest.raises(errors.NotAllowed) as refused:
        ruling.rule(body.session.used_by("R. Recht"), verdict, matter=matter)
    assert refused.value.reason == "eigen-signaal"


@pytest.fixture
def terminal(desk: RightsDesk, monkeypatch: pytest.MonkeyPatch) -> Any:
    """`sluis rights ...` at the same koppelpunt."""

    class Given:
        config = config.Config("https://w", "https://e", "k", "s", ("a", "b", "c"))

        def session(self) -> Any:
            return desk.session

        def controller(self) -> Controller:
            return Controller("Rechtenloket", "Bel 0800 0000.", ways=desk.post.ways())

    monkeypatch.setattr(config, "load", lambda _file: Given())

    def run(*argv: str, exits: int = 0) -> Any:
        done = CliRunner().invoke(commands, ["rights", *argv, "--config", "x", "--json"])
        assert done.exit_code == exits, (done.output, done.exception)
        assert IBAN not in done.output
        assert "Jansen" not in done.output or argv[0] == "letter"
        return json.loads(done.stdout)

    return run


def test_the_same_by_command(desk: RightsDesk, terminal: Any) -> None:
    argv = ("take-in", IBAN, "--right", "bezwaar", "--ground", "naamgenoot", "--reach", "J. Jansen", "--by", "Dana")
    assert terminal(*argv)["days_left"] == 30
    assert terminal("prove", "1", "--person", "balie", "--send", "eencent")["letters"] == ["ontvangst", "bewijs"]
    assert terminal("answer", "1", exits=1)["error"]["code"] == "niet-bewezen"
    assert terminal("prove", "1", "--code", "AAAAAAAA", exits=1)["error"]["code"] == "code-klopt-niet"
    assert terminal("prove", "1", "--code", desk.post.code_at(IBAN))["stage"] == "bewezen"
    assert len(terminal("answer", "1", "--by", "Dana")["disputes"]) == 1
    desk.fake.court.reach = DisputeReach(1, 1, {})
    desk.fake.court.decided(desk.session, "gegrond")
    assert terminal("show", "1")["ended"] == "gegrond"
    assert "gelijk" in terminal("letter", "1", "--letter", "gegrond")["text"]
    assert terminal("close", "1", "--by", "Dana")["stage"] == "klaar"
    assert terminal("list") == []
    assert terminal("list", "--closed")[0]["number"] == 1


def test_what_is_due_ends_a_daily_run_with_1(desk: RightsDesk, terminal: Any) -> None:
    assert terminal("due") == []
    when = bulk.written(clock.now() // DAY - 40)
    terminal("take-in", IBAN, "--right", "inzage", "--reach", "J. Jansen", "--received", when)
    assert terminal("due", exits=1)[0]["days_left"] == -10
    assert terminal("extend", "1", "--reason", "ingewikkeld", exits=1)["error"]["code"] == "termijn-voorbij"
    assert terminal("refuse", "1", "--ground", "lopend-onderzoek", "--by", "Dana", exits=1)["error"]["code"] == "niet-bewezen"


def test_the_configuration_names_ways_service_and_token_together(tmp_path: Path) -> None:
    file = tmp_path / "sluis.toml"
    keys = json.dumps([f"{number:064x}" for number in (1, 2, 3)])
    head = (
        f'web = "https://w"\nedge = "https://e"\nkey = "k"\nstore = "s"\npolicy-keys = {keys}\n[rights]\nways = ["eencent"]\n'
    )
    file.write_text(head)
    with pytest.raises(errors.Malformed) as refused:
        config.load(file)
    assert {one.where for one in refused.value.faults} == {"rights.proof", "rights.proof-token"}
    file.write_text(f'{head}proof = "http://bewijs.test"\nproof-token = "t"\n')
    with pytest.raises(errors.Malformed) as refused:
        config.load(file)
    assert [one.code for one in refused.value.faults] == ["adres"]
    file.write_text(f'{head}proof = "https://bewijs.test/"\nproof-token = "t"\ncontact = "Bel 0800."\n')
    (tmp_path / "t").write_text("geheim")
    (tmp_path / "t").chmod(0o600)
    made = config.load(file).controller()
    assert (made.contact, made.ways.named("iban"), made.ways.named("phone")) == ("Bel 0800.", ("eencent",), ())
