"""A demo that is too old begins anew and says so; one that is not goes on."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from sluis.demo import anew, world
from sluis.demo.authority import Signing
from sluis.wire import clock

NOW = 1_790_000_000
EPOCH = world.EPOCH_DAYS * world.DAY
YEAR = world.CIRCLE_DAYS * world.DAY


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A demo that was signed last on the first day of its world."""
    monkeypatch.delenv(clock.VARIABLE, raising=False)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(anew, "_server", lambda: 18)
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("18\n")
    (tmp_path / "lock").touch()
    (tmp_path / "ports.json").write_text('{"web": 25000}')
    sign(tmp_path, start=NOW, signed=NOW)
    return tmp_path


def sign(folder: Path, *, start: int, signed: int) -> None:
    (folder / "authority.json").write_bytes(msgspec.json.encode(Signing(start=start, serial=3, signed=signed)))


def test_a_new_folder_and_a_young_demo_go_on(tmp_path: Path, folder: Path) -> None:
    assert anew.reason(tmp_path / "nothing", now=NOW) is None
    assert anew.begin(folder) is None
    assert (folder / "authority.json").exists()
    assert (folder / "format").read_text() == str(anew.FORMAT)
    assert anew.read(folder) is None


@pytest.mark.parametrize(
    ("signed", "now", "why"),
    [
        (0, EPOCH - 1, None),
        (0, EPOCH, "sleutelperiode"),
        (EPOCH, EPOCH + world.DAY, None),
        (EPOCH - 1, EPOCH, "sleutelperiode"),
        (YEAR - world.DAY, YEAR - 1, None),
        (YEAR - world.DAY, YEAR, "kringen"),
    ],
)
def test_it_is_too_old_when_its_key_period_ended_while_it_stood_still(
    folder: Path, signed: int, now: int, why: str | None
) -> None:
    sign(folder, start=NOW, signed=NOW + signed)
    assert anew.reason(folder, now=NOW + now) == why


def test_it_puts_the_old_demo_aside_says_so_and_keeps_the_addresses(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sign(folder, start=NOW - 2 * EPOCH, signed=NOW - 2 * EPOCH)
    begun = anew.begin(folder)
    assert begun is not None
    assert (begun.why, anew.read(folder)) == ("sleutelperiode", begun)
    aside = Path(begun.aside)
    assert aside == folder / "oud-2026-09-21"
    assert (aside / "postgres" / "PG_VERSION").exists()
    assert sorted(one.name for one in folder.iterdir()) == ["anew.json", "format", "lock", aside.name, "ports.json"]
    said = capsys.readouterr().err
    assert "begint opnieuw" in said
    assert "starts anew" in said
    assert str(aside) in said


def test_only_one_old_demo_is_kept(folder: Path) -> None:
    (folder / "oud-2025-01-01").mkdir()
    (folder / "oud-2025-01-01" / "much").write_text("x")
    sign(folder, start=NOW - YEAR, signed=NOW - YEAR)
    anew.begin(folder)
    assert [one.name for one in folder.glob("oud-*")] == ["oud-2026-09-21"]
    sign(folder, start=NOW - YEAR, signed=NOW - YEAR)
    anew.begin(folder)
    assert [one.name for one in folder.glob("oud-*")] == ["oud-2026-09-21"]


@pytest.mark.parametrize(
    ("file", "content"),
    [("authority.json", "{"), ("format", "0"), ("format", "new"), ("postgres/PG_VERSION", "12")],
)
def test_a_folder_of_another_version_begins_anew_with_new_addresses(folder: Path, file: str, content: str) -> None:
    (folder / file).write_text(content)
    begun = anew.begin(folder)
    assert begun is not None
    assert begun.why == "versie"
    assert not (folder / "ports.json").exists()
    assert anew.reason(folder, now=NOW) is None


def test_a_first_start_that_was_broken_off_goes_on(folder: Path) -> None:
    (folder / "authority.json").unlink()
    assert anew.begin(folder) is None
    assert (folder / "postgres" / "PG_VERSION").exists()


def test_the_version_of_the_server_is_read_from_the_server() -> None:
    assert anew._server() >= 16
