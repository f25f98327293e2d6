"""The seal over whatever can be read back to a case or an identifier. Its key is derived from the partner's own key."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sluis.core.exchange.encodings import label

_NONCE: Final = 12


class Seal:
    """Seals and opens octets; `word` separates one file's key from another's."""

    def __init__(self, private: Ed25519PrivateKey, word: str) -> None:
        material = HKDF(SHA256(), 32, salt=None, info=label(word)).derive(private.private_bytes_raw())
        self._cipher = ChaCha20Poly1305(material)
        self._finger = HKDF(SHA256(), 32, salt=None, info=label(f"{word} mark")).derive(private.private_bytes_raw())

    def close(self, text: bytes) -> bytes:
        """`text` sealed, 28 octets longer."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher.encrypt(nonce, text, None)

    def open(self, sealed: bytes) -> bytes:
        """What was sealed. Raises `cryptography.exceptions.InvalidTag` when the file was written with another key."""
        return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], None)

    def mark(self, text: bytes) -> bytes:
        """What shows that two texts are the same, to who holds the key only (32 octets)."""
        return hmac.digest(self._finger, text, hashlib.sha256)
