"""The RFC 9421 profile, against the RFC's own vector and against another implementation."""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt

import http_message_signatures as other
import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from sluis.core import errors
from sluis.wire import signatures

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
NOW = 1_795_000_000
NONCE = bytes(range(16))
REQUEST = signatures.Request("POST", "https://edge.example/v1/bevragingen?x=1", "application/json", b'{"a":1}')


def signed(**changes: int | bytes) -> dict[str, str]:
    options = {"created": NOW, "nonce": NONCE, **changes}
    return signatures.sign(REQUEST, KEY, **options)  # type: ignore[arg-type]


def verify(headers: dict[str, str], *, now: int = NOW, body: bytes = REQUEST.body, uri: str = REQUEST.target_uri):
    return signatures.verify("POST", uri, headers, body=body, now=now)


def test_a_signed_request_names_its_signer_nonce_and_time() -> None:
    signer = verify(signed())
    assert signer == signatures.Signer(KEY.public_key().public_bytes_raw(), NONCE, NOW)


def test_ed25519_vector_of_rfc_9421_b_2_6_holds_octet_for_octet() -> None:
    pem = b"""-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF
-----END PRIVATE KEY-----
"""
    lines = (
        '"date": Tue, 20 Apr 2021 02:07:55 GMT\n"@method": POST\n"@path": /foo\n"@authority": example.com\n'
        '"content-type": application/json\n"content-length": 18\n'
        '"@signature-params": ("date" "@method" "@path" "@authority" "content-type" "content-length")'
        ';created=1618884473;keyid="test-key-ed25519"'
    )
    expected = "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw=="
    private = load_pem_private_key(pem, None)
    assert isinstance(private, Ed25519PrivateKey)
    assert base64.b64encode(private.sign(lines.encode())).decode() == expected
    signatures._check(private.public_key().public_bytes_raw(), base64.b64decode(expected), lines.encode())


class Resolver(other.HTTPSignatureKeyResolver):
    def resolve_private_key(self, _key_id: str) -> Ed25519PrivateKey:
        return KEY

    def resolve_public_key(self, _key_id: str):
        return KEY.public_key()


def test_another_implementation_makes_the_same_signature_base() -> None:
    ours = signed()
    message = httpx.Request("POST", REQUEST.target_uri, content=REQUEST.body, headers={"content-type": "application/json"})
    message.headers["content-digest"] = ours["content-digest"]
    signer = other.HTTPMessageSigner(signature_algorithm=other.algorithms.ED25519, key_resolver=Resolver())
    moment = dt.datetime.fromtimestamp(NOW, dt.UTC)
    signer.sign(
        message,
        key_id=KEY.public_key().public_bytes_raw().hex(),
        created=moment,
        expires=moment + dt.timedelta(seconds=60),
        nonce=base64.urlsafe_b64encode(NONCE).decode().rstrip("="),
        label="sluis",
        tag="sluis-1",
        covered_component_ids=("@method", "@target-uri", "content-type", "content-digest"),
        use_existing_digest=True,
    )
    theirs = message.headers["signature-input"].removeprefix("sluis=")
    assert sorted(theirs.split(";")) == sorted(ours["signature-input"].removeprefix("sluis=").split(";"))
    octets = signatures.base(REQUEST, ours["content-digest"], theirs)
    assert message.headers["signature"] == f"sluis=:{base64.b64encode(KEY.sign(octets)).decode()}:"


def test_another_implementation_verifies_ours() -> None:
    now = dt.datetime.now(dt.UTC)
    headers = signed(created=int(now.timestamp()))
    message = httpx.Request("POST", REQUEST.target_uri, content=REQUEST.body, headers=headers)
    verifier = other.HTTPMessageVerifier(signature_algorithm=other.algorithms.ED25519, key_resolver=Resolver())
    (result,) = verifier.verify(message, max_age=dt.timedelta(minutes=1), expect_tag="sluis-1")
    assert result.covered_components['"@target-uri"'] == REQUEST.target_uri


@pytest.mark.parametrize("moment", [NOW - 60, NOW, NOW + 120])
def test_a_clock_may_differ_a_minute_either_way(moment: int) -> None:
    assert verify(signed(), now=moment).created == NOW


@pytest.mark.parametrize("moment", [NOW - 61, NOW + 121])
def test_a_clock_that_differs_more_than_a_minute_is_refused(moment: int) -> None:
    with pytest.raises(errors.NotAllowed) as refusal:
        verify(signed(), now=moment)
    assert refusal.value.reason == "handtekening-tijd"


def test_a_changed_body_is_refused() -> None:
    with pytest.raises(errors.Malformed) as refusal:
        verify(signed(), body=b'{"a":2}')
    assert refusal.value.reason == "inhoud-anders"


def test_a_changed_body_with_its_own_digest_is_refused() -> None:
    headers = signed() | {"content-digest": signatures.content_digest(b"x")}
    with pytest.raises(errors.NotAllowed) as refusal:
        verify(headers, body=b"x")
    assert refusal.value.reason == "handtekening-onjuist"


def test_another_address_is_refused() -> None:
    with pytest.raises(errors.NotAllowed):
        verify(signed(), uri="https://edge.example/v1/verstrekkingen")


def test_another_content_type_is_refused() -> None:
    with pytest.raises(errors.NotAllowed):
        verify(signed() | {"content-type": "text/plain"})


def test_another_key_is_refused() -> None:
    headers = signed()
    stranger = Ed25519PrivateKey.generate().public_key().public_bytes_raw().hex()
    ours = KEY.public_key().public_bytes_raw().hex()
    headers["signature-input"] = headers["signature-input"].replace(ours, stranger)
    with pytest.raises(errors.NotAllowed):
        verify(headers)


def test_a_longer_term_than_a_minute_is_refused() -> None:
    headers = signed()
    headers["signature-input"] = headers["signature-input"].replace(f"expires={NOW + 60}", f"expires={NOW + 600}")
    with pytest.raises(errors.NotAllowed):
        verify(headers)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("sluis=", "sig1="),
        (';alg="ed25519"', ""),
        (';alg="ed25519";tag="sluis-1"', ';tag="sluis-1";alg="ed25519"'),
        ("sluis-1", "sluis-2"),
        ('"@method" ', ""),
        (";created", ', other=("@method");created'),
    ],
)
def test_any_other_profile_is_refused(old: str, new: str) -> None:
    headers = signed()
    headers["signature-input"] = headers["signature-input"].replace(old, new)
    with pytest.raises(errors.Malformed) as refusal:
        verify(headers)
    assert refusal.value.reason == "handtekening-vorm"


def test_an_unsigned_request_is_refused() -> None:
    with pytest.raises(errors.Malformed):
        verify({})


def test_an_empty_body_is_digested_too() -> None:
    request = dataclasses.replace(REQUEST, method="GET", body=b"")
    headers = signatures.sign(request, KEY, created=NOW, nonce=NONCE)
    assert signatures.verify("GET", REQUEST.target_uri, headers, body=b"", now=NOW).nonce == NONCE
