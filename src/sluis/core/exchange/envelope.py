"""The sealed context of a signal: coded fields, no free text, 1,040 octets. Source: `docs/reference/protocol.md`, Publish.

Opening takes the evaluated output y *and* the salt s that the hub keeps behind the legal gate: the lock.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sluis.core import errors
from sluis.core.exchange import signal
from sluis.core.exchange.encodings import document, label, lp
from sluis.core.taxonomy import forms

TEXT_OCTETS: Final = 1024
SEALED_OCTETS: Final = TEXT_OCTETS + 16
_NONCE: Final = bytes(12)

Role = Literal["payee", "payer", "contact", "sender", "delivery", "site", "other"]
Channel = Literal["webshop", "marketplace", "social", "chat", "email", "phone", "sms", "post", "doorstep", "other"]
Phase = Literal["orientatie", "voorbereiding", "contact", "overtuiging", "overheveling", "besteding"]
Status = Literal["blocked", "watched", "reported", "closed", "open"]


class Context(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a publisher tells about its case, in codes.

    `amount` is a band in euro: 0 unknown, 1 to 100, 2 to 500, 3 to 2,500, 4 to 10,000, 5 above.
    """

    form: str
    role: Role = "payee"
    channels: tuple[Channel, ...] = ()
    phases: tuple[Phase, ...] = ()
    amount: Literal[0, 1, 2, 3, 4, 5] = 0
    status: Status = "open"
    v: Literal[1] = 1


@dataclass(frozen=True, slots=True)
class Seal:
    """What one context is bound to: output y (64), key id, tag, signal id (16 each), salt s (32)."""

    output: bytes
    key_id: bytes
    tag: bytes
    signal_id: bytes
    salt: bytes

    def cipher(self) -> ChaCha20Poly1305:
        """The cipher of this one message; the nonce is fixed, for a key seals one message only."""
        material = signal.derive("ctx", self.output, self.key_id)
        key = HKDF(SHA512(), 32, salt=self.salt, info=label("kek") + self.signal_id).derive(material)
        return ChaCha20Poly1305(key)

    def bound(self) -> bytes:
        """AAD: L(aad) key id tag signal id; never the publisher."""
        return label("aad") + self.key_id + self.tag + self.signal_id


def seal(context: Context, binding: Seal) -> bytes:
    """1,040 octets. Raises Malformed `onbekende-vorm` or `context-te-lang`."""
    return binding.cipher().encrypt(_NONCE, _text(context), binding.bound())


@lru_cache(maxsize=1024)
def _text(context: Context) -> bytes:
    """The padded text, 1,024 octets. Kept, for most signals of a partner say the same few things in codes."""
    forms.form_coded(context.form)
    text = lp(document(context))
    if len(text) > TEXT_OCTETS:
        raise errors.Malformed("The context is longer than 1,022 octets.", code="context-te-lang")
    return text.ljust(TEXT_OCTETS, b"\0")


def seal_nothing(binding: Seal) -> bytes:
    """1,040 octets that hold no context: what goes with a signal of kind cleared."""
    return binding.cipher().encrypt(_NONCE, bytes(TEXT_OCTETS), binding.bound())


def open_sealed(sealed: bytes, binding: Seal) -> Context:
    """The context. Raises ProtocolFailure `context-onleesbaar` when it does not open or parse: report that publisher."""
    try:
        text = binding.cipher().decrypt(_NONCE, sealed, binding.bound())
        return msgspec.json.decode(text[2 : 2 + int.from_bytes(text[:2], "big")], type=Context)
    except (InvalidTag, msgspec.DecodeError):
        raise errors.ProtocolFailure("This context does not open; report it to the hub.", code="context-onleesbaar") from None
