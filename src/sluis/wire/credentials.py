"""Secrets at rest: credential files, and files sealed under a passphrase. Never an argument or environment variable."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from sluis.core import errors

MAGIC: Final = b"sluis/1 sealed\0\x01"
_SALT, _NONCE = 16, 12
_SCRYPT: Final = {"length": 32, "n": 2**15, "r": 8, "p": 1}


def secret(file: Path) -> bytes:
    """The content of a credential file without the line end. Raises Unavailable `geheim-ontbreekt`, `geheim-leesbaar`."""
    try:
        mode = file.stat().st_mode
        content = file.read_bytes()
    except OSError:
        raise errors.Unavailable(
            f"The credential file {file.name} is missing or unreadable.", code="geheim-ontbreekt"
        ) from None
    if mode & 0o077:
        raise errors.Unavailable(
            f"The credential file {file.name} must be readable by its owner only (mode 600).", code="geheim-leesbaar"
        )
    return content.rstrip(b"\r\n")


def signing_key(file: Path) -> Ed25519PrivateKey:
    """The Ed25519 key in a credential file of 64 hexadecimal digits. Raises as `secret`, and `geheim-onleesbaar`."""
    try:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret(file).decode("ascii")))
    except ValueError:
        raise errors.Unavailable(
            f"The credential file {file.name} holds no key in hexadecimal.", code="geheim-onleesbaar"
        ) from None


def write(file: Path, content: bytes) -> None:
    """Writes a file that only its owner reads, whole or not at all, on disk before this returns.

    Raises Unavailable `niet-geschreven` when the folder is missing or closed, or the disk is full.
    """
    try:
        _write(file, content)
    except OSError as error:
        why = error.strerror or "the disk refused"
        raise errors.Unavailable(f"{file.name} was not written: {why}.", code="niet-geschreven") from None


def _write(file: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    with os.fdopen(handle, "wb") as temporary:
        temporary.write(content)
        temporary.flush()
        os.fsync(temporary.fileno())
    Path(name).replace(file)
    _sync_folder(file.parent)


def write_over(file: Path, content: bytes) -> None:
    """As `write`, and then zeros over the octets that stood there: what was erased is not to lie on the disk's free blocks.

    Raises as `write`.
    """
    if not file.exists():
        write(file, content)
        return
    with file.open("r+b", buffering=0) as old:
        write(file, content)
        old.write(bytes(os.fstat(old.fileno()).st_size))
        os.fsync(old.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class SealedFile:
    """One file under ChaCha20-Poly1305 with a key that scrypt (n = 2^15, r = 8, p = 1) makes of a passphrase.

    Layout: header (16 octets), salt (16), nonce (12), ciphertext with its tag. The salt is drawn once per file.
    """

    def __init__(self, file: Path, passphrase: bytes) -> None:
        self._file = file
        self._salt = self._stored()[len(MAGIC) : len(MAGIC) + _SALT] or os.urandom(_SALT)
        self._cipher = ChaCha20Poly1305(Scrypt(salt=self._salt, **_SCRYPT).derive(passphrase))

    def read(self) -> bytes | None:
        """The content, or None when nothing was written yet. Raises Unavailable `verzegeling-dicht` on a wrong passphrase."""
        stored = self._stored()
        if not stored:
            return None
        head = len(MAGIC) + _SALT
        try:
            return self._cipher.decrypt(stored[head : head + _NONCE], stored[head + _NONCE :], stored[:head])
        except InvalidTag:
            raise errors.Unavailable("The passphrase does not open this file.", code="verzegeling-dicht") from None

    def write(self, content: bytes) -> None:
        """Replaces the content."""
        write(self._file, self._encrypted(content))

    def write_over(self, content: bytes) -> None:
        """Replaces the content, and overwrites on disk what stood there."""
        write_over(self._file, self._encrypted(content))

    def _encrypted(self, content: bytes) -> bytes:
        head, nonce = MAGIC + self._salt, os.urandom(_NONCE)
        return head + nonce + self._cipher.encrypt(nonce, content, head)

    def _stored(self) -> bytes:
        if not self._file.exists():
            return b""
        stored = self._file.read_bytes()
        if not stored.startswith(MAGIC):
            raise errors.Unavailable("The file is not sealed by this version.", code="verzegeling-onbekend")
        return stored
