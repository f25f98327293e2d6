"""A file of signals: all faults at once with row and column, CSV and workbook alike, and nothing half-shared."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from sluis.client import bulk
from sluis.core import errors
from sluis.core.exchange.words import Advice, Grade, Origin

HEAD = "identifier,form,grade,advice,channel,seen\n"
GOOD = 'NL13TEST0123456789,avf.aankoop,B,hold,"webshop,chat",2026-11-20\n'


def table(folder: Path, text: str, name: str = "zaken.csv") -> Path:
    file = folder / name
    file.write_text(text, "utf-8")
    return file


def look(file: Path, **more: str) -> bulk.Preview:
    return bulk.preview(file, defaults=bulk.Defaults(**more))


def test_a_row_becomes_a_draft(tmp_path: Path) -> None:
    found = look(table(tmp_path, HEAD + GOOD))
    (draft,) = found.drafts["iban"]
    assert not found.faults
    assert (str(draft.identifier), draft.grade, draft.advice) == ("NL13TEST0123456789", Grade.B, Advice.HOLD)
    assert (draft.context.form, draft.context.channels, draft.origin) == ("AVF.AANKOOP", ("webshop", "chat"), Origin.OWN)
    assert draft.seen == 20_777


def test_a_workbook_says_the_same_as_a_csv(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (("identifier", "form", "seen", "amount"), ("NL13TEST0123456789", "AVF.AANKOOP", "2026-11-20", 2.0)):
        book.active.append(row)
    book.save(tmp_path / "zaken.xlsx")
    (one,) = look(tmp_path / "zaken.xlsx").drafts["iban"]
    (other,) = look(table(tmp_path, "identifier;form;seen;amount\nNL13TEST0123456789;AVF.AANKOOP;2026-11-20;2\n")).drafts[
        "iban"
    ]
    assert one == other


def test_every_fault_is_told_with_its_row_and_column(tmp_path: Path) -> None:
    rows = [
        "NL14TEST0123456789,AVF.AANKOOP,B,hold,webshop,2026-11-20",
        "NL13TEST0123456789,NIETS,E,harder,radio,gisteren",
        GOOD.strip(),
        GOOD.strip(),
    ]
    found = look(table(tmp_path, HEAD + "\n".join(rows)))
    assert [(one.where, one.code) for one in found.faults] == [
        ("row 2, identifier", "iban-controlegetal"),
        ("row 3, form", "onbekende-vorm"),
        ("row 3, grade", "onbekende-bewijsgraad"),
        ("row 3, advice", "onbekend-advies"),
        ("row 3, seen", "dag-onjuist"),
        ("row 5, identifier", "dubbel"),
    ]
    assert "TEST0123456789" not in json.dumps([(one.where, one.code, one.next_step) for one in found.faults])
    with pytest.raises(errors.Malformed) as refused:
        found.require_whole()
    assert len(refused.value.faults) == 6


def test_types_may_be_mixed_and_a_national_number_needs_its_region(tmp_path: Path) -> None:
    text = "identifier,form,type\n0612345678,PHI,phone\nexample.org,PHI,domain\n"
    assert [one.where for one in look(table(tmp_path, text)).faults] == ["row 2, identifier"]
    assert sorted(look(table(tmp_path, text), region="NL").drafts) == ["domain", "phone"]


@pytest.mark.parametrize(
    "text", ["", "form\nPHI\n", "identifier,form,naam\na,b,c\n", "identifier,form,form\n", "\x00\x01"], ids=repr
)
def test_what_is_no_table_is_refused_whole(tmp_path: Path, text: str) -> None:
    with pytest.raises(errors.Malformed) as refused:
        look(table(tmp_path, text))
    assert refused.value.reason == "geen-tabel"


def test_files_that_are_not_there_or_not_what_they_say(tmp_path: Path) -> None:
    for name, code in (("weg.csv", "geen-bestand"), ("weg.xlsx", "geen-bestand")):
        with pytest.raises(errors.NotFound) as refused:
            look(tmp_path / name)
        assert refused.value.reason == code
    with pytest.raises(errors.Malformed):
        look(table(tmp_path, "geen werkmap", "zaken.xlsx"))
    (tmp_path / "latijn.csv").write_bytes(b"identifier,form\n\xff\xfe,PHI\n")
    with pytest.raises(errors.Malformed):
        look(tmp_path / "latijn.csv")


def test_a_file_with_too_many_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(errors.Malformed) as refused:
        look(table(tmp_path, "identifier,form\n" + "x,y\n" * (bulk.MAX_ROWS + 1)))
    assert refused.value.reason == "te-veel-rijen"
