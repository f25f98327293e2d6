"""One fixed profile of RFC 9421 with Ed25519. Source: `docs/reference/protocol.md`, Requests.

Label `sluis`; `"@method" "@target-uri" "content-type" "content-digest"`; parameters created, expires, nonce, keyid, alg and
tag in that order. Anything else is refused, so that there is one way to write a signature and one way to read it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sluis.core import errors

LABEL: Final = "sluis"
TAG: Final = "sluis-1"
TERM: Final = 60
SKEW: Final = 60
NONCE_OCTETS: Final = 16
_COMPONENTS: Final = '("@method" "@target-uri" "content-type" "content-digest")'
_INPUT: Final = re.compile(
    re.escape(f"{LABEL}={_COMPONENTS}")
    + r';created=(\d{1,12});expires=(\d{1,12});nonce="([A-Za-z0-9_-]{22})";keyid="([0-9a-f]{64})"'
    + re.escape(f';alg="ed25519";tag="{TAG}"')
)
_SIGNATURE: Final = re.compile(re.escape(f"{LABEL}=:") + r"([A-Za-z0-9+/]{86}==):")


@dataclass(frozen=True, slots=True)
class Request:
    """The parts of a request that a signature covers."""

    method: str
    target_uri: str
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signed: Ed25519 public key (32 octets), the request's nonce (16) and when it was made (seconds)."""

    key: bytes
    nonce: bytes
    created: int


def content_digest(body: bytes) -> str:
    """The RFC 9530 field value of `body`."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def base(request: Request, digest: str, parameters: str) -> bytes:
    """The signature base of RFC 9421 section 2.5 for this profile's components."""
    return (
        f'"@method": {request.method}\n'
        f'"@target-uri": {request.target_uri}\n'
        f'"content-type": {request.content_type}\n'
        f'"content-digest": {digest}\n'
        f'"@signature-params": {parameters}'
    ).encode()


def sign(request: Request, private: Ed25519PrivateKey, *, created: int, nonce: bytes) -> dict[str, str]:
    """The headers to send with `request`: content-type, content-digest, signature-input and signature."""
    key = private.public_key().public_bytes_raw().hex()
    number = base64.urlsafe_b64encode(nonce).decode().rstrip("=")
    parameters = (
        f'{_COMPONENTS};created={created};expires={created + TERM};nonce="{number}";keyid="{key}";alg="ed25519";tag="{TAG}"'
    )
    digest = content_digest(request.body)
    signature = private.sign(base(request, digest, parameters))
    return {
        "content-type": request.content_type,
        "content-digest": digest,
        "signature-input": f"{LABEL}={parameters}",
        "signature": f"{LABEL}=:{base64.b64encode(signature).decode()}:",
    }


def verify(method: str, target_uri: str, headers: Mapping[str, str], *, body: bytes, now: int) -> Signer:
    """Who signed this request. `headers` is read by lower-case names. Whether the key may do anything is not asked here.

    Raises Malformed `handtekening-vorm` (absent, or not this profile), `inhoud-anders` (the digest is not the body's);
    NotAllowed `handtekening-tijd` (more than 60 s off), `handtekening-onjuist`.
    """
    asked = headers.get("signature-input", "")
    found = _read(_INPUT, asked)
    created, expires, nonce, key = int(found[1]), int(found[2]), _nonce(found[3]), bytes.fromhex(found[4])
    signature = base64.b64decode(_read(_SIGNATURE, headers.get("signature", ""))[1])
    digest = headers.get("content-digest", "")
    if digest != content_digest(body):
        raise errors.Malformed("The content digest is not that of the body.", code="inhoud-anders")
    if expires != created + TERM or not created - SKEW <= now <= expires + SKEW:
        raise errors.NotAllowed("The signature's time is more than a minute off.", code="handtekening-tijd")
    request = Request(method, target_uri, headers.get("content-type", ""), body)
    _check(key, signature, base(request, digest, asked.removeprefix(f"{LABEL}=")))
    return Signer(key, nonce, created)


def _read(pattern: re.Pattern[str], value: str) -> re.Match[str]:
    found = pattern.fullmatch(value)
    if found is None:
        raise errors.Malformed("The request is not signed in the profile of Sluis.", code="handtekening-vorm")
    return found


def _nonce(text: str) -> bytes:
    # The 22nd character carries four bits that mean nothing; only zero is one spelling of one nonce.
    nonce = base64.urlsafe_b64decode(text + "==")
    if base64.urlsafe_b64encode(nonce).decode().rstrip("=") != text:
        raise errors.Malformed("The request is not signed in the profile of Sluis.", code="handtekening-vorm")
    return nonce


def _check(key: bytes, signature: bytes, octets: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, octets)
    except (InvalidSignature, ValueError, binascii.Error):
        raise errors.NotAllowed("The signature does not hold.", code="handtekening-onjuist") from None
