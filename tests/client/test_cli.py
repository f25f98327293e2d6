"""The command `sluis` as people type it, wrong input first: cause and next step, exit 0, 1 or 2, never a traceback."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from sluis.client.cli.main import app
from sluis.demo.services import program

VECTORS = Path(__file__).parents[1] / "vectors" / "rfc9497-a1.json"
IBAN = "NL13TEST0123456789"
ASK = ("check", IBAN, "--case", "zaak-1", "--config")
SHARE = ("publish", IBAN, "--form", "AVF.AANKOOP", "--grade", "B", "--case", "zaak-1", "--config")


def sluis(*argv: str | Path, given: str | bytes = "") -> Result:
    found = CliRunner().invoke(app, [str(word) for word in argv], input=given)
    assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
    return found


def refused(*argv: str | Path, given: str | bytes = "") -> str:
    found = sluis(*argv, given=given)
    assert found.exit_code == 1, found.output
    return found.output


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with a configuration that holds, of services that do not answer."""
    (tmp_path / "own.key").write_text("11" * 32)
    (tmp_path / "own.key").chmod(0o600)
    keys = [f"{number:064x}" for number in (1, 2, 3)]
    dead = "http://127.0.0.1:9"
    told = {"web": dead, "edge": dead, "key": "own.key", "store": "own.sqlite", "circle": "proeftuin", "purpose": "onderzoek"}
    lines = [f"{name} = {json.dumps(value)}" for name, value in {**told, "policy-keys": keys}.items()]
    (tmp_path / "sluis.toml").write_text("\n".join(lines))
    return tmp_path


def change(desk: Path, old: str, new: str) -> Path:
    file = desk / "sluis.toml"
    file.write_text(file.read_text().replace(old, new))
    return file


@pytest.mark.parametrize("argv", [ASK, SHARE, ("disclose", IBAN, "--case", "zaak-1", "--config"), ("doctor", "--config")])
@pytest.mark.parametrize("content", [None, b"hello", b"\xff\xfe\x00", b"web = 3", b'web = "http://elsewhere.example"'])
def test_a_configuration_that_does_not_hold(tmp_path: Path, argv: tuple[str, ...], content: bytes | None) -> None:
    file = tmp_path / "sluis.toml"
    if content is not None:
        file.write_bytes(content)
    said = refused(*argv, file)
    assert "next" in said or "[ontbreekt]" in said


def test_a_folder_instead_of_a_file(tmp_path: Path) -> None:
    for argv in (ASK, ("doctor", "--config"), ("gateway", "serve", "--config"), ("vectors",), ("authority", "show")):
        assert tmp_path.name in refused(*argv, tmp_path)


@pytest.mark.parametrize(
    ("content", "mode", "code"),
    [("11" * 32, 0o644, "geheim-leesbaar"), ("ab", 0o600, "geheim-onleesbaar"), ("\0ü", 0o600, "geheim-onleesbaar")],
)
def test_a_key_file_that_is_open_or_no_key(desk: Path, content: str, mode: int, code: str) -> None:
    (desk / "own.key").write_text(content)
    (desk / "own.key").chmod(mode)
    said = refused(*ASK, desk / "sluis.toml")
    assert code in said
    assert "next: " in said
    assert "NOT key" in refused("doctor", "--config", desk / "sluis.toml")


def test_a_key_file_that_is_missing(desk: Path) -> None:
    (desk / "own.key").unlink()
    assert "geheim-ontbreekt" in refused(*ASK, desk / "sluis.toml")


@pytest.mark.parametrize("store", ["no/such/folder.sqlite", "sluis.toml"])
def test_a_store_that_cannot_be_used(desk: Path, store: str) -> None:
    file = change(desk, "own.sqlite", store)
    assert "opslag-onbruikbaar" in refused(*ASK, file)
    assert "NOT store" in refused("doctor", "--config", file)


def test_services_that_do_not_answer(desk: Path) -> None:
    said = json.loads(refused(*ASK, desk / "sluis.toml", "--json"))["error"]
    assert said["code"] == "niet-bereikbaar"
    assert "doctor" in said["next_step"]
    found = json.loads(refused("doctor", "--config", desk / "sluis.toml", "--json"))
    assert [one["name"] for one in found if not one["well"]] == ["hub", "edge"]
    assert all(one["next_step"] for one in found if not one["well"])


def test_nothing_on_standard_input_is_not_a_success(desk: Path) -> None:
    for given in ("", "\n \n"):
        assert "geen-kenmerken" in refused("check", "-", *ASK[2:], desk / "sluis.toml", given=given)


def test_everything_wrong_is_told_at_once(desk: Path) -> None:
    said = refused("check", "-", *ASK[2:], desk / "sluis.toml", given=b"NL13\n" + IBAN.encode() + b"\n\xff\xfe\n")
    assert "[0]" in said
    assert "[2]" in said
    assert "[1]" not in said


def test_a_missing_case_is_named(desk: Path) -> None:
    assert "--case" in refused("check", IBAN, "--config", desk / "sluis.toml")


@pytest.mark.parametrize(
    "argv",
    [(), ("nonsense",), ("check",), ("check", "--nonsense"), ("normalise",), ("publish", IBAN), ("gateway",), ("authority",),
     ("vectors",), ("authority", "sign", "file")],
)  # fmt: skip
def test_a_call_that_is_no_call_shows_how_and_exits_2(argv: tuple[str, ...]) -> None:
    found = sluis(*argv)
    assert found.exit_code == 2
    assert "Usage" in found.output


def test_the_gateway_without_its_part_of_the_configuration(desk: Path) -> None:
    assert "[gateway]" in refused("gateway", "serve", "--config", desk / "sluis.toml")


def test_normalise_answers_each_line_in_order() -> None:
    given = f"{IBAN}\n\nnl13 test 0123 4567 89\r\nrubbish\n".encode() + b"\xff"
    lines = [json.loads(line) for line in sluis("normalise", "iban", "--json", given=given).output.splitlines()]
    assert lines == [
        {"input": IBAN, "canonical": IBAN},
        {"input": "", "error": "iban-leeg"},
        {"input": "nl13 test 0123 4567 89", "canonical": IBAN},
        {"input": "rubbish", "error": "iban-tekens"},
        {"input": "\N{REPLACEMENT CHARACTER}", "error": "iban-tekens"},
    ]
    said = sluis("normalise", "iban", given=f"{IBAN}\n\n")
    assert (said.exit_code, said.output.splitlines()) == (0, [IBAN, "error: iban-leeg"])


def test_normalise_of_an_unknown_type_answers_each_line_and_fails() -> None:
    found = sluis("normalise", "nonsense", "--json", given="a\nb\n")
    assert found.exit_code == 1
    assert [json.loads(line)["error"] for line in found.stdout.splitlines()] == ["onbekende-soort"] * 2
    assert "onbekende-soort" in refused("normalise", "nonsense")


def test_normalise_reads_national_numbers_only_with_a_region() -> None:
    given = "020 7946 0000\n00442079460000\n+442079460000\n"
    assert sluis("normalise", "phone", given=given).output.splitlines() == [
        "error: telefoon-landnummer",
        "error: telefoon-landnummer",
        "+442079460000",
    ]
    assert sluis("normalise", "phone", "--region", "GB", given=given).output.splitlines() == ["+442079460000"] * 3


def test_normalise_gives_the_scope_asked_for() -> None:
    given = "Jan+Winkel@voorbeeld.example\n"
    assert sluis("normalise", "email", "--scope", "email.base", given=given).output == "jan@voorbeeld.example\n"
    assert sluis("normalise", "email", "--scope", "reg", given=given).output == "error: onbekend-bereik\n"
    assert sluis("normalise", "domain", "--scope", "reg", given="a.b.co.uk\nco.uk\n").output == "b.co.uk\nerror: geen-bereik\n"


def test_normalise_answers_before_the_input_ends_and_ends_quietly_on_ctrl_c() -> None:
    running = started("normalise", "iban")
    running.stdin.write(f"{IBAN}\n")
    running.stdin.flush()
    assert running.stdout.readline() == f"{IBAN}\n"
    running.send_signal(signal.SIGINT)
    assert running.wait(10) == 130
    assert "Traceback" not in running.stderr.read()


def test_normalise_into_a_closed_pipe_ends_quietly() -> None:
    running = started("normalise", "iban")
    running.stdin.write(f"{IBAN}\n")
    running.stdin.flush()
    assert running.stdout.readline() == f"{IBAN}\n"
    running.stdout.close()
    running.stdin.write(f"{IBAN}\n" * 20)
    running.stdin.close()
    assert running.wait(10) in {0, 1}
    assert running.stderr.read() == ""


def started(*argv: str) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    return subprocess.Popen([program("sluis"), *argv], stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def test_normalise_takes_many_lines() -> None:
    began = time.monotonic()
    found = sluis("normalise", "iban", given=f"{IBAN}\n" * 20_000)
    assert len(found.output.splitlines()) == 20_000
    print(f"20,000 lines in {time.monotonic() - began:.1f} s")


def test_vectors_that_hold_and_a_changed_copy(tmp_path: Path) -> None:
    assert "3 passed, 0 failed" in sluis("vectors", VECTORS).output
    suites = json.loads(VECTORS.read_text())
    suites[0]["vectors"][0]["Output"] = "00" * 64
    changed = tmp_path / "changed.json"
    changed.write_text(json.dumps(suites))
    assert "vector 1: Output" in refused("vectors", changed)
    assert [one["failed"] for one in json.loads(refused("vectors", changed, "--json"))][:2] == [1, 0]


@pytest.mark.parametrize("content", [b"", b"hello", b"\xff", b"[1]", b'[{"mode":1,"skSm":"zz","vectors":[{}]}]', b"{}"])
def test_a_file_that_holds_no_vectors(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "vectors.json"
    file.write_bytes(content)
    found = sluis("vectors", file)
    assert found.exit_code == 1 or "skipped" in found.output
