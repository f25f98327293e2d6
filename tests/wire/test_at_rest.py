"""What services keep on disk: nonces, secrets, sealed files; and the clock's offset."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from sluis.core import errors
from sluis.wire import clock, credentials, replay

KEY, NONCE = bytes(32), bytes(16)


def test_a_nonce_counts_once_also_after_a_restart(tmp_path: Path) -> None:
    window = replay.ReplayWindow(tmp_path / "nonces")
    window.use(KEY, NONCE, now=1000)
    window.close()
    window = replay.ReplayWindow(tmp_path / "nonces")
    with pytest.raises(errors.Conflict) as refusal:
        window.use(KEY, NONCE, now=1001)
    assert refusal.value.reason == "herhaling"


def test_a_nonce_belongs_to_its_key_and_is_kept_five_minutes(tmp_path: Path) -> None:
    window = replay.ReplayWindow(tmp_path / "nonces")
    window.use(KEY, NONCE, now=1000)
    window.use(b"\1" * 32, NONCE, now=1000)
    with pytest.raises(errors.Conflict):
        window.use(KEY, NONCE, now=1300)
    window.use(KEY, NONCE, now=1301)


def test_a_sealed_file_opens_with_its_passphrase_only(tmp_path: Path) -> None:
    file = tmp_path / "key"
    credentials.SealedFile(file, b"goed").write(b"geheim")
    assert b"geheim" not in file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600
    assert credentials.SealedFile(file, b"goed").read() == b"geheim"
    with pytest.raises(errors.Unavailable) as refusal:
        credentials.SealedFile(file, b"fout").read()
    assert refusal.value.reason == "verzegeling-dicht"


def test_a_changed_sealed_file_does_not_open(tmp_path: Path) -> None:
    file = tmp_path / "key"
    credentials.SealedFile(file, b"goed").write(b"geheim")
    octets = bytearray(file.read_bytes())
    octets[-1] ^= 1
    file.write_bytes(octets)
    with pytest.raises(errors.Unavailable):
        credentials.SealedFile(file, b"goed").read()


def test_a_credential_that_others_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "pass"
    file.write_bytes(b"geheim\n")
    file.chmod(0o640)
    with pytest.raises(errors.Unavailable) as refusal:
        credentials.secret(file)
    assert refusal.value.reason == "geheim-leesbaar"
    file.chmod(0o600)
    assert credentials.secret(file) == b"geheim"


def test_the_clock_moves_by_the_offset_in_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "clock"
    file.write_text("86400")
    monkeypatch.setenv("SLUIS_CLOCK_FILE", str(file))
    assert clock.now() - int(time.time()) in (86_399, 86_400, 86_401)
    file.write_text("-10")
    os.utime(file, (1, 1))
    assert int(time.time()) - clock.now() in (9, 10, 11)
    monkeypatch.delenv("SLUIS_CLOCK_FILE")
    assert abs(clock.now() - int(time.time())) <= 1
