"""The commands that a holder's operator types, as `docs/howto/run-a-key-holder.md` shows them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import msgspec
import pytest
from click.testing import Result
from typer.testing import CliRunner

from sluis.core import errors
from sluis.core.exchange import attest
from sluis.core.exchange.keys import KeyRecord, Slot
from sluis.keyholder import cli, config, service
from sluis.keyholder.store import Store
from sluis.keyholder.vault import Kept
from sluis.wire import credentials

SECRETS = ("holder.key", "holder.seal", "holder.passphrase")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    told = {
        "url": "https://houder.example",
        "web": "http://127.0.0.1:9",
        "folder": "data",
        "policy-keys": [f"{number:064x}" for number in (1, 2, 3)],
        **{f"{name.rpartition('.')[2]}-file": name for name in SECRETS},
    }
    path = tmp_path / "keyholder.toml"
    path.write_text("\n".join(f"{name} = {json.dumps(value)}" for name, value in told.items()))
    return path


def run(*argv: str | Path) -> Result:
    return CliRunner().invoke(cli.app, [str(word) for word in argv])


def doctor(file: Path) -> tuple[int, dict[str, str]]:
    found = run("doctor", "--json", "--config", file)
    return found.exit_code, json.loads(found.stdout)


def test_init_makes_what_is_missing_once(file: Path) -> None:
    first = run("init", "--json", "--config", file)
    assert first.exit_code == 0, first.exception
    assert set(json.loads(first.stdout)) == {"key", "seal", "url"}
    assert [(file.parent / name).stat().st_mode & 0o777 for name in SECRETS] == [0o600] * 3
    assert run("init", "--json", "--config", file).stdout == first.stdout
    code, found = doctor(file)
    assert (code, found.pop("shares")) == (0, "none yet; they come with the first ceremony")
    assert set(found.values()) == {"ok"}


def test_the_doctor_names_a_passphrase_that_is_missing_open_or_another(file: Path) -> None:
    run("init", "--config", file)
    told = config.load(file)
    credentials.SealedFile(told.folder / "shares.sealed", b"another").write(b"\x90")
    code, found = doctor(file)
    assert (code, "does not open" in found["shares"]) == (1, True)
    told.passphrase_file.chmod(0o644)
    assert "600" in doctor(file)[1]["passphrase-file"]
    told.passphrase_file.unlink()
    assert "missing" in doctor(file)[1]["passphrase-file"]


@pytest.mark.parametrize(("command", "code"), [("init", "geheim-onleesbaar"), ("serve", "geheim-onleesbaar")])
def test_a_seal_that_is_no_key_is_named(file: Path, command: str, code: str) -> None:
    run("init", "--config", file)
    (file.parent / "holder.seal").write_text(os.urandom(3).hex() + "zz")
    found = run(command, "--config", file).exception
    assert isinstance(found, errors.Unavailable)
    assert found.reason == code


def test_shares_tells_slots_generations_and_erasures_and_no_secret(file: Path) -> None:
    run("init", "--config", file)
    told = config.load(file)
    record = KeyRecord(1, bytes(16), 1, 3, 2, 3, 2, bytes(32), (bytes(32),) * 3, 1000, 2000)
    service.open_vault(told).add([Kept(record, 1, b"\x07" * 32, bytes(16))])
    store = Store(told.folder / "holder.sqlite")
    gone = attest.Erased("superseded", Slot(bytes(16), 1, 3, 1), 5600)
    store.intend_erasures([(b"mark", json.dumps({}).encode()), (b"done", msgspec.json.encode(gone))])
    store.finish_erasures(present=[b"mark"])
    found = run("shares", "--json", "--config", file)
    kept, erased = json.loads(found.stdout)
    assert (kept["epoch"], kept["generation"], kept["state"], kept["time"]) == (3, 2, "kept", 2000)
    assert (erased["generation"], erased["state"], erased["time"], erased["told"]) == (1, "erased, superseded", 5600, False)
    assert "the hub was not told yet" in run("shares", "--config", file).stdout
    assert "07" * 16 not in found.stdout


def test_a_refresh_is_ordered_by_a_holder_of_the_policy_only(file: Path) -> None:
    run("init", "--config", file)
    error = run("refresh", "--config", file).exception
    assert isinstance(error, errors.Unavailable)
    assert error.reason == "geen-beleid"


@pytest.mark.parametrize("content", [None, b"\xff\xfe", b"url = 3", b"hello"])
def test_a_configuration_that_does_not_hold(file: Path, content: bytes | None) -> None:
    file.unlink() if content is None else file.write_bytes(content)
    for command in ("init", "serve", "status", "doctor"):
        assert isinstance(run(command, "--config", file).exception, errors.Malformed | errors.Unavailable)


def test_policy_keys_that_are_no_keys(file: Path) -> None:
    run("init", "--config", file)
    file.write_text(file.read_text().replace(f"{1:064x}", "zz" * 32))
    assert "hexadecimal" in doctor(file)[1]["policy-keys"]
    assert isinstance(run("serve", "--config", file).exception, errors.Malformed)


def test_status_of_a_holder_that_does_not_run(file: Path) -> None:
    file.write_text(file.read_text().replace("https://houder.example", "http://127.0.0.1:9"))
    assert isinstance(run("status", "--config", file).exception, errors.Unavailable)
