"""Sharing and watching at the desk, and one's own signals: preview, warnings, who sees it, taking back, requests of others."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import msgspec
import pytest
from desks import CASE, IBAN, Desk, DeskSluis, ibans, share, watching

from sluis.core.exchange.notices import Notice
from sluis.wire import clock

OTHER = "NL47SLUI0000000042"
FORM = {
    "doel": "proeftuin|0",
    "zaak": CASE,
    "soort": "herken",
    "kenmerk": IBAN,
    "vorm": "AVF.AANKOOP",
    "graad": "B",
    "advies": "hold",
}
HEAD = "identifier,form,grade\n"


@pytest.fixture
def fake() -> DeskSluis:
    return DeskSluis()


@pytest.fixture
def desk(fake: DeskSluis) -> Desk:
    found = Desk(fake)
    found.sign_in()
    return found


def offered(desk: Desk, status: int = 200, files: Mapping[str, Any] | None = None, **more: Any):
    return desk.send("/delen", status, files, **{**FORM, **more})


def published(fake: DeskSluis) -> int:
    return sum(url.endswith("/signalen") for url, _body in fake.requests)


def test_one_signal_is_shown_with_who_sees_it_before_it_goes(desk: Desk, fake: DeskSluis) -> None:
    preview = offered(desk, kanaal=["webshop", "chat"], fase="contact", bedrag="3", gezien="2026-11-01")
    for words in ("1 signaal klaar om te delen", "Wie ziet dit", "1 ander lid", "NL13 TEST 0123 4567 89", "vasthouden"):
        assert words in preview.text, words
    assert published(fake) == 0
    assert "1 gedeeld" in desk.finished(preview)
    mine = desk.page("/mijn-signalen")
    assert "1 signaal" in mine
    assert CASE in mine
    bank = Desk(fake, "bank")
    bank.sign_in()
    bank.check()
    text = bank.send("/dossiers/1/context", niveau="context").text
    assert "webwinkel, chat" in text
    assert "tot € 2.500" in text


def test_every_wrong_field_is_told_at_once_and_what_was_typed_stays(desk: Desk, fake: DeskSluis) -> None:
    text = offered(desk, 422, kenmerk="onzin!", graad="Z", vorm="NIETS", gezien="gisteren", zaak="", kanaal="chat").text
    for words in (
        "Wij herkennen dit niet",
        "Een bewijsgraad is A, B, C of D",
        "Deze vorm van fraude staat niet in de lijst",
        "Schrijf een dag als JJJJ-MM-DD",
        "Noem uw eigen zaak",
    ):
        assert words in text, words
    assert 'value="onzin!"' in text
    assert 'value="chat" checked' in text
    assert published(fake) == 0


def test_what_the_protected_list_blocks_never_goes_and_what_it_warns_of_needs_a_yes() -> None:
    fake = DeskSluis(kind="domain")
    desk = Desk(fake)
    desk.sign_in()
    blocked = offered(desk, kenmerk="bit.ly", soort="domain")
    assert "wordt nooit gesignaleerd" in blocked.text
    assert "Deel nu" not in blocked.text
    desk.send(blocked.url.path, bevestigd="ja")
    doubtful = offered(desk, kenmerk="yopmail.com", soort="domain")
    assert "Kijk hier nog eens naar" in doubtful.text
    desk.send(doubtful.url.path)
    assert published(fake) == 0
    assert "1 gedeeld" in desk.finished(doubtful)


def test_an_echo_of_anothers_signal_is_warned_of(desk: Desk, fake: DeskSluis) -> None:
    share(fake.session("bank"))
    desk.check()
    assert "hier had u zelf een treffer op" in offered(desk).text
    assert "hier had u zelf een treffer op" not in offered(desk, herkomst="hit").text


def test_a_file_is_read_whole_and_every_fault_is_told_with_its_row(desk: Desk, fake: DeskSluis) -> None:
    table = f"{HEAD}{IBAN},AVF.AANKOOP,B\nonzin,AVF.AANKOOP,B\n{OTHER},NIETS,Z\n"
    preview = offered(desk, files={"bestand": ("zaken.csv", table.encode())})
    assert "Dit bestand kan zo niet weg" in preview.text
    for words in ("rij 3, identifier", "rij 4, form", "rij 4, grade"):
        assert words in preview.text, words
    desk.send(preview.url.path, bevestigd="ja")
    assert published(fake) == 0
    assert "Deze kolom" not in preview.text
    wrong = offered(desk, 422, files={"bestand": ("zaken.csv", b"rekening\n1\n")})
    assert "De eerste rij noemt de kolommen" in wrong.text


def test_a_large_file_is_shared_with_progress_and_stands_under_my_signals(desk: Desk, fake: DeskSluis) -> None:
    table = HEAD + "".join(f"{text},AVF.AANKOOP,B\n" for text in ibans(600))
    preview = offered(desk, files={"bestand": ("zaken.csv", table.encode())})
    assert "600 signalen klaar om te delen" in preview.text
    assert "600 gedeeld" in desk.finished(preview)
    assert "600 signalen" in desk.page("/mijn-signalen")
    rows = json.loads(desk.client.get("/mijn-signalen/uitvoer?vorm=json").content)
    assert len({row["kenmerk"] for row in rows}) == 600


def test_what_was_shared_is_taken_back_for_a_reason(desk: Desk, fake: DeskSluis) -> None:
    desk.finished(offered(desk))
    text = desk.send("/mijn-signalen/intrekken", 422).text
    assert "Kies een van de mogelijkheden" in text
    (row,) = json.loads(desk.client.get("/mijn-signalen/uitvoer?vorm=json").content)
    assert "0 signalen" in desk.send("/mijn-signalen/intrekken", signaal=row["signaal"], reden="vergissing").text
    bank = Desk(fake, "bank")
    bank.sign_in()
    assert "Geen treffer" in bank.check().text


def test_what_it_led_to_and_a_dispute_stand_beside_the_signal(desk: Desk) -> None:
    desk.finished(offered(desk))
    (row,) = json.loads(desk.client.get("/mijn-signalen/uitvoer?vorm=json").content)
    signal, now = bytes.fromhex(row["signaal"]), clock.now()
    notices = [
        Notice("terugkoppeling", now, b"k", signal=signal, counts={"betaling-aangehouden": 2, "15m": 2, "bleek-onterecht": 1}),
        Notice("betwisting-geopend", now, b"k", b"d" * 16, signal, until=now + 99, outcome="naamgenoot"),
    ]
    keep(desk, notices)
    text = desk.page("/mijn-signalen")
    for words in ("2 × betaling aangehouden", "1 × treffer bleek onterecht", "betwist, staat stil", "naamgenoot"):
        assert words in text, words
    assert "15m" not in text


def keep(desk: Desk, notices: list[Notice]) -> None:
    desk.session.store.casebook.keep_notices((i, msgspec.json.encode(one)) for i, one in enumerate(notices, 1))


def test_a_request_for_context_is_answered_in_time_and_only_once(desk: Desk, fake: DeskSluis, monkeypatch) -> None:
    desk.finished(offered(desk))
    (row,) = json.loads(desk.client.get("/mijn-signalen/uitvoer?vorm=json").content)
    asked, now = b"v" * 16, clock.now()
    told = {"sector": "bank", "purpose": "fraude-voorkomen", "articles": ("AVG 6 lid 1 f",), "level": "context"}
    keep(
        desk,
        [
            Notice("verstrekking-gevraagd", now, b"k", asked, bytes.fromhex(row["signaal"]), now + 3_600, **told),
            Notice("verstrekking-gevraagd", now, b"k", b"w" * 16, bytes.fromhex(row["signaal"]), now - 1, **told),
        ],
    )
    text = desk.page("/mijn-signalen")
    for words in ("bank", "voorkomen van fraude", "AVG 6 lid 1 f", "Sta toe", "Weiger"):
        assert words in text
    assert text.count("Sta toe") == 1
    answers: list[dict[str, str]] = []
    route = fake._route

    def take(request, key):
        if request.url.path == f"/v1/verstrekkingen/{asked.hex()}/besluiten":
            answers.append(json.loads(request.content))
            return b"{}"
        return route(request, key)

    monkeypatch.setattr(fake, "_route", take)
    assert desk.send("/verzoeken/1/context", 400, besluit="misschien")
    assert "Sta toe" not in desk.send("/verzoeken/1/context", besluit="weigeren").text
    assert [one["decision"] for one in answers] == ["weigeren"]
    assert desk.send("/verzoeken/1/context", 404, besluit="toestaan")


def test_an_access_request_is_answered_and_a_refusal_has_a_ground(desk: Desk, fake: DeskSluis, monkeypatch) -> None:
    desk.finished(offered(desk))
    (row,) = json.loads(desk.client.get("/mijn-signalen/uitvoer?vorm=json").content)
    asked, now = b"i" * 16, clock.now()
    keep(desk, [Notice("inzage-gevraagd", now, b"k", asked, bytes.fromhex(row["signaal"]), now + 3_600)])
    answers: list[dict[str, str]] = []
    route = fake._route

    def take(request, key):
        if request.url.path == f"/v1/inzagen/{asked.hex()}/antwoorden":
            answers.append(json.loads(request.content))
            return b"{}"
        return route(request, key)

    monkeypatch.setattr(fake, "_route", take)
    assert desk.send("/verzoeken/1/inzage", 400, antwoord="geweigerd", grond="geen zin")
    desk.send("/verzoeken/1/inzage", antwoord="verstrekt", grond="lopend-onderzoek")
    assert [(one["answer"], one["ground"]) for one in answers] == [("verstrekt", "")]


def test_watching_is_refused_with_reason_where_the_assessment_does_not_grant_it(desk: Desk) -> None:
    text = desk.page("/bewaken")
    assert "staat bewaken niet toe" in text
    assert "Bevraag per zaak" in text
    done = desk.finished(desk.send("/bewaken", kenmerk=IBAN, eigen="klant-1", doel="proeftuin|0", soort="iban"))
    assert "staat bewaken niet toe" in done


def test_a_list_is_watched_shown_taken_away_and_stopped() -> None:
    fake = DeskSluis()
    fake.sign_policy(serial=2, sections=(watching(fake),))
    desk = Desk(fake)
    desk.sign_in()
    pasted = f"{IBAN}\tklant-1\n{OTHER};klant-2\nNL00TEST0000000000\tklant-3\n{ibans(1)[0]}"
    preview = desk.send("/bewaken", veel=pasted, doel="proeftuin|0", soort="iban")
    assert "2 regels lezen goed" in preview.text
    assert "Noem uw eigen zaak" in preview.text
    assert "2 regels staan erbij" in desk.finished(preview)
    rows = json.loads(desk.client.get("/bewaken/uitvoer?vorm=json").content)
    assert [(row["kenmerk"], row["eigen-kenmerk"]) for row in rows] == [(IBAN, "klant-1"), (OTHER, "klant-2")]
    left = desk.send("/bewaken/stoppen", **{"eigen-kenmerk": "klant-1"}).text
    assert "1 kenmerk<" in left
    assert "klant-2" in left
