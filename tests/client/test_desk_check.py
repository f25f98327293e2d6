"""Asking at the desk: one identifier, thousands, a file; every fault at once, nothing of it in a URL or a log line."""

from __future__ import annotations

import csv
import io
import json
import re

import msgspec
import openpyxl
import pytest
from desks import CASE, IBAN, Desk, DeskSluis, ibans, share

from sluis.client.gateway.jobs import Jobs
from sluis.client.gateway.pages import export, rows
from sluis.core import errors
from sluis.wire import logs

OTHER = "NL47SLUI0000000042"


@pytest.fixture
def fake() -> DeskSluis:
    return DeskSluis()


@pytest.fixture
def desk(fake: DeskSluis) -> Desk:
    found = Desk(fake)
    found.sign_in()
    return found


def asked(fake: DeskSluis) -> int:
    return sum("/v1/evaluate" in url for url, _body in fake.requests)


def test_one_identifier_gives_no_hit_or_a_dossier_in_words(desk: Desk, fake: DeskSluis) -> None:
    answer = desk.check()
    assert "Geen treffer" in answer.text
    share(fake.session("bank"))
    answer = desk.check("nl13 test 0123 4567 89")
    assert re.fullmatch(r"/dossiers/\d+", answer.url.path)
    for words in ("Bekend bij 1 ander", "Een treffer is geen bewijs", "NL13 TEST 0123 4567 89", CASE, "graad B", "Let op"):
        assert words in answer.text, words


def test_a_typing_error_is_told_and_what_was_typed_is_kept(desk: Desk) -> None:
    text = desk.check("NL13TEST0123456780", 422).text
    assert "De controlecijfers kloppen niet" in text
    assert 'value="NL13TEST0123456780"' in text
    assert "Wij herkennen dit niet" in desk.check("hallo", 422).text


ALL = ("iban", "phone", "email", "domain", "url", "device", "crypto", "kvk", "address")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("NL13 TEST 0123 4567 89", "iban"),
        ("+31 6 1234 5678", "phone"),
        ("Jan+x@nep.example", "email"),
        ("nep-winkel.example", "domain"),
        ("https://nep.example/betaal", "url"),
        ("imei:490154203237518", "device"),
        ("0x52908400098527886E0F7030069857D2E4169EE7", "crypto"),
        ("12345678", "kvk"),
        ("1234 AB 18 B", "address"),
    ],
)
def test_the_type_is_recognised_by_its_shape(text: str, kind: str) -> None:
    found = rows.read([rows.Line(1, text, "")], rows.How(rows.RECOGNISE, ALL))
    assert [row.identifier.type.label for row in found.rows] == [kind]


@pytest.mark.parametrize("text", ["NL13TEST0123456780", "a@b@c", "+31", "https://", "1234567"])
def test_what_looks_like_one_type_is_never_read_as_another(text: str) -> None:
    assert not rows.read([rows.Line(1, text, "")], rows.How(rows.RECOGNISE, ALL)).rows


def test_everything_missing_is_told_at_once_and_nothing_leaves(desk: Desk, fake: DeskSluis) -> None:
    text = desk.check("", 422, zaak="", doel="niets").text
    for words in ("Vul een kenmerk in", "Noem uw eigen zaak", "Kies een kring en een doel"):
        assert words in text
    assert asked(fake) == 0


def test_five_thousand_pasted_rows_are_previewed_asked_with_progress_and_taken_away(desk: Desk, fake: DeskSluis) -> None:
    texts = ibans(5_000)
    share(fake.session("bank"), texts[17], texts[4_321])
    pasted = "\n".join(f"{text}\tklant-{i}" for i, text in enumerate(texts))
    before = asked(fake)
    preview = desk.check("", veel=pasted)
    assert "5000 regels lezen goed" in preview.text
    assert asked(fake) == before
    done = desk.finished(preview)
    assert "2 treffers" in done
    rows = list(csv.DictReader(io.StringIO(desk.client.get(f"{preview.url.path}/uitvoer").content.decode("utf-8-sig"))))
    assert len(rows) == 5_000
    hits = {row["kenmerk"]: row["eigen-kenmerk"] for row in rows if row["uitkomst"] == "treffer"}
    assert hits == {texts[17]: "klant-17", texts[4_321]: "klant-4321"}
    assert {one.dossier.about.reference for one in desk.session.store.desk.dossiers(limit=9)} == {"klant-17", "klant-4321"}


def test_more_than_five_thousand_is_refused_whole(desk: Desk, fake: DeskSluis) -> None:
    assert "te veel regels" in desk.check("", 422, veel="\n".join(ibans(5_001))).text
    assert asked(fake) == 0


def test_every_wrong_row_is_told_with_its_reason_and_the_rest_can_go(desk: Desk, fake: DeskSluis) -> None:
    share(fake.session("bank"))
    preview = desk.check("", veel=f"kenmerk\n{IBAN};a\nonzin!\n{IBAN};a\nNL00TEST0000000000", soort="iban")
    assert "1 regel leest goed" in preview.text
    assert "3 regels lezen niet" in preview.text
    for words in ("onzin!", "Dit kenmerk staat er al eerder in", "De controlecijfers kloppen niet"):
        assert words in preview.text
    done = desk.finished(preview)
    assert "1 treffer" in done
    assert "onzin!" in done


def workbook(rows: list[tuple[str, ...]]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("name", ["vraag.csv", "vraag.xlsx"])
def test_a_file_is_read_like_a_paste(desk: Desk, fake: DeskSluis, name: str) -> None:
    share(fake.session("bank"))
    rows = [("kenmerk", "eigen"), (IBAN, "klant-1"), (OTHER, "klant-2")]
    octets = workbook(rows) if name.endswith("xlsx") else "\n".join(";".join(row) for row in rows).encode()
    preview = desk.check("", files={"bestand": (name, octets)})
    assert "2 regels lezen goed" in preview.text
    assert "1 treffer" in desk.finished(preview)


def test_a_file_that_is_no_table_is_told_beside_the_form(desk: Desk) -> None:
    text = desk.check("", 422, files={"bestand": ("vraag.xlsx", b"geen werkboek")}).text
    assert "Het bestand leest niet" in text
    assert f'value="{CASE}"' in text


def test_the_gate_says_no_with_reason_article_and_what_is_possible(desk: Desk, fake: DeskSluis) -> None:
    fake.sign_policy(serial=2, sections=(shut(fake),))
    desk.session.directory.refresh()
    answer = desk.check(status=403)
    for words in ("geen goedgekeurde beoordeling", "AVG 6", "Laat de uitwisseling eerst beoordelen"):
        assert words in answer.text, words
    assert f'value="{IBAN}"' in answer.text
    assert answer.headers["content-type"].startswith("text/html")
    assert "geen-beoordeling" in desk.page("/ontvangstbewijzen?toon=geweigerd")
    assert "geen goedgekeurde beoordeling" in desk.page("/kringen")


def shut(fake: DeskSluis):
    return msgspec.structs.replace(fake.section(), assessment=None)


def test_holders_that_are_away_are_a_page_that_says_what_to_do(desk: Desk, fake: DeskSluis) -> None:
    fake.down = {1, 2}
    answer = desk.check(status=503)
    assert "Te weinig sleutelhouders antwoordden" in answer.text


def test_a_job_that_stops_half_way_says_so_and_keeps_what_was_done(desk: Desk, fake: DeskSluis) -> None:
    fake.sign_policy(serial=2, sections=(limited(fake, 300),))
    desk.session.directory.refresh()
    preview = desk.check("", veel="\n".join(ibans(600)))
    text = desk.finished(preview)
    assert "De afgesproken ruimte is op" in text
    assert "250 van 600 gedaan" in text


def limited(fake: DeskSluis, day: int):
    plain = fake.section()
    few = msgspec.structs.replace(plain.members[0].budgets["check"], day=day)
    members = tuple(msgspec.structs.replace(one, budgets={**one.budgets, "check": few}) for one in plain.members)
    return msgspec.structs.replace(plain, members=members)


def test_who_asked_stands_in_the_own_log_and_a_system_has_no_name(desk: Desk) -> None:
    desk.check()
    body = {"circle": "proeftuin", "case": "z", "purpose": "onderzoek met verzonnen gegevens", "type": "iban"}
    head = {"authorization": "Bearer token"}
    assert desk.client.post("/v1/bevragingen", json={**body, "identifiers": [IBAN]}, headers=head).status_code == 200
    assert [one.who for one in desk.session.store.processing()] == ["Anna", ""]


def test_no_identifier_in_any_url_or_log_line(
    desk: Desk, fake: DeskSluis, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    logs.configure("gateway")
    share(fake.session("bank"))
    urls: list[str] = []
    desk.client.event_hooks["request"].append(lambda request: urls.append(str(request.url)))
    desk.check()
    desk.check("NL13TEST0123456780", 422)
    desk.check("", 422, veel=f"{IBAN}\n{IBAN}", zaak="")
    fake.down = {1, 2}
    desk.check(status=503)
    pages = [desk.page(path) for path in ("/attenderingen", "/attenderingen?open=1", "/dossiers/1", "/mijn-signalen")]
    links = [link for page in pages for link in re.findall(r'(?:href|action)="([^"]+)"', page)]
    printed = capsys.readouterr()
    everything = "\n".join([*urls, *links, printed.out, printed.err, caplog.text])
    assert "refused" in printed.err
    for secret in (IBAN, IBAN[4:], "0123456789", CASE):
        assert secret not in everything


def test_a_spreadsheet_runs_nothing_of_what_is_taken_away() -> None:
    table = export.Table(("a", "b"), [("=1+1", "+31612345678"), ("@x", "-2"), ("plat", "\tx")])
    text = export.as_csv(table).decode("utf-8-sig")
    assert [row[0][0] for row in csv.reader(io.StringIO(text))][1:] == ["'", "'", "p"]
    book = openpyxl.load_workbook(io.BytesIO(export.as_workbook(table)))
    assert [cell.data_type for row in book.worksheets[0].iter_rows(min_row=2) for cell in row] == ["s"] * 6
    assert json.loads(export.as_json(table))[0] == {"a": "=1+1", "b": "+31612345678"}


def test_work_of_before_a_restart_is_told_to_be_gone(desk: Desk) -> None:
    assert desk.client.get("/bevragen/werk/bestaatniet").status_code == 404
    with pytest.raises(errors.NotFound):
        Jobs().find("bestaatniet")
